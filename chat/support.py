"""Does a sentence follow from the lines it cites? Checked in code, word by word.

Every number and every name must stand in the cited lines or the headings above them; so must
most of the other content words, the rest being the question's own; and a denial must be a
denial there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chat.function_words import FUNCTION_WORDS, NEGATIONS
from core.text import words
from core.types import Evidence, EvidenceLine
from retrieval.lexical import LexicalIndex, same_word

ENOUGH = 0.5
"""Share of the content words, names and numbers that the lines themselves must hold."""
STRAY = 0.2
"""Share of them that may be neither in the lines nor in the question; one in four at least."""
MAX_CITATIONS = 4
NEARBY = 25
"""Lines; a sentence is pieced together from one place only, not from all over the notes."""
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?!\w)")
_NAME = re.compile(r"\b(?=\w*[A-Z0-9])\w[\w'’]*(?:[-+]\w+)*\+?")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence is supported, by which evidence numbers, and if not, why."""

    supported: bool
    numbers: tuple[int, ...] = ()
    reason: str = ""


class SupportCheck:
    """Checks the sentences of one answer against its question and evidence."""

    def __init__(self, question: str, evidence: Evidence, vocabulary: LexicalIndex) -> None:
        self._asked = set(words(question))
        self._proofs = [_Proof(item) for item in evidence.items]
        self._subjects = self._find_subjects(question, vocabulary)

    def check(self, text: str, cited: Sequence[int]) -> Verdict:
        """Check a sentence. Numbers that do not exist are ignored.

        A sentence whose lines do not hold it is tried with the evidence that would: a wrong
        number is mended, an invented fact is not.
        """
        claim = _Claim.of(text)
        if not claim.tokens:
            return Verdict(False, reason="it says nothing that could be checked")
        named = [proof for proof in self._proofs if proof.number in cited]
        verdict = self._judge(claim, named)
        if verdict.supported:
            return verdict
        mended = self._judge(claim, self._gather(claim, set(cited)))
        return mended if mended.supported else verdict

    def _find_subjects(self, question: str, vocabulary: LexicalIndex) -> frozenset[str]:
        """The rarest names in the question that some evidence stands under.

        If the question names Lex and there are lines about Lex, a sentence proven by lines
        about something else does not answer it.
        """
        names = _Claim.of(question).names
        held = {
            name: vocabulary.idf(name)
            for name in names
            if any(proof.is_about([name]) for proof in self._proofs)
        }
        rarest = max(held.values(), default=0.0)
        return frozenset(name for name, idf in held.items() if idf >= 0.45 * rarest)

    def _gather(self, claim: _Claim, cited: set[int]) -> list[_Proof]:
        """The fewest lines that hold the most of a claim, cited ones first among equals."""
        chosen: list[_Proof] = []
        missing = set(claim.tokens)
        while missing and len(chosen) < MAX_CITATIONS:
            rest = [p for p in self._proofs if p not in chosen and p.near(chosen[:1])]
            if not rest:
                break
            best = max(rest, key=lambda p: (len(p.held(missing)), p.number in cited, -p.number))
            gained = best.held(missing)
            if len(gained) < (2 if chosen and not gained & claim.hard else 1):
                break
            chosen.append(best)
            missing -= gained
        return chosen

    def _judge(self, claim: _Claim, proofs: Sequence[_Proof]) -> Verdict:
        if not proofs:
            return Verdict(False, reason="it cites no line")
        held = _held(claim.tokens, proofs)
        lost = [t for t in sorted(claim.hard - held) if t[0].isdigit() or t not in self._asked]
        if lost:
            return Verdict(False, reason=f"its lines do not name {', '.join(lost)}")
        stray = [token for token in claim.tokens - held if not _among(token, self._asked)]
        allowed = max(STRAY * len(claim.tokens), 1 if len(claim.tokens) >= 4 else 0)
        if len(held) < ENOUGH * len(claim.tokens) or len(stray) > allowed:
            return Verdict(False, reason="its lines do not say this")
        used = _contributing(claim.tokens, proofs)
        if _denies(claim, used):
            return Verdict(False, reason="its line says the opposite")
        if self._subjects and not any(proof.is_about(self._subjects) for proof in used):
            return Verdict(False, reason="its lines are about something else")
        return Verdict(True, tuple(proof.number for proof in used))


