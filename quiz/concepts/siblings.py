"""Which concepts are of one kind, so that one can stand beside the other in a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

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
_BLOCK = 256
"""Concepts compared with all others at once."""

Rows = npt.NDArray[np.intp]


def siblings(drafts: Sequence[tuple[Concept, Entry]], vectors: Vectors) -> list[tuple[str, ...]]:
    """For each concept the names nearest to it, of its own kind.

    When one of two things is told of the other, and they do not stand together, it is a part, a use
    or a remedy of it, and may fit whatever fits the other.
    """
    parents = [{id(node.parent) for node in entry.nodes if node.parent} for _, entry in drafts]
    labels = [{f.heading.lower() for f in concept.facts if f.heading} for concept, _ in drafts]
    together, labelled = _rows_of(parents), _rows_of(labels)
    pairs = _Pairs([concept for concept, _ in drafts], [entry for _, entry in drafts])
    found: list[tuple[str, ...]] = []
    for first in range(0, len(drafts), _BLOCK):
        for cosines in (vectors[first : first + _BLOCK] @ vectors.T).astype(np.float64):
            row = len(found)
            beside = _any_of(together, parents[row], len(drafts))
            alike = _any_of(labelled, labels[row], len(drafts))
            near = cosines + SAME_PARENT * beside + SAME_LABELS * alike
            near[row] = -1.0
            likely = np.flatnonzero(near >= KIND)
            best = map(int, likely[np.argsort(-near[likely], kind="stable")])
            fit = (pairs.concepts[i].name for i in best if pairs.fit(row, i, bool(beside[i])))
            found.append(tuple(islice(fit, SIBLINGS)))
    return found


def _rows_of(keys: Sequence[Collection[Hashable]]) -> dict[Hashable, Rows]:
    """For each key the rows that have it."""
    rows: defaultdict[Hashable, list[int]] = defaultdict(list)
    for row, own in enumerate(keys):
        for key in own:
            rows[key].append(row)
    return {key: np.array(found) for key, found in rows.items()}


def _any_of(
    rows: Mapping[Hashable, Rows], keys: Collection[Hashable], count: int
) -> npt.NDArray[np.bool_]:
    """Which of `count` rows have any of the keys."""
    found = np.zeros(count, np.bool_)
    for key in keys:
        found[rows[key]] = True
    return found


class _Pairs:
    """Whether two concepts, by their rows, may stand beside each other."""

    def __init__(self, concepts: Sequence[Concept], entries: Sequence[Entry]) -> None:
        self.concepts = concepts
        self._above = [{" ".join(words(t)) for n in e.nodes for t in n.line.path} for e in entries]
        self._told = [_told(concept) for concept in concepts]
        self._called = [_called(concept) for concept in concepts]

    def fit(self, row: int, other: int, beside: bool) -> bool:
        one, two = self.concepts[row], self.concepts[other]
        if (
            _same_thing(one, two)
            or _holds(self._above[row], two)
            or _holds(self._above[other], one)
        ):
            return False
        return beside or not (
            _names(self._told[row], self._called[other])
            or _names(self._told[other], self._called[row])
        )


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
