"""Wrong answers made for a past question: about siblings of what its answer names, or written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.practice import Option
from core.text import shorten, words
from quiz.checks.item_text import same_text
from quiz.checks.name_text import holds_phrase, same_name
from quiz.concepts.concept_map import ConceptMap
from quiz.items.bank import PastQuestion
from quiz.items.options import RATIONALE, Choice
from quiz.items.swap import Mention, swapped
from quiz.model import PracticeCalls
from retrieval.citations import cite

WRITINGS = 2
"""Times a model may be asked for wrong answers."""
SHORTER, LONGER = 0.72, 1.6
"""Bounds of a wrong answer's length, as a share of the right one's."""
SLACK = 10
"""Characters by which it may always differ: between short answers a share says nothing."""
_MARK = re.compile(r"^\s*(?:[-*•]|\(?[A-Da-d1-9][.)])\s*")


def wrong_answers(
    question: PastQuestion,
    named: Sequence[Mention | None],
    known: ConceptMap,
    calls: PracticeCalls | None,
) -> Iterator[Choice]:
    """Wrong answers of about the right one's length, none of them another in other words.

    `named` is what each answer names. The model writes, if there is one, when siblings end.

    Raises:
        ModelUnavailable, MalformedOutput: as the model fails.
    """
    wrong: list[Choice] = []
    for choice in _alternatives(question, named, known, calls):
        text = choice.option.text
        if _fits(text, question.answers) and not _clashes(text, question, wrong):
            wrong.append(choice)
            yield choice


def another_answer(text: str, question: PastQuestion) -> Option:
    """An option of which the notes say nothing but that the answer is another."""
    told = f"Your notes give another answer: {' and '.join(question.answers)}"
    return Option(text, shorten(told, RATIONALE), (cite(1, question.why[0]),))


def _alternatives(
    question: PastQuestion,
    named: Sequence[Mention | None],
    known: ConceptMap,
    calls: PracticeCalls | None,
) -> Iterator[Choice]:
    asked = set(words(question.stem))
    for answer, found in zip(question.answers, named, strict=True):
        for choice in swapped(answer, found, known) if found else ():
            if not set(words(choice.option.about)) <= asked:
                yield choice
    for _ in range(WRITINGS if calls is not None else 0):
        assert calls is not None
        for line in calls.alternatives(question.stem, question.answers[0], temperature=0.5):
            yield Choice(another_answer(_MARK.sub("", line).strip(" ."), question))


def _fits(text: str, answers: Sequence[str]) -> bool:
    """Whether an option has about the length of a right one, so that neither stands out."""
    sizes = [len(answer) for answer in answers]
    return any(
        min(SHORTER * size, size - SLACK) <= len(text) <= max(LONGER * size, size + SLACK)
        for size in sizes
    )


def _clashes(text: str, question: PastQuestion, wrong: Sequence[Choice]) -> bool:
    """Whether an option is another in other words, or holds it."""
    return any(
        same_text(text, other)
        or same_name(text, other)
        or holds_phrase(text, other)
        or holds_phrase(other, text)
        or _within(text, other)
        for other in (*question.answers, *(choice.option.text for choice in wrong))
    )


def _within(text: str, answer: str) -> bool:
    """Whether one of two texts says nothing that the other does not."""
    mine, right = set(words(text)), set(words(answer))
    return mine <= right or right <= mine
