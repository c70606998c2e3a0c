"""Rows -> lines with their heading path: indents, bullets, Markdown, numbers, short block heads.

Nothing here knows a subject: a line is a heading because of where it stands and how it is
written, never because of what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.text import strip_marker, words
from core.types import Line
from ingest.rows import Row, indent_unit

_SENTENCE_END = (".", "!", ",", ";", "?")


@dataclass(slots=True)
class _Open:
    """A line that may still get children: those at `from_column` or deeper."""

    row: Row
    title: str
    from_column: int
    block: bool = False
    used: bool = False
    numbered: int = 0


def outline(note: str, rows: Sequence[Row]) -> list[Line]:
    """The lines of a note that are neither blank nor separators, with the headings above them."""
    return _Outliner(note, list(rows)).run()


class _Outliner:
    def __init__(self, note: str, rows: list[Row]) -> None:
        self.note = note
        self.rows = rows
        self.unit = indent_unit(rows)
        self.slack = 1 if self.unit > 1 else 0
        self.markdown = note.lower().endswith((".md", ".markdown"))
        self.titles: list[tuple[int, str]] = []
        self.stack: list[_Open] = []
        self.lines: list[Line] = []

    def run(self) -> list[Line]:
        content = [i for i, row in enumerate(self.rows) if row.content]
        for position, index in enumerate(content):
            following = content[position + 1] if position + 1 < len(content) else None
            previous = content[position - 1] if position else None
            for between in self.rows[0 if previous is None else previous + 1 : index]:
                if between.kind == "separator":
                    self._rule(between.column)
            self._take(index, previous, following)
        return self.lines

    def _take(self, index: int, previous: int | None, following: int | None) -> None:
        row = self.rows[index]
        before = self.rows[previous] if previous is not None else None
        after = self.rows[following] if following is not None else None
        gap = previous is None or previous != index - 1
        if row.kind != "text" or row.drawn == "tree":
            self._emit(row)
            return
        if level := self._title_level(index, gap):
            self._drop_titles(level)
            self._emit(row)
            self.titles.append((level, strip_marker(row.body)))
            return
        if self._is_stray(row, after):
            self._emit(row)
            return
        adjacent = following == index + 1
        numbered = self._numbered_head(row, before, after, gap)
        block = not numbered and self._block_head(row, after, gap, adjacent)
        self._close(row, before, gap, block, numbered)
        self._emit(row)
        if row.drawn:
            return
        start = row.column if block or numbered else row.column + self.slack + 1
        self.stack.append(_Open(row, strip_marker(row.body), start, block, False, numbered))

    def _emit(self, row: Row) -> None:
        path = [title for _, title in self.titles] + [entry.title for entry in self.stack]
        self.lines.append(Line(self.note, row.number, row.text, tuple(path)))

    def _title_level(self, index: int, gap: bool) -> int:
        """Markdown heading level, or 0. In plain text a `# heading` needs a gap before it."""
        row = self.rows[index]
        if row.atx:
            return row.atx if self.markdown or gap else 0
        under = self.rows[index + 1] if index + 1 < len(self.rows) else None
        if under is None or under.kind != "separator" or under.column != row.column:
            return 0
        mark = under.body[0]
        if row.bullet or set(under.body) != {mark} or mark not in "=-" or not gap:
            return 0
        fits = self.markdown or abs(len(under.body) - len(row.body)) <= 3
        return (1 if mark == "=" else 2) if fits else 0

    def _drop_titles(self, level: int) -> None:
        self.stack.clear()
        while self.titles and self.titles[-1][0] >= level:
            self.titles.pop()

    def _is_stray(self, row: Row, after: Row | None) -> bool:
        """A bullet far left in a deep list: what follows goes on where the list was."""
        if not row.bullet or after is None or after.column - row.column <= self.unit:
            return False
        return any(abs(entry.row.column - after.column) <= self.slack for entry in self.stack)

    def _numbered_head(self, row: Row, before: Row | None, after: Row | None, gap: bool) -> int:
        """Depth of a heading such as `2.1 Streams` whose text stands at its own column, or 0."""
        if not row.ordinal or row.bullet or after is None or after.column > row.column:
            return 0
        short = len(words(row.body)) <= 10 and not row.body.endswith(_SENTENCE_END)
        listed = after.ordinal and len(after.ordinal) == len(row.ordinal)
        item = before is not None and not gap and before.ordinal and before.column == row.column
        upper = strip_marker(row.body).lstrip("0123456789.) ")[:1].isupper()
        level = after.column >= row.column - self.slack
        return len(row.ordinal) if short and upper and level and not (listed or item) else 0

    def _block_head(self, row: Row, after: Row | None, gap: bool, adjacent: bool) -> bool:
        """A short line without a bullet that names the lines right under it, at its column."""
        if row.bullet or row.ordinal or after is None or row.body.endswith(_SENTENCE_END):
            return False
        if after.kind != "text" or abs(after.column - row.column) > self.slack:
            return False
        count = len(words(row.body))
        if not adjacent:
            return gap and 0 < count <= 6 and row.body[0].isupper() and "," not in row.body
        if after.bullet:
            return 0 < count <= (8 if gap else 5)
        if not gap or count == 0:
            return False
        return (row.body.endswith(":") and count <= 8) or count <= 4 < len(words(after.body))

    def _rule(self, column: int) -> None:
        """A separator ends the heads whose text stands at their own column."""
        for depth, entry in enumerate(self.stack):
            if (entry.block or entry.numbered) and entry.row.column >= column:
                del self.stack[depth:]
                return

    def _close(self, row: Row, before: Row | None, gap: bool, block: bool, numbered: int) -> None:
        """Pop what cannot be above this row; an unmarked line goes on under its own bullet."""
        while self.stack:
            top = self.stack[-1]
            if self._holds(top, row, before, gap, block, numbered):
                top.used = True
                return
            self.stack.pop()

    def _holds(
        self, top: _Open, row: Row, before: Row | None, gap: bool, block: bool, numbered: int
    ) -> bool:
        if top.numbered:
            return row.column >= top.from_column and not _is_next(row, top)
        if row.column > top.row.column + self.slack:
            return True
        if abs(row.column - top.row.column) > self.slack or block or numbered:
            return False
        if top.block:
            return not gap or not top.used
        continues = not gap and not row.bullet and before is not None
        return top.row.bullet and continues and before is not None and before.column == row.column


def _is_next(row: Row, head: _Open) -> bool:
    """Whether a numbered row goes on where a numbered heading left, or above it."""
    if not row.ordinal or row.bullet or len(row.ordinal) > head.numbered:
        return False
    return len(row.ordinal) < head.numbered or row.ordinal > head.row.ordinal
