"""An answer without a model: the best lines, cited, under the headings they stand under."""

from __future__ import annotations

from core.labels import without_label
from core.types import Evidence, EvidenceLine, Sentence
from retrieval.citations import resolve
from retrieval.retriever import Retrieval
from retrieval.units import heading

MAX_LINES = 3
LONG_HEADING = 70
"""Characters; beyond, the nearest heading alone is enough to read a line by."""
CLOSE = 0.27
COVERED = 0.15
"""Below both, nothing in the notes is about the question (cosine; share of idf)."""


def found_nothing(retrieval: Retrieval) -> bool:
    """Whether neither the meaning nor the words of any line come near the question."""
    return not retrieval.lines or (retrieval.closeness < CLOSE and retrieval.coverage < COVERED)


def best_lines(retrieval: Retrieval, evidence: Evidence, limit: int = MAX_LINES) -> list[int]:
    """Evidence numbers of the best-scored lines, in reading order."""
    numbers = {(i.line.note, i.line.number): i.number for i in evidence.items}
    ranked = [numbers.get((line.note, line.number)) for line, _ in retrieval.lines]
    chosen = [number for number in ranked if number is not None][:limit]
    return sorted(chosen or [item.number for item in evidence.items[:limit]])


def as_sentence(evidence: Evidence, item: EvidenceLine) -> Sentence:
    """A line as a sentence: its nearest headings, then its own words, a long one in part.

    The label of a past question's answer ("Ans:") is left out: as a sentence it says nothing.
    """
    above, text = heading(item.path, 2), without_label(item.text)
    if len(above) > LONG_HEADING:
        above = heading(item.path, 1)
    return Sentence(f"{above}: {text}" if above else text, resolve(evidence, [item.number]))


def extract(retrieval: Retrieval, evidence: Evidence) -> tuple[Sentence, ...]:
    """The best lines as sentences; empty when the notes hold nothing near."""
    if found_nothing(retrieval):
        return ()
    items = (evidence.get(number) for number in best_lines(retrieval, evidence))
    return tuple(as_sentence(evidence, item) for item in items if item is not None)
