"""Lines of a PDF page -> tables: by the grid drawn around their cells, or by how cells stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.formats.pdf_lines import BULLET, PdfLine, rows_of
from ingest.formats.pdf_rules import Grid

_PROSE_WORDS = 3.5
_PROSE_FILL = 0.7
_APART = 3.0
"""Of a line's height: the most white space between two rows of a table without strokes."""


@dataclass(frozen=True, slots=True)
class PdfTable:
    """Its rows of cells and the place it takes, as a line's."""

    rows: tuple[tuple[str, ...], ...]
    x0: float
    x1: float
    y0: float
    y1: float

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], lines: Sequence[PdfLine]) -> PdfTable:
        return cls(
            tuple(tuple(row) for row in rows),
            min(line.x0 for line in lines),
            max(line.x1 for line in lines),
            min(line.y0 for line in lines),
            max(line.y1 for line in lines),
        )

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.y0 + self.y1) / 2


Piece = PdfLine | PdfTable


def drawn_tables(lines: Sequence[PdfLine], grids: Sequence[Grid]) -> list[Piece]:
    """The lines, those in the cells of a drawn grid as its table."""
    pieces: list[Piece] = list(lines)
    for grid in grids:
        inside = [line for line in pieces if isinstance(line, PdfLine) and _inside(line, grid)]
        rows = _cells(inside, grid)
        if sum(sum(map(bool, row)) > 1 for row in rows) < 2:
            continue
        taken = set(inside)
        pieces = [piece for piece in pieces if piece not in taken]
        pieces.append(PdfTable.of(rows, inside))
    return pieces


def _inside(line: PdfLine, grid: Grid) -> bool:
    across = grid.xs[0] - 2 < (line.x0 + line.x1) / 2 < grid.xs[-1] + 2
    return across and grid.ys[-1] - 2 < line.middle < grid.ys[0] + 2


def _cells(lines: Sequence[PdfLine], grid: Grid) -> list[list[str]]:
    """A row for each band of the grid; for each row of text where a band holds several."""
    rows: list[list[str]] = []
    for top, bottom in pairwise(grid.ys):
        band = rows_of([line for line in lines if bottom < line.middle <= top])
        cells = [[_column(line, grid) for line in row] for row in band]
        full = [len(set(row)) > len(grid.xs) / 2 - 0.5 for row in cells]
        several = len(grid.ys) <= 3 and len(band) > 2 and all(full)
        for group in [[row] for row in band] if several else [band]:
            texts = [""] * (len(grid.xs) - 1)
            for line in (line for row in group for line in row):
                place = _column(line, grid)
                texts[place] = f"{texts[place]} {line.text}".strip()
            rows.append(texts)
    return [row for row in rows if any(row)]


def _column(line: PdfLine, grid: Grid) -> int:
    middle = line.x0 + min(line.x1 - line.x0, 20) / 2
    return min(max(sum(middle > x for x in grid.xs) - 1, 0), len(grid.xs) - 2)


