"""Lines of notes as sentences, and when there is none to quote."""

from __future__ import annotations

from core.labels import without_label
from core.types import Evidence, EvidenceLine, Sentence
from retrieval.citations import resolve
from retrieval.retriever import Retrieval
from retrieval.units import heading

LONG_HEADING = 70
"""Characters; beyond, the nearest heading alone is enough to read a line by."""
CLOSE = 0.27
COVERED = 0.15
"""Below both, nothing in the notes is about the question (cosine; share of idf)."""


def found_nothing(retrieval: Retrieval) -> bool:
    """Whether neither the meaning nor the words of any line come near the question."""
    return not retrieval.lines or (retrieval.closeness < CLOSE and retrieval.coverage < COVERED)


def as_sentence(evidence: Evidence, item: EvidenceLine) -> Sentence:
    """A line as a sentence: its nearest headings, then its own words, a long one in part.

    The label of a past question's answer ("Ans:") is left out: as a sentence it says nothing.
    """
    above, text = heading(item.path, 2), without_label(item.text)
    if len(above) > LONG_HEADING:
        above = heading(item.path, 1)
    return Sentence(f"{above}: {text}" if above else text, resolve(evidence, [item.number]))
