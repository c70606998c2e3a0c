"""The questions found in the notes, with their answers and explanations; repeats merged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.labels import read_label
from core.text import strip_marker, words
from core.types import Line, Passage
from quiz.concepts.facts import fact_key
from retrieval.embedder import Embedder, Vectors
from retrieval.store import Index

SAME = 0.75
"""Cosine of two stems from which they are one question, asked twice."""
NAME_WORDS = 4
WHOLE_ANSWER = 28
"""Words up to which an answer of several sentences is one option: each may be a step of it."""
_LETTERED = re.compile(r"\s+([A-H])[.)]\s")
_REASON = re.compile(r"\s+-\s+(?=[A-Z])")
_TWO = re.compile(r"\b(?:TWO|two|2)\b")
_PARTS = re.compile(r"\s*(?:,(?=[A-Z])|&|\band\b(?=\s+[A-Z])|;)\s*")
_AND = re.compile(r"^(?:and\b|&)\s*", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\s+-\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class PastQuestion:
    """A question of the notes with its answers; `why` are the lines that explain it."""

    stem: str
    answers: tuple[str, ...]
    why: tuple[Line, ...]
    lines: tuple[Line, ...]
    path: tuple[str, ...]

    @property
    def two(self) -> bool:
        return len(self.answers) == 2

    @property
    def facts(self) -> tuple[str, ...]:
        """The keys of what it tests."""
        return tuple(fact_key("past question", answer) for answer in self.answers)

    @property
    def told(self) -> str:
        """The answer and its explanation, without labels."""
        return " ".join(body(line.text) for line in self.why)


class Bank:
    """Past questions, repeats merged."""

    def __init__(self, questions: Sequence[PastQuestion], embedder: Embedder) -> None:
        stems = embedder.encode([question.stem for question in questions])
        kept = _distinct(questions, stems)
        self.found = len(questions)
        self.questions = tuple(questions[row] for row in kept)


def read_bank(index: Index, embedder: Embedder) -> Bank:
    """The past questions of an index that have an answer."""
    rows = {(line.note, line.number): line for line in index.lines}
    found = (
        read_question(passage, rows) for passage in index.passages if passage.kind == "question"
    )
    return Bank([question for question in found if question is not None], embedder)


def read_question(passage: Passage, rows: dict[tuple[str, int], Line]) -> PastQuestion | None:
    """A passage taken apart by its labels; None when it has no answer."""
    numbers = range(passage.first_line, passage.last_line + 1)
    lines = [rows[passage.note, n] for n in numbers if (passage.note, n) in rows]
    parts: dict[str, list[Line]] = {"question": [], "answer": [], "explanation": []}
    now = "question"
    for line in lines:
        label = read_label(strip_marker(line.text))
        now = label[0] if label else now
        parts[now].append(line)
    if not parts["answer"]:
        return None
    stem = " ".join(body(line.text) for line in _without_options(parts["question"]))
    answers = _answers(parts["answer"], bool(_TWO.search(stem)))
    why = tuple(parts["answer"] + parts["explanation"])
    if not stem or not answers:
        return None
    return PastQuestion(stem, answers, why, tuple(lines), passage.path)


def _without_options(lines: Sequence[Line]) -> Sequence[Line]:
    """A question's lines up to its options, the indented lines that begin with A., B., ..."""
    letters = [match[1] if (match := _LETTERED.match(line.text)) else "" for line in lines]
    return lines[: letters.index("A")] if "A" in letters and "B" in letters else lines


def _answers(lines: Sequence[Line], two: bool) -> tuple[str, ...]:
    """The answers: the line without its reason, its first sentence if it is long; two if asked."""
    first = _END.split(body(lines[0].text))[0].rstrip(" .")
    if not two:
        whole = _REASON.split(body(lines[0].text))[0].rstrip(" .")
        short = len(words(first)) <= NAME_WORDS
        told = whole if len(words(whole)) <= WHOLE_ANSWER and not short else first
        return (told,) if told else ()
    parts = [part.strip(" .") for part in _PARTS.split(first) if part.strip(" .")]
    if len(parts) == 1:
        found = (_AND.sub("", body(line.text)) for line in lines[:2])
        parts = [_END.split(text)[0].rstrip(" .") for text in found]
    return tuple(parts) if len(parts) == 2 else ()


def body(text: str) -> str:
    """A line without marks and label."""
    said = strip_marker(text)
    found = read_label(said)
    return " ".join((found[1] if found else said).split())


def _distinct(questions: Sequence[PastQuestion], stems: Vectors) -> list[int]:
    """Places of the questions that repeat none before them."""
    kept: list[int] = []
    for row in range(len(questions)):
        if not kept or float((stems[kept] @ stems[row]).max()) < SAME:
            kept.append(row)
    return kept
