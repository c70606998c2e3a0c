"""Vectors -> the index that suits their number: exact up to a size, clustered beyond."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.text import words
from retrieval.clustered import ClusteredIndex
from retrieval.vectors import EXACT_ROWS, VectorIndex, Vectors

TRIALS = 256
Take = Callable[[NDArray[np.int64]], Vectors]
Tell = Callable[[float], None]


def build_vectors(
    take: Take, rows: range, trials: Callable[[], Vectors], dimension: int, tell: Tell
) -> tuple[VectorIndex | ClusteredIndex, str]:
    """An index over `rows` of what `take` gives, and what it is, for the manifest.

    `trials` gives vectors of texts like questions, shape (n, dimension), by which a clustered
    index is tried; it is called for such a one only.
    """
    if len(rows) <= EXACT_ROWS:
        exact = VectorIndex.build(take(np.asarray(rows, np.int64)), dimension)
        return exact, exact.told
    asked = trials()
    index, recall = ClusteredIndex.build(
        lambda part: take(part + rows.start), len(rows), dimension, asked, tell
    )
    return index, f"{index.told}; recall@10 against exact {recall:.3f} in {len(asked)} trials"


def trial_questions(texts: Sequence[str], rows: range) -> list[str]:
    """Four to seven words in order, of some of these rows of texts: as far from it as questions.

    Vectors mixed of rows are nearer to them than any question, and promise a recall that
    questions do not have (.99 for .78, of 70,000 lines of real manuals).
    """
    rng = np.random.default_rng(1)
    asked = []
    for row in np.linspace(rows.start, rows.stop - 1, min(TRIALS, len(rows))).astype(np.int64):
        found = words(texts[int(row)])
        chosen = rng.choice(len(found), min(len(found), int(rng.integers(4, 8))), replace=False)
        asked.append(" ".join(found[member] for member in np.sort(chosen)))
    return asked
