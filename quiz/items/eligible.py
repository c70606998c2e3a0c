"""What can be asked in a scope: concepts, facts and kinds, the least asked first."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.practice import Concept, Fact, ItemKind, Scope
from core.text import words
from quiz.concepts.concept_map import ConceptMap
from quiz.concepts.facts import fact_key
from retrieval.embedder import Embedder
from retrieval.lexical import same_word

ABOUT = 0.35
"""Cosine from which a concept is about a topic that names none."""
KINDS: tuple[ItemKind, ...] = ("scenario", "property", "two", "true_false", "gap", "variant")
WEIGHTS: Mapping[ItemKind, float] = {
    "scenario": 5,
    "property": 3,
    "two": 1.5,
    "true_false": 1,
    "gap": 1.5,
    "variant": 1,
}
"""How often each kind is made when the learner has no wish."""
RARELY_GUESSED: Mapping[ItemKind, float] = {
    "scenario": 1.5,
    "property": 3,
    "two": 3,
    "true_false": 0.5,
    "gap": 4,
    "variant": 1,
}
"""The same by how rarely a small model finds the answer without the notes."""


@dataclass(frozen=True, slots=True)
class Target:
    """One fact that may be tested, and its key across restarts."""

    concept: Concept
    fact: Fact
    key: str


def targets(known: ConceptMap, scope: Scope, embedder: Embedder) -> list[Target]:
    """Facts of the scope's concepts, in the order of the notes. Empty: it holds nothing."""
    return [
        Target(concept, fact, fact_key(concept.name, fact.text))
        for concept in in_scope(known, scope, embedder)
        for fact in concept.facts
        if scope.notes is None or fact.line.note in scope.notes
    ]


def in_scope(known: ConceptMap, scope: Scope, embedder: Embedder) -> list[Concept]:
    """The concepts of a scope."""
    found = [
        concept
        for concept in known.concepts
        if (not scope.domain or concept.domain == scope.domain)
        and (scope.notes is None or any(f.line.note in scope.notes for f in concept.facts))
    ]
    return _about(known, found, scope.topic, embedder) if scope.topic.strip() else found


def _about(
    known: ConceptMap, concepts: Sequence[Concept], topic: str, embedder: Embedder
) -> list[Concept]:
    """Concepts that the topic names, or that stand under a heading it names; else the nearest."""
    named = [
        concept
        for concept in concepts
        if names_one(topic, (concept.name, *concept.aliases, *concept.path))
    ]
    if named:
        return named
    close = known.vectors @ embedder.encode([topic])[0] if len(known.concepts) else []
    near = {c.name: float(value) for c, value in zip(known.concepts, close, strict=True)}
    return [concept for concept in concepts if near[concept.name] >= ABOUT]


def names_one(topic: str, texts: Iterable[str]) -> bool:
    """Whether every word of a topic stands in one of some texts, slips of spelling forgiven."""
    asked = words(topic)
    return bool(asked) and any(
        all(any(same_word(word, held) for held in words(text)) for word in asked) for text in texts
    )


def in_turn(
    found: Sequence[Target], shown: Mapping[str, int], rng: random.Random
) -> Iterator[Target]:
    """The targets, facts shown least first, then concepts asked least, else by chance.

    So that no fact comes again before every other one has been used.
    """
    per_concept: Counter[str] = Counter()
    for target in found:
        per_concept[target.concept.name] += shown.get(target.key, 0)
    tie = {target.key: rng.random() for target in found}
    yield from sorted(
        found,
        key=lambda t: (shown.get(t.key, 0), per_concept[t.concept.name], tie[t.key]),
    )


def kinds_in_turn(
    scope: Scope, with_model: bool, rng: random.Random, *, tight: bool = False
) -> list[ItemKind]:
    """Kinds to try, the wished one alone, else all by weight and chance.

    `tight`: no more items are wanted that can be guessed, so kinds that rarely can come first.
    """
    if scope.kind:
        return [scope.kind]
    weights = RARELY_GUESSED if tight else WEIGHTS
    kinds = [kind for kind in KINDS if with_model or kind != "variant"]
    return sorted(kinds, key=lambda kind: -(rng.random() ** (1 / weights[kind])))
