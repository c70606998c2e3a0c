"""Past exam questions inside notes: stem, answer and explanation together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.labels import Label, read_label
from ingest.rows import Row

_LOOK_AHEAD = 15


@dataclass(frozen=True, slots=True)
class Question:
    """Row indices (0-based, inclusive) of one past question; -1 where a part is missing."""

    first: int
    last: int
    answer: int = -1
    explanation: int = -1

    @property
    def stem(self) -> range:
        """Line numbers (1-based) of the stem."""
        return range(self.first + 1, (self.answer if self.answer >= 0 else self.first + 1) + 1)


def label_of(row: Row) -> Label | None:
    """What a row begins: a question, an answer, an explanation, or nothing of these."""
    found = read_label(row.body) if row.kind == "text" else None
    return found[0] if found else None


def find_questions(rows: Sequence[Row]) -> list[Question]:
    """Every past question of a note, in order, never overlapping."""
    labels = [label_of(row) for row in rows]
    found: list[Question] = []
    index = 0
    while index < len(rows):
        if labels[index] == "question":
            found.append(_span(rows, labels, index))
            index = found[-1].last
        index += 1
    return found


def _span(rows: Sequence[Row], labels: list[Label | None], first: int) -> Question:
    answer = _answer_after(rows, labels, first)
    last = _unlabelled_end(rows, labels, first) if answer < 0 else answer
    explanation = -1
    index = last + 1
    while answer >= 0 and index < len(rows):
        row = rows[index]
        if not row.content:
            following = _next_content(rows, index)
            if following < 0 or labels[following] not in ("answer", "explanation"):
                break
            index = following
            continue
        if _ends(row, labels[index], rows[first]):
            break
        if labels[index] == "explanation" and explanation < 0:
            explanation = index
        last = index
        index += 1
    return Question(first, last, answer, explanation)


def _ends(row: Row, label: Label | None, start: Row) -> bool:
    """Whether a row that follows the answer belongs to something else."""
    if label in ("answer", "explanation"):
        return False
    if label == "question" or row.atx or row.column < start.column - 1:
        return True
    return row.bullet and abs(row.column - start.column) <= 1 and start.bullet


def _answer_after(rows: Sequence[Row], labels: list[Label | None], first: int) -> int:
    """The answer's row, looked for past blank lines (a table may stand between), or -1."""
    for index in range(first + 1, min(first + _LOOK_AHEAD, len(rows))):
        if labels[index] == "answer":
            return index
        row = rows[index]
        if labels[index] == "question" or row.atx:
            return -1
        if row.content and row.column < rows[first].column - 1:
            return -1
    return -1


def _unlabelled_end(rows: Sequence[Row], labels: list[Label | None], first: int) -> int:
    """Without an answer label, what stands right under the stem is taken along."""
    index = first
    while index + 1 < len(rows):
        row = rows[index + 1]
        if not row.content or labels[index + 1] or row.atx:
            break
        if row.column < rows[first].column - 1:
            break
        index += 1
    return index


def _next_content(rows: Sequence[Row], index: int) -> int:
    return next((i for i in range(index, len(rows)) if rows[i].content), -1)
