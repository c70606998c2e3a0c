"""Variants: a question of the notes told anew, with the same answer."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from core.errors import MalformedOutput
from core.practice import Concept, Item
from core.text import words
from quiz.concepts.concept_map import ConceptMap
from quiz.items.bank import Bank
from quiz.items.options import Choice, build_item
from quiz.items.past_item import past_item
from quiz.items.scenario import told_only
from quiz.model import PracticeCalls


def variant_item(
    concept: Concept,
    bank: Bank,
    known: ConceptMap,
    shown: Mapping[str, int],
    calls: PracticeCalls,
    rng: random.Random,
) -> Item | None:
    """A past question about a concept in another scenario, one shown least; None: there is none.

    Raises:
        ModelUnavailable, MalformedOutput: as the model fails.
    """
    past = (past_item(question, known, None, rng) for question in bank.questions)
    about = [item for item in past if item is not None and item.concept == concept.name]
    if not about:
        return None
    rng.shuffle(about)
    least = min(about, key=lambda item: max(shown.get(key, 0) for key in item.facts))
    return vary(least, known, calls, rng)


def vary(item: Item, known: ConceptMap, calls: PracticeCalls, rng: random.Random) -> Item | None:
    """The same tested fact, answer and options; the stem is written anew.

    Raises:
        ModelUnavailable, MalformedOutput: as the model fails.
    """
    concept = known.find(item.concept)
    if concept is None:
        return None
    text = calls.vary(item.stem, item.answer, temperature=0.8)
    asked = text if text.endswith("?") else f"{told_only(text)} What should be done?"
    if len(words(asked)) < 8:
        raise MalformedOutput("The model wrote no question.")
    choices = [Choice(option, place in item.key) for place, option in enumerate(item.options)]
    made = build_item(
        "variant",
        "model",
        asked if item.kind != "two" else f"{asked} (Select TWO.)",
        choices,
        concept,
        (),
        citations=item.citations,
        seed=rng.getrandbits(32),
        tested=item.facts,
    )
    return replace(made, variant_of=item.id)
