"""Lines and passages as columns of numbers beside packed texts; each is made when asked for."""

from __future__ import annotations

import json
from abc import abstractmethod
from array import array
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.types import Line, Passage, PassageKind
from retrieval.packed import Arrays, NoteTexts, OnDemand, Strings

T = TypeVar("T", Line, Passage)
PLACE_BITS = 32
"""Of a place, the lower ones are the line number, those above the place of the note."""
_KINDS: tuple[PassageKind, ...] = ("prose", "list", "table", "question")


class _Paths:
    """Heading paths, each kept once while they are gathered."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], int] = {}

    def add(self, path: tuple[str, ...]) -> int:
        return self._known.setdefault(path, len(self._known))

    def strings(self) -> Strings:
        return Strings.of(json.dumps(path) for path in self._known)


class NoteRows(OnDemand[T]):
    """Lines or passages, too many to make them all; those of a note stand together, in order."""

    @abstractmethod
    def places(self) -> NDArray[np.int64]:
        """Where each begins, ascending: the note's place, then the line number."""

    @abstractmethod
    def rows_of(self, notes: Iterable[str]) -> NDArray[np.bool_]:
        """Which are of these notes."""


class LineRows(NoteRows[Line]):
    """Lines of notes that may be found by their numbers."""

    @abstractmethod
    def find(self, note: str, number: int) -> int | None:
        """The row of a line; None when there is none."""


class LineTable(LineRows):
    """`Line`s as columns beside the texts of their notes."""

    def __init__(self, columns: Arrays, texts: NoteTexts) -> None:
        self._columns, self._texts = columns, texts
        self._paths, self._pages = Strings.read(columns, "paths"), Strings.read(columns, "pages")
        self.note, self.number = columns["lines.note"], columns["lines.number"]
        self._path, self._page = columns["lines.path"], columns["lines.page"]
        self._last: tuple[int, int, tuple[str, ...], str] = (-1, -1, (), "")

    @classmethod
    def of(cls, lines: Iterable[Line], texts: NoteTexts) -> LineTable:
        """The same lines; they are taken one by one."""
        paths, pages = _Paths(), _Paths()
        note, number, path, page = (array("i") for _ in range(4))
        for line in lines:
            note.append(texts.places[line.note])
            number.append(line.number)
            path.append(paths.add(line.path))
            page.append(pages.add((line.page,)))
        named = {"note": note, "number": number, "path": path, "page": page}
        columns: Arrays = {f"lines.{key}": np.frombuffer(v, np.int32) for key, v in named.items()}
        columns |= paths.strings().arrays("paths") | pages.strings().arrays("pages")
        return cls(columns, texts)

    def __len__(self) -> int:
        return len(self.note)

    def _at(self, row: int) -> Line:
        place, number = int(self.note[row]), int(self.number[row])
        path, page = self._heads(int(self._path[row]), int(self._page[row]))
        return Line(self._texts.names[place], number, self._texts.line(place, number), path, page)

    def _heads(self, path: int, page: int) -> tuple[tuple[str, ...], str]:
        """The path and the page of these numbers; lines in a row share them."""
        last = self._last  # read once: other threads replace it
        if last[:2] != (path, page):
            (label,) = json.loads(self._pages[page])
            last = (path, page, tuple(json.loads(self._paths[path])), label)
            self._last = last
        return last[2:]

    def places(self) -> NDArray[np.int64]:
        return place_keys(self.note, self.number)

    def find(self, note: str, number: int) -> int | None:
        place = self._texts.places.get(note)
        if place is None:
            return None
        first, last = np.searchsorted(self.note, [place, place + 1])
        row = int(first + np.searchsorted(self.number[first:last], number))
        return row if row < last and int(self.number[row]) == number else None

    def rows_of(self, notes: Iterable[str]) -> NDArray[np.bool_]:
        return _rows_of(notes, self._texts.names, self.note)

    def arrays(self) -> Arrays:
        return self._columns


class PassageTable(NoteRows[Passage]):
    """`Passage`s as columns."""

    def __init__(self, columns: Arrays, names: Sequence[str]) -> None:
        self._columns, self._names = columns, names
        self._ids, self._texts = Strings.read(columns, "ids"), Strings.read(columns, "passages")
        self._paths = Strings.read(columns, "passages.paths")
        self.note, self.first = columns["passages.note"], columns["passages.first"]
        self._last, self._path = columns["passages.last"], columns["passages.path"]
        self._kind = columns["passages.kind"]

    @classmethod
    def of(cls, passages: Sequence[Passage], texts: NoteTexts) -> PassageTable:
        """The same passages."""
        paths = _Paths()
        rows = [
            (
                texts.places[p.note],
                p.first_line,
                p.last_line,
                paths.add(p.path),
                _KINDS.index(p.kind),
            )
            for p in passages
        ]
        block = np.asarray(rows, np.int32).reshape(len(rows), 5)
        names = ("note", "first", "last", "path", "kind")
        columns: Arrays = {
            f"passages.{name}": np.ascontiguousarray(block[:, place])
            for place, name in enumerate(names)
        }
        columns |= Strings.of(p.id for p in passages).arrays("ids")
        columns |= Strings.of(p.text for p in passages).arrays("passages")
        columns |= paths.strings().arrays("passages.paths")
        return cls(columns, texts.names)

    def __len__(self) -> int:
        return len(self.note)

    def _at(self, row: int) -> Passage:
        return Passage(
            self._ids[row],
            self._names[int(self.note[row])],
            tuple(json.loads(self._paths[int(self._path[row])])),
            int(self.first[row]),
            int(self._last[row]),
            self._texts[row],
            _KINDS[int(self._kind[row])],
        )

    def places(self) -> NDArray[np.int64]:
        return place_keys(self.note, self.first)

    def rows_of(self, notes: Iterable[str]) -> NDArray[np.bool_]:
        return _rows_of(notes, self._names, self.note)

    def arrays(self) -> Arrays:
        return self._columns


def place_keys(note: NDArray[np.int32], number: NDArray[np.int32]) -> NDArray[np.int64]:
    """One ascending number for (note, line number)."""
    return (note.astype(np.int64) << PLACE_BITS) + number


def _rows_of(
    notes: Iterable[str], names: Sequence[str], column: NDArray[np.int32]
) -> NDArray[np.bool_]:
    wanted = set(notes)
    return np.isin(column, [place for place, name in enumerate(names) if name in wanted])
