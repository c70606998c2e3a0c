"""What the checks of an item are given, and what they give back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from core.practice import Check, Item


class Notes(Protocol):
    """What the checks need to know of the notes."""

    def line(self, note: str, number: int) -> str | None:
        """The verbatim text of a line, 1-based; None when there is no such note or line."""

    def facts_of(self, concept: str) -> Sequence[str]:
        """What the notes say of a concept, by name or alias; nothing when they do not know it."""

    def common(self, word: str) -> bool:
        """Whether a lower-cased word stands all over the notes, so that it hints at nothing."""


ItemCheck = Callable[[Item, Notes], Check]
"""A named check; the name of the function is the name in its result."""


def found(name: str, problem: str) -> Check:
    """A check that failed when there is a problem, and says which."""
    return Check(name, not problem, problem)
