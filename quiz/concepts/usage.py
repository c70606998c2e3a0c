"""How the notes use a run of words: how often, where in a line, in what capitals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.text import WORD, strip_marker, words

LONGEST = 5
VERBS = frozenset(
    "is are was were can could will would may must should has have had does do did uses use used "
    "helps help lets allows provides works supports support requires needs makes gives takes runs "
    "creates finds means contains includes refers stands converts stores predicts adds".split()
)
"""What follows a name in a line that says what it is or does."""


class Usage:
    """Counts of each run of one to five words in some texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._count: Counter[tuple[str, ...]] = Counter()
        self._capital: Counter[tuple[str, ...]] = Counter()
        self._inside: Counter[tuple[str, ...]] = Counter()
        self._said: Counter[tuple[str, ...]] = Counter()
        for text in texts:
            self._read(strip_marker(text))

    def _read(self, text: str) -> None:
        found = [match.group() for match in WORD.finditer(text)]
        lower = words(text)
        upper = [word[0].isupper() or word[0].isdigit() for word in found]
        for start in range(len(found)):
            for end in range(start + 1, min(start + LONGEST, len(found)) + 1):
                run = tuple(lower[start:end])
                self._count[run] += 1
                if start:
                    self._inside[run] += 1
                    self._capital[run] += all(upper[start:end])
                elif end < len(found) and lower[end] in VERBS:
                    self._said[run] += 1

    def mentions(self, name: str) -> int:
        """Times a name stands in the texts, its own heading included."""
        return self._count[tuple(words(name))]

    def capitals(self, name: str) -> float:
        """Share capitalised of its mentions inside a line; 0.5 when there are none."""
        run = tuple(words(name))
        return (self._capital[run] + 0.5) / (self._inside[run] + 1)

    def said(self, name: str) -> int:
        """Lines that begin with it and go on with a verb such as `is` or `can`."""
        return self._said[tuple(words(name))]
