"""Vectors of an index, without some, and a few more beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from retrieval.index import AnyVectors

Rows = NDArray[np.int64]


class JoinedVectors:
    """The rows `kept` (ascending) of `old`, then all of `new`. It cannot be saved."""

    def __init__(self, old: AnyVectors, kept: Rows, new: AnyVectors) -> None:
        self._old, self._kept, self._new = old, kept, new
        self._mask = np.isin(np.arange(len(old)), kept)

    def __len__(self) -> int:
        return len(self._kept) + len(self._new)

    def nearest(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """The rows nearest to `query` (shape (dimension,)), of those `allowed`; at most `k`."""
        size, mask, more = len(self._kept), self._mask, None
        if allowed is not None:
            mask, more = np.zeros(len(self._old), np.bool_), allowed[size:]
            mask[self._kept[allowed[:size]]] = True
        old = np.searchsorted(self._kept, self._old.nearest(query, k, mask))
        found = np.concatenate([old, self._new.nearest(query, k, more) + size])
        return found[np.argsort(-(self.take(found) @ query), kind="stable")[:k]]

    def take(self, rows: Rows) -> Vectors:
        """The vectors of some rows, shape (len(rows), dimension)."""
        size = len(self._kept)
        is_old = rows < size
        old = self._old.take(self._kept[rows[is_old]])
        found = np.empty((len(rows), old.shape[1]), np.float32)
        found[is_old], found[~is_old] = old, self._new.take(rows[~is_old] - size)
        return found
