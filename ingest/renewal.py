"""The index that serves is brought in line with the files, and how far that is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from core.errors import IndexMissing, NoteproofError, NotesError
from ingest.assembling import Progress
from ingest.corpus import Source, holder
from ingest.embedding import ConsentNeeded
from ingest.indexer import Indexer, IndexReport
from ingest.library_state import History, LibraryState, Phase, count_notes
from ingest.moves import follow
from ingest.served import Served
from ingest.shelf import Shelf
from ingest.times import IndexTimes


class Renewal:
    """Files of the shelf -> index -> what is served, one renewal at a time; any thread may call.

    `history` is told of notes that were renamed in their folders, `times` of those that are new.
    """

    def __init__(
        self,
        shelf: Shelf,
        served: Served,
        indexer: Indexer,
        times: IndexTimes,
        history: History,
        now: Callable[[], datetime],
    ) -> None:
        self._shelf, self._served, self._indexer = shelf, served, indexer
        self._times, self._history, self._now = times, history, now
        self._state = LibraryState("empty", "not indexed yet")
        self._consented = False
        self._lock = threading.Lock()
        self.reading: tuple[str, ...] = ()
        """The files that are being indexed for the first time."""
        self.changes = 0
        """Grows with every new phase, not with mere progress."""

    def state(self) -> LibraryState:
        serves = self._served.retriever is not None
        return replace(self._state, serves=serves, goes_to=self._served.goes_to)

    def run(self) -> None:
        """Open what there is, then renew it. What stands in the way is told by the state."""
        try:
            served = self._served.retriever is not None or self.open_existing()
            if not served:
                self._say("indexing", "reading your notes", 0.0)
            self.update(self.show)
        except ConsentNeeded as question:
            self._say("asking", f"{question.asked}{self._of_another()}")
        except NoteproofError as error:
            self._say("failed", str(error))

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
        indexer = replace(self._indexer, progress=progress) if progress else self._indexer
        with self._lock:
            before = indexer.store.manifest()
            listing = self._served.listing()
            sources = self._list()
            try:
                report = indexer.update(sources, consented=consented)
                if not report.unchanged or self._served.retriever is None:
                    try:
                        self._served.open()
                    except IndexMissing:
                        report = indexer.update(sources, damaged=True, consented=consented)
                        self._served.open()
            finally:
                self.reading = ()
            self._served.indexed(listing, [note.name for note in report.notes])
            self._times.note(report.notes, self._now())
            told = follow(self._history, before.notes, report.notes) if before else ""
            self._ready([told, report.sent])
        return report

    def open_existing(self) -> bool:
        """Serve the index there is, if it was made with this embedding model or the local one."""
        if not self._served.open_existing():
            return False
        self._served.hide(self._shelf.gone([note.name for note in self._served.notes()]))
        self._ready([])
        return True

    def agree(self) -> None:
        """The notes may be sent to a remote model from now on, while this program runs."""
        self._consented = True

    def keep_old(self) -> None:
        """Go on with the index there is, sending nothing, until the next `run` asks again."""
        retriever = self._served.retriever
        if self._state.phase == "asking" and retriever is not None:
            manifest = retriever.index.manifest
            self._say(
                "ready",
                f"{count_notes(len(retriever.index.usable))} ready, as last indexed with "
                f"{manifest.model}; set NOTEPROOF_EMBEDDING_MODEL={manifest.model} to index "
                "changes with it",
            )

    def show(self, stage: str, share: float) -> None:
        """What `run` is at; `share` of the stage is done."""
        self._state = LibraryState("indexing", f"indexing your notes: {stage} {share:.0%}", share)

    def _list(self) -> list[Source]:
        """The files there are; what is indexed of others is hidden from now on."""
        indexed = {note.name for note in self._served.notes()}
        try:
            sources = self._shelf.sources()
        except NotesError:
            self._served.hide(self._shelf.gone(indexed))
            raise
        names = {source.name for source in sources}
        held = {name: holder(name, names) for name in indexed}
        self._served.hide([name for name, file in held.items() if not file])
        self.reading = tuple(sorted(names.difference(held.values())))
        return sources

    def _of_another(self) -> str:
        """What to do about an index that cannot serve until then; empty when it does, or is not."""
        manifest = self._indexer.store.manifest()
        if self._served.retriever is not None or manifest is None:
            return ""
        return (
            f" Until then the index made with {manifest.model} rests: set "
            f"NOTEPROOF_EMBEDDING_MODEL={manifest.model} to go on with it."
        )

    def _ready(self, remarks: Sequence[str]) -> None:
        count = sum(not note.problem for note in self._served.notes())
        told = [remark for remark in remarks if remark]
        self._say("ready", "; ".join([f"{count_notes(count)} ready", *told]))

    def _say(self, phase: Phase, detail: str, progress: float | None = None) -> None:
        self._state = LibraryState(phase, detail, progress)
        self.changes += 1
