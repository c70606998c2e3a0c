"""The concept map: named things in the notes, what is said of each, and its siblings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from core.practice import Concept, Fact
from core.text import words
from quiz.concepts.domains import Exam
from quiz.concepts.facts import clean, facts_below, is_fact
from quiz.concepts.merge import merge
from quiz.concepts.names import NAME, Names
from quiz.concepts.outline_terms import Entry, gather, uses
from quiz.concepts.siblings import siblings
from quiz.concepts.terms import name_words, read_term
from quiz.concepts.tree import Node, build_tree
from quiz.concepts.usage import VERBS
from retrieval.embedder import Embedder, Vectors
from retrieval.store import Index

CHAPTER = 3
"""Concepts under a concept from which it is a chapter."""
FACTS_EACH = 3
"""Facts of its own, for each concept under it, with which it is more than their chapter."""


class ConceptMap:
    """Concepts by name. Built from an index; holds no model."""

    def __init__(self, concepts: Sequence[Concept], vectors: Vectors) -> None:
        self.concepts = tuple(concepts)
        self.vectors = vectors
        self._by_name = {
            " ".join(name_words(name)): concept
            for concept in reversed(self.concepts)
            for name in (*concept.aliases, concept.name)
        }

    def find(self, name: str) -> Concept | None:
        """The concept of this name or alias, in any case."""
        return self._by_name.get(" ".join(name_words(name)))

    @cached_property
    def rows(self) -> dict[str, int]:
        """Name -> row of `vectors`."""
        return {concept.name: row for row, concept in enumerate(self.concepts)}

    @cached_property
    def broad(self) -> frozenset[str]:
        """Concepts that are chapters: several others stand under them, and little is said of them
        themselves."""
        named = {
            heading: concept
            for heading in {part for concept in self.concepts for part in concept.path}
            if (concept := self._named_by(heading)) is not None
        }
        under = Counter(
            name
            for other in self.concepts
            for name in {named[part].name for part in other.path if part in named} - {other.name}
        )
        said = {concept.name: len(concept.facts) for concept in self.concepts}
        return frozenset(
            name
            for name, count in under.items()
            if count >= CHAPTER and said[name] < FACTS_EACH * count
        )

    def _named_by(self, heading: str) -> Concept | None:
        """The concept that a heading names: `Name`, `Name: more` or `Name (more)`."""
        term = read_term(heading)
        return self.find(heading) or (self.find(term.name) if term else None)

    def rank(self, name: str, vector: Vectors) -> int:
        """How many concepts are nearer to a text than the one of this name, by cosine."""
        near = self.vectors @ vector
        return int((near > near[self.rows[name]]).sum())

    def nearness(self, name: str, other: str) -> float:
        """Cosine between two concepts of the map, by name and facts."""
        return float(self.vectors[self.rows[name]] @ self.vectors[self.rows[other]])


def build_map(index: Index, embedder: Embedder, exam: Exam) -> ConceptMap:
    """Find the concepts of an index: names with at least one fact."""
    asked = [passage for passage in index.passages if passage.kind == "question"]
    numbers = {(p.note, number) for p in asked for number in range(p.first_line, p.last_line + 1)}
    nodes = build_tree(index.lines, numbers)
    entries = gather(nodes)
    names = Names(index.lines, [p.text for p in asked], embedder)
    for entry, score in zip(entries, names.scores(uses(entries)), strict=True):
        entry.score = score
    merged = merge([entry for entry in entries if entry.score >= NAME])
    drafts = _with_facts(merged, nodes)
    drafts = [(concept, entry) for concept, entry in drafts if concept.facts]
    if not drafts:
        return ConceptMap((), np.zeros((0, 1), np.float32))
    vectors = embedder.encode([_text(concept) for concept, _ in drafts])
    domains = exam.assign(vectors, embedder)
    related = siblings(drafts, vectors)
    concepts = [
        replace(concept, domain=domain, siblings=names_beside)
        for (concept, _), domain, names_beside in zip(drafts, domains, related, strict=True)
    ]
    return ConceptMap(concepts, vectors)


def _with_facts(entries: Sequence[Entry], nodes: Sequence[Node]) -> list[tuple[Concept, Entry]]:
    named = {id(node) for entry in entries for node in entry.nodes}
    names = {tuple(words(name)) for entry in entries for name in (entry.name, *entry.aliases)}
    said = _sayings(entries, nodes)
    drafts = []
    for place, entry in enumerate(entries):
        facts: dict[tuple[str, ...], Fact] = {}
        for node, term in zip(entry.nodes, entry.terms, strict=True):
            if term.says and is_fact(clean(term.says)):
                facts.setdefault(tuple(words(term.says)), Fact(node.line, clean(term.says)))
            for fact in facts_below(node, lambda n: id(n) in named):
                facts.setdefault(tuple(words(fact.text)), fact)
        for fact in said[place]:
            facts.setdefault(tuple(words(fact.text)), fact)
        first = max(entry.nodes, key=lambda node: len(node.children)).line
        concept = Concept(
            entry.name,
            first.note,
            first.number,
            first.path,
            tuple(fact for said_in, fact in facts.items() if said_in not in names),
            aliases=entry.aliases,
            score=round(entry.score, 3),
        )
        drafts.append((concept, entry))
    return drafts


def _sayings(entries: Sequence[Entry], nodes: Sequence[Node]) -> list[list[Fact]]:
    """Lines anywhere that begin with a concept's name and go on with a verb.

    Not its own `Term - definition`: that fact is known.
    """
    headings = [{id(node) for node in entry.nodes} for entry in entries]
    begins: dict[tuple[str, ...], int] = {}
    for place, entry in enumerate(entries):
        for name in (entry.name, *entry.aliases):
            begins.setdefault(tuple(words(name)), place)
    said: list[list[Fact]] = [[] for _ in entries]
    for node in nodes:
        text = clean(node.title)
        found = words(text)
        for length in range(min(5, len(found) - 1), 0, -1):
            known = begins.get(tuple(found[:length]))
            if known is None or found[length] not in VERBS or not is_fact(text):
                continue
            if id(node) not in headings[known]:
                said[known].append(Fact(node.line, text))
            break
    return said


def _text(concept: Concept) -> str:
    """What is embedded for a concept: its name and the beginning of its facts."""
    facts = ". ".join(fact.text for fact in concept.facts[:6])
    return f"{concept.name}: {facts}"
