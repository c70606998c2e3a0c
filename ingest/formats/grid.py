"""Rows of cells -> lines that each carry their headers; small tables as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

Cells = Sequence[str]
_NUMBER = re.compile(r"[-+]?[\d.,\s]+%?$")
COLUMNS = 300
"""Of wider sheets the rest is left out."""


def flat(value: object) -> str:
    """A cell's value on one line."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return " ".join(str(value).split())


def table_rows(rows: Sequence[Cells]) -> str:
    """A Markdown table, its first row the head."""
    rows = [[cell.replace("|", "/") for cell in row] for row in rows if any(row)]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in padded]
    return "\n".join([lines[0], f"| {' | '.join(['---'] * width)} |", *lines[1:]])


def header_of(rows: Sequence[Cells]) -> Cells | None:
    """The first row, if it names columns: several words, none of them a number or a repeat."""
    if len(rows) < 2:
        return None
    names = [cell for cell in rows[0] if cell]
    short = all(len(name) <= 60 and not _NUMBER.match(name) for name in names)
    return rows[0] if len(names) > 1 and len(set(names)) == len(names) and short else None


def listed(rows: Sequence[Cells]) -> str:
    """Each row a line: `- Service: Kinesis; Limit: 1 MB`, without headers `- Kinesis; 1 MB`."""
    rows = [row for row in rows if any(row)]
    header = header_of(rows)
    return "\n".join(_line(row, header or ()) for row in (rows[1:] if header else rows))


def _line(row: Cells, header: Cells) -> str:
    cells = []
    for place, cell in enumerate(row):
        name = header[place] if place < len(header) else ""
        if cell:
            cells.append(f"{name}: {cell}" if name else cell)
    return f"- {'; '.join(cells)}"
