"""Changed notes over an index: one index of both, in memory, until the whole is made again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.types import Line, Passage
from retrieval.columns import PLACE_BITS, LineRows, NoteRows
from retrieval.extended import ExtendedIndex
from retrieval.index import AnyVectors, Index
from retrieval.joined import JoinedVectors
from retrieval.lexical import LexicalIndex
from retrieval.units import iter_units, passage_text
from retrieval.vectors import VectorIndex

Rows = NDArray[np.int64]
T = TypeVar("T", Line, Passage)


def layered(base: Index, fresh: Index, gone: Collection[str]) -> Index:
    """`base` without the notes that are `gone` or changed, then all of `fresh`.

    `base` is one that was read from disk, `fresh` a small one that was just made. What both
    hold stays where it is: the result costs little time and memory, and cannot be saved.
    """
    gone = {*gone, *fresh.texts, *(note.name for note in fresh.manifest.notes)}
    lines, passages = _without(base.lines, gone), _without(base.passages, gone)
    (old_units, words, unit_words), (new_units, *_) = _lexical(base), _lexical(fresh)
    units = np.flatnonzero(np.isin(old_units, lines))
    unit_lines = np.searchsorted(lines, old_units[units])
    notes = [note for note in base.manifest.notes if note.name not in gone]
    notes = sorted([*notes, *fresh.manifest.notes], key=lambda note: note.name)
    more_units = (text for _, text in iter_units(fresh.lines, fresh.asked))
    return replace(
        base,
        manifest=replace(base.manifest, notes=tuple(notes)),
        texts=_Texts(base.texts, gone, fresh.texts),
        lines=_lines(base.lines, lines, fresh.lines, len(base.texts)),
        passages=_passages(base.passages, passages, fresh.passages, len(base.texts)),
        asked=frozenset({place for place in base.asked if place[0] not in gone} | fresh.asked),
        passage_vectors=_vectors(base.passage_vectors, passages, fresh.passage_vectors),
        unit_vectors=_vectors(base.unit_vectors, units, fresh.unit_vectors),
        keys=_keys(base, passages, units, fresh),
        unit_lines=np.concatenate([unit_lines, new_units + len(lines)]).astype(np.int32),
        words=_words(words, passages, (passage_text(p) for p in fresh.passages)),
        unit_words=_words(unit_words, units, more_units),
    )


def _lexical(index: Index) -> tuple[NDArray[np.int32], LexicalIndex, LexicalIndex]:
    """The line of each unit, the words of passages, and those of units."""
    if index.unit_lines is None or index.words is None or index.unit_words is None:
        raise TypeError("an index without its words cannot be layered")
    return index.unit_lines, index.words, index.unit_words


class _Texts(Mapping[str, tuple[str, ...]]):
    """The lines of notes: the new ones, then the old ones that are left."""

    def __init__(
        self,
        old: Mapping[str, tuple[str, ...]],
        gone: Collection[str],
        new: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._old, self._gone, self._new = old, gone, new

    def __getitem__(self, name: str) -> tuple[str, ...]:
        if name in self._new:
            return self._new[name]
        if name in self._gone:
            raise KeyError(name)
        return self._old[name]

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self._old if name not in self._gone)
        yield from self._new

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Joined(NoteRows[T]):
    """The rows `kept` of a table over `notes` notes, then those of another."""

    def __init__(self, old: NoteRows[T], kept: Rows, new: NoteRows[T], notes: int) -> None:
        self._old: NoteRows[T] = old
        self._new: NoteRows[T] = new
        self._kept, self._notes = kept, notes

    def __len__(self) -> int:
        return len(self._kept) + len(self._new)

    def _at(self, row: int) -> T:
        new = row - len(self._kept)
        return self._old[int(self._kept[row])] if new < 0 else self._new[new]

    def places(self) -> Rows:
        old, new = self._old.places()[self._kept], self._new.places()
        return np.concatenate([old, new + (self._notes << PLACE_BITS)])

    def rows_of(self, notes: Iterable[str]) -> NDArray[np.bool_]:
        wanted = set(notes)
        old, new = self._old.rows_of(wanted)[self._kept], self._new.rows_of(wanted)
        return np.concatenate([old, new])


class _JoinedLines(_Joined[Line], LineRows):
    def __init__(self, old: LineRows, kept: Rows, new: LineRows, notes: int) -> None:
        super().__init__(old, kept, new, notes)
        self._finds = old, new

    def find(self, note: str, number: int) -> int | None:
        old, new = self._finds
        if (row := new.find(note, number)) is not None:
            return len(self._kept) + row
        row = old.find(note, number)
        place = len(self._kept) if row is None else int(np.searchsorted(self._kept, row))
        return place if place < len(self._kept) and self._kept[place] == row else None


def _without(rows: Sequence[Line] | Sequence[Passage], gone: Collection[str]) -> Rows:
    """The rows that are not of these notes."""
    if isinstance(rows, NoteRows):
        return np.flatnonzero(~rows.rows_of(gone))
    return np.flatnonzero([row.note not in gone for row in rows])


def _lines(old: Sequence[Line], kept: Rows, new: Sequence[Line], notes: int) -> Sequence[Line]:
    if isinstance(old, LineRows) and isinstance(new, LineRows):
        return _JoinedLines(old, kept, new, notes)
    return (*(old[row] for row in kept.tolist()), *new)


def _passages(
    old: Sequence[Passage], kept: Rows, new: Sequence[Passage], notes: int
) -> Sequence[Passage]:
    if isinstance(old, NoteRows) and isinstance(new, NoteRows):
        return _Joined(old, kept, new, notes)
    return (*(old[row] for row in kept.tolist()), *new)


def _vectors(old: AnyVectors, kept: Rows, new: AnyVectors) -> AnyVectors:
    """In memory and exact where the old ones are, so that they are compared in the same way."""
    if isinstance(old, VectorIndex) and isinstance(new, VectorIndex):
        both = np.concatenate([old.take(kept), new.rows()])
        return VectorIndex.build(both, both.shape[1])
    return JoinedVectors(old, kept, new)


def _keys(base: Index, passages: Rows, units: Rows, fresh: Index) -> NDArray[np.uint64]:
    old, new = len(base.passages), len(fresh.passages)
    of_passages = [base.keys[:old][passages], fresh.keys[:new]]
    return np.concatenate([*of_passages, base.keys[old:][units], fresh.keys[new:]])


def _words(base: LexicalIndex, kept: Rows, documents: Iterable[str]) -> LexicalIndex:
    return ExtendedIndex(base, None if len(kept) == len(base) else kept, documents)
