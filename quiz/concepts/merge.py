"""Terms that are one thing under two names become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from core.text import words
from quiz.checks.name_text import initials
from quiz.concepts.outline_terms import Entry
from quiz.concepts.terms import name_words

SHARED_PREFIX = 4
"""Names that begin alike, such as with a maker's name; the word then tells nothing."""
SPEAKING = 3
"""Letters from which an abbreviation tells by itself what it stands for."""


def merge(entries: Sequence[Entry]) -> list[Entry]:
    """One entry for one thing, whatever its headings call it.

    `Amazon Kendra` is `Kendra`: a word that begins many names is dropped. `Sage Maker` is
    `SageMaker`, and `NLP` is `Natural Language Processing`.
    """
    firsts: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for entry in entries:
        found = tuple(name_words(entry.name))
        firsts[found[0]].add(found)
    common = {word for word, names in firsts.items() if len(names) >= SHARED_PREFIX}
    merged: dict[str, Entry] = {}
    for entry in entries:
        known = merged.setdefault("".join(_own_words(entry.name, common)), entry)
        if known is not entry:
            known.take(entry)
    return _spelt_out(list(merged.values()))


def _own_words(name: str, common: Collection[str]) -> Sequence[str]:
    """The words of a name without those that begin many; what is left is written as a name.

    `Amazon Kendra` is `Kendra`, `True positive` is not `positive`.
    """
    parts, written = name_words(name), name.split()
    while len(parts) > 1 and parts[0] in common and written[1:] and not written[1][0].islower():
        parts, written = parts[1:], written[1:]
    return parts


def _spelt_out(entries: list[Entry]) -> list[Entry]:
    """Abbreviations join the one name they can stand for.

    Two letters prove nothing (`LR` is a learning rate beside "Logistic Regression"), unless the
    notes themselves put the two together.
    """
    alike = _Spellings(entries)
    left = []
    for entry in entries:
        long = alike.long_forms(entry) if len(words(entry.name)) == 1 else []
        if len(long) == 1 and len(words(long[0].name)) > 1:
            long[0].take(entry)
        else:
            left.append(entry)
    return left


class _Spellings:
    """The entries by their names, their aliases, and what their names may be shortened to."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._named: defaultdict[str, list[Entry]] = defaultdict(list)
        self._also: defaultdict[str, list[Entry]] = defaultdict(list)
        self._short: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._named[entry.name].append(entry)
            for alias in entry.aliases:
                self._also[alias].append(entry)
            for letters in initials(entry.name):
                self._short[letters].append(entry)

    def long_forms(self, entry: Entry) -> list[Entry]:
        """The other entries that a name of one word may stand for."""
        short = entry.name
        found = [*self._also[short], *(e for alias in entry.aliases for e in self._named[alias])]
        if len(short) >= SPEAKING and short.isupper():
            found += self._short[short]
        return list({id(other): other for other in found if other is not entry}.values())
