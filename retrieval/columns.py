"""Lines, passages and note texts as columns: a million of them in little memory, made on demand."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from core.types import Line, Passage, PassageKind

Arrays = dict[str, NDArray[Any]]
T = TypeVar("T")
_KINDS: tuple[PassageKind, ...] = ("prose", "list", "table", "question")


class _Rows(Sequence[T]):
    """A sequence of values made when asked for; equal to any sequence of equal values."""

    def _at(self, row: int) -> T:
        raise NotImplementedError

    @overload
    def __getitem__(self, row: int) -> T: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[T, ...]: ...
    def __getitem__(self, row: int | slice) -> T | tuple[T, ...]:
        if isinstance(row, slice):
            return tuple(self._at(member) for member in range(*row.indices(len(self))))
        if not -len(self) <= row < len(self):
            raise IndexError(row)
        return self._at(int(row) % len(self))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


class Strings(_Rows[str]):
    """Texts in one block of bytes (UTF-8; lone surrogates are kept), each up to its end."""

    def __init__(self, block: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._block, self._ends = block, ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> Strings:
        """The same texts, packed."""
        block, ends = bytearray(), array("q")
        for text in texts:
            block += text.encode("utf-8", "surrogatepass")
            ends.append(len(block))
        return cls(np.frombuffer(block, np.uint8), np.frombuffer(ends, np.int64))

    def __len__(self) -> int:
        return len(self._ends)

    def _at(self, row: int) -> str:
        first = int(self._ends[row - 1]) if row else 0
        return self._block[first : int(self._ends[row])].tobytes().decode("utf-8", "surrogatepass")

    def arrays(self, name: str) -> Arrays:
        """What to save; `read` takes it back."""
        return {name: self._block, f"{name}.ends": self._ends}

    @classmethod
    def read(cls, arrays: Arrays, name: str) -> Strings:
        """What `arrays` gave. Raises ValueError when the ends are not those of the block."""
        block, ends = arrays[name], arrays[f"{name}.ends"]
        if (int(ends[-1]) if len(ends) else 0) != len(block):
            raise ValueError(f"{name} has another length than its ends")
        return cls(block, ends)


class NoteTexts(Mapping[str, tuple[str, ...]]):
    """The verbatim lines of each note by its name."""

    def __init__(
        self, names: Sequence[str], starts: NDArray[np.int64], strings: Sequence[str]
    ) -> None:
        self.places = {name: place for place, name in enumerate(names)}
        self.names = list(names)
        self.strings, self._starts = strings, starts

    @classmethod
    def of(cls, texts: Iterable[tuple[str, Sequence[str]]]) -> NoteTexts:
        """The same texts, packed; each note with its lines is taken once."""
        names, counts = [], [0]

        def lines() -> Iterator[str]:
            for name, rows in texts:
                names.append(name)
                counts.append(len(rows))
                yield from rows

        strings = Strings.of(lines())
        return cls(names, np.cumsum(counts, dtype=np.int64), strings)

    def __getitem__(self, name: str) -> tuple[str, ...]:
        place = self.places[name]
        return tuple(self.strings[int(self._starts[place]) : int(self._starts[place + 1])])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def line(self, place: int, number: int) -> str:
        """Line `number` (1-based) of the note at `place`."""
        return self.strings[int(self._starts[place]) + number - 1]

    def arrays(self) -> Arrays:
        packed = Strings.of(self.strings) if not isinstance(self.strings, Strings) else self.strings
        named = Strings.of(self.names).arrays("notes")
        return named | {"notes.starts": self._starts} | packed.arrays("texts")

    @classmethod
    def read(cls, arrays: Arrays) -> NoteTexts:
        names, strings = Strings.read(arrays, "notes"), Strings.read(arrays, "texts")
        if len(arrays["notes.starts"]) != len(names) + 1:
            raise ValueError("notes.starts has another length than notes")
        return cls(list(names), arrays["notes.starts"], strings)


class _Paths:
    """Heading paths, each kept once while they are gathered."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], int] = {}

    def add(self, path: tuple[str, ...]) -> int:
        return self._known.setdefault(path, len(self._known))

    def strings(self) -> Strings:
        return Strings.of(json.dumps(path) for path in self._known)


class LineTable(_Rows[Line]):
    """`Line`s as columns beside the texts of their notes; those of a note stand together."""

    def __init__(self, columns: Arrays, texts: NoteTexts) -> None:
        self._columns, self._texts = columns, texts
        self._paths, self._pages = Strings.read(columns, "paths"), Strings.read(columns, "pages")
        self.note, self.number = columns["lines.note"], columns["lines.number"]
        self._path, self._page = columns["lines.path"], columns["lines.page"]

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
        path = tuple(json.loads(self._paths[int(self._path[row])]))
        (page,) = json.loads(self._pages[int(self._page[row])])
        text = self._texts.line(place, number)
        return Line(self._texts.names[place], number, text, path, page)

    def places(self) -> NDArray[np.int64]:
        """Where each line stands, ascending: notes in order, then line numbers."""
        return place_keys(self.note, self.number)

    def find(self, note: str, number: int) -> int | None:
        """The row of a line; None when there is none."""
        place = self._texts.places.get(note)
        if place is None:
            return None
        first, last = np.searchsorted(self.note, [place, place + 1])
        row = int(first + np.searchsorted(self.number[first:last], number))
        return row if row < last and int(self.number[row]) == number else None

    def arrays(self) -> Arrays:
        return self._columns


class PassageTable(_Rows[Passage]):
    """`Passage`s as columns; those of a note stand together, in the order of its lines."""

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
        """Where each passage begins, ascending, on the scale of `LineTable.places`."""
        return place_keys(self.note, self.first)

    def rows_of(self, notes: Iterable[str]) -> NDArray[np.bool_]:
        """Which passages are of these notes."""
        wanted = [place for place, name in enumerate(self._names) if name in set(notes)]
        return np.isin(self.note, wanted)

    def arrays(self) -> Arrays:
        return self._columns


def place_keys(note: NDArray[np.int32], number: NDArray[np.int32]) -> NDArray[np.int64]:
    """One ascending number for (note, line number)."""
    return (note.astype(np.int64) << 32) + number
