"""Lines with heading paths -> a tree of what stands under what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from core.text import strip_marker
from core.types import Line


@dataclass(slots=True)
class Node:
    """A line and the lines right under it."""

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
    return nodes
