"""Texts packed in one block of bytes: a million of them in little memory, made on demand."""

from __future__ import annotations

from abc import abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
T = TypeVar("T")


class OnDemand(Sequence[T]):
    """A sequence of values made when asked for; equal to any sequence of equal values."""

    @abstractmethod
    def _at(self, row: int) -> T:
        """The value at `row`, 0..len-1."""

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


class Strings(OnDemand[str]):
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