def set_tables(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a column, those that stand in rows and columns of short cells as tables."""
    lines = [piece for piece in pieces if isinstance(piece, PdfLine)]
    rows = rows_of([part for line in lines for part in line.parts or (line,)])
    found: list[Piece] = []
    start = 0
    while start < len(rows):
        run = _Run()
        end = start
        while end < len(rows) and run.takes(rows[end]):
            end += 1
        outside = [line for row in (*rows[:start], *rows[end:]) for line in row]
        if run.is_table(outside):
            found.append(run.table())
            start = end
        else:
            start += 1
    taken = {line for table in found for line in lines if _within(line, table)}
    return [piece for piece in pieces if piece not in taken] + found


def _within(line: PdfLine, table: Piece) -> bool:
    across = table.x0 - 1 <= line.x0 and line.x1 <= table.x1 + 1
    return across and table.y0 - 1 <= line.y0 and line.y1 <= table.y1 + 1


class _Run:
    """Rows under each other whose cells keep to columns."""

    def __init__(self) -> None:
        self.rows: list[list[PdfLine]] = []
        self.columns: list[tuple[float, float]] = []

    def takes(self, row: Sequence[PdfLine]) -> bool:
        """Whether the row goes on with the columns; then it is part of the run."""
        if any(BULLET.match(line.text) and len(line.text) > 3 for line in row):
            return False
        if not self.rows and len(row) < 2:
            return False
        if self.rows:
            last, size = self.rows[-1], min(line.size for line in row)
            space = min(line.y0 for line in last) - max(line.y1 for line in row)
            if space > _APART * size or (len(row) == 1 and space > 0.6 * size):
                return False
        columns = _widened(self.columns, row)
        if columns is None or (self.rows and len(row) == 1 and len(columns) > len(self.columns)):
            return False
        if len(row) == 1 and not self._goes_on(row[0], columns):
            return False
        self.rows.append(list(row))
        self.columns = columns
        return True

    def _goes_on(self, line: PdfLine, columns: list[tuple[float, float]]) -> bool:
        """Whether a line that stands alone is the rest of a cell: not in the first column."""
        return line.x0 > columns[0][1]

    def is_table(self, outside: Sequence[PdfLine]) -> bool:
        """Whether these are cells, and not columns of text that stand beside each other."""
        full = [row for row in self.rows if len(row) > 1]
        if len(full) < 2 or len(self.columns) < 2:
            return False
        cells = [[line for row in self.rows for line in row if _in(line, c)] for c in self.columns]
        prose = [place for place, column in enumerate(cells) if _is_prose(column)]
        if not prose:
            return len(full) > 2 or len(self.columns) > 2
        if len(prose) > 1 or any(_adjoins(cells[place], outside) for place in prose):
            return False
        names = [line.text for line in cells[0]]
        return prose != [0] and not any(name[:1].islower() for name in names)

    def table(self) -> PdfTable:
        rows: list[list[str]] = []
        steps = [above[0].middle - row[0].middle for above, row in pairwise(self.rows)]
        even = max(steps) < 1.25 * min(steps)
        close = 0.0 if even else (max(steps) + min(steps)) / 2
        for row, step in zip(self.rows, [float("inf"), *steps], strict=True):
            texts = ["" for _ in self.columns]
            for line in row:
                place = next(i for i, column in enumerate(self.columns) if _in(line, column))
                texts[place] = f"{texts[place]} {line.text}".strip()
            if len(row) < len(self.columns) and (step < close or (rows and not texts[0])):
                rows[-1] = [f"{a} {b}".strip() for a, b in zip(rows[-1], texts, strict=True)]
            else:
                rows.append(texts)
        return PdfTable.of(rows, [line for row in self.rows for line in row])


def _widened(
    columns: Sequence[tuple[float, float]], row: Sequence[PdfLine]
) -> list[tuple[float, float]] | None:
    """The columns with this row's cells in them; None when a cell reaches into two."""
    wide = list(columns)
    for line in row:
        over = [place for place, column in enumerate(wide) if _in(line, column)]
        if len(over) > 1:
            return None
        if over:
            x0, x1 = wide[over[0]]
            wide[over[0]] = (min(x0, line.x0), max(x1, line.x1))
        else:
            wide.append((line.x0, line.x1))
    wide.sort()
    apart = all(a[1] + 2 < b[0] for a, b in pairwise(wide))
    each = all(sum(_in(line, column) for line in row) < 2 for column in wide)
    return wide if apart and each else None


def _in(line: PdfLine, column: tuple[float, float]) -> bool:
    return line.x0 < column[1] and line.x1 > column[0]


def _is_prose(column: Sequence[PdfLine]) -> bool:
    """Whether lines fill their column with words, as the lines of a paragraph do."""
    wide = [line.x1 - line.x0 for line in column]
    words = sum(len(line.text.split()) for line in column) / len(column)
    return words >= _PROSE_WORDS and median(wide) >= _PROSE_FILL * max(wide)


def _adjoins(column: Sequence[PdfLine], outside: Sequence[PdfLine]) -> bool:
    """Whether the text of a column goes on above or below."""
    x0, top = min(line.x0 for line in column), max(line.y1 for line in column)
    bottom = min(line.y0 for line in column)
    return any(
        abs(line.x0 - x0) < 3
        and (-1 < line.y0 - top < line.size or -1 < bottom - line.y1 < line.size)
        for line in outside
    )
