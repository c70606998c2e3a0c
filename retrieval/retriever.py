"""A query becomes hits: passages and lines scored by meaning and by words, then fused."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import IndexMissing
from core.types import Hit, Line, Passage
from retrieval.embedder import Embedder, SearchEmbedder
from retrieval.fusion import best_per_group, fuse, lexical_weight, zscores
from retrieval.lexical import LexicalIndex
from retrieval.store import Index
from retrieval.units import passage_text, units_of

Scores = NDArray[np.float64]

LOW_COVERAGE = 0.3
"""Below this share of idf the notes use other words than the question: see `Retrieval.unsure`."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Hits, best first, and the best single lines of all, best first.

    `coverage` (0..1) is how much of the query's rare words the best passage holds; `closeness`
    is the highest cosine of any line to the query.
    """

    query: str
    hits: tuple[Hit, ...]
    lines: tuple[tuple[Line, float], ...]
    coverage: float
    closeness: float = 0.0

    @property
    def unsure(self) -> bool:
        """Whether other words for the same thing might find more."""
        return self.coverage < LOW_COVERAGE


@dataclass(frozen=True, slots=True)
class _Scores:
    passage: Scores
    line: Scores
    coverage: float
    closeness: float


class Retriever:
    """Searches one index. Cheap to build; holds the index in memory; has no other state.

    `embedder` is the one that the index was made with. `near`, by default the same, compares texts
    with each other: that is done on this machine, whoever embeds the questions.

    Raises:
        IndexMissing: its vectors are not those of its lines and passages.
    """

    def __init__(
        self, index: Index, embedder: SearchEmbedder, near: Embedder | None = None
    ) -> None:
        self.index = index
        self._embedder = embedder
        self._near = near or embedder
        rows, texts = units_of(index.lines, index.asked)
        vectors = (len(index.passage_vectors), len(index.unit_vectors))
        if vectors != (len(index.passages), len(rows)):
            raise IndexMissing("The index is damaged (its parts differ): index again.")
        self._unit_line = np.asarray(rows, np.int64)
        self._owner = _owners(index.passages, index.lines)
        self._unit_owner = self._owner[self._unit_line]
        self._members = _members(self._owner, len(index.passages))
        self._passage_texts = [passage_text(passage) for passage in index.passages]
        self._rows = {(line.note, line.number): row for row, line in enumerate(index.lines)}
        self._words = LexicalIndex(self._passage_texts)
        self._unit_words = LexicalIndex(texts)

    @property
    def vocabulary(self) -> LexicalIndex:
        """The words of the notes, for what needs to know how rare one is."""
        return self._words

    def row(self, line: Line) -> int:
        """Where a line stands in `index.lines`."""
        return self._rows[line.note, line.number]

    def find(self, note: str, number: int) -> int | None:
        """Where a line of a note stands in `index.lines`; None when it is not there any more."""
        return self._rows.get((note, number))

    def nearness(self, text: str, others: Sequence[str]) -> tuple[float, ...]:
        """The cosine of a text to each of the others."""
        if not others:
            return ()
        vectors = self._near.encode([text, *others])
        return tuple(float(value) for value in vectors[1:] @ vectors[0])

    def context(self, row: int) -> str:
        """The passage, with its headings, that the line at this row of `index.lines` is in."""
        return self._passage_texts[int(self._owner[row])]

    def around(self, row: int) -> tuple[int, ...]:
        """The rows of `index.lines` in the same passage, without those of past questions."""
        lines, asked = self.index.lines, self.index.asked
        members = self._members[int(self._owner[row])]
        return tuple(m for m in members if (lines[m].note, lines[m].number) not in asked)

    def search(
        self,
        query: str,
        k: int = 8,
        *,
        notes: Collection[str] | None = None,
        lines: int = 24,
        hint: str = "",
    ) -> Retrieval:
        """The `k` best passages and the best `lines` lines, of all notes or of `notes`.

        With a `hint`, other words for what is asked, the query with it counts as much as alone.
        """
        if not self.index.passages or not query.strip():
            return Retrieval(query, (), (), 0.0)
        found = self._score(query)
        passage, line = found.passage, found.line
        if hint:
            hinted = self._score(f"{query} {hint}")
            passage, line = passage + hinted.passage, line + hinted.line
        allowed = self._allowed(notes)
        hits = tuple(
            Hit(self.index.passages[row], float(passage[row]), self._best_lines(row, line))
            for row in np.argsort(-passage, kind="stable")
            if allowed[row]
        )[:k]
        best = self._top_lines(line, passage, allowed, lines)
        return Retrieval(query, hits, best, found.coverage, found.closeness)

    def _score(self, query: str) -> _Scores:
        """Every passage and every line against one query."""
        vector = self._embedder.encode_query(query)
        if len(vector) != self.index.manifest.dimension:
            raise IndexMissing("The index was made with vectors of another length: index again.")
        lexical = self._words.scores(query)
        coverage = self._words.coverage(query, self._passage_texts[int(lexical.argmax())])
        dense_unit = self.index.unit_vectors.scores(vector)
        lexical_unit = self._unit_words.scores(query)
        size, lined = len(self.index.passages), bool(len(dense_unit))
        passage = fuse(
            self.index.passage_vectors.scores(vector),
            best_per_group(dense_unit, self._unit_owner, size) if lined else None,
            lexical,
            best_per_group(lexical_unit, self._unit_owner, size) if lined else None,
            coverage,
        )
        unit = zscores(dense_unit) + lexical_weight(coverage) * zscores(lexical_unit)
        line = best_per_group(unit, self._unit_line, len(self.index.lines))
        return _Scores(passage, line, coverage, float(dense_unit.max()) if lined else 0.0)

    def _allowed(self, notes: Collection[str] | None) -> list[bool]:
        return [notes is None or passage.note in notes for passage in self.index.passages]

    def _best_lines(self, row: int, line: Scores) -> tuple[Line, ...]:
        members = self._members[row]
        order = sorted(members, key=lambda member: -line[member])
        return tuple(self.index.lines[member] for member in order)

    def _top_lines(
        self, line: Scores, passage: Scores, allowed: Sequence[bool], count: int
    ) -> tuple[tuple[Line, float], ...]:
        """Lines by their own score and, for half, their passage's: a fact needs its topic."""
        scores = line + 0.5 * passage[self._owner]
        asked = self.index.asked
        best = []
        for row in np.argsort(-scores, kind="stable"):
            found = self.index.lines[row]
            if allowed[self._owner[row]] and (found.note, found.number) not in asked:
                best.append((found, float(scores[row])))
                if len(best) == count:
                    break
        return tuple(best)


def _owners(passages: Sequence[Passage], lines: Sequence[Line]) -> NDArray[np.int64]:
    """Row of the passage that each line is in."""
    starts: dict[str, list[tuple[int, int]]] = {}
    for row, passage in enumerate(passages):
        starts.setdefault(passage.note, []).append((passage.first_line, row))
    owners = np.zeros(len(lines), np.int64)
    for row, line in enumerate(lines):
        known = starts[line.note]
        owners[row] = known[bisect_right(known, (line.number, len(passages))) - 1][1]
    return owners


def _members(owners: NDArray[np.int64], size: int) -> list[list[int]]:
    members: list[list[int]] = [[] for _ in range(size)]
    for row, owner in enumerate(owners):
        members[int(owner)].append(row)
    return members
