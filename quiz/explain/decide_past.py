"""A pasted question that stands in the notes, with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from core.practice import Decision, Pasted
from core.types import Citation, Line, Passage
from quiz.items.bank import PastQuestion, read_question
from quiz.paste.text import normal
from retrieval.citations import cite
from retrieval.retriever import Retriever

LOOKED_AT = 8
SAME_STEM = 0.8
"""Cosine of two stems from which they are one question."""
SAME_ANSWER = 0.6
"""Likeness (cosine or spelling) of an option and the answer in the notes, at least."""
MARGIN = 0.1
"""By how much the right option must be more like the answer than the next one."""


@dataclass(frozen=True, slots=True)
class _Fit:
    place: int
    likeness: float


def decide_by_past(pasted: Pasted, retriever: Retriever) -> Decision | None:
    """What the answer in the notes to the same question decides; None when there is none."""
    found = _same(pasted.stem, retriever)
    if found is None:
        return None
    question, near = found
    count = pasted.select or len(question.answers)
    if count > len(question.answers) or count >= len(pasted.options):
        return None
    fits: list[_Fit] = []
    for answer in question.answers[:count]:
        fit = _fitting(answer, pasted.options, retriever)
        if fit is None or fit.place in (other.place for other in fits):
            return None
        fits.append(fit)
    sure = min(near, *(fit.likeness for fit in fits))
    return Decision(
        tuple(sorted(fit.place for fit in fits)), "notes", min(sure, 1.0), _proofs(question)
    )


def _same(stem: str, retriever: Retriever) -> tuple[PastQuestion, float] | None:
    """The past question nearest to a stem, and how near it is, if it is the same."""
    hits = retriever.search(stem, LOOKED_AT).hits
    passages = [hit.passage for hit in hits if hit.passage.kind == "question"]
    read = [read_question(passage, _lines(passage, retriever)) for passage in passages]
    questions = [question for question in read if question is not None]
    near = retriever.nearness(stem, [question.stem for question in questions])
    best = max(range(len(near)), key=lambda n: near[n], default=-1)
    return (questions[best], near[best]) if best >= 0 and near[best] >= SAME_STEM else None


def _lines(passage: Passage, retriever: Retriever) -> dict[tuple[str, int], Line]:
    numbers = range(passage.first_line, passage.last_line + 1)
    rows = ((number, retriever.find(passage.note, number)) for number in numbers)
    lines = retriever.index.lines
    return {(passage.note, number): lines[row] for number, row in rows if row is not None}


def _fitting(answer: str, options: Sequence[str], retriever: Retriever) -> _Fit | None:
    """The option that says what the answer says, if it is clearly one."""
    cosines = retriever.nearness(answer, list(options))
    spelt = [fuzz.token_set_ratio(normal(answer), normal(option)) / 100 for option in options]
    likeness = [max(near, same) for near, same in zip(cosines, spelt, strict=True)]
    order = sorted(range(len(options)), key=lambda n: -likeness[n])
    best, second = order[0], order[1]
    if likeness[best] < SAME_ANSWER or likeness[best] - likeness[second] < MARGIN:
        return None
    return _Fit(best, likeness[best])


def _proofs(question: PastQuestion) -> tuple[Citation, ...]:
    return tuple(cite(number, line) for number, line in enumerate(question.why[:2], 1))
