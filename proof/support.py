"""Does a sentence follow from the lines it cites? Checked in code, word by word.

Every number and every name must stand in the cited lines or the headings above them; so must
most of the other content words, the rest being the question's own; and a denial must be a
denial there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.text import words
from core.types import Evidence
from proof.claims import (
    Claim,
    Proof,
    contributing,
    denies,
    held_by,
    mixed_up,
    rarest_names,
    spelt_short,
    stands_among,
)
from proof.named import is_of_another, names_in
from retrieval.lexical import LexicalIndex

ENOUGH = 0.5
"""Share of the content words, names and numbers that the lines themselves must hold."""
STRAY = 0.25
"""Share of them that may be neither in the lines nor in the question; one of four at least."""
MAX_CITATIONS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence is supported, by which evidence numbers, and if not, why.

    `news` is whether it says something of its lines that the question does not hold already.
    """

    supported: bool
    numbers: tuple[int, ...] = ()
    reason: str = ""
    news: bool = False


class SupportCheck:
    """Checks the sentences of one answer against its question and evidence."""

    def __init__(self, question: str, evidence: Evidence, vocabulary: LexicalIndex) -> None:
        self._asked = set(words(question))
        self._proofs = [Proof(item) for item in evidence.items]
        self._told = {w for w in self._asked if w in vocabulary or vocabulary.near(w)}
        self._subjects = self._find_subjects(question, vocabulary)

    def check(self, text: str, cited: Sequence[int]) -> Verdict:
        """Check a sentence. Numbers that do not exist are ignored.

        A sentence whose lines do not hold it is tried with the evidence that would: a wrong
        number is mended, an invented fact is not.
        """
        claim = Claim.of(text)
        if not claim.tokens:
            return Verdict(False, reason="it says nothing that could be checked")
        named = [proof for proof in self._proofs if proof.number in cited]
        names = names_in(text)
        about = [p for p in self._proofs if not is_of_another(names, p.text, p.path)]
        verdict = self._judge(claim, [proof for proof in named if proof in about])
        if verdict.supported:
            return verdict
        mended = self._judge(claim, self._gather(claim, about, set(cited)))
        if named and not set(named) & set(about):
            verdict = Verdict(False, reason="its lines are about something else")
        return mended if mended.supported else verdict

    def _find_subjects(self, question: str, vocabulary: LexicalIndex) -> frozenset[str]:
        """The rarest names in the question that the notes know.

        If the question names Lex and there are notes on Lex, a sentence proven by lines about
        something else does not answer it.
        """
        return rarest_names(
            question,
            vocabulary,
            lambda name: name in vocabulary or any(p.is_about([name]) for p in self._proofs),
        )

    def _gather(self, claim: Claim, proofs: Sequence[Proof], cited: set[int]) -> list[Proof]:
        """The fewest lines that hold the most of a claim, cited ones first among equals."""
        chosen: list[Proof] = []
        missing = set(claim.tokens)
        while missing and len(chosen) < MAX_CITATIONS:
            rest = [p for p in proofs if p not in chosen and p.near(chosen[:1])]
            if not rest:
                break
            best = max(rest, key=lambda p: (len(p.held(missing)), p.number in cited, -p.number))
            gained = best.held(missing)
            if len(gained) < (2 if chosen and not gained & claim.hard else 1):
                break
            chosen.append(best)
            missing -= gained
        return chosen

    def _judge(self, claim: Claim, proofs: Sequence[Proof]) -> Verdict:
        if not proofs:
            return Verdict(False, reason="it cites no line")
        held = held_by(claim.tokens, proofs) | spelt_short(claim, proofs)
        lost = sorted(claim.numbers - held) + sorted(claim.names - held - self._told)
        if lost:
            return Verdict(False, reason=f"its lines do not name {', '.join(lost)}")
        stray = [token for token in claim.tokens - held if not stands_among(token, self._asked)]
        allowed = max(STRAY * len(claim.tokens), 1 if len(claim.tokens) >= 4 else 0)
        if len(held) < ENOUGH * len(claim.tokens) or len(stray) > allowed:
            return Verdict(False, reason="its lines do not say this")
        used = contributing(claim.tokens, proofs)
        if denies(claim, used):
            return Verdict(False, reason="its line says the opposite")
        if not self._are_about_its_subjects(claim, used):
            return Verdict(False, reason="its lines are about something else")
        if mixed_up(claim.text, used):
            return Verdict(False, reason="its lines say this of something else")
        news = any(not stands_among(token, self._asked) for token in held)
        return Verdict(True, tuple(proof.number for proof in used), news=news)

    def _are_about_its_subjects(self, claim: Claim, proofs: Sequence[Proof]) -> bool:
        """Whether every subject of the question that a claim names has a line about it.

        Of two that are compared neither is told the facts of the other: lines about the only one
        that a claim names hold half of what it says of it. A claim that names none needs a line
        about any.
        """
        named = self._subjects & claim.tokens
        if not named:
            return not self._subjects or any(proof.is_about(self._subjects) for proof in proofs)
        things = _things(claim.text, named)
        about = [[p for p in proofs if all(p.is_about([word]) for word in t)] for t in things]
        if len(things) > 1:
            return all(about)
        own = {word for run in names_in(claim.text) if named & set(run) for word in run}
        told = claim.tokens - named - own
        return bool(about[0]) and 2 * len(held_by(told, about[0])) >= len(told)


def _things(text: str, named: frozenset[str]) -> set[frozenset[str]]:
    """What a text names: words in a row are one thing, without the first if others name it too.

    That one may be its maker's: Amazon Transcribe is Transcribe.
    """
    runs = names_in(text)
    things = {named & set(run[1:]) or named & set(run) for run in runs} - {frozenset()}
    return things | {frozenset([w]) for w in named if not any(w in run for run in runs)}
