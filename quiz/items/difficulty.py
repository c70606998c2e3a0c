"""How hard an item is, by what can be measured.

One point each: the nearest distractor is close to the concept (cosine of names and facts at
least .55), two facts must be known at once, the solver needed the lines; half a point for a
sure solver's doubt (less than .6 for the key). Under 1: easy; under 2: medium; else hard.
"""

from __future__ import annotations

from core.practice import Difficulty, Item
from quiz.concepts.concept_map import ConceptMap

CLOSE = 0.55
DOUBT = 0.6


def difficulty(item: Item, known: ConceptMap, share: float | None = None) -> Difficulty:
    """The level of an item; `share` is what the solver gave the key from the lines."""
    points = float(nearest_distractor(item, known) >= CLOSE)
    points += len(item.facts) > 1
    points += item.guessable is False
    points += 0.5 * (share is not None and share < DOUBT)
    if points < 1:
        return "easy"
    return "medium" if points < 2 else "hard"


def nearest_distractor(item: Item, known: ConceptMap) -> float:
    """The highest cosine between the concept and what a wrong option is about; 0 if unknown."""
    if item.concept not in known.rows:
        return 0.0
    about = {
        option.about for place, option in enumerate(item.options) if place not in item.key
    } & known.rows.keys()
    return max((known.nearness(item.concept, name) for name in about - {item.concept}), default=0.0)
