"""Lines with heading paths -> a tree of what stands under what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from core.text import strip_marker
from core.types import Line

_SECTION = re.compile(r"(\d{1,2})\s+(?=[^\W\d_])")


@dataclass(slots=True)
class Node:
    """A line and the lines right under it. `title` is without its marks and section number."""

    line: Line
    title: str
    parent: Node | None = field(default=None, repr=False)
    children: list[Node] = field(default_factory=list, repr=False)

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
    for line in lines:
        if line.note != note:
            note, above = line.note, {}
        if (line.note, line.number) in without:
            continue
        node = Node(line, strip_marker(line.text), above.get(line.path))
        if node.parent is not None:
            node.parent.children.append(node)
        above[(*line.path, node.title)] = node
        nodes.append(node)
    _unnumber(nodes)
    return nodes


def _unnumber(nodes: Sequence[Node]) -> None:
    """Takes the section numbers off the headings: those that count under one heading.

    `2 Related work` is a section after `1 Introduction`; alone, `20 Newsgroups` is a name.
    """
    sections: dict[tuple[str, int], dict[int, list[Node]]] = defaultdict(lambda: defaultdict(list))
    for node in nodes:
        if found := _SECTION.match(node.title):
            sections[node.line.note, id(node.parent)][int(found[1])].append(node)
    for numbered in sections.values():
        for number, same in numbered.items():
            if {number - 1, number + 1} & numbered.keys():
                for node in same:
                    if node.children:
                        node.title = _SECTION.sub("", node.title, count=1)
