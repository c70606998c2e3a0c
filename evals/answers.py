"""Answers against gold: proof, content, abstention, time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.function_words import FUNCTION_WORDS
from core.text import words
from core.types import Answer, Citation, Turn
from evals.measures import percentile, share
from evals.questions import GoldQuestion
from retrieval.lexical import same_word

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
Ask = Callable[[str, tuple[Turn, ...]], Answer]
NoteLines = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Scored:
    """One answer beside its question."""

    question: GoldQuestion
    answer: Answer
    resolved: bool
    cites_gold: bool
    tells_gold: bool


def resolves(citation: Citation, note_lines: NoteLines) -> bool:
    """Whether a citation's lines exist and are what it quotes."""
    lines = note_lines(citation.note)
    if not 1 <= citation.first_line <= citation.last_line <= len(lines):
        return False
    quoted = "\n".join(lines[citation.first_line - 1 : citation.last_line])
    return quoted.strip() == citation.quote


def tells(answer: str, reference: str, question: str) -> bool:
    """Whether all numbers and at least half of the reference's own words are in the answer.

    Its own words are those that the question does not already hold.
    """
    numbers = set(_NUMBER.findall(reference)) - set(_NUMBER.findall(question))
    if not numbers <= set(_NUMBER.findall(answer)):
        return False
    asked, told = set(words(question)), set(words(answer))
    key = {w for w in words(reference) if w not in FUNCTION_WORDS and w not in asked}
    key = {word for word in key if not word.isdigit()}
    found = [word for word in key if any(same_word(word, other) for other in told)]
    return 2 * len(found) >= len(key)


def score(question: GoldQuestion, answer: Answer, note_lines: NoteLines) -> Scored:
    """Hold one answer against its gold lines and reference."""
    cited = [(c.note, c.first_line, c.last_line) for c in answer.citations]
    return Scored(
        question,
        answer,
        all(resolves(citation, note_lines) for citation in answer.citations),
        bool(question.groups_hit(cited)),
        tells(answer.text, question.answer, question.question),
    )


def evaluate(
    questions: Sequence[GoldQuestion],
    ask: Ask,
    note_lines: NoteLines,
    show: Callable[[Scored], None] = lambda scored: None,
) -> dict[str, Any]:
    """Ask every question and add up. Shares are None where no question is of that sort."""
    rows = []
    for question in questions:
        rows.append(score(question, ask(question.question, question.turns), note_lines))
        show(rows[-1])
    return {"figures": add_up(rows), "by_kind": _by_kind(rows)}


def add_up(rows: Sequence[Scored]) -> dict[str, float | int | None]:
    """The figures that the issue names, and the times."""
    answerable = [row for row in rows if row.question.gold]
    silent = [row for row in rows if not row.question.gold]
    first = [t for row in rows if (t := row.answer.timings.first_token_ms) is not None]
    return {
        "questions": len(rows),
        "citations_resolve": share([row.resolved for row in rows if row.answer.citations]),
        "cites_gold_line": share([row.cites_gold for row in answerable]),
        "tells_gold_answer": share([row.tells_gold for row in answerable]),
        "abstains_when_silent": share([row.answer.abstained for row in silent]),
        "false_refusals": share([row.answer.abstained for row in answerable]),
        "evidence_ms_p50": percentile([r.answer.timings.evidence_ms for r in rows], 0.5),
        "first_token_ms_p50": percentile(first, 0.5),
        "total_ms_p50": percentile([r.answer.timings.total_ms for r in rows], 0.5),
    }


def _by_kind(rows: Sequence[Scored]) -> dict[str, dict[str, float | int | None]]:
    kinds = dict.fromkeys(row.question.kind for row in rows)
    return {kind: add_up([r for r in rows if r.question.kind == kind]) for kind in kinds}
