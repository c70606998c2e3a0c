"""Retrieved lines -> numbered evidence that fits a model's budget, grouped under headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from core.text import shorten, strip_marker, words
from core.types import Evidence, EvidenceLine, Line
from retrieval.lexical import LexicalIndex
from retrieval.retriever import Retrieval, Retriever
from retrieval.units import heading

CHARACTERS_PER_TOKEN = 3.8
LONG_LINE = 45
CHILDREN = 8
HEADING_WORDS = 8
"""A heading up to this long is not numbered: it is shown above its lines anyway."""
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=\S)")


def tokens(text: str) -> int:
    """An estimate good enough to keep a budget; the model counts exactly."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


def pack(retrieval: Retrieval, retriever: Retriever, budget: int) -> Evidence:
    """The best lines, and what stands under those that are headings, in at most `budget` tokens."""
    lines, vocabulary = retriever.index.lines, retriever.vocabulary
    chosen: dict[int, float] = {}
    spent = 0
    shown: set[tuple[str, tuple[str, ...]]] = set()
    for line, score in retrieval.lines:
        row = retriever.row(line)
        below = _children(lines, row)
        told = bool(below) and len(words(line.text)) <= HEADING_WORDS
        for offset, member in enumerate(below if told else [row, *below]):
            if member in chosen or not words(lines[member].text):
                continue
            found = lines[member]
            cost = tokens(excerpt(found, retrieval.query, vocabulary)) + 4
            group = (found.note, found.path)
            cost += 0 if group in shown else tokens(heading(found.path, 2)) + 2
            if spent + cost > budget and chosen:
                break
            chosen[member] = score - offset * 1e-3
            shown.add(group)
            spent += cost
    return _number(retriever, chosen, retrieval.query)


def _children(lines: Sequence[Line], row: int) -> list[int]:
    """Rows of the lines right under a heading, none when there are too many to be its list."""
    parent = lines[row]
    title = strip_marker(parent.text)
    below: list[int] = []
    for member in range(row + 1, min(row + 1 + 3 * CHILDREN, len(lines))):
        child = lines[member]
        depth = len(parent.path)
        if child.note != parent.note or len(child.path) <= depth or child.path[depth] != title:
            break
        if len(child.path) == depth + 1:
            below.append(member)
    return below if len(below) <= CHILDREN else below[:CHILDREN]


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
