"""What an option names, and how a line of the notes names it too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.function_words import FUNCTION_WORDS, NEGATIONS
from core.labels import read_label
from core.text import WORD, strip_marker, words
from core.types import Line
from proof.claims import Claim, stands_among
from retrieval.lexical import LexicalIndex

NAME_WORDS = 5
"""An option of up to so many telling words, some in capitals, is a name."""
RARE = 0.6
"""Share of the rarest word's idf from which a word of a name must stand in a line about it."""
HALF = 0.65
"""Share of the idf of another option's words that a line about it holds."""
_SEVERAL = re.compile(r",|/|\s&\s|\+\s|\bvs\b|\bversus\b|\sand\s", re.IGNORECASE)
_FIGURES = frozenset("zero one two three four five six seven eight nine ten".split())
_ACTIONS = frozenset("add apply enable implement use".split())
"""A first word that says only that something is to be done."""
FEW = 3
"""Up to so many telling words of another option must all stand in a line about it."""
_PLAIN = FUNCTION_WORDS | NEGATIONS


@dataclass(frozen=True, slots=True)
class OptionWords:
    """An option as words to look for: `subjects` are the rare words of the names in it.

    `whole` is whether the option is nothing but a name: a line about it holds all of them.
    """

    text: str
    told: frozenset[str]
    subjects: frozenset[str]
    whole: bool
    vocabulary: LexicalIndex

    @classmethod
    def of(cls, text: str, vocabulary: LexicalIndex) -> OptionWords:
        told = frozenset(_telling(text))
        if len(told) > 1 and (begin := words(text)[0]) in _ACTIONS:
            told -= {begin}
        capitals = _capitals(text)
        whole = bool(capitals) and len(told) <= NAME_WORDS
        rarest = max(map(vocabulary.idf, capitals), default=0.0)
        rare = frozenset(w for w in capitals if vocabulary.idf(w) >= RARE * rarest)
        return cls(text, told, rare, whole, vocabulary)

    @property
    def figures(self) -> bool:
        """Whether it is a number or a letter: it names nothing by itself."""
        return all(w in _FIGURES or w[:1].isdigit() or len(w) == 1 for w in self.told)

    @property
    def unknown(self) -> bool:
        """Whether the notes say nothing about it: a rare word of its name is not in them."""
        if self.whole:
            return any(not self._known(word) for word in self.subjects)
        return not any(self._known(word) for word in self.told)

    def named_by(self, line: Line) -> float:
        """How clearly a line names the option: 0 not at all, 1 somewhere, more as its subject."""
        title = strip_marker(line.text)
        if self.whole and read_label(title):
            return 2.0 if self._holds(title) else 0.0
        if self.whole and not self.figures:
            above = [part for part in line.path if not _SEVERAL.search(part)]
            if self._begins(title) or any(map(self._begins, line.path[-1:])):
                return 3.0
            if any(map(self._begins, above[-2:])):
                return 2.0
            return 1.0 if self._holds(title) or any(map(self._holds, above)) else 0.0
        if self.figures:
            return 1.0 if self._holds(title) else 0.0
        text = f"{title} {' '.join(line.path)}"
        if self.subjects and not self._any(text):
            return 0.0
        if len(self.told) <= FEW:
            held = set(words(text))
            return 1.0 if all(stands_among(word, held) for word in self.told) else 0.0
        share = self.vocabulary.coverage(self.text, text)
        least = 0.0 if self.subjects else HALF
        return share + 0.5 if share > least and self._rarest(text) else 0.0

    def leads(self, sentence: str) -> bool:
        """Whether a sentence is about the option: its name, if it is one, stands at the front."""
        return not self.whole or self._holds(" ".join(words(sentence)[: len(words(self.text)) + 1]))

    def tells_more(self, text: str) -> bool:
        """Whether a text says anything beside the option's own words: two things if it has them."""
        own, held = set(words(self.text)), set(words(text))
        more = sum(not stands_among(token, own) for token in Claim.of(text).tokens)
        return more > (1 if self.told & held else 0)

    def _known(self, word: str) -> bool:
        return word in self.vocabulary or bool(self.vocabulary.near(word))

    def _holds(self, text: str) -> bool:
        """Whether the words of the name stand close together in a text."""
        found, wanted = words(text), self.subjects or self.told
        span = len(words(self.text)) + 1
        return any(
            all(self._stands(word, set(found[start : start + span])) for word in wanted)
            for start in range(max(len(found) - len(wanted), 0) + 1)
        )

    def _any(self, text: str) -> bool:
        held = set(words(text))
        return any(self._stands(word, held) for word in self.subjects)

    def _rarest(self, text: str) -> bool:
        """Whether a text holds the word of the option that the notes use least."""
        known = [word for word in self.subjects or self.told if word in self.vocabulary]
        rarest = max(known, key=lambda word: (self.vocabulary.idf(word), word), default="")
        return stands_among(rarest, set(words(text)))

    def _stands(self, word: str, held: set[str]) -> bool:
        """A word that the notes know is looked for as it is; another in a near spelling."""
        if word in held or f"{word}s" in held or word.removesuffix("s") in held:
            return True
        return word not in self.vocabulary and stands_among(word, held)

    def _begins(self, text: str) -> bool:
        """Whether a text begins with the option's name, a word before it allowed."""
        found = words(text)[: len(words(self.text)) + 1]
        several = _SEVERAL.search(" ".join(text.split()[:4]))
        if several or read_label(text) or not found or found[0] in _PLAIN - self.told:
            return False
        return self._holds(" ".join(found))


def _telling(text: str) -> Iterable[str]:
    """The words of a text that are not grammar; those joined by a hyphen all count."""
    for part in text.split():
        found = words(part)
        joined = len(found) > 1 and "-" in part
        yield from (word for word in found if joined or word not in _PLAIN)


def _capitals(text: str) -> frozenset[str]:
    """Words of names: in capitals, but for a first word that only begins a sentence."""
    parts = text.split()
    names: set[str] = set()
    for place, part in enumerate(parts):
        first = WORD.search(part)
        if first is None or not any(c.isupper() for c in part):
            continue
        special = sum(c.isupper() or c.isdigit() for c in part) > 1
        follows = len(parts) == 1 or any(other[:1].isupper() for other in parts[1:])
        if place or special or (follows and len(parts) <= NAME_WORDS):
            names.update(w for w in words(part) if "-" in part or w not in _PLAIN)
    return frozenset(names)
