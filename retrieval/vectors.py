"""FAISS behind three verbs: build, score, save. Scores are exact inner products."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from core.errors import IndexMissing

Vectors = NDArray[np.float32]

EXACT_ROWS = 50_000
"""Up to this many rows every one is compared; above, see `retrieval.clustered`."""


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

    def nearest(
        self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """The rows nearest to `query` (shape (dimension,)), of those `allowed`; at most `k`."""
        make: Any = faiss.SearchParameters
        options = None if allowed is None else make(sel=select(allowed))
        _, rows = self._index.search(query[None, :], k, params=options)
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        return found

    def take(self, rows: NDArray[np.int64]) -> Vectors:
        """The vectors of some rows, shape (len(rows), dimension)."""
        if not len(rows):
            return np.empty((0, self._index.d), np.float32)
        found: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64))
        return found

    @property
    def told(self) -> str:
        """What it is, for the manifest."""
        return "exact"

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
        write_faiss(self._index, path)

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Read what `save` wrote.

        Raises:
            IndexMissing: the file is absent or damaged.
        """
        return cls(read_faiss(path))


def select(allowed: NDArray[np.bool_]) -> Any:
    """FAISS's own form of a choice of rows."""
    make: Any = faiss.IDSelectorBitmap
    return make(np.packbits(allowed, bitorder="little"))


def write_faiss(index: faiss.Index, path: Path) -> None:
    """Write in FAISS's own format. Raises OSError: it cannot be written whole."""
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise OSError(f"{path.name} cannot be written") from error


def read_faiss(path: Path) -> Any:
    """Any of FAISS's indexes. Raises IndexMissing: the file is absent or damaged."""
    try:
        return faiss.read_index(str(path))
    except RuntimeError as error:
        raise IndexMissing(f"The index file {path.name} cannot be read: index again.") from error
