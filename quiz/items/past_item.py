"""Items of origin `notes`: a past question with wrong options beside its answer."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from core.practice import Concept, Item, Option
from core.text import shorten, words
from quiz.checks.item_text import holds_phrase, same_name, same_text
from quiz.concepts.concept_map import ConceptMap
from quiz.items.bank import Bank, PastQuestion
from quiz.items.options import RATIONALE, Choice, build_item
from quiz.items.swap import Mention, subject, swapped
from quiz.model import PracticeCalls
from retrieval.citations import cite

LONGEST_ANSWER = 32
NEEDED = 3
WRITINGS = 2
"""Times a model may be asked for wrong answers."""
SHORTER, LONGER = 0.72, 1.6
"""Bounds of a wrong answer's length, as a share of the right one's."""
SLACK = 10
"""Characters by which it may always differ: between short answers a share says nothing."""
_MARK = re.compile(r"^\s*(?:[-*•]|\(?[A-Da-d1-9][.)])\s*")


def past_items(bank: Bank, known: ConceptMap, rng: random.Random) -> list[Item]:
    """The past questions to which code can add options, in the order of the notes."""
    made = (past_item(question, known, None, rng) for question in bank.questions)
    return [item for item in made if item is not None]


def past_item(
    question: PastQuestion, known: ConceptMap, calls: PracticeCalls | None, rng: random.Random
) -> Item | None:
    """A past question with three wrong options: its answer about siblings of what it names, and
    what the model writes. None when the answer is too long, or they cannot be had.

    Raises:
        ModelUnavailable: the model cannot answer.
        MalformedOutput: it answers with what is none.
    """
    if any(len(words(answer)) > LONGEST_ANSWER for answer in question.answers):
        return None
    named = [subject(answer, question.stem, known) for answer in question.answers]
    wrong: list[Choice] = []
    for choice in _alternatives(question, named, known, calls):
        text = choice.option.text
        if _fits(text, question.answers) and not _clashes(text, question, wrong):
            wrong.append(choice)
        if len(wrong) == NEEDED:
            return _built(question, named, _concept(question, known), wrong, rng)
    return None


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
            text = _MARK.sub("", line).strip(" .")
            yield Choice(_written(text, question))


def _fits(text: str, answers: Sequence[str]) -> bool:
    """Whether an option has about the length of a right one, so that neither stands out."""
    sizes = [len(answer) for answer in answers]
    return any(
        min(SHORTER * size, size - SLACK) <= len(text) <= max(LONGER * size, size + SLACK)
        for size in sizes
    )


def _within(text: str, answer: str) -> bool:
    """Whether one of two texts says nothing that the other does not."""
    mine, right = set(words(text)), set(words(answer))
    return mine <= right or right <= mine


def _written(text: str, question: PastQuestion) -> Option:
    """An option of the model's. The notes say nothing of it but that the answer is another."""
    told = f"Your notes give another answer: {' and '.join(question.answers)}"
    return Option(text, shorten(told, RATIONALE), (cite(1, question.why[0]),))


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


def _built(
    question: PastQuestion,
    named: Sequence[Mention | None],
    concept: Concept,
    wrong: Sequence[Choice],
    rng: random.Random,
) -> Item:
    told, lines = shorten(question.told, RATIONALE), tuple(cite(1, line) for line in question.why)
    right = [
        Choice(Option(answer, told, lines, found.concept.name if found else ""), True)
        for answer, found in zip(question.answers, named, strict=True)
    ]
    stem = question.stem
    if question.two and not re.search(r"\b(?:TWO|Select|Choose)\b", stem):
        stem += " (Select TWO.)"
    return build_item(
        "two" if question.two else "scenario",
        "notes",
        stem,
        [*right, *wrong],
        concept,
        (),
        citations=lines,
        seed=rng.getrandbits(32),
        tested=question.facts,
    )


def _concept(question: PastQuestion, known: ConceptMap) -> Concept:
    """The concept that a question is about: its answer, or the heading it stands under."""
    for name in (*question.answers, *reversed(question.path)):
        concept = known.find(name)
        if concept is not None:
            return concept
    first = question.lines[0]
    name = question.path[-1] if question.path else first.note
    return Concept(shorten(name, 60), first.note, first.number, question.path, ())
