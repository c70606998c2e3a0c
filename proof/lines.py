"""What a line of the notes proves, with the headings above it, of the words of a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.labels import read_label
from core.text import strip_marker, words
from core.types import EvidenceLine
from proof.claims import NUMBER, Claim, initials, negative, parted, stands_among
from proof.opposites import clauses, turn

NEARBY = 25
"""Lines; a sentence is pieced together from one place only, not from all over the notes."""
_ABBREVIATION = re.compile(r"\b[A-Z]{2,5}\b")


class Proof:
    """An evidence line with the words it and its headings hold."""

    def __init__(self, item: EvidenceLine) -> None:
        text, addresses = parted(item.line.text)
        path = [parted(part)[0] for part in item.path]
        self.number = item.number
        self.text, self.path = item.line.text, tuple(path)
        self.abbreviations = {name.lower() for name in _ABBREVIATION.findall(text)}
        self._line = item.line
        self._is_answer = read_label(strip_marker(text)) is not None
        self.short = len(words(text)) < 25
        self._denied = negative(words(" ".join(path[-1:])))
        self._clauses = [words(clause) for clause in clauses(text)]
        self._words = {*addresses, *words(f"{text} {' '.join(path)}")}
        self._words |= initials(words(text)).keys()
        for part in path:
            self._words |= initials(words(part)).keys()
        self._context = self._words | set(words(item.context))
        self._words |= {n.replace(",", "") for n in NUMBER.findall(text)}

    def near(self, others: Sequence[Proof]) -> bool:
        return all(
            self._line.note == other._line.note
            and abs(self._line.number - other._line.number) <= NEARBY
            for other in others
        )

    def denies(self, claim: Claim) -> bool:
        """Whether it says no to a claim: its heading, the line, or of it what speaks of a part."""
        if not claim.part or len(clauses(claim.text)) > 1:
            return self._denied or any(map(negative, self._clauses))
        holding = [sum(stands_among(t, {*part}) for t in claim.tokens) for part in self._clauses]
        most = max(holding, default=0)
        near = (c for c, held in zip(self._clauses, holding, strict=True) if held == most)
        return self._denied or any(map(negative, near))

    def tells_of(self, thing: Sequence[str]) -> bool:
        """Whether the line or its headings name a thing.

        The answer to a past question tells of what its stem is about.
        """
        if len(thing) > 1 and "".join(word[0] for word in thing) in self.abbreviations:
            return True
        known = self._context if self._is_answer else self._words
        return all(stands_among(word, known) for word in thing)

    def is_about(self, subjects: Iterable[str]) -> bool:
        return any(stands_among(subject, self._context) for subject in subjects)

    def held(self, tokens: Iterable[str]) -> set[str]:
        return {token for token in tokens if stands_among(token, self._words)}


def held_by(tokens: Iterable[str], proofs: Sequence[Proof]) -> frozenset[str]:
    """Which of the tokens stand in any of the lines or their headings."""
    tokens = frozenset(tokens)
    return frozenset().union(*(proof.held(tokens) for proof in proofs))


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
    return proofs[0].denies(claim) != claim.negative
