"""FAISS behind three verbs: build, score, save. Scores are exact inner products."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from core.errors import IndexMissing

Vectors = NDArray[np.float32]


class VectorIndex:
    """Rows of length one, compared by inner product, which then is the cosine."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors, dimension: int) -> VectorIndex:
        """An index over rows; `dimension` holds also when there are none."""
        index = faiss.IndexFlatIP(dimension)
        if len(vectors):
            index.add(np.ascontiguousarray(vectors))
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def scores(self, query: NDArray[np.float32]) -> NDArray[np.float64]:
        """The cosine of every row to `query` (shape (dimension,)), in row order."""
        scores = np.zeros(len(self))
        if len(self):
            found, rows = self._index.search(query[None, :], len(self))
            scores[rows[0]] = found[0]
        return scores

    def rows(self) -> Vectors:
        """All vectors, shape (n, dimension)."""
        if not len(self):
            return np.empty((0, self._index.d), np.float32)
        rows: Vectors = self._index.reconstruct_n(0, len(self))
        return rows

    def save(self, path: Path) -> None:
        """Write in FAISS's own format.

        Raises:
            OSError: it cannot be written whole.
        """
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"{path.name} cannot be written") from error

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Read what `save` wrote.

        Raises:
            IndexMissing: the file is absent or damaged.
        """
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise IndexMissing(
                f"The index file {path.name} cannot be read: index again."
            ) from error
