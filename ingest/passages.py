"""Lines -> passages of about a hundred words that follow the outline."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from core.text import words
from core.types import Line, Passage, PassageKind
from ingest.outline import outline
from ingest.questions import Question, find_questions
from ingest.rows import Row, read_rows

TARGET_WORDS = 110
ENOUGH_WORDS = 45
"""A new section of the same depth starts a passage of its own once this much is gathered."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note read whole: its lines with their paths, its passages in order.

    `asked` are the line numbers of the stems of past questions.
    """

    name: str
    lines: tuple[Line, ...]
    passages: tuple[Passage, ...]
    asked: frozenset[int] = frozenset()


Pages = tuple[tuple[int, str], ...]
"""(first line, label) of each page or slide, in order; empty for notes that have none."""


def read_note(name: str, text: str, pages: Pages = ()) -> Note:
    """Outline a note and cut it into passages. Every line of `lines` is in one passage."""
    rows = read_rows(text)
    lines = _with_pages(outline(name, rows), pages)
    questions = find_questions(rows)
    asked = frozenset(number for question in questions for number in question.stem)
    passages = cut_passages(name, rows, lines, questions)
    return Note(name, tuple(lines), tuple(passages), asked)


def _with_pages(lines: Sequence[Line], pages: Pages) -> list[Line]:
    starts = [first for first, _ in pages]
    labels = ["", *(label for _, label in pages)]
    return [replace(line, page=labels[bisect_right(starts, line.number)]) for line in lines]


def cut_passages(
    note: str, rows: Sequence[Row], lines: Sequence[Line], questions: Sequence[Question]
) -> list[Passage]:
    """Cut the lines of one note: each past question whole, tables whole, the rest by outline."""
    seen: Counter[str] = Counter()
    passages = []
    for kind, group in _groups(rows, lines, questions):
        text = _dedent(rows[group[0].number - 1 : group[-1].number])
        seen[text] += 1
        key = f"{note}\0{text}\0{seen[text]}"
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        first, last = group[0].number, group[-1].number
        passages.append(Passage(digest, note, _common_path(group), first, last, text, kind))
    return passages


def _groups(
    rows: Sequence[Row], lines: Sequence[Line], questions: Sequence[Question]
) -> Iterable[tuple[PassageKind, list[Line]]]:
    spans = {
        number: index
        for index, question in enumerate(questions)
        for number in range(question.first + 1, question.last + 2)
    }
    for question, run in groupby(lines, key=lambda line: spans.get(line.number)):
        if question is not None:
            yield "question", list(run)
            continue
        for group in _by_outline(rows, list(run)):
            yield _kind(rows, group), group


def _by_outline(rows: Sequence[Row], lines: list[Line]) -> Iterable[list[Line]]:
    group: list[Line] = []
    count = 0
    for line in lines:
        size = len(words(line.text))
        if group and _starts_new(rows, group, count, line, size):
            yield group
            group, count = [], 0
        group.append(line)
        count += size
    if group:
        yield group


def _starts_new(rows: Sequence[Row], group: list[Line], count: int, line: Line, size: int) -> bool:
    row, before = rows[line.number - 1], rows[group[-1].number - 1]
    if row.atx and not before.atx:
        return True
    if "table" in (row.drawn, before.drawn):
        return row.drawn != before.drawn or count + size > 4 * TARGET_WORDS
    if count + size > TARGET_WORDS and count > 0:
        return True
    depth = min(len(member.path) for member in group)
    return count >= ENOUGH_WORDS and len(line.path) <= depth


def _kind(rows: Sequence[Row], group: list[Line]) -> PassageKind:
    members = [rows[line.number - 1] for line in group]
    if sum(row.drawn != "" for row in members) * 2 > len(members):
        return "table"
    if sum(row.bullet or bool(row.ordinal) for row in members) * 2 >= len(members):
        return "list"
    return "prose"


def _common_path(lines: Sequence[Line]) -> tuple[str, ...]:
    path = lines[0].path
    for line in lines[1:]:
        same = 0
        while same < min(len(path), len(line.path)) and path[same] == line.path[same]:
            same += 1
        path = path[:same]
    return path


def _dedent(rows: Sequence[Row]) -> str:
    """The rows' text with their common indent taken off; blank lines stay."""
    margin = min((row.column for row in rows if row.content), default=0)
    shown = []
    for row in rows:
        body = row.text.lstrip().rstrip()
        shown.append(" " * max(row.column - margin, 0) + body if row.content else body)
    return "\n".join(shown).strip("\n")
