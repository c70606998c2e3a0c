"""FAISS for many rows: clusters of 4-bit codes are scanned, the likely rows compared exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from core.errors import IndexMissing
from retrieval.vectors import Vectors, read_faiss, select, write_faiss

Rows = NDArray[np.int64]
Take = Callable[[Rows], Vectors]
Tell = Callable[[float], None]

WANTED_RECALL = 0.992
"""Of the ten nearest rows, found on average in trial queries; real ones, with less, find .98."""
COMPARED = 400
"""Rows whose codes come nearest to a query, compared with their 16-bit floats."""
_BLOCK = 16384
_PER_CLUSTER = 40
_LEAST_PROBES = 0.25
"""Share of the clusters: to look into them costs little, and trials are not all questions."""


class ClusteredIndex:
    """Rows of length one in clusters, of which a query looks into a few.

    Codes hold four bits a dimension (FAISS's IVFPQFastScan, one subquantizer each) and are in
    memory; the rows are 16-bit floats beside them, mapped by `load`, so that memory holds only
    those that queries have touched. How many clusters are looked into is chosen by trial when it
    is built, so that recall@10 against exact search is at least `WANTED_RECALL`.
    """

    def __init__(self, codes: faiss.IndexIVFPQFastScan, rows: Take) -> None:
        self._codes, self._rows = codes, rows

    @classmethod
    def build(
        cls, take: Take, size: int, dimension: int, trials: Vectors, tell: Tell = lambda _: None
    ) -> tuple[ClusteredIndex, float]:
        """An index over rows 0..size-1 that `take` gives, and its recall@10 for `trials`.

        `take` is asked again by `save`, and until then by searches. `trials` are queries, shape
        (n, dimension).
        """
        clusters = 2 ** round(math.log2(2 * math.sqrt(size)))
        codes = faiss.IndexIVFPQFastScan(
            faiss.IndexFlatIP(dimension),
            dimension,
            clusters,
            dimension,
            4,
            faiss.METRIC_INNER_PRODUCT,
        )
        codes.by_residual = True
        codes.cp.niter, codes.cp.spherical = 8, True
        codes.cp.max_points_per_centroid = _PER_CLUSTER
        sample = np.linspace(0, size - 1, min(size, clusters * _PER_CLUSTER)).astype(np.int64)
        codes.train(take(sample))
        nearest = _Nearest(trials)
        for start in range(0, size, _BLOCK):
            tell(start / size)
            block = take(np.arange(start, min(size, start + _BLOCK)))
            codes.add(block)
            nearest.see(block, start)
        recall = _set_probes(codes, trials, nearest.rows)
        return cls(codes, take), recall

    def __len__(self) -> int:
        return int(self._codes.ntotal)

    @property
    def told(self) -> str:
        """What it is, for the manifest."""
        return (
            f"IVF, {self._codes.nlist} clusters, {self._codes.nprobe} probed, 4-bit codes, "
            f"the best {COMPARED} compared as 16-bit floats"
        )

    def nearest(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """The rows nearest to `query` (shape (dimension,)), of those `allowed`; at most `k`."""
        named: dict[str, Any] = {"nprobe": self._codes.nprobe}
        if allowed is not None:
            named["sel"] = select(allowed)
        options = faiss.SearchParametersIVF(**named)
        _, rows = self._codes.search(query[None, :], max(k, COMPARED), params=options)
        likely: Rows = np.sort(rows[0][rows[0] >= 0])
        order = np.argsort(-(self._rows(likely) @ query), kind="stable")
        return likely[order[:k]]

    def take(self, rows: Rows) -> Vectors:
        """The vectors of some rows, shape (len(rows), dimension)."""
        return self._rows(np.asarray(rows, np.int64))

    def save(self, path: Path) -> None:
        """Write the codes in FAISS's own format, the rows beside. Raises OSError."""
        write_faiss(self._codes, path)
        shape = (len(self), self._codes.d)
        with _beside(path).open("wb") as file:
            header = {"descr": np.dtype(np.float16).str, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            for start in range(0, len(self), _BLOCK):
                block = np.arange(start, min(len(self), start + _BLOCK))
                file.write(self._rows(block).astype(np.float16).tobytes())

    @classmethod
    def load(cls, path: Path) -> ClusteredIndex:
        """Read the codes and map the rows. Raises IndexMissing: a file is absent or damaged."""
        codes = read_faiss(path)
        try:
            rows = np.load(_beside(path), mmap_mode="r", allow_pickle=False)
            sound = isinstance(codes, faiss.IndexIVFPQFastScan)
            sound = sound and rows.dtype == np.float16 and rows.shape == (codes.ntotal, codes.d)
        except (OSError, ValueError, EOFError):
            sound = False
        if not sound:
            raise IndexMissing(f"The index file {path.name} cannot be read: index again.")
        return cls(codes, lambda wanted: np.asarray(rows[wanted], np.float32))


def _beside(path: Path) -> Path:
    """The file of the rows."""
    return path.with_suffix(".rows.npy")


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


def _set_probes(codes: faiss.IndexIVFPQFastScan, trials: Vectors, exact: Rows) -> float:
    """Look into as few clusters as give the wanted recall; that recall.

    A row among those compared is found, for they are ordered by their exact scores.
    """
    probes = math.ceil(_LEAST_PROBES * codes.nlist)
    while True:
        codes.nprobe = min(probes, codes.nlist)
        _, found = codes.search(trials, COMPARED)
        recall = overlap(found, exact)
        if recall >= WANTED_RECALL or probes >= codes.nlist:
            return recall
        probes = math.ceil(probes * 1.25)


def overlap(found: Rows, exact: Rows) -> float:
    """The mean share of each row of `exact` that is in the same row of `found`."""
    shares = [len(set(a) & set(b)) / len(b) for a, b in zip(found, exact, strict=True)]
    return float(np.mean(shares)) if shares else 1.0
