"""What is embedded and matched: passages with their headings, lines with their nearest ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import overload

from core.text import shorten, strip_marker, words
from core.types import Line, Passage

_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=\S)")
LONG_LINE = 40
"""Words; a longer line is also embedded sentence by sentence."""


def heading(path: Sequence[str], depth: int) -> str:
    """The nearest `depth` headings, shortened, outermost first."""
    return ": ".join(shorten(part, 60).rstrip(" :-–=") for part in path[-depth:])


def passage_text(passage: Passage) -> str:
    """What is embedded for a passage: three headings and its text."""
    return f"{heading(passage.path, 3)}\n{' '.join(passage.text.split())}"


def line_texts(line: Line) -> Iterator[str]:
    """What is embedded for a line: itself under two headings, a long one in sentences too."""
    text = strip_marker(line.text)
    above = heading(line.path, 2)
    prefix = f"{above}: " if above else ""
    yield prefix + text
    if len(words(text)) > LONG_LINE:
        for sentence in _SENTENCE.split(text):
            if len(words(sentence)) > 3:
                yield prefix + sentence


def iter_units(
    lines: Sequence[Line], asked: Collection[tuple[str, int]]
) -> Iterator[tuple[int, str]]:
    """Row of the line and text of every unit.

    Lines of a past question's stem (`asked`: note, line number) have none: they tell a story,
    not a fact.
    """
    for row, line in enumerate(lines):
        if (line.note, line.number) in asked or not words(line.text):
            continue
        for text in line_texts(line):
            yield row, text


def units_of(
    lines: Sequence[Line], asked: Collection[tuple[str, int]]
) -> tuple[list[int], list[str]]:
    """As `iter_units`, rows and texts apart."""
    rows, texts = [], []
    for row, text in iter_units(lines, asked):
        rows.append(row)
        texts.append(text)
    return rows, texts


class IndexTexts(Sequence[str]):
    """What is embedded of an index: its passages, then its units; made when asked for."""

    def __init__(
        self, passages: Sequence[Passage], lines: Sequence[Line], unit_lines: Sequence[int]
    ) -> None:
        self._passages, self._lines, self._units = passages, lines, unit_lines

    def __len__(self) -> int:
        return len(self._passages) + len(self._units)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[member] for member in range(*row.indices(len(self)))]
        if row < len(self._passages):
            return passage_text(self._passages[row])
        unit = row - len(self._passages)
        first = unit
        while first and self._units[first - 1] == self._units[unit]:
            first -= 1
        return next(islice(line_texts(self._lines[self._units[unit]]), unit - first, None))
