"""What a sentence claims and what a line proves, as words that can be compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.function_words import FUNCTION_WORDS, NEGATIONS
from core.text import words
from core.types import EvidenceLine
from proof.opposites import turn
from retrieval.lexical import LexicalIndex, same_word

NEARBY = 25
"""Lines; a sentence is pieced together from one place only, not from all over the notes."""
SUBJECT = 0.45
"""Share of the rarest name's idf that makes another name a subject too."""
_AGAINST = re.compile(r"[,;]?\s+\b(?:while|whereas|but|unlike)\s+|;\s+", re.IGNORECASE)
"""What parts a sentence about two things."""
_ADDRESS = re.compile(r"\S*(?:://|www\.)\S*")
"""Its words tell nothing: as a whole it may be claimed and proven."""
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?!\w)")
_ABBREVIATION = re.compile(r"\b[A-Z]{2,5}\b")
_NAME = re.compile(r"\b(?=\w*[A-Z0-9])\w[\w'’]*(?:[-+]\w+)*\+?")


@dataclass(frozen=True, slots=True)
class Claim:
    """The checkable words of a sentence: `hard` are its numbers and names, addresses among them."""

    content: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    negative: bool
    initials: Mapping[str, frozenset[str]]
    text: str = ""

    @property
    def hard(self) -> frozenset[str]:
        return self.names | self.numbers

    @property
    def tokens(self) -> frozenset[str]:
        return self.content | self.hard

    @classmethod
    def of(cls, text: str) -> Claim:
        told, addresses = _parted(text)
        found = words(told)
        numbers = {number.replace(",", "") for number in _NUMBER.findall(told)}
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
            _negative(found),
            _initials(found),
            text,
        )


class Proof:
    """An evidence line with the words it and its headings hold."""

    def __init__(self, item: EvidenceLine) -> None:
        text, addresses = _parted(item.line.text)
        path = [_parted(part)[0] for part in item.path]
        self.number = item.number
        self.text, self.path = item.line.text, tuple(path)
        self.abbreviations = {name.lower() for name in _ABBREVIATION.findall(text)}
        self._line = item.line
        self.short = len(words(text)) < 25
        self.negative = _negative(words(text)) or _negative(words(" ".join(path[-1:])))
        self._words = {*addresses, *words(f"{text} {' '.join(path)}")}
        self._words |= _initials(words(text)).keys()
        for part in path:
            self._words |= _initials(words(part)).keys()
        self._context = self._words | set(words(item.context))
        self._words |= {n.replace(",", "") for n in _NUMBER.findall(text)}

    def near(self, others: Sequence[Proof]) -> bool:
        return all(
            self._line.note == other._line.note
            and abs(self._line.number - other._line.number) <= NEARBY
            for other in others
        )

    def is_about(self, subjects: Iterable[str]) -> bool:
        return any(stands_among(subject, self._context) for subject in subjects)

    def held(self, tokens: Iterable[str]) -> set[str]:
        return {token for token in tokens if stands_among(token, self._words)}


def held_by(tokens: Iterable[str], proofs: Sequence[Proof]) -> frozenset[str]:
    """Which of the tokens stand in any of the lines or their headings."""
    tokens = frozenset(tokens)
    return frozenset().union(*(proof.held(tokens) for proof in proofs))


def _parted(text: str) -> tuple[str, frozenset[str]]:
    """A text without its addresses, and these in lower case."""
    found = {address.strip("<>()[]\"'.,;:!?").lower() for address in _ADDRESS.findall(text)}
    return _ADDRESS.sub(" ", text), frozenset(found)


def _initials(found: Sequence[str]) -> dict[str, frozenset[str]]:
    """`rcf` -> its words, for every run of two to five words, small words counted or not."""
    runs: dict[str, frozenset[str]] = {}
    for row in (list(found), [word for word in found if word not in FUNCTION_WORDS]):
        for start in range(len(row)):
            for end in range(start + 2, min(start + 5, len(row)) + 1):
                runs["".join(word[0] for word in row[start:end])] = frozenset(row[start:end])
    return runs


def spelt_short(claim: Claim, proofs: Sequence[Proof]) -> frozenset[str]:
    """Words of a claim whose abbreviation stands in the lines: `false positive` by `FP`."""
    found: set[str] = set()
    for short, spelt in claim.initials.items():
        if any(short in proof.abbreviations for proof in proofs):
            found |= spelt & claim.tokens
    return frozenset(found)


def contributing(tokens: frozenset[str], proofs: Sequence[Proof]) -> list[Proof]:
    """The proofs without those that add nothing to the ones before."""
    used: list[Proof] = []
    missing = set(tokens)
    for proof in sorted(proofs, key=lambda proof: -len(proof.held(tokens))):
        gained = proof.held(missing)
        if gained or not used:
            used.append(proof)
            missing -= gained
    return sorted(used, key=lambda proof: proof.number)


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


def _negative(found: Iterable[str]) -> bool:
    return any(word.replace("’", "'") in NEGATIONS for word in found)


def denies(claim: Claim, proofs: Sequence[Proof]) -> bool:
    """Whether the lines behind a claim say its opposite.

    One short line does when it says no where the claim says yes, or reversed; any line, when it
    has the opposite of a word of the claim in the same place.
    """
    turned = turn(claim.text, [proof.text for proof in proofs])
    if turned != "none":
        return turned == "against"
    if len(proofs) != 1 or not proofs[0].short:
        return False
    return proofs[0].negative != claim.negative


def mixed_up(text: str, proofs: Sequence[Proof]) -> bool:
    """Whether a sentence that sets two named things against each other tells one the other's facts.

    Each part that names something needs lines about what it names that hold half of its words.
    """
    parts = [Claim.of(f" {part}") for part in _AGAINST.split(text)]  # its first word may be a name
    if len(parts) < 2 or not all(part.names for part in parts):
        return False
    for part in parts:
        own = [proof for proof in proofs if all(proof.is_about([name]) for name in part.names)]
        told = part.tokens - part.names
        if 2 * len(held_by(told, own)) < len(told):
            return True
    return False


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
    asked, said = set(words(question)), Claim.of(_parted(item.line.text)[0])
    return sum(not stands_among(token, asked) for token in said.tokens) > 1