@dataclass(frozen=True, slots=True)
class _Claim:
    """The checkable words of a sentence: `hard` are its numbers and names."""

    content: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    negative: bool

    @property
    def hard(self) -> frozenset[str]:
        return self.names | self.numbers

    @property
    def tokens(self) -> frozenset[str]:
        return self.content | self.hard

    @classmethod
    def of(cls, text: str) -> _Claim:
        found = words(text)
        numbers = {number.replace(",", "") for number in _NUMBER.findall(text)}
        names: set[str] = set()
        for place, name in enumerate(_NAME.finditer(text)):
            special = sum(c.isupper() or c.isdigit() for c in name.group()) > 1
            if special or place or name.start():
                names.update(words(name.group()))
        plain = FUNCTION_WORDS | NEGATIONS
        names = {name for name in names if name not in plain and not name.isdigit()}
        content = {word for word in found if word not in plain and not word.isdigit()}
        return cls(
            frozenset(content - names), frozenset(names), frozenset(numbers), _negative(found)
        )


class _Proof:
    """An evidence line with the words it and its headings hold."""

    def __init__(self, item: EvidenceLine) -> None:
        text = item.line.text
        self.number = item.number
        self._line = item.line
        self.short = len(words(text)) < 25
        self.negative = _negative(words(text)) or _negative(words(" ".join(item.path[-1:])))
        self._words = set(words(f"{text} {' '.join(item.path)}"))
        self._context = self._words | set(words(item.context))
        self._words |= {n.replace(",", "") for n in _NUMBER.findall(text)}

    def near(self, others: Sequence[_Proof]) -> bool:
        return all(
            self._line.note == other._line.note
            and abs(self._line.number - other._line.number) <= NEARBY
            for other in others
        )

    def is_about(self, subjects: Iterable[str]) -> bool:
        return any(_among(subject, self._context) for subject in subjects)

    def held(self, tokens: Iterable[str]) -> set[str]:
        return {token for token in tokens if _among(token, self._words)}


def _held(tokens: Iterable[str], proofs: Sequence[_Proof]) -> frozenset[str]:
    tokens = frozenset(tokens)
    return frozenset().union(*(proof.held(tokens) for proof in proofs))


def _contributing(tokens: frozenset[str], proofs: Sequence[_Proof]) -> list[_Proof]:
    """The proofs without those that add nothing to the ones before."""
    used: list[_Proof] = []
    missing = set(tokens)
    for proof in sorted(proofs, key=lambda proof: -len(proof.held(tokens))):
        gained = proof.held(missing)
        if gained or not used:
            used.append(proof)
            missing -= gained
    return sorted(used, key=lambda proof: proof.number)


def _among(token: str, known: set[str]) -> bool:
    """Whether a word stands there: as it is, one slip away, or in another form."""
    if token in known:
        return True
    if token[:1].isdigit():
        return False
    return any(same_word(token, word) or _same_stem(token, word) for word in known)


def _same_stem(word: str, other: str) -> bool:
    """`predicts` and `prediction`: a long common beginning, short endings."""
    common = 0
    for mine, theirs in zip(word, other, strict=False):
        if mine != theirs:
            break
        common += 1
    return (
        common >= 4
        and len(word) - common <= 5
        and len(other) - common <= 5
        and (common >= 0.6 * min(len(word), len(other)))
    )


def _negative(found: Iterable[str]) -> bool:
    return any(word.replace("’", "'") in NEGATIONS for word in found)


def _denies(claim: _Claim, proofs: Sequence[_Proof]) -> bool:
    """Whether the one short line behind a claim says no where the claim says yes, or reversed."""
    if len(proofs) != 1 or not proofs[0].short:
        return False
    return proofs[0].negative != claim.negative
