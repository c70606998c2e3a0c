"""The lines nearest to a question; for a label, which tells nothing, what stands under it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from core.types import Citation, Hit, Line
from retrieval.citations import cite
from retrieval.labels import is_heading, is_short, stands_under, under

if TYPE_CHECKING:
    from retrieval.retriever import Retrieval, Retriever

NEAREST = 3
BELOW = 60
"""Lines under a label that are looked at."""


def nearest(retrieval: Retrieval, retriever: Retriever) -> tuple[Citation, ...]:
    """The closest lines, numbered from 1; each label's place is taken by its closest line."""
    index = retriever.index
    ranks = {(line.note, line.number): rank for rank, (line, _) in enumerate(retrieval.lines)}
    shown: dict[tuple[str, int], Line] = {}
    for found, _ in retrieval.lines:
        told = list(_told_under(index.lines, retriever.row(found), index.asked))
        if not told and is_heading(found):
            continue
        told = told or [found]
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
    if is_heading(line):
        return True
    return is_short(line) and any(stands_under(other, line) for other in others)


def _told_under(
    lines: Sequence[Line], row: int, asked: Collection[tuple[str, int]]
) -> Iterator[Line]:
    """The lines under a label that are none themselves; nothing under any other line."""
    if not (is_short(lines[row]) or is_heading(lines[row])):
        return
    for place in under(lines, row, BELOW):
        line = lines[place]
        below = lines[place + 1] if place + 1 < len(lines) else None
        names = below is not None and is_short(line) and stands_under(below, line)
        if not names and not is_heading(line) and (line.note, line.number) not in asked:
            yield line
