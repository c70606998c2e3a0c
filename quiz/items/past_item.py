"""Items of origin `notes`: a past question with its own options, or with wrong ones made for it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from core.practice import Concept, Item, Option
from core.text import shorten, words
from quiz.checks.context import Notes
from quiz.checks.item_text import says_two
from quiz.checks.run import run_checks
from quiz.concepts.concept_map import ConceptMap
from quiz.items.bank import Bank, PastQuestion
from quiz.items.options import RATIONALE, Choice, build_item, name_choice
from quiz.items.swap import subject
from quiz.items.wrong_answers import another_answer, wrong_answers
from quiz.model import PracticeCalls
from retrieval.citations import cite

LONGEST_ANSWER = 32
NEEDED = 3
_INSTRUCTION = re.compile(r"\b(?:TWO|Select|Choose)\b")


def past_items(bank: Bank, known: ConceptMap, notes: Notes, rng: random.Random) -> list[Item]:
    """The past questions that need no model, in the order of the notes.

    Each has its own options where they pass the checks, else those that code can add.
    """
    made: list[Item | None] = []
    for question in bank.questions:
        own = given_item(question, known, rng)
        fits = own is not None and run_checks(own, notes)[-1].passed
        made.append(own if fits else past_item(question, known, None, rng))
    return [item for item in made if item is not None]


def given_item(question: PastQuestion, known: ConceptMap, rng: random.Random) -> Item | None:
    """A past question with the options that stand with it, unchecked; None when it has none.

    What an option is for is told by the notes, where they know it by its name.
    """
    if not question.options:
        return None
    places = range(len(question.options))
    choices = [_given(question, place, known) for place in places]
    return replace(_built(question, choices, known, rng), given=True)


def _given(question: PastQuestion, place: int, known: ConceptMap) -> Choice:
    text = question.options[place]
    concept = known.find(text)
    if place in question.right:
        return _right(text, question, concept)
    if concept is None or not concept.facts or concept.name in known.broad:
        return Choice(another_answer(text, question))
    told = name_choice(concept, concept.facts[:2])
    return replace(told, option=replace(told.option, text=text))


def past_item(
    question: PastQuestion, known: ConceptMap, calls: PracticeCalls | None, rng: random.Random
) -> Item | None:
    """A past question with three wrong options: its answer about siblings of what it names, and
    what the model writes. None when an answer is too long, there are too many, or wrong ones
    cannot be had.

    Raises:
        ModelUnavailable: the model cannot answer.
        MalformedOutput: it answers with what is none.
    """
    if question.many or any(len(words(answer)) > LONGEST_ANSWER for answer in question.answers):
        return None
    named = [subject(answer, question.stem, known) for answer in question.answers]
    wrong = list(islice(wrong_answers(question, named, known, calls), NEEDED))
    if len(wrong) < NEEDED:
        return None
    right = [
        _right(answer, question, found.concept if found else None)
        for answer, found in zip(question.answers, named, strict=True)
    ]
    return _built(question, [*right, *wrong], known, rng)


def _right(text: str, question: PastQuestion, concept: Concept | None) -> Choice:
    told, lines = shorten(question.told, RATIONALE), tuple(cite(1, line) for line in question.why)
    return Choice(Option(text, told, lines, concept.name if concept else ""), True)


def _built(
    question: PastQuestion, choices: Sequence[Choice], known: ConceptMap, rng: random.Random
) -> Item:
    stem = question.stem
    if question.two and not (_INSTRUCTION.search(stem) and says_two(stem)):
        stem += " (Select TWO.)"
    return build_item(
        "two" if question.two else "scenario",
        "notes",
        stem,
        choices,
        _concept(question, known),
        (),
        citations=tuple(cite(1, line) for line in question.why),
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
