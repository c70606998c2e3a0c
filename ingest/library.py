"""The notes as the rest of the program sees them: an index that serves while it is renewed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import IndexMissing, NoteproofError
from ingest.corpus import Place, corpus_key, find_sources
from ingest.indexer import Indexer, IndexReport, Progress
from retrieval.embedder import Embedder
from retrieval.retriever import Retriever
from retrieval.store import IndexStore, NoteInfo


@dataclass(frozen=True, slots=True)
class LibraryState:
    """`progress` is 0..1 while indexing; `detail` is one line for the learner."""

    phase: Literal["empty", "indexing", "ready", "failed"]
    detail: str = ""
    progress: float | None = None


class Library:
    """One corpus and its index. All methods may be called from any thread."""

    def __init__(
        self, folders: Sequence[Place], home: Path, embedder: Embedder, max_note_mb: float = 20.0
    ) -> None:
        self.folders = tuple(folders)
        self._store = IndexStore(home / "index" / corpus_key(folders))
        self._embedder = embedder
        self._max_note_mb = max_note_mb
        self._state = LibraryState("empty", "not indexed yet")
        self._retriever: Retriever | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def state(self) -> LibraryState:
        return self._state

    def retriever(self) -> Retriever:
        """The retriever over the last whole index.

        Raises:
            IndexMissing: there is none; the message says what to do.
        """
        if self._retriever is None:
            raise IndexMissing(self._state.detail or "The notes are not indexed yet.")
        return self._retriever

    def sources(self) -> tuple[NoteInfo, ...]:
        """Every file of the corpus as last indexed, those with a `problem` too."""
        return self._retriever.index.manifest.notes if self._retriever else ()

    def note_lines(self, note: str) -> tuple[str, ...]:
        """The verbatim lines of a note as they were indexed; empty if there is no such note."""
        return self._retriever.index.texts.get(note, ()) if self._retriever else ()

    def start(self) -> None:
        """Open what there is and renew it, in the background. Returns at once."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._renew, name="library", daemon=True)
            self._thread.start()

    def wait(self, timeout: float | None = None) -> LibraryState:
        """Until `start` has done its work."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._state

    def update(self, progress: Progress | None = None) -> IndexReport:
        """Bring the index in line with the files, now.

        Raises:
            NotesError: there is nothing to index.
            NotesUnreachable: where the notes lie is out of reach.
            ConfigError: the embedding model cannot be loaded, or the index cannot be written.
        """
        indexer = Indexer(self._store, self._embedder, self._max_note_mb)
        if progress is not None:
            indexer.progress = progress
        with self._lock:
            sources = find_sources(self.folders)
            report = indexer.update(sources)
            if not report.unchanged or self._retriever is None:
                try:
                    self._open()
                except IndexMissing:
                    report = indexer.update(sources, damaged=True)
                    self._open()
        return report

    def open_existing(self) -> bool:
        """Serve the index there is, if it was made with this embedding model."""
        manifest = self._store.manifest()
        if manifest is None or manifest.model != self._embedder.name:
            return False
        try:
            self._open()
        except IndexMissing:
            return False
        return True

    def _open(self) -> None:
        self._retriever = Retriever(self._store.load(), self._embedder)
        count = len(self._retriever.index.usable)
        self._state = LibraryState("ready", f"{count} note{'s' if count != 1 else ''} ready")

    def _renew(self) -> None:
        try:
            served = self.open_existing()
            if not served:
                self._state = LibraryState("indexing", "reading your notes", 0.0)
            self.update(self._show)
        except NoteproofError as error:
            self._state = LibraryState("failed", str(error))

    def _show(self, stage: str, share: float) -> None:
        self._state = LibraryState("indexing", f"indexing your notes: {stage} {share:.0%}", share)
