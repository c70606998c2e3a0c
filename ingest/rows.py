"""The first look at a note: what each line is by itself (blank, rule, bullet, heading ...)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

RowKind = Literal["blank", "separator", "bare", "code", "text"]

TAB = 4
_BULLET = re.compile(r"[-–—](?!>)(?=\s|[^\W\d_])|[*+•◦▪●○‣·](?=\s|$)|[•◦▪●○‣·]")
_BARE = re.compile(r"[-–—*+•◦▪●○‣·]{1,2}$")
_RULE = re.compile(r"[-=#_*~+|:.─━═\s]{3,}$")
_FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})")
_NUMBER = re.compile(r"\(?(\d{1,3}(?:\.\d{1,3})*)[).]+\s*(?=\D)|(\d{1,3}(?:\.\d{1,3})+)\s+(?=\S)")
_ATX = re.compile(r"(#{1,6})\s+(\S.*?)(?:\s+#+)?$")
_CELL = re.compile(r"(?:^|\s)\|(?:\s|$)")
_TREE = re.compile(r"[│├└┌┐┘┤┬┴┼╰╭]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, seen alone. `column` counts its indent, a tab as four."""

    number: int
    text: str
    kind: RowKind
    column: int = 0
    bullet: bool = False
    body: str = ""
    ordinal: tuple[int, ...] = ()
    atx: int = 0
    drawn: Literal["", "table", "tree"] = ""

    @property
    def content(self) -> bool:
        return self.kind not in ("blank", "separator")


def _column(text: str) -> tuple[int, str]:
    """The indent in columns and the rest. Non-breaking and wide spaces count as spaces."""
    column = 0
    for position, character in enumerate(text):
        if character == "\t":
            column += TAB - column % TAB
        elif character.isspace():
            column += 1
        elif character not in "\u200b\ufeff":
            return column, text[position:].rstrip()
    return column, ""


def _text_row(number: int, text: str, column: int, body: str) -> Row:
    bullet = _BULLET.match(body)
    inner = body[bullet.end() :].lstrip() if bullet else body
    while bullet and (again := _BULLET.match(inner)):
        inner = inner[again.end() :].lstrip()
    ordinal = _NUMBER.match(inner)
    atx = _ATX.match(body) if column < TAB else None
    return Row(
        number,
        text,
        "text",
        column,
        bullet is not None,
        atx.group(2) if atx else inner,
        tuple(map(int, (ordinal[1] or ordinal[2]).split("."))) if ordinal else (),
        len(atx.group(1)) if atx else 0,
        "tree" if _TREE.match(body) else "table" if _CELL.search(body) else "",
    )


def read_rows(text: str) -> list[Row]:
    """Every line of a note, 1-based over `str.splitlines()`. Fenced code is kind `code`."""
    rows, fence = [], ""
    for number, raw in enumerate(text.splitlines(), 1):
        column, body = _column(raw)
        opening = _FENCE.match(body)
        if fence or opening:
            rows.append(Row(number, raw, "code" if body else "blank", column, body=body))
            if opening and (not fence or opening.group(1).startswith(fence)):
                fence = "" if fence else opening.group(1)
        elif not body:
            rows.append(Row(number, raw, "blank"))
        elif _BARE.fullmatch(body):
            rows.append(Row(number, raw, "bare", column, bullet=True))
        elif _RULE.fullmatch(body):
            rows.append(Row(number, raw, "separator", column, body=body))
        else:
            rows.append(_text_row(number, raw, column, body))
    return rows


def indent_unit(rows: list[Row]) -> int:
    """The usual step from one level to the next, in columns."""
    content = [row for row in rows if row.kind == "text"]
    steps = Counter(b.column - a.column for a, b in pairwise(content) if b.column > a.column)
    return steps.most_common(1)[0][0] if steps else TAB
