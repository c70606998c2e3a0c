"""What a note is about: a summary proven line by line, or its headings, and what may be asked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from chat.suggestions import suggest
from core.text import strip_marker
from core.types import Line, Sentence
from retrieval.retriever import Retriever

HEADINGS = 5
QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class About:
    """`summary` is a model's (`by`), each sentence proven; without one there are the `headings`."""

    summary: tuple[Sentence, ...] = ()
    headings: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    by: str = ""


def plain_about(retriever: Retriever, note: str) -> About | None:
    """Headings and questions by code alone; None when there is no such note."""
    lines = lines_of(retriever, note)
    if not lines:
        return None
    passages = [passage for passage in retriever.index.passages if passage.note == note]
    questions = suggest(passages, lines, QUESTIONS, random.Random(0))
    return About((), main_headings(lines), tuple(questions))


def lines_of(retriever: Retriever, note: str) -> list[Line]:
    """The indexed lines of a note."""
    count = len(retriever.index.texts.get(note, ()))
    rows = (retriever.find(note, number) for number in range(1, count + 1))
    return [retriever.index.lines[row] for row in rows if row is not None]


def main_headings(lines: Sequence[Line]) -> tuple[str, ...]:
    """The first headings of the uppermost level that has more than one."""
    deepest = max((len(line.path) for line in lines), default=0)
    for level in range(deepest):
        found = dict.fromkeys(
            strip_marker(line.path[level]).rstrip(" :") for line in lines if len(line.path) > level
        )
        heads = [head for head in found if head and head != lines[0].note]
        if len(heads) > 1 or level == deepest - 1:
            return tuple(heads[:HEADINGS])
    return ()
