"""Whose fact is it? Facts of the notes told of their own thing, and of one like it, are checked."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.practice import Concept, Fact
from proof.support import SupportCheck
from quiz.concepts.concept_map import ConceptMap
from retrieval.evidence import pack
from retrieval.retriever import Retriever

TOKENS = 250
"""Of evidence, as for the embedded model."""
PASSAGES = 8
QUESTIONS = {"whether": "Is it so that {claim}?", "what": "What do my notes say about {name}?"}


@dataclass(frozen=True, slots=True)
class Told:
    """A fact said of a concept: its own, or another one's; `why` it was refused, if it was."""

    name: str
    own: str
    claim: str
    accepted: bool
    why: str = ""

    @property
    def true(self) -> bool:
        return self.name == self.own


def evaluate(
    retriever: Retriever,
    known: ConceptMap,
    count: int,
    seed: int,
    tell: Callable[[Told], None] = lambda _: None,
) -> dict[str, Any]:
    """The share of `count` facts accepted of their own concept, and of a sibling instead.

    The evidence is what is found for the very claim, so the fact's line is there, and its number
    is cited; a claim whose line is not found is left out. Each is asked in two ways.
    """
    rng = random.Random(seed)
    facts = [(concept, fact) for concept in known.concepts for fact in concept.facts]
    facts = [(concept, fact) for concept, fact in facts if concept.siblings]
    rng.shuffle(facts)
    found: dict[str, list[Told]] = {}
    for concept, fact in facts[:count]:
        for name in (concept.name, rng.choice(concept.siblings)):
            for way, told in _checked(retriever, concept, fact, name):
                kind = "own" if told.true else "anothers"
                found.setdefault(f"{kind}_accepted_{way}", []).append(told)
                tell(told)
    figures: dict[str, Any] = {"facts": min(count, len(facts))}
    figures |= {key: _share(rows) for key, rows in sorted(found.items())}
    return {"figures": figures}


def _checked(
    retriever: Retriever, concept: Concept, fact: Fact, name: str
) -> list[tuple[str, Told]]:
    claim = said_of(name, concept, fact)
    evidence = pack(retriever.search(claim, k=PASSAGES), retriever, TOKENS)
    place = (fact.line.note, fact.line.number)
    cited = [i.number for i in evidence.items if (i.line.note, i.line.number) == place]
    rows = []
    for way, question in QUESTIONS.items() if cited else ():
        asked = question.format(claim=claim.rstrip("."), name=name)
        verdict = SupportCheck(asked, evidence, retriever.vocabulary).check(claim, cited)
        rows.append((way, Told(name, concept.name, claim, verdict.supported, verdict.reason)))
    return rows


def said_of(name: str, concept: Concept, fact: Fact) -> str:
    """A fact with another name where it names its concept, or with the name before it."""
    for own in sorted((concept.name, *concept.aliases), key=len, reverse=True):
        named = re.compile(rf"(?<!\w){re.escape(own)}(?!\w)")
        if named.search(fact.text):
            return named.sub(lambda _: name, fact.text)
    return f"{name}: {fact.text}"


def _share(rows: Sequence[Told]) -> float:
    return sum(row.accepted for row in rows) / len(rows)
