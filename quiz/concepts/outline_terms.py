"""The terms of an outline: every short heading and every `Term - definition`, with its places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.text import words
from quiz.concepts.names import TermUse
from quiz.concepts.terms import Term, name_words, read_term
from quiz.concepts.tree import Node


@dataclass(slots=True)
class Entry:
    """One term and all the lines that bear it; it is called as its fullest heading calls it."""

    nodes: list[Node] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    score: float = 0.0

    @property
    def name(self) -> str:
        pairs = zip(self.nodes, self.terms, strict=True)
        return max(pairs, key=lambda pair: len(pair[0].children))[1].name

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names: those that the notes give, and those under which it has other headings."""
        taken = {tuple(name_words(self.name)): self.name}
        for term in self.terms:
            for name in (*term.aliases, term.name):
                taken.setdefault(tuple(name_words(name)), name)
        return tuple(taken.values())[1:]

    def take(self, other: Entry) -> None:
        """Becomes one entry with another of the same thing."""
        self.nodes.extend(other.nodes)
        self.terms.extend(other.terms)
        self.score = max(self.score, other.score)


def gather(nodes: Sequence[Node]) -> list[Entry]:
    """Terms that have lines under them or words after them, in the order they first appear."""
    found: dict[tuple[str, ...], Entry] = {}
    for node in nodes:
        term = read_term(node.title)
        if term is None or not (node.children or term.says):
            continue
        entry = found.setdefault(tuple(name_words(term.name)), Entry())
        entry.nodes.append(node)
        entry.terms.append(term)
    return list(found.values())


def uses(entries: Sequence[Entry]) -> list[TermUse]:
    """What `quiz.concepts.names` needs to know of each."""
    under: dict[int, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        for node in entry.nodes:
            if node.parent is not None:
                under[id(node.parent)].append(place)
    return [_use(entry, place, under) for place, entry in enumerate(entries)]


def _use(entry: Entry, place: int, under: dict[int, list[int]]) -> TermUse:
    parents = {id(node.parent) for node in entry.nodes if node.parent is not None}
    titles = {node.parent.title.lower() if node.parent else "" for node in entry.nodes}
    return TermUse(
        entry.name,
        len(titles),
        max(sum(not c.title.endswith(":") for c in node.children) for node in entry.nodes),
        max(len(words(term.says)) for term in entry.terms),
        tuple(tuple(i for i in under[parent] if i != place) for parent in parents),
        any(term.aliases for term in entry.terms),
    )
