"""The lines nearest to a question; for a label, which tells nothing, what stands under it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from core.text import strip_marker, words
from core.types import Citation, Hit, Line
from retrieval.citations import cite

if TYPE_CHECKING:
    from retrieval.retriever import Retrieval, Retriever

NEAREST = 3
LABEL_WORDS = 8
"""A line up to this long with others under it names them; a longer one tells something itself."""
BELOW = 60
"""Lines under a label that are looked at."""
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+\S")


def nearest(retrieval: Retrieval, retriever: Retriever) -> tuple[Citation, ...]:
    """The closest lines, numbered from 1; each label's place is taken by its closest line."""
    index = retriever.index
    ranks = {(line.note, line.number): rank for rank, (line, _) in enumerate(retrieval.lines)}
    shown: dict[tuple[str, int], Line] = {}
    for found, _ in retrieval.lines:
        under = list(_told_under(index.lines, retriever.row(found), index.asked))
        if not under and _HEADING.match(found.text):
            continue
        told = under or [found]
        line = min(told, key=lambda one: ranks.get((one.note, one.number), len(ranks)))
        shown.setdefault((line.note, line.number), line)
        if len(shown) == NEAREST:
            break
    best = list(shown.values()) or [line for line, _ in retrieval.lines[:NEAREST]]
    return tuple(cite(number, line) for number, line in enumerate(best, 1))


def best_line(hit: Hit) -> Line | None:
    """The best line of a passage, one that is no label if there is any."""
    told = (line for line in hit.best_lines if not _is_label(line, hit.best_lines))
    return next(told, hit.best_lines[0] if hit.best_lines else None)


def _is_label(line: Line, others: Collection[Line]) -> bool:
    if _HEADING.match(line.text):
        return True
    return _is_short(line) and any(_stands_under(other, line) for other in others)


def _told_under(
    lines: Sequence[Line], row: int, asked: Collection[tuple[str, int]]
) -> Iterator[Line]:
    """The lines under a label that are none themselves; nothing under any other line."""
    label = lines[row]
    if not (_is_short(label) or _HEADING.match(label.text)):
        return
    for place in range(row + 1, min(row + 1 + BELOW, len(lines))):
        line = lines[place]
        if not _stands_under(line, label):
            return
        below = lines[place + 1] if place + 1 < len(lines) else None
        names = below is not None and _is_short(line) and _stands_under(below, line)
        if not names and not _HEADING.match(line.text) and (line.note, line.number) not in asked:
            yield line


def _is_short(line: Line) -> bool:
    return len(words(line.text)) <= LABEL_WORDS


def _stands_under(line: Line, label: Line) -> bool:
    depth = len(label.path)
    return (
        line.note == label.note
        and line.number > label.number
        and len(line.path) > depth
        and line.path[:depth] == label.path
        and line.path[depth] == strip_marker(label.text)
    )
