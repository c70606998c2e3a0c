"""Scores of different kinds brought to one scale. Ranks are not used: they turn noise to signal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

PASSAGE_WEIGHT = 0.4
"""The passage as a whole tells the topic; its best line (weight 1) holds the fact."""


def zscores(scores: Scores) -> Scores:
    """(x - mean) / standard deviation over one query's candidates; zeros if all are alike."""
    if not len(scores):
        return scores
    deviation = scores.std()
    if deviation < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / deviation)


def lexical_weight(coverage: float) -> float:
    """How far words are trusted: fully when the notes use the question's own words.

    When no rare word of the question stands in the best document, BM25 ranks noise; a weight
    that grows with the share of idf covered (0..1) lets paraphrases be found by meaning alone.
    """
    return float(coverage**2)


def best_per_group(scores: Scores, group: NDArray[np.int64], size: int) -> Scores:
    """The highest score within each group 0..size-1; the overall minimum where one is empty."""
    floor = float(scores.min()) if len(scores) else 0.0
    best = np.full(size, floor)
    np.maximum.at(best, group, scores)
    return best


def fuse(
    dense_passage: Scores,
    dense_line: Scores | None,
    lexical_passage: Scores,
    lexical_line: Scores | None,
    coverage: float,
) -> Scores:
    """One score per passage: weighted z-scores, with the line signals where there are lines."""
    weight = lexical_weight(coverage)
    if dense_line is None or lexical_line is None:
        return zscores(dense_passage) + weight * zscores(lexical_passage)
    words = 0.5 * (zscores(lexical_passage) + zscores(lexical_line))
    return PASSAGE_WEIGHT * zscores(dense_passage) + zscores(dense_line) + weight * words
