"""How the notes use a name: how often, where in a line, in what capitals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from core.text import WORD, strip_marker, words

LONGEST = 5
VERBS = frozenset(
    "is are was were can could will would may must should has have had does do did uses use used "
    "helps help lets allows provides works supports support requires needs makes gives takes runs "
    "creates finds means contains includes refers stands converts stores predicts adds".split()
)
"""What follows a name in a line that says what it is or does."""


class Usage:
    """How some texts use some names: those of one to five words are counted."""

    def __init__(self, texts: Iterable[str], names: Iterable[str]) -> None:
        self._lengths: defaultdict[str, set[int]] = defaultdict(set)
        self._wanted = {tuple(words(name)) for name in names}
        for run in self._wanted:
            if 0 < len(run) <= LONGEST:
                self._lengths[run[0]].add(len(run))
        self._count: Counter[tuple[str, ...]] = Counter()
        self._capital: Counter[tuple[str, ...]] = Counter()
        self._inside: Counter[tuple[str, ...]] = Counter()
        self._said: Counter[tuple[str, ...]] = Counter()
        for text in texts:
            self._read(strip_marker(text))

    def _read(self, text: str) -> None:
        found = WORD.findall(text)
        lower = words(text)
        for start, word in enumerate(lower):
            for length in self._lengths.get(word, ()):
                run = tuple(lower[start : start + length])
                if len(run) == length and run in self._wanted:
                    self._note(run, start, found, lower)

    def _note(
        self, run: tuple[str, ...], start: int, found: Sequence[str], lower: Sequence[str]
    ) -> None:
        end = start + len(run)
        self._count[run] += 1
        if start:
            self._inside[run] += 1
            capital = all(word[0].isupper() or word[0].isdigit() for word in found[start:end])
            self._capital[run] += capital
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
