"""Lines with heading paths -> a tree of what stands under what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from core.text import strip_marker
from core.types import Line

_SECTION = re.compile(r"(\d{1,2})\s+(?=[^\W\d_])")


@dataclass(slots=True)
class Node:
    """A line, by its place among all, and the lines right under it. There may be a million."""

    lines: Sequence[Line] = field(repr=False)
    row: int
    parent: Node | None = field(default=None, repr=False)
    children: list[Node] = field(default_factory=list, repr=False)
    numbered: bool = False

    @property
    def line(self) -> Line:
        return self.lines[self.row]

    @property
    def title(self) -> str:
        """The line without its marks and, if it is one of the `numbered`, its section number."""
        title = strip_marker(self.line.text)
        return _SECTION.sub("", title, count=1) if self.numbered else title

    def walk(self) -> Iterator[Node]:
        """The nodes below, in order."""
        for child in self.children:
            yield child
            yield from child.walk()


def build_tree(lines: Sequence[Line], without: Collection[tuple[str, int]] = ()) -> list[Node]:
    """Every line as a node, in order; lines `without` (note, number) are left out."""
    nodes: list[Node] = []
    above: dict[tuple[str, ...], Node] = {}
    note = None
    sections: list[tuple[str, int, Node]] = []
    for row, line in enumerate(lines):
        if line.note != note:
            note, above = line.note, {}
        if (line.note, line.number) in without:
            continue
        node, title = Node(lines, row, above.get(line.path)), strip_marker(line.text)
        if node.parent is not None:
            node.parent.children.append(node)
        above[(*line.path, title)] = node
        nodes.append(node)
        if found := _SECTION.match(title):
            sections.append((line.note, int(found[1]), node))
    _unnumber(sections)
    return nodes


def _unnumber(sections: Iterable[tuple[str, int, Node]]) -> None:
    """Takes the section numbers off the headings: those that count under one heading.

    `2 Related work` is a section after `1 Introduction`; alone, `20 Newsgroups` is a name.
    """
    under: dict[tuple[str, int], dict[int, list[Node]]] = defaultdict(lambda: defaultdict(list))
    for note, number, node in sections:
        under[note, id(node.parent)][number].append(node)
    for counted in under.values():
        for number, same in counted.items():
            if {number - 1, number + 1} & counted.keys():
                for node in same:
                    node.numbered = bool(node.children)
