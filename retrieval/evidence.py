"""Retrieved lines -> numbered evidence that fits a model's budget, grouped under headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from core.text import shorten, strip_marker, words
from core.types import Evidence, EvidenceLine, Line
from retrieval.labels import is_short, under
from retrieval.lexical import LexicalIndex
from retrieval.retriever import Retrieval, Retriever
from retrieval.units import heading

CHARACTERS_PER_TOKEN = 3.8
LONG_LINE = 45
CHILDREN = 8
LINES_ALONE = 230
"""Tokens for single best lines, before whole passages are packed around them."""
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=\S)")


def tokens(text: str) -> int:
    """An estimate good enough to keep a budget; the model counts exactly."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


def pack(retrieval: Retrieval, retriever: Retriever, budget: int) -> Evidence:
    """The best lines, and what stands under those that are headings, in at most `budget` tokens.

    A budget above `LINES_ALONE` is for models that read with ease: they get the passages too that
    the best lines are in, and then the best passages.
    """
    lines, packing = retriever.index.lines, _Packing(retriever, retrieval.query)
    best = [(retriever.row(line), score) for line, score in retrieval.lines]
    for row, score in best:
        below = _children(lines, row)
        rows = below if _is_shown_above(lines, row) else [row, *below]
        packing.add(rows, score, min(budget, LINES_ALONE))
    for row, score in [*best, *_in_hits(retrieval, retriever)] if budget > LINES_ALONE else ():
        passage = dict.fromkeys((row, *retriever.around(row)))
        packing.add([r for r in passage if not _is_shown_above(lines, r)], score, budget)
    return _number(retriever, packing.chosen, retrieval.query)


def _in_hits(retrieval: Retrieval, retriever: Retriever) -> Iterator[tuple[int, float]]:
    """A row of each hit, scored below the best lines, in the order of the hits."""
    least = min((score for _, score in retrieval.lines), default=0.0)
    for place, hit in enumerate(retrieval.hits, 1):
        for line in hit.best_lines[:1]:
            yield retriever.row(line), least - place


@dataclass(slots=True)
class _Packing:
    """Rows taken so far, each with a score, and the tokens that they cost."""

    retriever: Retriever
    query: str
    chosen: dict[int, float] = field(default_factory=dict)
    spent: int = 0
    shown: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    def add(self, rows: Sequence[int], score: float, budget: int) -> None:
        """Take these rows, to the first that is too much; the very first is never.

        A line of a past question's stem is left out: it tells a story, and proves nothing.
        """
        index = self.retriever.index
        for offset, row in enumerate(rows):
            line = index.lines[row]
            told = words(line.text) and (line.note, line.number) not in index.asked
            if row in self.chosen or not told:
                continue
            cost = tokens(excerpt(line, self.query, self.retriever.vocabulary)) + 4
            group = (line.note, line.path)
            cost += 0 if group in self.shown else tokens(heading(line.path, 2)) + 2
            if self.spent + cost > budget and self.chosen:
                break
            self.chosen[row] = score - offset * 1e-3
            self.shown.add(group)
            self.spent += cost


def _is_shown_above(lines: Sequence[Line], row: int) -> bool:
    """Whether a line is a label, which is shown above its lines and says nothing more."""
    return is_short(lines[row]) and bool(_children(lines, row))


def _children(lines: Sequence[Line], row: int) -> list[int]:
    """Rows of the lines right under a line, the first of them if there are many."""
    depth = len(lines[row].path) + 1
    below = under(lines, row, 3 * CHILDREN)
    return [member for member in below if len(lines[member].path) == depth][:CHILDREN]


def _number(retriever: Retriever, chosen: dict[int, float], query: str) -> Evidence:
    """Groups by heading, the best group first, lines in their order within a group."""
    lines, vocabulary = retriever.index.lines, retriever.vocabulary
    ordered = sorted(chosen, key=lambda row: (lines[row].note, lines[row].path, row))
    groups = [
        list(group)
        for _, group in groupby(ordered, key=lambda row: (lines[row].note, lines[row].path))
    ]
    groups.sort(key=lambda group: -max(chosen[row] for row in group))
    flat = [row for group in groups for row in group]
    return Evidence(
        tuple(
            EvidenceLine(
                number,
                lines[row],
                excerpt(lines[row], query, vocabulary),
                retriever.context(row),
            )
            for number, row in enumerate(flat, 1)
        )
    )


def excerpt(line: Line, query: str, vocabulary: LexicalIndex) -> str:
    """A line as the model reads it; of a long one the sentences nearest to the query."""
    text = " ".join(strip_marker(line.text).split())
    if len(words(text)) <= LONG_LINE:
        return text
    asked = set(words(query))
    parts = _SENTENCE.split(text)
    gains = [sum(vocabulary.idf(word) for word in set(words(part)) & asked) for part in parts]
    best = max(range(len(parts)), key=lambda i: (gains[i], -i))
    first, last = best, best
    while last + 1 < len(parts) and _count(parts[first : last + 2]) <= LONG_LINE:
        last += 1
    return shorten(" ".join(parts[first : last + 1]), 320)


def _count(parts: Sequence[str]) -> int:
    return sum(len(words(part)) for part in parts)


def render(evidence: Evidence) -> str:
    """Evidence as a model reads it: headings on lines of their own, each line numbered."""
    shown = []
    for path, items in groupby(evidence.items, key=lambda item: item.line.path):
        above = heading(path, 2)
        if above:
            shown.append(f"{above}:")
        shown.extend(f"[{item.number}] {item.text}" for item in items)
    return "\n".join(shown)
