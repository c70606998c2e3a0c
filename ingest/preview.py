"""A question set before it is added: the questions that it gives, and what was not understood."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.errors import NotesError
from core.labels import read_label
from ingest.formats.kinds import Kind, kind_of
from ingest.questions import Question, find_questions
from ingest.reader import Reader
from ingest.rows import Row, read_rows

SETS: frozenset[Kind] = frozenset({"anki", "table", "json", "xlsx"})
"""The kinds of files that may hold nothing but questions."""
SHOWN = 3
_LETTER = re.compile(r"[A-H]\.\s+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was understood; `right` are the places of its answers among the options."""

    stem: str
    options: tuple[str, ...]
    right: tuple[int, ...]
    answer: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """How many `questions` a file gives, 0 when it is no question set, and the first of them.

    `remark` is one line on what was not understood.
    """

    questions: int = 0
    shown: tuple[Asked, ...] = ()
    remark: str = ""


class Previews:
    """Looks into files without keeping them. Any thread may use it; one file at a time is read."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()

    def of(self, name: str, data: bytes) -> Preview:
        """What a file would give.

        Raises:
            NotesError: it is none that is read, or nothing of it can be used; says why.
        """
        if kind_of(PurePosixPath(name), data) not in SETS:
            return Preview()
        with self._lock:
            try:
                (note,) = self._reader.read(name, data)
            finally:
                self._reader.close()
        if note.loaded is None:
            raise NotesError(note.problem)
        rows = read_rows(note.loaded.text)
        found = find_questions(rows)
        if not found:
            return Preview()
        shown = tuple(_asked(rows, question) for question in found[:SHOWN])
        return Preview(len(found), shown, note.loaded.remark)


def _asked(rows: Sequence[Row], question: Question) -> Asked:
    """The labelled lines of a question, as `ingest.questions_import.written` writes them."""
    said = {"question": "", "answer": "", "explanation": ""}
    options: list[str] = []
    for row in rows[question.first : question.last + 1]:
        if label := read_label(row.body):
            said[label[0]] = label[1]
        elif letter := _LETTER.match(row.body):
            options.append(row.body[letter.end() :])
    answers = said["answer"].split("; ")
    right = [n for n, text in enumerate(options) if text == said["answer"] or text in answers]
    return Asked(
        said["question"], tuple(options), tuple(right), said["answer"], said["explanation"]
    )
