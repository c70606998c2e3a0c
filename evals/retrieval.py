"""Recall of gold lines among the first passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.types import Hit, Turn
from evals.measures import means_by_kind
from evals.questions import GoldQuestion

CUTOFFS = (1, 5, 8)
Search = Callable[[str, tuple[Turn, ...]], Sequence[Hit]]


def recall(question: GoldQuestion, hits: Sequence[Hit], k: int) -> float:
    """The share of the question's groups that the first `k` passages hit."""
    ranges = ((h.passage.note, h.passage.first_line, h.passage.last_line) for h in hits[:k])
    return len(question.groups_hit(ranges)) / len(question.groups)


def evaluate(questions: Sequence[GoldQuestion], search: Search) -> dict[str, Any]:
    """recall@1, @5, @8 by kind and over all; questions without gold are left out."""
    rows, missed = [], []
    for question in questions:
        if not question.gold:
            continue
        hits = search(question.question, question.turns)
        row = {f"recall@{k}": recall(question, hits, k) for k in CUTOFFS}
        rows.append((question.kind, row))
        if row["recall@5"] < 1:
            missed.append(question.id)
    return {"figures": means_by_kind(rows), "not_whole_at_5": missed}
