"""Rows of a pasted text: which mark each begins with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from quiz.paste.answers import Statement, statements_of
from quiz.paste.marks import CROSSES, FILLED, TICKS, Mark, glyph_marks
from quiz.paste.text import is_cut, tidy

Kind = Literal["blank", "plain", "upper", "lower", "number", "box", "bullet", "answer", "cut"]

_BULLET = re.compile(
    r"(?P<glyph>[•▪▫‣➢➤►❖◦·\uf0b7\uf0a7](?=\s*\S)|[-*+–—](?=\s+\S|[A-Z][a-z])|o(?=\s+\S))\s*"
)
_BOX = re.compile(rf"(?:\[[ xX{TICKS}]?\]|\([ xX]?\)|[☐□○◯⚪◻⬜▢❍\uf06f\uf0a8{FILLED}])\s*")
_GLYPHS = re.compile(rf"[{TICKS}{CROSSES}]+\s*")
_STARS = re.compile(r"\*{1,2}(?=[(\[]?\w{1,2}[.):\]])")
_NAME = re.compile(
    r"""(?:(?:option|choice)\s+)?(?:
      \((?P<round>[A-Za-z]|\d{1,2})\)[.:]?
    | \[(?P<square>[A-Za-z]|\d{1,2})\][.:]?
    | (?P<name>[A-Za-z]|\d{1,2})\s?(?P<end>\)|[.:](?!\d))
    | (?P<dashed>[A-Za-z]|\d{1,2})\s*[-\u2013\u2014](?=\s)
    | (?P<gap>[A-Za-z]|\d{1,2})(?=\s\s+\S)
    | (?P<alone>[A-Za-z])\s*$
    )\s*""",
    re.I | re.X,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line, or a part of one (`joined`: it goes on where the row before ended).

    `text` is what stands after the mark, `raw` the whole; `name` is the letter or number, `style`
    how it is written.
    """

    kind: Kind
    text: str = ""
    raw: str = ""
    name: str = ""
    style: str = ""
    joined: bool = False
    marks: frozenset[Mark] = frozenset()
    statements: tuple[Statement, ...] = ()

    @property
    def valued(self) -> bool:
        """Whether the row itself names an answer."""
        return any(statement.value for statement in self.statements)


def row_kind(name: str) -> Kind:
    """The kind of row that begins with this letter or number."""
    if name.isdigit():
        return "number"
    return "upper" if name.isupper() else "lower"


def place_of(name: str) -> int:
    """0 for A, a and 1."""
    return int(name) - 1 if name.isdigit() else ord(name.upper()) - ord("A")


def row_of(line: str) -> Row:
    """The row that a line makes on its own."""
    raw = tidy(line)
    if not raw:
        return Row("blank")
    marked = _marked(line.strip(), raw)
    if marked.kind in ("plain", "bullet", "box"):
        if is_cut(marked.text):
            return Row("cut", raw=raw)
        if said := statements_of(marked.text):
            return Row("answer", marked.text, raw, statements=tuple(said))
    return marked


def _marked(line: str, raw: str) -> Row:
    """Bullet, box, tick and name are taken off, in this order, each at most once."""
    kind: Kind = "plain"
    place, style, name = 0, "", ""
    marks: frozenset[Mark] = frozenset()
    if bullet := _BULLET.match(line):
        kind, place, style = "bullet", bullet.end(), bullet.group("glyph")
    if box := _BOX.match(line, place):
        kind, place, style = "box", box.end(), "box"
        marks |= glyph_marks(box.group())
    if glyphs := _GLYPHS.match(line, place):
        place, marks = glyphs.end(), marks | glyph_marks(glyphs.group())
    if stars := _STARS.match(line, place):
        place = stars.end()
    if match := _NAME.match(line, place):
        name, style = name_and_style(match)
        kind, place = row_kind(name), match.end()
        for pattern in (_BOX, _GLYPHS):
            if found := pattern.match(line, place):
                place, marks = found.end(), marks | glyph_marks(found.group())
    return Row(kind, tidy(line[place:]), raw, name, style, marks=marks)


def name_and_style(match: re.Match[str]) -> tuple[str, str]:
    """'B' and how it is written, from a pattern whose groups are ways to write it."""
    found = {key: value for key, value in match.groupdict().items() if value}
    end = found.pop("end", "")
    ((style, name),) = found.items()
    return name, end or style
