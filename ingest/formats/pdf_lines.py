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
_LIST = 120.0
"""Points within which the levels of one list stand."""


@dataclass(frozen=True, slots=True)
class PdfLine:
    """In points; `top` is the share of the page's height above it, `bullet` the mark before it."""

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

    @classmethod
    def of(cls, item: Any, box: int, bottom: float, height: float) -> PdfLine | None:
        """A line of pdfminer's; None when there is nothing to read on it."""
        text = " ".join(item.get_text().replace("\u00a0", " ").split())
        text = _NAMELESS.sub("• ", text)
        if not text:
            return None
        letters = [one for one in item if hasattr(one, "fontname") and one.get_text().strip()]
        sizes = Counter(round(float(one.size) * 2) / 2 for one in letters)
        bold = sum("bold" in one.fontname.lower() for one in letters) * 10 > len(letters) * 9
        size = sizes.most_common(1)[0][0] if sizes else item.height
        top = 1 - (item.y1 - bottom) / height if height else 0.0
        return cls(text, box, item.x0, item.x1, item.y0, item.y1, size, bold, top)


def with_bullets(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Bullets taken off the text and kept as marks; one that stands alone joins its line."""
    marks = [line for line in lines if _bare(line)]
    shown = []
    for line in lines:
        if _bare(line):
            continue
        own = BULLET.match(line.text)
        if own:
            shown.append(_marked(line, own[0].strip(), line.text[own.end() :], line.x0))
            continue
        near = [m for m in marks if _beside(m, line)]
        if near:
            mark = max(near, key=lambda m: m.x1)
            shown.append(_marked(line, mark.text, line.text, mark.x0))
        else:
            shown.append(line)
    return shown


def level(line: PdfLine, lines: Sequence[PdfLine]) -> int:
    """How deep in its list a line with a bullet stands: how many further left there are."""
    left = sorted(other.x0 for other in lines if other.bullet and 4 < line.x0 - other.x0 < _LIST)
    return sum(b - a > 4 for a, b in zip([float("-inf"), *left], left, strict=False))


def _bare(line: PdfLine) -> bool:
    match = BULLET.match(line.text)
    return match is not None and match.end() == len(line.text)


def _beside(mark: PdfLine, line: PdfLine) -> bool:
    level = abs((mark.y0 + mark.y1) - (line.y0 + line.y1)) / 2 < max(line.size, mark.size) / 2
    return level and -1 < line.x0 - mark.x1 < 60


def _marked(line: PdfLine, bullet: str, text: str, x0: float) -> PdfLine:
    return replace(line, bullet=bullet if bullet[-1] in ".)" else "-", text=text, x0=x0)
