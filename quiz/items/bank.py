"""The questions found in the notes, as items of origin `notes`."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.labels import read_label
from core.practice import Concept, Item, Option
from core.text import shorten, strip_marker, words
from core.types import Citation, Line, Passage
from quiz.concepts.concept_map import ConceptMap
from quiz.concepts.facts import fact_key
from quiz.items.options import RATIONALE, Choice, build_item, name_choice
from retrieval.citations import cite
from retrieval.embedder import Embedder, Vectors
from retrieval.store import Index

SAME = 0.75
"""Cosine of two stems from which they are one question, asked twice."""
APART = 0.8
"""Cosine of two answers from which one would be right for the other's question too."""
LONGEST_ANSWER = 32
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
    """A question of the notes with its answers; `why` are the lines that explain it."""

    stem: str
    answers: tuple[str, ...]
    why: tuple[Line, ...]
    lines: tuple[Line, ...]
    path: tuple[str, ...]

    @property
    def two(self) -> bool:
        return len(self.answers) == 2


class Bank:
    """Past questions, repeats merged."""

    def __init__(self, questions: Sequence[PastQuestion], embedder: Embedder) -> None:
        stems = embedder.encode([question.stem for question in questions])
        kept = _distinct(questions, stems)
        self.found = len(questions)
        self.questions = tuple(questions[row] for row in kept)
        self._stems = stems[kept]
        texts = [" ".join(question.answers) for question in self.questions]
        self._answers = embedder.encode(texts)

    def items(self, known: ConceptMap, rng: random.Random) -> list[Item]:
        """An item of every question for which three wrong options can be had."""
        made = (self.item(place, known, rng) for place in range(len(self.questions)))
        return [item for item in made if item is not None]

    def item(self, place: int, known: ConceptMap, rng: random.Random) -> Item | None:
        """One question with options; None when its answer is too long or has no alternatives."""
        question = self.questions[place]
        if any(len(words(answer)) > LONGEST_ANSWER for answer in question.answers):
            return None
        wrong = self._wrong(place, known)
        if len(wrong) < 3:
            return None
        concept = self._concept(question, known)
        told = shorten(" ".join(_body(line.text) for line in question.why), RATIONALE)
        lines = tuple(cite(1, line) for line in question.why)
        right = [
            Choice(Option(answer, told or f"The answer in your notes: {answer}", lines), True)
            for answer in question.answers
        ]
        stem = question.stem
        if question.two and not re.search(r"\b(?:TWO|Select|Choose)\b", stem):
            stem += " (Select TWO.)"
        return build_item(
            "two" if question.two else "scenario",
            "notes",
            stem,
            [*right, *wrong[:3]],
            concept,
            (),
            citations=lines,
            seed=rng.getrandbits(32),
            tested=tuple(fact_key("past question", answer) for answer in question.answers),
        )

    def _wrong(self, place: int, known: ConceptMap) -> list[Choice]:
        """Siblings of a name, else answers like this one, of questions like this one."""
        question = self.questions[place]
        concept = known.find(question.answers[0]) if not question.two else None
        if concept is not None and len(concept.siblings) >= 3:
            found = (known.find(name) for name in concept.siblings)
            return [name_choice(other, other.facts[:1]) for other in found if other]
        near = self._stems @ self._stems[place]
        alike = self._answers @ self._answers[place]
        length = np.mean([len(answer) for answer in question.answers])
        chosen: list[Choice] = []
        for row in np.argsort(-near - alike):
            other = self.questions[int(row)]
            if row == place or alike[row] >= APART:
                continue
            for answer in other.answers:
                if 0.6 * length <= len(answer) <= 1.6 * length and len(chosen) < 6:
                    chosen.append(_foreign(answer, other))
                    break
        return chosen

    def _concept(self, question: PastQuestion, known: ConceptMap) -> Concept:
        """The concept that a question is about: its answer, or the heading it stands under."""
        for name in (*question.answers, *reversed(question.path)):
            concept = known.find(name)
            if concept is not None:
                return concept
        first = question.lines[0]
        name = question.path[-1] if question.path else first.note
        return Concept(shorten(name, 60), first.note, first.number, question.path, ())


def _foreign(answer: str, other: PastQuestion) -> Choice:
    """Another question's answer as a wrong option: what it would be right for, with its line."""
    what = shorten(other.stem, 140)
    lines: tuple[Citation, ...] = tuple(cite(1, line) for line in other.lines[:1])
    return Choice(Option(answer, f"This answers another question of your notes: {what}", lines))


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
    stem = " ".join(_body(line.text) for line in parts["question"])
    answers = _answers(parts["answer"], bool(_TWO.search(stem)))
    why = tuple(parts["answer"] + parts["explanation"])
    if not stem or not answers:
        return None
    return PastQuestion(stem, answers, why, tuple(lines), passage.path)


def _answers(lines: Sequence[Line], two: bool) -> tuple[str, ...]:
    """The answers: the line without its reason, its first sentence if it is long; two if asked."""
    first = _END.split(_body(lines[0].text))[0].rstrip(" .")
    if not two:
        whole = _REASON.split(_body(lines[0].text))[0].rstrip(" .")
        short = len(words(first)) <= NAME_WORDS
        told = whole if len(words(whole)) <= WHOLE_ANSWER and not short else first
        return (told,) if told else ()
    parts = [part.strip(" .") for part in _PARTS.split(first) if part.strip(" .")]
    if len(parts) == 1:
        found = (_AND.sub("", _body(line.text)) for line in lines[:2])
        parts = [_END.split(text)[0].rstrip(" .") for text in found]
    return tuple(parts) if len(parts) == 2 else ()


def _body(text: str) -> str:
    """A line without marks and label."""
    body = strip_marker(text)
    found = read_label(body)
    return " ".join((found[1] if found else body).split())


def _distinct(questions: Sequence[PastQuestion], stems: Vectors) -> list[int]:
    """Places of the questions that repeat none before them."""
    kept: list[int] = []
    for row in range(len(questions)):
        if not kept or float((stems[kept] @ stems[row]).max()) < SAME:
            kept.append(row)
    return kept
