"""FAISS for many rows: grouped in clusters, halved floats, read from the file as needed."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from core.errors import IndexMissing
from retrieval.vectors import Vectors, select

Rows = NDArray[np.int64]
Take = Callable[[Rows], Vectors]
Tell = Callable[[float], None]

WANTED_RECALL = 0.99
"""Of the ten nearest rows, found on average in trial queries; real ones, with less, find .98."""
TRIALS = 256
_BLOCK = 16384
_PER_CLUSTER = 40
_LEAST_PROBES = 8
_ONE_QUERY = 1
"""FAISS's mode in which the clusters of a single query are shared among the processors."""


class ClusteredIndex:
    """Rows of length one in clusters (IVF, 16-bit floats), of which a query looks into a few.

    How many is chosen by trial when it is built, so that recall@10 against exact search is at
    least `WANTED_RECALL`. `load` maps the file: memory holds what queries have touched.
    """

    def __init__(self, index: faiss.IndexIVFScalarQuantizer) -> None:
        self._index = index
        self._index.make_direct_map()
        self._index.parallel_mode = _ONE_QUERY

    @classmethod
    def build(
        cls, take: Take, size: int, dimension: int, trials: Vectors, tell: Tell = lambda _: None
    ) -> tuple[ClusteredIndex, float]:
        """An index over rows 0..size-1 that `take` gives, and its recall@10 for `trials`.

        `trials` are queries, shape (n, dimension), each near some rows but none of them.
        """
        clusters = 2 ** round(math.log2(3 * math.sqrt(size)))
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension),
            dimension,
            clusters,
            faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT,
            False,
        )
        index.cp.niter, index.cp.spherical = 8, True
        index.cp.max_points_per_centroid = _PER_CLUSTER
        sample = np.linspace(0, size - 1, min(size, clusters * _PER_CLUSTER)).astype(np.int64)
        index.train(take(sample))
        nearest = _Nearest(trials)
        for start in range(0, size, _BLOCK):
            tell(start / size)
            block = take(np.arange(start, min(size, start + _BLOCK)))
            index.add(block)
            nearest.see(block, start)
        recall = _set_probes(index, trials, nearest.rows)
        return cls(index), recall

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def told(self) -> str:
        """What it is, for the manifest."""
        return f"IVF, {self._index.nlist} clusters, {self._index.nprobe} probed, 16-bit floats"

    def nearest(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """The rows nearest to `query` (shape (dimension,)), of those `allowed`; at most `k`."""
        named: dict[str, Any] = {"nprobe": self._index.nprobe}
        if allowed is not None:
            named["sel"] = select(allowed)
        options = faiss.SearchParametersIVF(**named)
        _, rows = self._index.search(query[None, :], k, params=options)
        found: Rows = rows[0][rows[0] >= 0]
        return found

    def take(self, rows: Rows) -> Vectors:
        """The vectors of some rows, shape (len(rows), dimension)."""
        found: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64))
        return found

    def save(self, path: Path) -> None:
        """Write in FAISS's own format. Raises OSError: it cannot be written whole."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"{path.name} cannot be written") from error

    @classmethod
    def load(cls, path: Path) -> ClusteredIndex:
        """Map what `save` wrote. Raises IndexMissing: the file is absent or damaged."""
        try:
            index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
            return cls(index)
        except (RuntimeError, AttributeError) as error:
            raise IndexMissing(
                f"The index file {path.name} cannot be read: index again."
            ) from error


class _Nearest:
    """The ten rows nearest to each trial query, exactly, over blocks seen one by one."""

    def __init__(self, trials: Vectors) -> None:
        self._trials = trials
        self._scores = np.full((len(trials), 10), -np.inf, np.float32)
        self.rows = np.full((len(trials), 10), -1, np.int64)

    def see(self, block: Vectors, start: int) -> None:
        scores, rows = faiss.knn(
            self._trials, block, min(10, len(block)), metric=faiss.METRIC_INNER_PRODUCT
        )
        scores = np.hstack([self._scores, scores])
        rows = np.hstack([self.rows, rows + start])
        best = np.argsort(-scores, axis=1, kind="stable")[:, :10]
        self._scores = np.take_along_axis(scores, best, 1)
        self.rows = np.take_along_axis(rows, best, 1)


def _set_probes(index: faiss.IndexIVFScalarQuantizer, trials: Vectors, exact: Rows) -> float:
    """Look into as few clusters as give the wanted recall; that recall."""
    probes = _LEAST_PROBES
    while True:
        index.nprobe = min(probes, index.nlist)
        _, found = index.search(trials, 10)
        recall = overlap(found, exact)
        if recall >= WANTED_RECALL or probes >= index.nlist:
            return recall
        probes = math.ceil(probes * 1.15)


def overlap(found: Rows, exact: Rows) -> float:
    """The mean share of each row of `exact` that is in the same row of `found`."""
    shares = [len(set(a) & set(b)) / len(b) for a, b in zip(found, exact, strict=True)]
    return float(np.mean(shares)) if shares else 1.0
