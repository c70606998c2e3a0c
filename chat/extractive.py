"""An answer without a model: the best lines, cited, under the headings they stand under."""

from __future__ import annotations

from core.types import Evidence, Sentence
from retrieval.quoting import as_sentence, found_nothing
from retrieval.retriever import Retrieval

MAX_LINES = 3


def best_lines(retrieval: Retrieval, evidence: Evidence, limit: int = MAX_LINES) -> list[int]:
    """Evidence numbers of the best-scored lines, in reading order."""
    numbers = {(i.line.note, i.line.number): i.number for i in evidence.items}
    ranked = [numbers.get((line.note, line.number)) for line, _ in retrieval.lines]
    chosen = [number for number in ranked if number is not None][:limit]
    return sorted(chosen or [item.number for item in evidence.items[:limit]])


def extract(retrieval: Retrieval, evidence: Evidence) -> tuple[Sentence, ...]:
    """The best lines as sentences; empty when the notes hold nothing near."""
    if found_nothing(retrieval):
        return ()
    items = (evidence.get(number) for number in best_lines(retrieval, evidence))
    return tuple(as_sentence(evidence, item) for item in items if item is not None)
