"""Names of several words: lines on Kinesis Video Streams prove nothing of Kinesis Data Streams."""

from __future__ import annotations

from collections.abc import Sequence

from core.text import words
from proof.claims import stands_among
from proof.subject import names_in

Name = tuple[str, ...]
LONGEST = 6
"""Words; a longer heading is no name."""


def is_of_another(names: Sequence[Name], text: str, path: Sequence[str]) -> bool:
    """Whether a line, or the nearest heading that decides, names what is like one of `names`.

    Alike are names with half of their words in common of which each has words of its own.
    """
    if any(_holds(words(text), name) for name in names):
        return False
    for row in map(words, reversed(path)):
        if any(_holds(row, name) for name in names):
            return False
        if 1 < len(row) <= LONGEST and any(_alike(name, tuple(row)) for name in names):
            return True
    others = [name for name in names_in(text) if len(name) > 1]
    return any(_alike(name, other) for name in names for other in others)


def _holds(row: Sequence[str], name: Name) -> bool:
    """Whether the name stands there, its first word or not: that may be its maker's, or a verb."""
    for wanted in (name, name[1:]):
        for start in range(len(row) - len(wanted) + 1):
            if all(stands_among(w, {row[start + i]}) for i, w in enumerate(wanted)):
                return True
    initials = {"".join(word[0] for word in wanted) for wanted in (name, name[1:])}
    return any(len(word) > 1 and word in initials for word in row)


def _alike(name: Name, other: Name) -> bool:
    own = [word for word in name if not stands_among(word, set(other))]
    theirs = [word for word in other if not stands_among(word, set(name))]
    shared = len(name) - len(own)
    return bool(own and theirs) and 2 * shared >= min(len(name), len(other))
