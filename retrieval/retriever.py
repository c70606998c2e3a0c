"""A query becomes hits: passages and lines scored by meaning and by words, then fused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import IndexMissing
from core.types import Hit, Line
from retrieval.candidates import CandidateScorer
from retrieval.columns import LineRows, NoteRows
from retrieval.embedder import Embedder, SearchEmbedder, Vectors
from retrieval.lexical import LexicalIndex
from retrieval.scoring import ExactScorer, Query, Rows, Scored, Scorer, owners
from retrieval.store import Index
from retrieval.titles import named
from retrieval.units import passage_text, units_of
from retrieval.vectors import VectorIndex

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
        rows, self._words, unit_words = _units(index)
        vectors = (len(index.passage_vectors), len(index.unit_vectors))
        if vectors != (len(index.passages), len(rows)):
            raise IndexMissing("The index is damaged (its parts differ): index again.")
        self._owner = owners(index.passages, index.lines)
        self._first = np.searchsorted(self._owner, np.arange(len(index.passages) + 1))
        self._rows = _rows(index.lines)
        self._scorer = _scorer(index, (self._words, unit_words), rows, self._owner)

    @property
    def vocabulary(self) -> LexicalIndex:
        """The words of the notes, for what needs to know how rare one is."""
        return self._words

    def row(self, line: Line) -> int:
        """Where a line stands in `index.lines`."""
        row = self._rows(line.note, line.number)
        if row is None:
            raise KeyError((line.note, line.number))
        return row

    def find(self, note: str, number: int) -> int | None:
        """Where a line of a note stands in `index.lines`; None when it is not there any more."""
        return self._rows(note, number)

    def nearness(self, text: str, others: Sequence[str]) -> tuple[float, ...]:
        """The cosine of a text to each of the others."""
        if not others:
            return ()
        vectors = self._near.encode([text, *others])
        return tuple(float(value) for value in vectors[1:] @ vectors[0])

    def context(self, row: int) -> str:
        """The passage, with its headings, that the line at this row of `index.lines` is in."""
        return passage_text(self.index.passages[int(self._owner[row])])

    def around(self, row: int) -> tuple[int, ...]:
        """The rows of `index.lines` in the same passage, without those of past questions."""
        lines, asked = self.index.lines, self.index.asked
        members = self._members(int(self._owner[row]))
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
        asked = [query, f"{query} {hint}"] if hint else [query]
        found = self._scorer.score([Query(text, self._embed(text)) for text in asked], notes)
        passages = self.index.passages
        scores = named(query, passages, found.passages, found.passage, self._words)
        found = replace(found, passage=scores)
        allowed = self._allowed(found, notes)
        rows = np.argsort(-found.passage, kind="stable")
        line = dict(zip(found.lines.tolist(), found.line.tolist(), strict=True))
        hits = tuple(
            Hit(
                self.index.passages[int(found.passages[row])],
                float(found.passage[row]),
                self._best_lines(int(found.passages[row]), line),
            )
            for row in rows[allowed[rows]][:k]
        )
        best = self._top_lines(found, allowed, lines)
        return Retrieval(query, hits, best, found.coverage, found.closeness)

    def _embed(self, text: str) -> Vectors:
        vector = self._embedder.encode_query(text)
        if len(vector) != self.index.manifest.dimension:
            raise IndexMissing("The index was made with vectors of another length: index again.")
        return vector

    def _allowed(self, found: Scored, notes: Collection[str] | None) -> NDArray[np.bool_]:
        """Which of the passages found are of the notes."""
        if notes is None:
            return np.ones(len(found.passages), np.bool_)
        passages = self.index.passages
        return np.asarray([passages[row].note in notes for row in found.passages], np.bool_)

    def _members(self, passage: int) -> range:
        """The rows of its lines."""
        return range(int(self._first[passage]), int(self._first[passage + 1]))

    def _best_lines(self, row: int, line: dict[int, float]) -> tuple[Line, ...]:
        order = sorted(self._members(row), key=lambda member: -line[member])
        return tuple(self.index.lines[member] for member in order)

    def _top_lines(
        self, found: Scored, allowed: NDArray[np.bool_], count: int
    ) -> tuple[tuple[Line, float], ...]:
        """Lines by their own score and, for half, their passage's: a fact needs its topic."""
        scores = found.line + 0.5 * found.passage[found.owner]
        asked = self.index.asked
        best = []
        for place in np.argsort(-scores, kind="stable"):
            if not allowed[found.owner[place]]:
                continue
            line = self.index.lines[int(found.lines[place])]
            if (line.note, line.number) not in asked:
                best.append((line, float(scores[place])))
                if len(best) == count:
                    break
        return tuple(best)


def _units(index: Index) -> tuple[Rows, LexicalIndex, LexicalIndex]:
    """The row of each unit's line, and the words of passages and of units."""
    if index.unit_lines is not None and index.words is not None and index.unit_words is not None:
        return index.unit_lines.astype(np.int64), index.words, index.unit_words
    rows, texts = units_of(index.lines, index.asked)
    words = LexicalIndex(passage_text(passage) for passage in index.passages)
    return np.asarray(rows, np.int64), words, LexicalIndex(texts)


def _rows(lines: Sequence[Line]) -> Callable[[str, int], int | None]:
    if isinstance(lines, LineRows):
        return lines.find
    rows = {(line.note, line.number): row for row, line in enumerate(lines)}
    return lambda note, number: rows.get((note, number))


def _scorer(
    index: Index, words: tuple[LexicalIndex, LexicalIndex], unit_line: Rows, owner: Rows
) -> Scorer:
    """Everything is scored where that is quick, and candidates where it is not."""
    passages, vectors = index.passage_vectors, index.unit_vectors
    if isinstance(index.passages, NoteRows):
        return CandidateScorer(index.passages, (passages, vectors), words, unit_line, owner)
    if not (isinstance(passages, VectorIndex) and isinstance(vectors, VectorIndex)):
        raise IndexMissing("The index is damaged (its parts differ): index again.")
    return ExactScorer(index.passages, (passages, vectors), words, unit_line, owner)
