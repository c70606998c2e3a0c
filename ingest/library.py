"""The notes as the rest of the program sees them: an index that serves while it is renewed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core.errors import ConfigError, IndexMissing, NoteproofError, NotesError
from ingest.corpus import Place, Source, corpus_key, holder
from ingest.embedding import ConsentNeeded
from ingest.indexer import Indexer, IndexReport, Progress
from ingest.library_state import History, Holding, LibraryState, NoHistory, Phase, count_notes
from ingest.moves import follow
from ingest.reader import Reader
from ingest.shelf import Shelf
from ingest.shelved import Hidden, ShelvedRetriever
from ingest.times import IndexTimes
from ingest.uploads import Added, Limits, Removal
from retrieval.embedder import SearchEmbedder
from retrieval.retriever import Retriever
from retrieval.store import IndexStore, NoteInfo

__all__ = ["Library", "LibraryState"]


class Library:
    """One corpus and its index. All methods may be called from any thread.

    `local`, by default the embedder itself, never leaves this machine: it compares texts with each
    other, and searches an index that was made with it while a remote embedder waits for consent.
    An index is only ever searched with the model that it was made with. `history` is told what
    becomes of notes.
    """

    def __init__(
        self,
        folders: Sequence[Place],
        home: Path,
        embedder: SearchEmbedder,
        max_note_mb: float = 20.0,
        local: SearchEmbedder | None = None,
        *,
        history: History | None = None,
        limits: Limits | None = None,
        reader: Reader | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.folders = tuple(folders)
        key = corpus_key(folders)
        self.shelf = Shelf(self.folders, home, limits or Limits(max_note_mb))
        self._store = IndexStore(home / "index" / key)
        self._times = IndexTimes(home / "index" / f"{key}.times.json")
        self._embedder, self._local = embedder, local or embedder
        self._serving = embedder
        self._consented = False
        self._max_note_mb = max_note_mb
        self._reader = reader or Reader(max_note_mb=max_note_mb)
        self._history, self._now = history or NoHistory(), now
        self._state = LibraryState("empty", "not indexed yet")
        self._retriever: ShelvedRetriever | None = None
        self._hidden = Hidden()
        self._reading: tuple[str, ...] = ()
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._running = self._again = False
        self._thread: threading.Thread | None = None
        self._version = 0

    @property
    def version(self) -> int:
        """Grows with every change that a page should show."""
        return self._version

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

    def watched(self) -> tuple[Path, ...]:
        """The places on this machine, the folder of added notes among them."""
        return (
            *(place for place in self.folders if isinstance(place, Path)),
            self.shelf.own.folder,
        )

    def sources(self) -> tuple[NoteInfo, ...]:
        """Every file of the corpus as last indexed, those with a `problem` too."""
        if self._retriever is None:
            return ()
        hidden = self._hidden.names()
        return tuple(n for n in self._retriever.index.manifest.notes if n.name not in hidden)

    def holding(self) -> Holding:
        """What else there is to know of them."""
        hidden = self._hidden.names()
        reading = tuple(name for name in self._reading if name not in hidden)
        times = tuple(self._times.all().items())
        within = self.shelf.within([note.name for note in self.sources()])
        return Holding(self.shelf.own_names(), reading, self.shelf.left_out(), times, within)

    def note_lines(self, note: str) -> tuple[str, ...]:
        """The verbatim lines of a note as they were indexed; empty if there is no such note."""
        if self._retriever is None or note in self._hidden.names():
            return ()
        return self._retriever.index.texts.get(note, ())

    def require_size(self, size: int) -> None:
        """Raises NotesError when a file is larger than a note may be."""
        self.shelf.own.require_size(size)

    def add(self, name: str, data: bytes) -> Added:
        """Keep a file that the learner gives; it is indexed from now on. Raises as `OwnNotes`."""
        known = {note.name: note.sha256 for note in self.sources() if not note.problem}
        added = self.shelf.own.add(name, data, known)
        if added.outcome != "same":
            self.changed()
        return added

    def rename(self, name: str, new: str) -> str:
        """Rename a note that the learner added; what was made of it follows. The new name.

        Raises:
            NotesError: it is none of those, or the new name will not do.
            ConfigError: the folder or the history cannot be written; nothing has changed then.
        """
        renamed = self.shelf.rename(name, new)
        try:
            self._history.renamed(name, renamed)
        except ConfigError:
            self.shelf.rename(renamed, name)
            raise
        self.changed()
        return renamed

    def remove(self, name: str) -> Removal:
        """Take a note out of every answer at once: an added one to the trash, others left out.

        Raises:
            NotesError: there is no such note.
            ConfigError: that cannot be written.
        """
        removal = self.shelf.remove(name)
        gone = [note.name for note in self.sources() if holder(note.name, (removal.name,))]
        self._hide(gone)
        for note in gone:
            self._history.removed(note)
        self.changed()
        return removal

    def take_back(self, removal: Removal) -> str:
        """Undo a removal. Returns the note's name. Raises as `Shelf.take_back`."""
        name = self.shelf.take_back(removal)
        self.changed()
        return name

    def start(self) -> None:
        """Open what there is and renew it, in the background. Returns at once."""
        with self._starting:
            if self._running:
                return
            self._running = True
            self._thread = threading.Thread(target=self._renew, name="library", daemon=True)
            self._thread.start()

    def changed(self) -> None:
        """As `start`; what runs already is followed by another look."""
        with self._starting:
            self._again = True
        self.start()

    def consent(self) -> None:
        """Let the notes be sent while this program runs, and begin to. Returns at once."""
        self._consented = True
        self.changed()

    def keep_old(self) -> None:
        """Go on with the index there is, sending nothing, until `start` asks again."""
        retriever = self._retriever
        if self._state.phase == "asking" and retriever is not None:
            manifest = retriever.index.manifest
            self._say(
                "ready",
                f"{count_notes(len(retriever.index.usable))} ready, as last indexed with "
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
        indexer = Indexer(self._store, self._embedder, self._max_note_mb, reader=self._reader)
        if progress is not None:
            indexer.progress = progress
        with self._lock:
            before = self._store.manifest()
            listing = self._hidden.listing()
            sources = self._list()
            try:
                report = indexer.update(sources, consented=consented)
                if not report.unchanged or self._retriever is None:
                    try:
                        self._open()
                    except IndexMissing:
                        report = indexer.update(sources, damaged=True, consented=consented)
                        self._open()
            finally:
                self._reading = ()
            self._hidden.indexed(listing, [note.name for note in report.notes])
            self._hide([])
            self._times.note(report.notes, self._now())
            told = follow(self._history, before.notes, report.notes) if before else ""
            self._ready([told, report.sent])
        return report

    def _list(self) -> list[Source]:
        """The files there are; what is indexed of others is hidden from now on."""
        indexed = {note.name for note in self.sources()}
        try:
            sources = self.shelf.sources()
        except NotesError:
            self._hide(self.shelf.gone(indexed))
            raise
        names = {source.name for source in sources}
        held = {name: holder(name, names) for name in indexed}
        self._hide([name for name, file in held.items() if not file])
        self._reading = tuple(sorted(names.difference(held.values())))
        return sources

    def _hide(self, names: Sequence[str] | set[str]) -> None:
        self._hidden.add(names)
        if self._retriever is not None:
            self._retriever.hidden = self._hidden.names()
        self._version += 1

    def open_existing(self) -> bool:
        """Serve the index there is, if it was made with this embedding model or the local one."""
        manifest = self._store.manifest()
        if manifest is None or manifest.model not in (self._embedder.name, self._local.name):
            return False
        try:
            self._open()
        except IndexMissing:
            return False
        self._hide(self.shelf.gone({note.name for note in manifest.notes}))
        self._ready([])
        return True

    def _open(self) -> None:
        index = self._store.load()
        made_here = index.manifest.model == self._embedder.name
        self._serving = self._embedder if made_here else self._local
        retriever = ShelvedRetriever(index, self._serving, self._local)
        retriever.hidden = self._hidden.names()
        self._retriever = retriever

    def _renew(self) -> None:
        while True:
            with self._starting:
                self._again = False
            try:
                self._renew_once()
            finally:
                with self._starting:
                    self._running = self._again
            if not self._running:
                return

    def _renew_once(self) -> None:
        try:
            served = self._retriever is not None or self.open_existing()
            if not served:
                self._say("indexing", "reading your notes", 0.0)
            self.update(self._show)
        except ConsentNeeded as question:
            self._say("asking", f"{question.asked}{self._of_another()}")
        except NoteproofError as error:
            self._say("failed", str(error))

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

    def _ready(self, remarks: Sequence[str]) -> None:
        ready = [f"{count_notes(sum(not note.problem for note in self.sources()))} ready"]
        self._say("ready", "; ".join(ready + [remark for remark in remarks if remark]))

    def _say(self, phase: Phase, detail: str, progress: float | None = None) -> None:
        self._state = LibraryState(phase, detail, progress)
        self._version += 1
