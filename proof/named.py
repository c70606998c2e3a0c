"""Names of several words: lines on Kinesis Video Streams prove nothing of Kinesis Data Streams."""

from __future__ import annotations

from collections.abc import Sequence

from core.function_words import FUNCTION_WORDS
from core.text import WORD, words
from proof.claims import stands_among

Name = tuple[str, ...]
LONGEST = 6
"""Words; a longer heading is no name."""


def names_in(text: str) -> list[Name]:
    """Runs of two words or more that are written with capitals, in lower case.

    >>> names_in("Use Amazon Kinesis Data Streams with it")
    [('use', 'amazon', 'kinesis', 'data', 'streams')]
    """
    runs: list[list[str]] = [[]]
    end = 0
    for found in WORD.finditer(text):
        word, between = found.group(), text[end : found.start()]
        end = found.end()
        if between.strip(" -"):
            runs.append([])
        written = any(map(str.isupper, word)) or (runs[-1] and word[0].isdigit())
        if not written or word.lower() in FUNCTION_WORDS:
            runs.append([])
        else:
            runs[-1].extend(words(word))
    return [tuple(run) for run in runs if len(run) > 1]


def is_of_another(names: Sequence[Name], text: str, path: Sequence[str]) -> bool:
    """Whether a line, or a heading above it, names what is like one of `names`, and none of them.

    Alike are names with half of their words in common of which each has words of its own.
    """
    told = [words(text), *(words(part) for part in path)]
    if any(_holds(row, name) for row in told for name in names):
        return False
    headings = [tuple(row) for row in told[1:] if 1 < len(row) <= LONGEST]
    others = [*headings, *names_in(text)]
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
