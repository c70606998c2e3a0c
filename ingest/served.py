"""The index that answers now: the last whole one, without what was removed since."""

from __future__ import annotations

import threading
from collections.abc import Collection

from core.errors import IndexMissing
from ingest.hidden import Hidden, HidingRetriever
from retrieval.embedder import SearchEmbedder
from retrieval.layers import layered
from retrieval.store import Index, IndexStore, NoteInfo


class Served:
    """Opens the index in `store` and answers from it. Any thread may use it.

    An index is only ever searched with the model that it was made with, `embedder` or `local`;
    `local` also compares texts with each other, and never leaves this machine.
    """

    def __init__(self, store: IndexStore, embedder: SearchEmbedder, local: SearchEmbedder) -> None:
        self._store = store
        self._embedder, self._local = embedder, local
        self._searching = embedder
        self._hidden = Hidden()
        self._lock = threading.Lock()
        self.base: Index | None = None
        """The index on disk, without what `cover` lays over it."""
        self.retriever: HidingRetriever | None = None
        """None until there is an index that can serve."""
        self.changes = 0
        """Grows whenever a note is hidden or shown again."""

    @property
    def goes_to(self) -> str:
        """The server that every question is sent to; empty: none."""
        return self._searching.goes_to if self.retriever is not None else ""

    def notes(self) -> tuple[NoteInfo, ...]:
        """Every file as last indexed, those with a `problem` too."""
        if self.retriever is None:
            return ()
        hidden = self._hidden.names()
        return tuple(n for n in self.retriever.index.manifest.notes if n.name not in hidden)

    def lines(self, note: str) -> tuple[str, ...]:
        """The verbatim lines of a note; empty if there is no such note."""
        if self.retriever is None or note in self._hidden.names():
            return ()
        return self.retriever.index.texts.get(note, ())

    def without_hidden(self, names: Collection[str]) -> tuple[str, ...]:
        """Those of some names that are not hidden."""
        hidden = self._hidden.names()
        return tuple(name for name in names if name not in hidden)

    def open(self) -> None:
        """Answer from the index on disk from now on.

        Raises:
            IndexMissing: there is none, or it is damaged; what served before goes on.
        """
        index = self._store.load()
        made_here = index.manifest.model == self._embedder.name
        self._searching = self._embedder if made_here else self._local
        with self._lock:
            self.base = index
            self._answer_from(index)

    def cover(self, base: Index, fresh: Index | None, gone: Collection[str]) -> None:
        """Answer from `fresh` over `base`, without the notes `gone`, or from `base` alone.

        Nothing if that is what serves, or another index was opened meanwhile.
        """
        index = layered(base, fresh, gone) if fresh is not None else base
        with self._lock:
            if (
                self.base is base
                and self.retriever is not None
                and self.retriever.index is not index
            ):
                self._answer_from(index)
                self.changes += 1

    def _answer_from(self, index: Index) -> None:
        retriever = HidingRetriever(index, self._searching, self._local)
        retriever.hidden = self._hidden.names()
        self.retriever = retriever

    def open_existing(self) -> bool:
        """As `open`, if there is an index, whole, of one of the two models; whether there is."""
        manifest = self._store.manifest()
        if manifest is None or manifest.model not in (self._embedder.name, self._local.name):
            return False
        try:
            self.open()
        except IndexMissing:
            return False
        return True

    def hide(self, names: Collection[str]) -> None:
        """Leave notes out at once, until a listing that begins later holds them and is indexed."""
        self._hidden.add(names)
        self._refresh()

    def listing(self) -> int:
        """A listing of the files begins; its number is for `indexed`."""
        return self._hidden.listing()

    def indexed(self, listing: int, names: Collection[str]) -> None:
        """What that listing held is shown again, but for what was hidden since."""
        self._hidden.indexed(listing, names)
        self._refresh()

    def _refresh(self) -> None:
        with self._lock:
            if self.retriever is not None:
                self.retriever.hidden = self._hidden.names()
            self.changes += 1
