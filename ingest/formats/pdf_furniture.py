"""Headers, footers and page numbers: what stands at the same place of most pages, outside the text.

Nothing is taken that is not at the very edge of its page: all that is further out went too, and
white space parts its row from the text. Beside a chapter's name the page number goes alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

from ingest.formats.pdf_lines import PdfLine, rows_of

_EDGE = 0.12
"""Share of a page at its top and bottom where headers and footers stand."""
_MOST = 0.6
_ROWS = 3
"""Rows of a header or a footer."""
_SPACE = 0.6
"""Of a line's height: what parts a header from the text, at least."""
_NUMBER = re.compile(r"\d{1,6}")
_BARE = re.compile(r"[-–—|·\s]*\d{1,4}[-–—|·\s]*")
_COUNTED = re.compile(r"[-–—|·\s]*#[-–—|·\s]*[+]-?\d+")
_FEW = 2
"""Pages that are too few to tell by; on them a number alone is the page's."""

_Key = tuple[bool, int, str]


def without_furniture(pages: Sequence[list[PdfLine]], large: float) -> list[list[PdfLine]]:
    """The pages without what repeats at their edges; page numbers count on.

    `large` is the size of letters from which a number is no page's: `Chapter 2` is a heading. Of
    one page, and of two that differ, only a number that stands alone goes.
    """
    usual, few = _usual(pages, large), len(pages) <= _FEW
    shown = []
    for index, page in enumerate(pages):
        gone: set[PdfLine] = set()
        rows = rows_of(page)
        for side in (rows, rows[::-1]):
            gone |= _outermost(side, index, usual, large, few)
        shown.append([line for line in page if line not in gone] if gone else page)
    return shown


def _usual(pages: Sequence[list[PdfLine]], large: float) -> set[_Key]:
    """What is on most pages, or on most left or most right ones."""
    seen: Counter[_Key] = Counter()
    even: Counter[_Key] = Counter()
    for index, page in enumerate(pages):
        keys = {key for line in page for key in _keys(line, index, large)}
        seen.update(keys)
        if index % 2 == 0:
            even.update(keys)
    count = len(pages)
    least = max(min(3, count), 2, _MOST * count)
    halves = max(3, 0.4 * count)
    return {
        key
        for key, times in seen.items()
        if times >= least
        or (times >= halves and even[key] in (0, times))
        or (times > 1 and _COUNTED.fullmatch(key[2]))
    }


def _keys(line: PdfLine, index: int, large: float) -> Iterator[_Key]:
    """What may be the same of a line on every page: place, words, and each number as it is or as
    the page counts.
    """
    if _EDGE < line.top < 1 - _EDGE or len(line.text) > 200:
        return
    text = line.text.casefold()
    numbers = _NUMBER.findall(text) if line.size < large else []
    place = round(line.y0 / 4)
    bare = _NUMBER.sub("#", text)
    for counts in product((False, True), repeat=min(len(numbers), 3)):
        pairs = zip(numbers, counts, strict=False)
        told = " ".join(f"+{int(n) - index}" if on else n for n, on in pairs)
        for near in (place, place + 1):
            yield line.top < 0.5, near, f"{bare if numbers else text} {told}"


def _outermost(
    rows: Sequence[Sequence[PdfLine]], index: int, usual: set[_Key], large: float, few: bool
) -> set[PdfLine]:
    """The lines of the furniture at one edge; `rows` begin there."""
    gone: list[list[PdfLine]] = []
    for row in rows[:_ROWS]:
        bare = few and len(row) == 1
        found = [line for line in row if _is_furniture(line, index, usual, large, bare)]
        if found:
            gone.append(found)
        if len(found) < len(row):
            break
    while 0 < len(gone) < len(rows) and not _apart(rows[len(gone) - 1], rows[len(gone)]):
        gone.pop()
    return {line for row in gone for line in row}


def _is_furniture(line: PdfLine, index: int, usual: set[_Key], large: float, bare: bool) -> bool:
    if _EDGE < line.top < 1 - _EDGE:
        return False
    if bare and line.size < large and _BARE.fullmatch(line.text):
        return True
    return any(key in usual for key in _keys(line, index, large))


def _apart(row: Sequence[PdfLine], other: Sequence[PdfLine]) -> bool:
    """Whether more space is between two rows than between the lines of a paragraph."""
    upper, lower = (row, other) if row[0].y0 > other[0].y0 else (other, row)
    space = min(line.y0 for line in upper) - max(line.y1 for line in lower)
    return space > _SPACE * min(line.size for line in (*row, *other))
