"""Every passage and every line against one query: what a small index can afford."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.types import Line, Passage
from retrieval.columns import NoteRows
from retrieval.embedder import Vectors
from retrieval.fusion import best_per_group, fuse, lexical_weight, zscores
from retrieval.lexical import LexicalIndex
from retrieval.units import passage_text
from retrieval.vectors import VectorIndex

Scores = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: its text and its vector, shape (dimension,)."""

    text: str
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of passages and of lines, with their rows in the index, ascending.

    `owner` is the place in `passages` of the passage that each line of `lines` is in.
    """

    passages: Rows
    passage: Scores
    lines: Rows
    line: Scores
    owner: Rows
    coverage: float
    closeness: float


class Scorer(Protocol):
    """A way to score an index."""

    def score(self, queries: Sequence[Query], notes: Collection[str] | None) -> Scored:
        """Scores summed over the queries; coverage and closeness are those of the first.

        It may leave out what cannot be among the best, and what is not of `notes`.
        """


class ExactScorer:
    """Scores everything; needs all of it in memory."""

    def __init__(
        self,
        passages: Sequence[Passage],
        vectors: tuple[VectorIndex, VectorIndex],
        words: tuple[LexicalIndex, LexicalIndex],
        unit_line: Rows,
        owner: Rows,
    ) -> None:
        self._texts = [passage_text(passage) for passage in passages]
        self._passage_vectors, self._unit_vectors = vectors
        self._words, self._unit_words = words
        self._unit_line, self._owner = unit_line, owner
        self._unit_owner = owner[unit_line]
        self._passages = np.arange(len(passages))
        self._lines = np.arange(len(owner))

    def score(self, queries: Sequence[Query], notes: Collection[str] | None) -> Scored:
        first, *more = [self._one(query) for query in queries]
        passage, line, coverage, closeness = first
        for other in more:
            passage, line = passage + other[0], line + other[1]
        return Scored(self._passages, passage, self._lines, line, self._owner, coverage, closeness)

    def _one(self, query: Query) -> tuple[Scores, Scores, float, float]:
        lexical = self._words.scores(query.text)
        coverage = self._words.coverage(query.text, self._texts[int(lexical.argmax())])
        dense_unit = self._unit_vectors.scores(query.vector)
        lexical_unit = self._unit_words.scores(query.text)
        size, lined = len(self._passages), bool(len(dense_unit))
        passage = fuse(
            self._passage_vectors.scores(query.vector),
            best_per_group(dense_unit, self._unit_owner, size) if lined else None,
            lexical,
            best_per_group(lexical_unit, self._unit_owner, size) if lined else None,
            coverage,
        )
        unit = zscores(dense_unit) + lexical_weight(coverage) * zscores(lexical_unit)
        line = best_per_group(unit, self._unit_line, len(self._lines))
        return passage, line, coverage, float(dense_unit.max()) if lined else 0.0


def owners(passages: Sequence[Passage], lines: Sequence[Line]) -> Rows:
    """Row of the passage that each line is in."""
    if isinstance(passages, NoteRows) and isinstance(lines, NoteRows):
        return np.searchsorted(passages.places(), lines.places(), side="right") - 1
    starts: dict[str, list[tuple[int, int]]] = {}
    for row, passage in enumerate(passages):
        starts.setdefault(passage.note, []).append((passage.first_line, row))
    found = np.zeros(len(lines), np.int64)
    for row, line in enumerate(lines):
        known = starts[line.note]
        found[row] = known[bisect_right(known, (line.number, len(passages))) - 1][1]
    return found
