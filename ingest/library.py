"""The notes as the rest of the program sees them: an index that serves while it is renewed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from core.errors import IndexMissing, NoteproofError
from ingest.corpus import Place, corpus_key, find_sources
from ingest.embedding import ConsentNeeded
from ingest.indexer import Indexer, IndexReport, Progress
from retrieval.embedder import SearchEmbedder
from retrieval.retriever import Retriever
from retrieval.store import IndexStore, NoteInfo


@dataclass(frozen=True, slots=True)
class LibraryState:
    """`progress` is 0..1 while indexing; `detail` is one line for the learner.

    While `asking`, notes would leave this machine and wait for consent; `serves` tells whether
    there is an index to go on with. `goes_to` names the server to which every question is sent to
    be embedded; empty: none is.
    """

    phase: Literal["empty", "indexing", "asking", "ready", "failed"]
    detail: str = ""
    progress: float | None = None
    serves: bool = False
    goes_to: str = ""


class Library:
    """One corpus and its index. All methods may be called from any thread.

    `local`, by default the embedder itself, never leaves this machine: it compares texts with each
    other, and searches an index that was made with it while a remote embedder waits for consent.
    An index is only ever searched with the model that it was made with.
    """

    def __init__(
        self,
        folders: Sequence[Place],
        home: Path,
        embedder: SearchEmbedder,
        max_note_mb: float = 20.0,
        local: SearchEmbedder | None = None,
    ) -> None:
        self.folders = tuple(folders)
        self._store = IndexStore(home / "index" / corpus_key(folders))
        self._embedder, self._local = embedder, local or embedder
        self._serving = embedder
        self._consented = False
        self._max_note_mb = max_note_mb
        self._state = LibraryState("empty", "not indexed yet")
        self._retriever: Retriever | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def state(self) -> LibraryState:
        serves = self._retriever is not None
        goes_to = self._serving.goes_to if serves else ""
        return replace(self._state, serves=serves, goes_to=goes_to)

    def retriever(self) -> Retriever:
        """The retriever over the last whole index.

        Raises:
            IndexMissing: there is none; the message says what to do.
        """
        if self._retriever is None:
            remedy = " Agree or not under Sources." if self._state.phase == "asking" else ""
            raise IndexMissing((self._state.detail or "The notes are not indexed yet.") + remedy)
        return self._retriever

    def places(self) -> tuple[str, ...]:
        """Where the notes lie: folders, or S3 addresses."""
        return tuple(str(f.resolve()) if isinstance(f, Path) else str(f) for f in self.folders)

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

    def consent(self) -> None:
        """Let the notes be sent while this program runs, and begin to. Returns at once."""
        self._consented = True
        self.start()

    def keep_old(self) -> None:
        """Go on with the index there is, sending nothing, until `start` asks again."""
        retriever = self._retriever
        if self._state.phase == "asking" and retriever is not None:
            manifest = retriever.index.manifest
            self._state = LibraryState(
                "ready",
                f"{_notes(len(retriever.index.usable))} ready, as last indexed with "
                f"{manifest.model}; set NOTEPROOF_EMBEDDING_MODEL={manifest.model} to index "
                "changes with it",
            )

    def wait(self, timeout: float | None = None) -> LibraryState:
        """Until `start` has done its work."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self.state()

    def update(self, progress: Progress | None = None, *, consented: bool = False) -> IndexReport:
        """Bring the index in line with the files, now.

        Raises:
            ConsentNeeded: all texts would be sent to a remote model, and nobody has agreed.
            NotesError: there is nothing to index.
            NotesUnreachable: where the notes lie is out of reach.
            ConfigError: the embedding model cannot be loaded, or the index cannot be written.
            ModelUnavailable: the embedding model cannot be reached.
        """
        consented = consented or self._consented
        indexer = Indexer(self._store, self._embedder, self._max_note_mb)
        if progress is not None:
            indexer.progress = progress
        with self._lock:
            sources = find_sources(self.folders)
            report = indexer.update(sources, consented=consented)
            if not report.unchanged or self._retriever is None:
                try:
                    self._open()
                except IndexMissing:
                    report = indexer.update(sources, damaged=True, consented=consented)
                    self._open()
            if report.sent:
                self._state = replace(self._state, detail=f"{self._state.detail}; {report.sent}")
        return report

    def open_existing(self) -> bool:
        """Serve the index there is, if it was made with this embedding model or the local one."""
        manifest = self._store.manifest()
        if manifest is None or manifest.model not in (self._embedder.name, self._local.name):
            return False
        try:
            self._open()
        except IndexMissing:
            return False
        return True

    def _open(self) -> None:
        index = self._store.load()
        made_here = index.manifest.model == self._embedder.name
        self._serving = self._embedder if made_here else self._local
        self._retriever = Retriever(index, self._serving, self._local)
        self._state = LibraryState("ready", f"{_notes(len(index.usable))} ready")

    def _renew(self) -> None:
        try:
            served = self.open_existing()
            if not served:
                self._state = LibraryState("indexing", "reading your notes", 0.0)
            self.update(self._show)
        except ConsentNeeded as question:
            self._state = LibraryState("asking", f"{question.asked}{self._of_another()}")
        except NoteproofError as error:
            self._state = LibraryState("failed", str(error))

    def _of_another(self) -> str:
        """What to do about an index that cannot serve until then; empty when it does, or is not."""
        manifest = self._store.manifest()
        if self._retriever is not None or manifest is None:
            return ""
        return (
            f" Until then the index made with {manifest.model} rests: set "
            f"NOTEPROOF_EMBEDDING_MODEL={manifest.model} to go on with it."
        )

    def _show(self, stage: str, share: float) -> None:
        self._state = LibraryState("indexing", f"indexing your notes: {stage} {share:.0%}", share)


def _notes(count: int) -> str:
    return f"{count} note{'s' if count != 1 else ''}"
