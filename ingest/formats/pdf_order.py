"""Pieces of a PDF page in reading order: a column whole, then the next; what is wide parts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ingest.formats.pdf_lines import BULLET, PdfLine, joined
from ingest.formats.pdf_rules import Grid
from ingest.formats.pdf_tables import Piece, drawn_tables, set_tables

_GUTTER = 6.0
"""Points between two columns, at least."""
_NARROW = 0.08
"""Share of the width of the text; what is narrower is no column, but marks beside one."""
_LEVEL = 4
"""Lines that stand level with others, from which they are a column and no wide spaces."""
_STARTS = 40
_DEEP = 6


def in_reading_order(lines: Sequence[PdfLine], grids: Sequence[Grid]) -> list[Piece]:
    """The lines and tables of a page; what is read apart is in boxes of their own."""
    found: list[Piece] = []
    for region in _regions(drawn_tables(lines, grids), 0):
        found.extend(_boxed(region, len(found)))
    return found


def _boxed(region: Sequence[Piece], first: int) -> Iterator[Piece]:
    """Boxes as they were, but one line, whose words were spread, one; counted from `first`."""
    box, last = first, None
    for row in _level_rows(region):
        line = row[0]
        if len(row) == 1 and not isinstance(line, PdfLine):
            yield line
            last = None
            continue
        lines = [piece for piece in row if isinstance(piece, PdfLine)]
        line = joined(lines)
        close = last is not None and (len(row) > 1 or last[1]) and _follows(last[0], line)
        box += not (close or (last is not None and last[0].box == lines[0].box))
        last = (replace(line, box=lines[-1].box), len(row) > 1)
        yield replace(line, box=box)


def _level_rows(region: Sequence[Piece]) -> list[list[Piece]]:
    """Lines of one height and one kind together; marks of a list stay apart."""
    rows: list[list[Piece]] = []
    for piece in region:
        last = rows[-1][-1] if rows else None
        if last is not None and _is_one(last, piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return rows


def _is_one(last: Piece, piece: Piece) -> bool:
    if not (isinstance(last, PdfLine) and isinstance(piece, PdfLine) and _level(last, piece)):
        return False
    return (last.size, last.bold) == (piece.size, piece.bold) and not BULLET.fullmatch(last.text)


def _follows(last: PdfLine, line: PdfLine) -> bool:
    """Whether a line is the next one of a paragraph."""
    return last.size == line.size and last.y0 - line.y1 < 0.5 * line.size


def _regions(pieces: Sequence[Piece], depth: int) -> list[list[Piece]]:
    """Runs of pieces that are read from top to bottom."""
    pieces = set_tables(pieces)
    start = _column_start(pieces) if depth < _DEEP else None
    if start is None:
        return [_downwards(pieces)]
    found: list[list[Piece]] = []
    wide: list[Piece] = []
    for crossing, left, right in _bands(pieces, start):
        wide.extend(crossing)
        if not right or not left:
            wide.extend(left or right)
            continue
        if wide:
            found.extend(_regions(wide, depth + 1))
            wide = []
        found.extend(_regions(left, depth + 1))
        found.extend(_regions(right, depth + 1))
    return [*found, *_regions(wide, depth + 1)] if wide else found


def _downwards(pieces: Sequence[Piece]) -> list[Piece]:
    """From the top; pieces of one height from the left."""
    found: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: -piece.middle):
        place = len(found)
        while place and _level(found[place - 1], piece) and found[place - 1].x0 > piece.x0:
            place -= 1
        found.insert(place, piece)
    return found


def _level(one: Piece, other: Piece) -> bool:
    if not (isinstance(one, PdfLine) and isinstance(other, PdfLine)):
        return False
    return abs(one.middle - other.middle) < 0.35 * min(one.size, other.size)


def _column_start(pieces: Sequence[Piece]) -> float | None:
    """Where the right one of two columns begins: where most lines stand beside others."""
    if len(pieces) < 4:
        return None
    width = max(piece.x1 for piece in pieces) - min(piece.x0 for piece in pieces)
    near: dict[int, list[float]] = {}
    for piece in pieces:
        near.setdefault(round(piece.x0 / 4), []).append(piece.x0)
    usual = sorted(near.values(), key=len, reverse=True)[:_STARTS]
    best, most = None, 0
    for start in sorted(min(group) for group in usual):
        beside = _beside(pieces, start, width)
        if beside > most:
            best, most = start, beside
    return best


def _beside(pieces: Sequence[Piece], start: float, width: float) -> int:
    """How many lines of the smaller side stand beside lines of the other, over all bands."""
    count, level = 0, True
    for _, left, right in _bands(pieces, start):
        if not left or not right:
            continue
        if min(_width(left), _width(right)) < _NARROW * width:
            continue
        high = min(max(p.y1 for p in left), max(p.y1 for p in right))
        low = max(min(p.y0 for p in left), min(p.y0 for p in right))
        sides = [[p for p in side if low <= p.middle <= high] for side in (left, right)]
        few, many = sorted(sides, key=len)
        if len(many) > 1:
            count += len(few)
            level = level and all(any(_level(p, other) for other in many) for p in few)
    return count if count >= (_LEVEL if level else 2) else 0


def _width(pieces: Sequence[Piece]) -> float:
    return max(piece.x1 for piece in pieces) - min(piece.x0 for piece in pieces)


def _bands(
    pieces: Sequence[Piece], start: float
) -> list[tuple[list[Piece], list[Piece], list[Piece]]]:
    """From the top: what reaches across `start`, then what is left and right of it below."""

    def side(piece: Piece) -> int:
        return 2 if piece.x0 >= start - 2 else 1 if piece.x1 <= start - _GUTTER else 0

    bands: list[tuple[list[Piece], list[Piece], list[Piece]]] = [([], [], [])]
    for crosses, run in groupby(sorted(pieces, key=lambda p: -p.middle), lambda p: not side(p)):
        members = list(run)
        if crosses:
            bands.append((members, [], []))
        else:
            for piece in members:
                bands[-1][side(piece)].append(piece)
    return bands
