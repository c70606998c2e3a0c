"""Drafts of items: for a fact and a kind, what code or the model makes of them, unchecked."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.practice import Concept, Difficulty, Fact, Item, ItemKind
from core.text import words
from quiz.concepts.concept_map import ConceptMap
from quiz.items.bank import Bank
from quiz.items.eligible import Target
from quiz.items.gaps import gap_item
from quiz.items.scenario import MASK, masked, scenario_item
from quiz.items.templates import (
    described_item,
    property_item,
    true_false_item,
    two_item,
)
from quiz.items.variant import variant_item
from quiz.model import PracticeCalls
from retrieval.embedder import Embedder

SAYS = 4
"""Words that a fact needs to carry a scenario."""
TELLS = 10
"""Words that all its facts need together, its own name apart: with fewer, a model makes things up,
and the fact itself is asked for its name."""
RIVALS = 4
"""Concepts of which at most all but one may be nearer to the fact than its own."""


@dataclass(frozen=True, slots=True)
class Drafter:
    """Writes drafts from one state of the notes."""

    known: ConceptMap
    bank: Bank
    embedder: Embedder

    def draft(
        self,
        target: Target,
        kind: ItemKind,
        level: Difficulty | None,
        calls: PracticeCalls | None,
        shown: Mapping[str, int],
        rng: random.Random,
    ) -> Item | None:
        """An item of a kind on a fact; None when the fact does not lend itself to it.

        Raises:
            ModelUnavailable, MalformedOutput: as the model fails.
        """
        concept, fact = target.concept, target.fact
        if concept.name in self.known.broad:
            return None
        related = self.related(concept, level, rng)
        match kind:
            case "gap":
                item = gap_item(concept, fact, self.known, rng)
                names_it = item is not None and concept.name in item.accepted
                return None if names_it and not self._singles_out(concept, fact, 1) else item
            case "property":
                return property_item(concept, fact, related, rng)
            case "two":
                return two_item(concept, fact, related, rng)
            case "true_false":
                return true_false_item(concept, fact, related, rng)
            case "variant":
                if calls is None:
                    return None
                return variant_item(concept, self.bank, self.known, shown, calls, rng)
        if not self._singles_out(concept, fact):
            return None
        if calls is None:
            return described_item(concept, fact, related, rng)
        told = [fact, *_support(concept, fact, calls.traits.facts - 1, rng)]
        if sum(_length(one, concept) for one in told) < TELLS:
            return described_item(concept, fact, related, rng)
        return scenario_item(concept, told, related, calls, rng, easy=level == "easy")

    def related(
        self, concept: Concept, level: Difficulty | None, rng: random.Random
    ) -> list[Concept]:
        """Siblings in the order they are to be used: hard items take the nearest, easy the far."""
        siblings = (self.known.find(name) for name in concept.siblings)
        found = [c for c in siblings if c is not None and c.name not in self.known.broad]
        if level == "hard":
            return found
        if level == "easy":
            return found[::-1]
        head = found[:4]
        rng.shuffle(head)
        return head + found[4:]

    def _singles_out(self, concept: Concept, fact: Fact, rivals: int = RIVALS) -> bool:
        """Whether a question from this fact has one answer: it says enough, of few concepts.

        A name that is to be typed needs a fact to which no other concept is nearer.
        """
        if len(words(fact.text)) < SAYS:
            return False
        vector = self.embedder.encode([fact.text])[0]
        return self.known.rank(concept.name, vector) < rivals


def _length(fact: Fact, concept: Concept) -> int:
    """Words that a fact has beside the concept's name."""
    return len(words(masked(fact.text, concept).replace(MASK, "")))


def _support(concept: Concept, fact: Fact, count: int, rng: random.Random) -> Sequence[Fact]:
    """Other facts that make a scenario point to one concept: of the same heading first."""
    rest = [f for f in concept.facts if f is not fact and 3 <= len(words(f.text)) <= 25]
    rng.shuffle(rest)
    rest.sort(key=lambda other: other.heading != fact.heading)
    return rest[:count]
