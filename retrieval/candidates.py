"""A query against a large index: the likely passages are gathered, and only those are scored.

Likely are the nearest passages and lines by meaning (FAISS) and the best by words (BM25). Scores
are those of `ExactScorer`: z-scores over the whole index. For words mean and deviation are
counted; for meaning, which is not compared with every row, they come from an even sample.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import Passage
from retrieval.columns import NoteRows
from retrieval.fusion import PASSAGE_WEIGHT, best_per_group, lexical_weight
from retrieval.index import AnyVectors
from retrieval.lexical import LexicalIndex
from retrieval.scoring import Query, Rows, Scored, Scores
from retrieval.units import passage_text

PASSAGES = 40
"""Taken of the best passages, by meaning and by words each."""
UNITS = 80
"""Taken of the best lines, by meaning and by words each."""
FEW = 400
"""A choice of notes with up to this many passages is scored whole."""
_SAMPLE = 600


@dataclass(frozen=True, slots=True)
class _Words:
    """BM25 of one query: every passage, every unit, the best unit of each passage."""

    passage: Scores
    unit: Scores
    best: Scores
    coverage: float


class CandidateScorer:
    """Scores what may be among the best; keeps next to nothing in memory."""

    def __init__(
        self,
        passages: NoteRows[Passage],
        vectors: tuple[AnyVectors, AnyVectors],
        words: tuple[LexicalIndex, LexicalIndex],
        unit_line: Rows,
        owner: Rows,
    ) -> None:
        self._passages = passages
        self._passage_vectors, self._unit_vectors = vectors
        self._words, self._unit_words = words
        self._unit_line, self._unit_owner = unit_line, owner[unit_line]
        size = np.arange(len(passages) + 1)
        self._units = np.searchsorted(self._unit_owner, size)
        self._lines = np.searchsorted(owner, size)
        with_units = np.flatnonzero(np.diff(self._units))
        self._with_units = with_units
        even = np.linspace(0, len(with_units) - 1, min(_SAMPLE, len(with_units)))
        sample = with_units[even.astype(np.int64)]
        members, group = _spread(self._units, sample)
        self._sample_passages = self._passage_vectors.take(sample)
        self._sample_units = self._unit_vectors.take(members)
        self._sample_starts = np.searchsorted(group, np.arange(len(sample)))
        self._beside = ThreadPoolExecutor(1, "nearest")

    def score(self, queries: Sequence[Query], notes: Collection[str] | None) -> Scored:
        allowed = None if notes is None else self._passages.rows_of(notes)
        near = [self._beside.submit(self._nearest, query, allowed) for query in queries]
        words = [self._by_words(query.text) for query in queries]
        likely = [one.result() for one in near]  # found by FAISS while words were counted
        rows = np.unique(np.concatenate([*likely, *(self._best(w, allowed) for w in words)]))
        members, group = _spread(self._units, rows)
        lines, line_owner = _spread(self._lines, rows)
        vectors = self._passage_vectors.take(rows), self._unit_vectors.take(members)
        passage, line, closeness = np.zeros(len(rows)), np.zeros(len(lines)), []
        for query, found in zip(queries, words, strict=True):
            weight = lexical_weight(found.coverage)
            meaning, unit, closest = self._by_meaning(query, vectors, group, len(rows))
            lexical = 0.5 * (
                _scaled(found.passage[rows], found.passage) + _scaled(found.best[rows], found.best)
            )
            passage += meaning + weight * lexical
            unit += weight * _scaled(found.unit[members], found.unit)
            place = np.searchsorted(lines, self._unit_line[members])
            line += best_per_group(unit, place, len(lines))
            closeness.append(closest)
        return Scored(rows, passage, lines, line, line_owner, words[0].coverage, closeness[0])

    def _by_words(self, text: str) -> _Words:
        passage, unit = self._words.scores(text), self._unit_words.scores(text)
        best = np.zeros(len(passage))
        if len(unit):
            starts = self._units[self._with_units]
            best[self._with_units] = np.maximum.reduceat(unit, starts)
        first = passage_text(self._passages[int(passage.argmax())])
        return _Words(passage, unit, best, self._words.coverage(text, first))

    def _by_meaning(
        self, query: Query, vectors: tuple[NDArray[np.float32], ...], group: Rows, size: int
    ) -> tuple[Scores, Scores, float]:
        """Fused scores of the candidates, z-scores of their units, and the highest cosine."""
        dense, dense_unit = (np.asarray(rows @ query.vector, np.float64) for rows in vectors)
        sample_unit = self._sample_units @ query.vector
        sample_best = np.maximum.reduceat(sample_unit, self._sample_starts)
        best = best_per_group(dense_unit, group, size)
        sample = self._sample_passages @ query.vector
        meaning = PASSAGE_WEIGHT * _scaled(dense, sample) + _scaled(best, sample_best)
        closest = float(dense_unit.max()) if len(dense_unit) else 0.0
        return meaning, _scaled(dense_unit, sample_unit), closest

    def _nearest(self, query: Query, allowed: NDArray[np.bool_] | None) -> Rows:
        """Passages that are likely by meaning: all, of a choice of few."""
        if allowed is not None and np.count_nonzero(allowed) <= FEW:
            return np.flatnonzero(allowed)
        units = None if allowed is None else allowed[self._unit_owner]
        near = self._unit_vectors.nearest(query.vector, UNITS, units)
        passages = self._passage_vectors.nearest(query.vector, PASSAGES, allowed)
        return np.concatenate([passages, self._unit_owner[near]])

    def _best(self, words: _Words, allowed: NDArray[np.bool_] | None) -> Rows:
        """Passages that are likely by words."""
        units = None if allowed is None else allowed[self._unit_owner]
        lined = self._unit_owner[_highest(words.unit, UNITS, units)]
        return np.concatenate([_highest(words.passage, PASSAGES, allowed), lined])


def _spread(starts: Rows, rows: Rows) -> tuple[Rows, Rows]:
    """The members of some groups, one after the other, and the place in `rows` of each."""
    counts = starts[rows + 1] - starts[rows]
    group = np.repeat(np.arange(len(rows)), counts)
    offset = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts[rows][group] + offset, group


def _highest(scores: Scores, k: int, allowed: NDArray[np.bool_] | None) -> Rows:
    """Rows of the `k` highest scores above zero."""
    if allowed is not None:
        scores = scores * allowed
    highest = scores.max(initial=0.0)
    for least in (highest / 2, highest / 4, 0.0):  # few are high, and mostly they are enough
        rows = np.flatnonzero(scores > least)
        if len(rows) >= k:
            break
    if len(rows) > k:
        rows = rows[np.argpartition(-scores[rows], k)[:k]]
    return rows


def _scaled(scores: NDArray[np.floating], world: NDArray[np.floating]) -> Scores:
    """z-scores by the mean and deviation of `world`; zeros if all of it is alike."""
    deviation = float(world.std()) if len(world) else 0.0
    if deviation < 1e-9:
        return np.zeros(len(scores))
    return np.asarray((scores - world.mean()) / deviation, np.float64)
