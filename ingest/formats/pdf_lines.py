"""One line of a PDF page as it was set: where it stands, how large, how heavy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

BULLET = re.compile(r"(?:[•◦▪●○‣·■□➢➤✓–*\uf0b7\uf0a7\u25aa-]|\(?\d{1,2}[.)])(?=\s|$)\s*")
_NAMELESS = re.compile(r"^\(cid:\d+\)\s+(?=\S)")
"""At the start of a line, a sign of a font without names is a bullet."""
_GAP = 0.85
"""Of the size of the letters: more is no space between two words."""
_LIST = 120.0
"""Points within which the levels of one list stand."""


@dataclass(frozen=True, slots=True)
class PdfLine:
    """In points; `top` is the share of the page's height above it, `bullet` the mark before it.

    `parts` are what wide gaps part it into, if they do: cells, when it is a row of a table.
    """

    text: str
    box: int
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    bold: bool
    top: float
    bullet: str = ""
    parts: tuple[PdfLine, ...] = ()

    @classmethod
    def of(cls, signs: Sequence[Any], box: int, bottom: float, height: float) -> PdfLine | None:
        """The letters and spaces of a line of pdfminer's; None when there is nothing to read."""
        text = "".join(one.get_text() for one in signs)
        text = _NAMELESS.sub("• ", " ".join(text.replace("\u00a0", " ").split()))
        letters = [one for one in signs if hasattr(one, "fontname") and one.get_text().strip()]
        if not text or not letters:
            return None
        x0, y0 = min(one.x0 for one in letters), min(one.y0 for one in letters)
        x1, y1 = max(one.x1 for one in letters), max(one.y1 for one in letters)
        sizes = Counter(round(float(one.size) * 2) / 2 for one in letters)
        bold = sum("bold" in one.fontname.lower() for one in letters) * 10 > len(letters) * 9
        top = 1 - (y1 - bottom) / height if height else 0.0
        size = sizes.most_common(1)[0][0]
        cells = _parted(signs, _GAP * size)
        found = [cls.of(cell, box, bottom, height) for cell in cells] if len(cells) > 1 else []
        parts = tuple(part for part in found if part)
        return cls(text, box, x0, x1, y0, y1, size, bold, top, "", parts)

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.y0 + self.y1) / 2


def joined(lines: Sequence[PdfLine]) -> PdfLine:
    """Lines of one height, from the left, as one."""
    if len(lines) == 1:
        return lines[0]
    return replace(
        lines[0],
        text=" ".join(line.text for line in lines),
        x1=max(line.x1 for line in lines),
        y0=min(line.y0 for line in lines),
        y1=max(line.y1 for line in lines),
        parts=(),
    )


def _parted(signs: Sequence[Any], gap: float) -> list[list[Any]]:
    """The signs of a line, parted where letters stand further from each other than `gap`."""
    parts: list[list[Any]] = [[]]
    end = float("inf")
    for one in signs:
        if hasattr(one, "fontname") and one.get_text().strip():
            if one.x0 - end > gap:
                parts.append([])
            end = one.x1
        parts[-1].append(one)
    return parts


def rows_of(lines: Sequence[PdfLine]) -> list[list[PdfLine]]:
    """What stands at one height, from the left; the highest row first."""
    rows: list[list[PdfLine]] = []
    for line in sorted(lines, key=lambda line: -line.middle):
        if rows and rows[-1][0].middle - line.middle < 0.35 * min(rows[-1][0].size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def with_bullets(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Bullets taken off the text and kept as marks; one that stands alone joins its line."""
    marks = [line for line in lines if _bare(line)]
    shown, used = [], set()
    for line in lines:
        if _bare(line):
            shown.append(line)
            continue
        own = BULLET.match(line.text)
        if own:
            shown.append(_marked(line, own[0].strip(), line.text[own.end() :], line.x0))
            continue
        near = [m for m in marks if _beside(m, line)]
        if near:
            mark = max(near, key=lambda m: m.x1)
            used.update(near)
            shown.append(_marked(line, mark.text, line.text, mark.x0))
        else:
            shown.append(line)
    drop = {mark for mark in marks if mark in used or not any(map(str.isdigit, mark.text))}
    return [line for line in shown if line not in drop]


def level(line: PdfLine, lines: Sequence[PdfLine]) -> int:
    """How deep in its list a line with a bullet stands: how many further left there are."""
    left = sorted(other.x0 for other in lines if other.bullet and 4 < line.x0 - other.x0 < _LIST)
    return sum(b - a > 4 for a, b in zip([float("-inf"), *left], left, strict=False))


def _bare(line: PdfLine) -> bool:
    match = BULLET.match(line.text)
    return match is not None and match.end() == len(line.text)


def _beside(mark: PdfLine, line: PdfLine) -> bool:
    level = abs(mark.middle - line.middle) < max(line.size, mark.size) / 2
    return level and -1 < line.x0 - mark.x1 < 60


def _marked(line: PdfLine, bullet: str, text: str, x0: float) -> PdfLine:
    return replace(line, bullet=bullet if bullet[-1] in ".)" else "-", text=text, x0=x0)
