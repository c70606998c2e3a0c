"""What a sentence claims, as words that can be compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.function_words import FUNCTION_WORDS, NEGATIONS
from core.text import words
from core.types import EvidenceLine
from retrieval.lexical import LexicalIndex, same_word

SUBJECT = 0.45
"""Share of the rarest name's idf that makes another name a subject too."""
_ADDRESS = re.compile(r"\S*(?:://|www\.)\S*")
"""Its words tell nothing: as a whole it may be claimed and proven."""
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?!\w)")
_NAME = re.compile(r"\b(?=\w*[A-Z0-9])\w[\w'’]*(?:[-+]\w+)*\+?")


@dataclass(frozen=True, slots=True)
class Claim:
    """The checkable words of a sentence: `hard` are its numbers and names, addresses among them.

    It may be `part` of a longer sentence.
    """

    content: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    negative: bool
    initials: Mapping[str, frozenset[str]]
    text: str = ""
    part: bool = False

    @property
    def hard(self) -> frozenset[str]:
        return self.names | self.numbers

    @property
    def tokens(self) -> frozenset[str]:
        return self.content | self.hard

    @classmethod
    def of(cls, text: str, *, part: bool = False) -> Claim:
        told, addresses = parted(text)
        found = words(told)
        numbers = {number.replace(",", "") for number in NUMBER.findall(told)}
        names: set[str] = set()
        for place, name in enumerate(_NAME.finditer(told)):
            special = sum(c.isupper() or c.isdigit() for c in name.group()) > 1
            if special or place or name.start():
                names.update(words(name.group()))
        plain = FUNCTION_WORDS | NEGATIONS
        names = {name for name in names if name not in plain and not name.isdigit()}
        content = {word for word in found if word not in plain and not word.isdigit()}
        return cls(
            frozenset(content - names),
            addresses | names,
            frozenset(numbers),
            negative(found),
            initials(found),
            text,
            part,
        )


def parted(text: str) -> tuple[str, frozenset[str]]:
    """A text without its addresses, and these in lower case."""
    found = {address.strip("<>()[]\"'.,;:!?").lower() for address in _ADDRESS.findall(text)}
    return _ADDRESS.sub(" ", text), frozenset(found)


def initials(found: Sequence[str]) -> dict[str, frozenset[str]]:
    """`rcf` -> its words, for every run of two to five words, small words counted or not."""
    runs: dict[str, frozenset[str]] = {}
    for row in (list(found), [word for word in found if word not in FUNCTION_WORDS]):
        for start in range(len(row)):
            for end in range(start + 2, min(start + 5, len(row)) + 1):
                runs["".join(word[0] for word in row[start:end])] = frozenset(row[start:end])
    return runs


def stands_among(token: str, known: set[str]) -> bool:
    """Whether a word stands there: as it is, one slip away, or in another form."""
    if token in known:
        return True
    if token[:1].isdigit() or "/" in token or "." in token:  # a number or an address
        return False
    return any(same_word(token, word) or _same_stem(token, word) for word in known)


def _same_stem(word: str, other: str) -> bool:
    """`predicts` and `prediction`: a common beginning of four letters and most of the longer."""
    common = 0
    for mine, theirs in zip(word, other, strict=False):
        if mine != theirs:
            break
        common += 1
    return common >= max(4, 0.55 * max(len(word), len(other)))


def negative(found: Iterable[str]) -> bool:
    """Whether any of some words denies."""
    return any(word.replace("’", "'") in NEGATIONS for word in found)


def rarest_names(
    question: str, vocabulary: LexicalIndex, known: Callable[[str], bool]
) -> frozenset[str]:
    """The names in a question that are known and about as rare in the notes as the rarest."""
    rarity = {name: vocabulary.idf(name) for name in Claim.of(question).names if known(name)}
    rarest = max(rarity.values(), default=0.0)
    return frozenset(name for name, idf in rarity.items() if idf >= SUBJECT * rarest)


def names_unknown(question: str, vocabulary: LexicalIndex) -> bool:
    """Whether a question names something that the notes never mention, in any spelling."""
    names = Claim.of(question).names
    return any(name not in vocabulary and not vocabulary.near(name) for name in names)


def tells_more(item: EvidenceLine, question: str) -> bool:
    """Whether a line says two things or more that the question does not; an address is none."""
    asked, said = set(words(question)), Claim.of(parted(item.line.text)[0])
    return sum(not stands_among(token, asked) for token in said.tokens) > 1
