"""What the items made so far have in common, so that nothing but the notes tells the next key."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from core.practice import Item

GUESSABLE = 0.38
"""Share of the items made so far that may be solvable without the notes; more would test what a
learner knew before."""


@dataclass(slots=True)
class Tally:
    """How many items were made with the model, how many of them could be guessed, and where the
    keys of all stood."""

    made: int = 0
    guessed: int = 0
    places: Counter[int] = field(default_factory=Counter)

    def allows(self, guessable: bool | None) -> bool:
        return not guessable or self.guessed + 1 <= GUESSABLE * (self.made + 1) + 1

    def count(self, item: Item) -> None:
        """Count an item that was made; whether a past question can be guessed is not our doing."""
        if has_place(item):
            self.places.update(item.key)
        if item.origin == "notes":
            return
        self.made += item.guessable is not None
        self.guessed += item.guessable is True

    def place(self, item: Item, rng: random.Random) -> int:
        """Where the key is to stand: by chance, rather where few stood, so that none is favoured.

        Not simply where the fewest stood: that could be foretold.
        """
        places = range(len(item.options))
        least = min(self.places[place] for place in places)
        weights = [1 / (1 + self.places[place] - least) ** 2 for place in places]
        return rng.choices(places, weights)[0]


def has_place(item: Item) -> bool:
    """Whether the place of the key could tell something."""
    return len(item.key) == 1 and item.kind != "true_false"
