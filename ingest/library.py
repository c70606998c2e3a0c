"""The notes as the rest of the program sees them: an index that serves while it is renewed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.errors import ConfigError, IndexMissing
from ingest.assembling import Progress
from ingest.background import Background
from ingest.corpus import Place, corpus_key, holder
from ingest.early import Early
from ingest.indexer import Indexer, IndexReport
from ingest.library_state import History, Holding, LibraryState, NoHistory
from ingest.parsed import ParsedTexts
from ingest.preview import Preview, Previews
from ingest.reader import Reader
from ingest.renewal import Renewal
from ingest.served import Served
from ingest.shelf import Shelf
from ingest.times import IndexTimes
from ingest.uploads import Added, Limits, Removal
from retrieval.embedder import SearchEmbedder
from retrieval.retriever import Retriever
from retrieval.store import IndexStore, NoteInfo

__all__ = ["Library", "LibraryState"]


class Library:
    """One corpus: its files (`Shelf`), the index that answers (`Served`), and its `Renewal`.

    All methods may be called from any thread. `local`, by default the embedder itself, never
    leaves this machine: it compares texts with each other, and searches an index that was made
    with it while a remote embedder waits for consent. `history` is told what becomes of notes.
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
        self.shelf = Shelf(self.folders, home, limits or Limits(max_note_mb))
        key = corpus_key(folders)
        store = IndexStore(home / "index" / key)
        reader = reader or Reader(max_note_mb=max_note_mb)
        indexer = Indexer(store, embedder, max_note_mb, reader=reader)
        self._history = history or NoHistory()
        self._times = IndexTimes(home / "index" / f"{key}.times.json")
        self._served = Served(store, embedder, local or embedder)
        self._renewal = Renewal(self.shelf, self._served, indexer, self._times, self._history, now)
        early, looking = (
            Reader(reader.limits, reader.max_note_mb, ParsedTexts(reader.kept.folder))
            for _ in range(2)
        )
        self._early = Early(self.shelf, self._served, embedder, early, max_note_mb)
        self._previews = Previews(looking)
        self._background = Background(self._renew, "library")
        self._ahead = Background(self._serve_early, "early")

    @property
    def version(self) -> int:
        """Grows with every change that a page should show."""
        return self._served.changes + self._renewal.changes

    def state(self) -> LibraryState:
        return self._renewal.state()

    def retriever(self) -> Retriever:
        """The retriever over the last whole index.

        Raises:
            IndexMissing: there is none; the message says what to do.
        """
        retriever = self._served.retriever
        if retriever is None:
            state = self.state()
            remedy = " Agree or not under Sources." if state.phase == "asking" else ""
            raise IndexMissing((state.detail or "The notes are not indexed yet.") + remedy)
        return retriever

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
        return self._served.notes()

    def holding(self) -> Holding:
        """What else there is to know of them."""
        reading = self._served.without_hidden(self._renewal.reading)
        times = tuple(self._times.all().items())
        within = self.shelf.within([note.name for note in self.sources()])
        return Holding(self.shelf.own_names(), reading, self.shelf.left_out(), times, within)

    def note_lines(self, note: str) -> tuple[str, ...]:
        """The verbatim lines of a note as they were indexed; empty if there is no such note."""
        return self._served.lines(note)

    def require_size(self, size: int) -> None:
        """Raises NotesError when a file is larger than a note may be."""
        self.shelf.own.require_size(size)

    def preview(self, name: str, data: bytes) -> Preview:
        """What a question set would give if it were added. Raises as `Previews.of`."""
        return self._previews.of(name, data)

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
        self._served.hide(gone)
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
        self._background.start()

    def changed(self) -> None:
        """As `start`; what runs already is followed by another look."""
        (self._ahead if self._early.applies() else self._background).again()

    def consent(self) -> None:
        """Let the notes be sent while this program runs, and begin to. Returns at once."""
        self._renewal.agree()
        self.changed()

    def keep_old(self) -> None:
        """Go on with the index there is, sending nothing, until `start` asks again."""
        self._renewal.keep_old()

    def wait(self, timeout: float | None = None) -> LibraryState:
        """Until `start` has done its work."""
        self._ahead.wait(timeout)
        self._background.wait(timeout)
        return self.state()

    def update(self, progress: Progress | None = None, *, consented: bool = False) -> IndexReport:
        """Bring the index in line with the files, now. Raises as `Renewal.update`."""
        return self._renewal.update(progress, consented=consented)

    def open_existing(self) -> bool:
        """Serve the index there is, if it was made with this embedding model or the local one."""
        return self._renewal.open_existing()

    def _renew(self) -> None:
        self._renewal.run()
        self._early.run()  # what changed while the index was made is not in it

    def _serve_early(self) -> None:
        self._early.run()
        self._background.again()
