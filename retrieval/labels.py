"""Lines that only name what stands under them: headings, and short lines of an outline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.text import strip_marker, words
from core.types import Line

LABEL_WORDS = 8
"""A line up to this long with others under it names them; a longer one tells something itself."""
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+\S")


def is_heading(line: Line) -> bool:
    """Whether it is a Markdown heading, which tells nothing even with nothing under it."""
    return bool(_HEADING.match(line.text))


def is_short(line: Line) -> bool:
    """Whether it is no longer than a label."""
    return len(words(line.text)) <= LABEL_WORDS


def stands_under(line: Line, label: Line) -> bool:
    """Whether a line's path goes on from an earlier line of its note."""
    depth = len(label.path)
    return (
        line.note == label.note
        and line.number > label.number
        and len(line.path) > depth
        and line.path[:depth] == label.path
        and line.path[depth] == strip_marker(label.text)
    )


def under(lines: Sequence[Line], row: int, most: int) -> Iterator[int]:
    """The rows under a line, whatever their depth, among the `most` that follow it."""
    for place in range(row + 1, min(row + 1 + most, len(lines))):
        if not stands_under(lines[place], lines[row]):
            return
        yield place
