"""Lines and tables of PDF pages -> headings, list items, sentences and rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.formats.grid import table_rows
from ingest.formats.pdf_lines import PdfLine, level, with_bullets
from ingest.formats.pdf_tables import PdfTable, Piece
from ingest.formats.prose import sentences

_LARGER = 1.12
_HYPHENS = ("-", "\u00ad", "\u2010")
_ENDS = (".", "!", "?", ":", ";")
_COMPOUND = re.compile(r"\w+[-\u2010]\w+")


@dataclass(frozen=True, slots=True)
class Style:
    """The document's own: size of its text, sizes of its headings, words it writes with hyphen."""

    body: float
    heads: tuple[float, ...]
    compounds: frozenset[str]

    @classmethod
    def of(cls, pages: Sequence[Sequence[PdfLine]]) -> Style:
        """Most letters are body; what is larger and short is a heading."""
        sizes: Counter[float] = Counter()
        for line in (line for page in pages for line in page):
            sizes[line.size] += len(line.text)
        body = sizes.most_common(1)[0][0] if sizes else 0.0
        heads = sorted((s for s in sizes if s >= body * _LARGER), reverse=True)
        words = {w.lower() for p in pages for line in p for w in _COMPOUND.findall(line.text)}
        return cls(body, tuple(heads), frozenset(words))

    @property
    def large(self) -> float:
        """The size from which letters are a heading's."""
        return self.body * _LARGER

    def heading(self, line: PdfLine) -> int:
        """Its level, 1 to 4; 0 for text."""
        if line.bullet or len(line.text) > 120 or not any(c.isalpha() for c in line.text):
            return 0
        if line.size in self.heads:
            return min(self.heads.index(line.size) + 1, 3)
        short = len(line.text.split()) <= 10 and not line.text.endswith((".", ",", ";"))
        return min(len(self.heads) + 1, 4) if line.bold and short else 0


def page_markdown(pieces: Sequence[Piece], style: Style) -> str:
    """A page, its lines joined to paragraphs and cut again behind sentences; tables by rows."""
    found: list[str] = []
    for drawn, run in groupby(pieces, key=lambda piece: isinstance(piece, PdfTable)):
        if drawn:
            tables = (table_rows(piece.rows) for piece in run if isinstance(piece, PdfTable))
            found.extend(f"\n{table}\n" for table in tables)
        else:
            found.extend(_text([piece for piece in run if isinstance(piece, PdfLine)], style))
    return "\n".join(found).strip("\n")


def _text(lines: Sequence[PdfLine], style: Style) -> list[str]:
    lines = with_bullets(lines)
    right: dict[int, float] = {}
    for line in lines:
        right[line.box] = max(right.get(line.box, line.x1), line.x1)
    blocks: list[_Block] = []
    for line in lines:
        head = style.heading(line)
        last = blocks[-1] if blocks else None
        if last is not None and last.goes_on(line, head, right):
            last.add(line, style)
        else:
            deep = level(line, lines) if line.bullet else 0
            blocks.append(_Block(line.text, line, line, head, deep))
    return [row for block in blocks for row in block.rows()]


@dataclass(slots=True)
class _Block:
    """A heading, a list item or a paragraph while it grows."""

    text: str
    first: PdfLine
    last: PdfLine
    head: int
    deep: int

    def goes_on(self, line: PdfLine, head: int, right: dict[int, float]) -> bool:
        if line.bullet or head != self.head:
            return False
        same = line.box == self.first.box
        if head:
            return same and line.size == self.first.size
        broken = self.text.endswith(_HYPHENS) and line.text[:1].islower()
        open_end = not self.text.endswith(_ENDS) and line.text[:1].islower()
        if not same:
            return (broken or open_end) and line.size == self.last.size and len(self.text) > 40
        if self.first.bullet:
            return line.x0 > self.first.x0 + 2
        width = right[line.box] - min(self.first.x0, line.x0)
        full = self.last.x1 >= right[line.box] - 0.2 * width
        return broken or open_end or (full and len(self.last.text) > 20)

    def add(self, line: PdfLine, style: Style) -> None:
        self.text = _joined(self.text, line.text, style.compounds)
        self.last = line

    def rows(self) -> list[str]:
        if self.head:
            return ["", f"{'#' * self.head} {self.text}", ""]
        if self.first.bullet:
            return [f"{'    ' * self.deep}{self.first.bullet} {self.text}"]
        return sentences(self.text)


def _joined(text: str, more: str, compounds: frozenset[str]) -> str:
    """Two lines as one, a word that was parted at the line's end made whole."""
    if not (text.endswith(_HYPHENS) and text[-2:-1].isalpha() and more[:1].islower()):
        return f"{text} {more}"
    before = re.split(r"\W", text[:-1])[-1]
    after = re.split(r"[^\w]", more)[0]
    kept = "-" if f"{before}-{after}".lower() in compounds and text[-1] != "\u00ad" else ""
    return text[:-1] + kept + more
