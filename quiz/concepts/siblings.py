"""Which concepts are of one kind, so that one can stand beside the other in a question."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core.practice import Concept
from core.text import words
from quiz.checks.name_text import holds_phrase, same_name
from quiz.concepts.outline_terms import Entry
from retrieval.embedder import Vectors

SIBLINGS = 8
"""Names kept for a concept."""
SAME_PARENT, SAME_LABELS = 0.35, 0.2
"""What standing under one heading, and having sub-headings in common, add to the cosine."""
KIND = 0.45
"""Nearness from which two concepts pass as of one kind."""


def siblings(drafts: Sequence[tuple[Concept, Entry]], vectors: Vectors) -> list[tuple[str, ...]]:
    """For each concept the names nearest to it, of its own kind.

    When one of two things is told of the other, and they do not stand together, it is a part, a use
    or a remedy of it, and may fit whatever fits the other.
    """
    parents = [{id(node.parent) for node in entry.nodes if node.parent} for _, entry in drafts]
    labels = [{f.heading.lower() for f in concept.facts if f.heading} for concept, _ in drafts]
    near = vectors @ vectors.T
    found = []
    above = [{" ".join(words(t)) for n in entry.nodes for t in n.line.path} for _, entry in drafts]
    told = [_told(concept) for concept, _ in drafts]
    called = [_called(concept) for concept, _ in drafts]
    for row, (concept, _) in enumerate(drafts):
        scores = {}
        for other, (candidate, _) in enumerate(drafts):
            beside = bool(parents[row] & parents[other])
            score = float(near[row, other])
            score += SAME_PARENT * beside
            score += SAME_LABELS * bool(labels[row] & labels[other])
            if score < KIND or other == row or _same_thing(concept, candidate):
                continue
            if _holds(above[row], candidate) or _holds(above[other], concept):
                continue
            if beside or not (_names(told[row], called[other]) or _names(told[other], called[row])):
                scores[candidate.name] = score
        best = sorted(scores, key=lambda name: -scores[name])
        found.append(tuple(best[:SIBLINGS]))
    return found


def _same_thing(concept: Concept, other: Concept) -> bool:
    """Whether one is a part or another name of the other: then it is no distractor."""
    mine, theirs = set(words(concept.name)), set(words(other.name))
    if mine <= theirs or theirs <= mine:
        return True
    if holds_phrase(concept.name, other.name) or holds_phrase(other.name, concept.name):
        return True
    theirs_too = (*other.aliases, other.name)
    return any(same_name(a, b) for a in (*concept.aliases, concept.name) for b in theirs_too)


def _holds(above: Collection[str], concept: Concept) -> bool:
    """Whether one of the headings above begins with the name of a concept."""
    name = " ".join(words(concept.name))
    return any(f"{heading} ".startswith(f"{name} ") for heading in above)


def _told(concept: Concept) -> str:
    """The words of all facts of a concept, between bars."""
    return "".join(f"| {' '.join(words(fact.text))} |" for fact in concept.facts)


def _called(concept: Concept) -> tuple[str, ...]:
    return tuple(" ".join(words(name)) for name in (concept.name, *concept.aliases))


def _names(told: str, called: Collection[str]) -> bool:
    return any(f" {name} " in told for name in called if name)
