"""CSV, TSV, XLSX -> a line for each row with its headers; or past questions, if it is a set."""

from __future__ import annotations

import csv
import io
import warnings
from itertools import islice

from core.errors import NotesError
from ingest.formats.archive import office
from ingest.formats.grid import COLUMNS, Cells, flat, listed
from ingest.formats.loaded import TEXT_LIMIT, Loaded, ParseLimits
from ingest.formats.plain import decode
from ingest.questions_import.sets import from_rows

_MARKS = ",;\t|"
ROWS = 200_000


def load_table(data: bytes, limits: ParseLimits) -> Loaded:
    """A CSV or TSV file, whatever separates its cells."""
    text = decode(data)
    try:
        rows = [[flat(cell) for cell in row[:COLUMNS]] for row in _reader(text)]
    except csv.Error as error:
        raise NotesError(f"it is no table ({error}): save it again as CSV") from error
    return from_rows(rows) or Loaded(listed(rows) + "\n" if rows else "")


def _reader(text: str) -> list[list[str]]:
    """The rows, by the mark that cuts the first lines into the most even rows."""
    csv.field_size_limit(TEXT_LIMIT)
    best, found = ",", 0.0
    for mark in _MARKS:
        rows = [row for row in islice(csv.reader(io.StringIO(text), delimiter=mark), 30) if row]
        widths = [len(row) for row in rows]
        if widths and (width := max(set(widths), key=widths.count)) > 1:
            even = widths.count(width) / len(widths) + width / 1000
            best, found = (mark, even) if even > found else (best, found)
    return list(islice(csv.reader(io.StringIO(text), delimiter=best), ROWS))


def load_xlsx(data: bytes, limits: ParseLimits) -> Loaded:
    """A workbook: each sheet that has rows under its name."""
    with office(data, limits), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what cells do not need: styles, validations
        sheets = _sheets(data)
    if len(sheets) == 1 and (questions := from_rows(sheets[0][1])):
        return questions
    blocks = [f"## {name}\n\n{listed(rows)}" for name, rows in sheets]
    return Loaded("\n\n".join(blocks) + "\n" if blocks else "")


def _sheets(data: bytes) -> list[tuple[str, list[Cells]]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    found: list[tuple[str, list[Cells]]] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()
        rows: list[Cells] = []
        for row in islice(sheet.iter_rows(max_col=COLUMNS, values_only=True), ROWS):
            cells = [flat(value) for value in row]
            if any(cells):
                rows.append(cells)
        if rows:
            found.append((flat(sheet.title), rows))
    return found
