"""Vectors -> the index that suits their number: exact up to a size, clustered beyond."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from retrieval.clustered import TRIALS, ClusteredIndex
from retrieval.vectors import EXACT_ROWS, VectorIndex, Vectors

Take = Callable[[NDArray[np.int64]], Vectors]


def build_vectors(
    take: Take, rows: range, units: range, dimension: int, tell: Callable[[float], None]
) -> tuple[VectorIndex | ClusteredIndex, str]:
    """An index over `rows` of what `take` gives, and what it is, for the manifest.

    From some of the `units`, which are as short as questions, trial queries of a clustered index
    are made: each leans halfway towards another one, for a question is no copy of a line.
    """
    if len(rows) <= EXACT_ROWS:
        exact = VectorIndex.build(take(np.asarray(rows, np.int64)), dimension)
        return exact, exact.told
    places = np.linspace(units.start, units.stop - 1, TRIALS).astype(np.int64)
    near = take(places)
    trials = near + 0.5 * near[np.random.default_rng(1).permutation(TRIALS)]
    trials /= np.linalg.norm(trials, axis=1, keepdims=True)
    index, recall = ClusteredIndex.build(
        lambda part: take(part + rows.start), len(rows), dimension, trials, tell
    )
    return index, f"{index.told}; recall@10 against exact {recall:.3f} in {TRIALS} trials"
