"""Evidence numbers -> citations that quote the very lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.types import Citation, Evidence, Line, Sentence


def cite(number: int, line: Line) -> Citation:
    """A citation of one line; the quote is the line itself, without the space around it."""
    text = line.text.strip()
    return Citation(number, line.note, line.number, line.number, text, line.page)


def resolve(evidence: Evidence, numbers: Iterable[int]) -> tuple[Citation, ...]:
    """The citations of evidence numbers, each once; numbers that do not exist are left out."""
    found = (evidence.get(number) for number in dict.fromkeys(numbers))
    return tuple(cite(item.number, item.line) for item in found if item is not None)


def renumber(sentences: Iterable[Sentence]) -> list[Sentence]:
    """The same sentences with their citations numbered 1, 2, ... as they first appear."""
    numbers: dict[tuple[str, int, int], int] = {}
    shown = []
    for sentence in sentences:
        cited = (
            replace(
                c, number=numbers.setdefault((c.note, c.first_line, c.last_line), len(numbers) + 1)
            )
            for c in sentence.citations
        )
        shown.append(replace(sentence, citations=tuple(cited)))
    return shown
