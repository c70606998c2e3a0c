"""The questions found in the notes, with their answers and explanations; repeats merged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.labels import read_label
from core.text import strip_marker, words
from core.types import Line, Passage
from quiz.concepts.facts import fact_key
from quiz.items.own_options import meant, unlettered, with_options
from quiz.paste.stem import asked_number
from retrieval.embedder import Embedder, Vectors
from retrieval.store import Index

SAME = 0.75
"""Cosine of two stems from which they are one question, asked twice."""
_BLOCK, _KEPT = 256, 4096
"""Questions compared at once, and with how many: some megabytes."""
NAME_WORDS = 4
WHOLE_ANSWER = 28
"""Words up to which an answer of several sentences is one option: each may be a step of it."""
_REASON = re.compile(r"\s+-\s+(?=[A-Z])")
_TWO = re.compile(r"\b(?:TWO|two|2)\b")
_PARTS = re.compile(r"\s*(?:,(?=[A-Z])|&|\band\b(?=\s+[A-Z])|;)\s*")
_AND = re.compile(r"^(?:and\b|&)\s*", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\s+-\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class PastQuestion:
    """A question of the notes with its answers; `why` are the lines that explain it.

    `options` are those that stand with it, `right` the places of its answers among them: () when
    the answer is none of them.
    """

    stem: str
    answers: tuple[str, ...]
    why: tuple[Line, ...]
    lines: tuple[Line, ...]
    path: tuple[str, ...]
    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()

    @property
    def two(self) -> bool:
        return len(self.answers) == 2

    @property
    def many(self) -> bool:
        """Whether it has, or asks for, more than the two answers that an item can have."""
        return max(len(self.right), asked_number(self.stem) or 0) > 2

    @property
    def facts(self) -> tuple[str, ...]:
        """The keys of what it tests."""
        return tuple(fact_key("past question", answer) for answer in self.answers)

    @property
    def told(self) -> str:
        """The answer and its explanation, without labels."""
        said = [line.text for line in self.why]
        if self.right:
            said = [unlettered(text, self.options) for text in said]
        *parts, last = list(filter(None, dict.fromkeys(map(body, said)))) or [""]
        return " ".join([*(f"{part}." if part[-1].isalnum() else part for part in parts), last])


class Bank:
    """Past questions, repeats merged."""

    def __init__(self, questions: Sequence[PastQuestion], embedder: Embedder) -> None:
        stems = embedder.encode([question.stem for question in questions])
        kept = _distinct(stems)
        self.found = len(questions)
        self.questions = tuple(questions[row] for row in kept)


def read_bank(index: Index, embedder: Embedder) -> Bank:
    """The past questions of an index that have an answer."""
    asked = [passage for passage in index.passages if passage.kind == "question"]
    wanted = {(p.note, number) for p in asked for number in range(p.first_line, p.last_line + 1)}
    lines = index.lines if asked else ()
    rows = {key: line for line in lines if (key := (line.note, line.number)) in wanted}
    found = (read_question(passage, rows) for passage in asked)
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
    asked, heads, options = with_options(parts["question"])
    stem = " ".join(body(line.text) for line in asked)
    two = bool(_TWO.search(stem))
    right = _right(parts["answer"], two, options)
    answers = tuple(options[place] for place in right)
    if len(right) not in (1, 2):
        answers = _answers(parts["answer"], two)
    if not stem or not answers:
        return None
    answer = parts["answer"][0].text
    named = [heads[place] for place in right] if answer != unlettered(answer, options) else []
    why = (*named, *parts["answer"], *parts["explanation"])
    return PastQuestion(stem, answers, why, tuple(lines), passage.path, options, right)


def _right(lines: Sequence[Line], two: bool, options: Sequence[str]) -> tuple[int, ...]:
    """The options that an answer means: its line, that without its reason, its first sentence."""
    said = body(lines[0].text)
    both = "; ".join(_AND.sub("", body(line.text)).rstrip(" .") for line in lines[:2])
    forms = (said, _REASON.split(said)[0], _END.split(said)[0], both if two else said)
    found = [meant(form, options) for form in forms]
    wanted = 2 if two else 1
    return next((places for places in found if len(places) == wanted), max(found, key=len))


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


def _distinct(stems: Vectors) -> list[int]:
    """Rows of the questions that repeat none before them."""
    kept: list[int] = []
    for start in range(0, len(stems), _BLOCK):
        block = stems[start : start + _BLOCK]
        repeats = _repeats(block, stems, kept)
        among = block @ block.T
        fresh: list[int] = []
        for row in np.flatnonzero(~repeats):
            if not fresh or among[row, fresh].max() < SAME:
                fresh.append(int(row))
        kept += [start + row for row in fresh]
    return kept


def _repeats(block: Vectors, stems: Vectors, kept: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Which rows of a block repeat one of those kept."""
    found = np.zeros(len(block), np.bool_)
    for first in range(0, len(kept), _KEPT):
        found |= (block @ stems[kept[first : first + _KEPT]].T >= SAME).any(axis=1)
    return found
