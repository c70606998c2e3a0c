"""Does a sentence follow from the lines it cites? Checked in code, word by word.

Every number and every name must stand in the cited lines or the headings above them; so must
most of the other content words, the rest being the question's own; the lines must be about what
the sentence is about; and a denial must be a denial there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.function_words import FUNCTION_WORDS
from core.text import words
from core.types import Evidence
from proof.claims import Claim, rarest_names, stands_among
from proof.lines import Proof, contributing, denies, held_by, spelt_short
from proof.named import is_of_another
from proof.subject import (
    Thing,
    asks_whether,
    begins_with_pronoun,
    names_in,
    sides,
    subjects_of,
    things_in,
)
from retrieval.lexical import LexicalIndex

ENOUGH = 0.5
"""Share of the content words, names and numbers that the lines themselves must hold."""
STRAY = 0.25
"""Share of them that may be neither in the lines nor in the question; one of four at least."""
MAX_CITATIONS = 4
_ANOTHER = "its lines are about something else"


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
        self._free = set() if asks_whether(question) else self._asked
        self._proofs = [Proof(item) for item in evidence.items]
        named = [*names_in(question)]
        self._named = named[:1] if asks_whether(question) else named
        self._things = things_in(evidence.items).union(named)
        self._vocabulary = vocabulary
        self._subjects = self._find_subjects(question, vocabulary)

    def check(self, text: str, cited: Sequence[int]) -> Verdict:
        """Check a sentence. Numbers that do not exist are ignored.

        A sentence whose lines do not hold it is tried with the evidence that would: a wrong
        number is mended, an invented fact is not. One about two things is two sentences.
        """
        parts = sides(text, self._things)
        claims = [Claim.of(part, part=len(parts) > 1) for part in parts]
        verdicts = [self._check(claim, cited) for claim in claims]
        failed = next((verdict for verdict in verdicts if not verdict.supported), None)
        if failed is not None:
            return failed
        numbers = sorted({number for verdict in verdicts for number in verdict.numbers})
        return Verdict(True, tuple(numbers), news=any(verdict.news for verdict in verdicts))

    def _check(self, claim: Claim, cited: Sequence[int]) -> Verdict:
        if not claim.tokens:
            return Verdict(False, reason="it says nothing that could be checked")
        named = [proof for proof in self._proofs if proof.number in cited]
        about = self._about(claim.text)
        verdict = self._judge(claim, [proof for proof in named if proof in about])
        if not verdict.supported:
            verdict = self._judge(claim, self._gather(claim, about, set(cited)))
        if verdict.supported:
            return verdict
        whole = self._judge(claim, named)
        return Verdict(False, reason=_ANOTHER) if whole.supported else whole

    def _about(self, text: str) -> list[Proof]:
        """The lines that may tell of what a sentence is about, and of no namesake of it.

        What a pronoun stands for is what the question names.
        """
        names = [*names_in(text)]
        long = [name for name in names if len(name) > 1]
        proofs = [p for p in self._proofs if not is_of_another(long, p.text, p.path)]
        subjects = subjects_of(text, self._things, self._tells)
        if subjects:
            return self._telling(proofs, [thing for each in subjects for thing in each], names)
        if begins_with_pronoun(text):
            return self._telling(proofs, self._named, self._named) or proofs
        return proofs

    def _telling(
        self, proofs: Sequence[Proof], things: Sequence[Thing], names: Sequence[Thing]
    ) -> list[Proof]:
        """The lines that tell of any of some things. The first word of a name may be its maker's:
        then the others do."""
        makers = {name[0] for name in names}
        short = [t[1:] for t in things if t[0] in makers and self._is_more(t[1:], t[0])]
        return [p for p in proofs if any(p.tells_of(thing) for thing in (*things, *short))]

    def _tells(self, word: str) -> bool:
        """Whether a word tells one thing from another in these notes, and is not excused."""
        plain = word in FUNCTION_WORDS or word in self._free
        return not plain and self._vocabulary.tells(word)

    def _is_more(self, words: Thing, maker: str) -> bool:
        """Whether words tell more than the one before them, such as the name of their maker."""
        idf = self._vocabulary.idf
        if maker not in self._vocabulary:
            return True
        return any(word in self._vocabulary and idf(word) >= idf(maker) for word in words)

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
        lost = sorted(claim.numbers - held) + sorted(self._unnamed(claim.names - held, proofs))
        if lost:
            return Verdict(False, reason=f"its lines do not name {', '.join(lost)}")
        stray = [token for token in claim.tokens - held if not stands_among(token, self._free)]
        allowed = max(STRAY * len(claim.tokens), 1 if len(claim.tokens) >= 4 else 0)
        if len(held) < ENOUGH * len(claim.tokens) or len(stray) > allowed:
            return Verdict(False, reason="its lines do not say this")
        used = contributing(claim.tokens, proofs)
        if denies(claim, used):
            return Verdict(False, reason="its line says the opposite")
        if not (self._answers(claim, used) and self._tell_of_each(claim, used)):
            return Verdict(False, reason=_ANOTHER)
        news = any(not stands_among(token, self._asked) for token in held)
        return Verdict(True, tuple(proof.number for proof in used), news=news)

    def _unnamed(self, names: Iterable[str], proofs: Sequence[Proof]) -> set[str]:
        """Which names are not even the question's, and known where the lines stand."""
        return {
            name
            for name in names
            if name not in self._asked or not any(proof.is_about([name]) for proof in proofs)
        }

    def _tell_of_each(self, claim: Claim, proofs: Sequence[Proof]) -> bool:
        """Whether, of several things that a claim is about, each has lines that hold half of it."""
        subjects = subjects_of(claim.text, self._things, self._tells)
        told = claim.tokens.difference(*(thing for each in subjects for thing in each))
        own = ([p for p in proofs if any(map(p.tells_of, each))] for each in subjects)
        return len(subjects) < 2 or all(2 * len(held_by(told, p)) >= len(told) for p in own)

    def _answers(self, claim: Claim, proofs: Sequence[Proof]) -> bool:
        """Whether a claim, or a line of it, is about what the question is about."""
        if not self._subjects or self._subjects & claim.tokens:
            return True
        return any(proof.is_about(self._subjects) for proof in proofs)
