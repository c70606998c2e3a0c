"""A retriever that leaves out, at once, notes which were removed since they were indexed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from retrieval.retriever import Retrieval, Retriever


class HidingRetriever(Retriever):
    """As `Retriever`, without the notes in `hidden`; that may change at any time."""

    hidden: frozenset[str] = frozenset()

    def search(
        self, query: str, k: int = 8, *, notes: Collection[str] | None = None, **more: Any
    ) -> Retrieval:
        hidden = self.hidden
        if hidden:
            wanted = {n.name for n in self.index.usable} if notes is None else set(notes)
            notes = wanted - hidden
        return super().search(query, k, notes=notes, **more)

    def find(self, note: str, number: int) -> int | None:
        return None if note in self.hidden else super().find(note, number)


class Hidden:
    """Names that are hidden, and since when: the listing of files that comes after decides."""

    def __init__(self) -> None:
        self._since: dict[str, int] = {}
        self._now = 0

    def names(self) -> frozenset[str]:
        return frozenset(self._since)

    def add(self, names: Collection[str]) -> None:
        """Hide them until a listing that began later holds them, and is indexed."""
        self._since.update(dict.fromkeys(names, self._now))

    def listing(self) -> int:
        """A listing begins; its number is for `indexed`."""
        self._now += 1
        return self._now

    def indexed(self, listing: int, names: Collection[str]) -> None:
        """What that listing held is shown again, but for what was hidden since."""
        for name in names:
            if self._since.get(name, listing) < listing:
                del self._since[name]
