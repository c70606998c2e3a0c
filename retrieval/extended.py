"""BM25 over documents of an index that is on disk, and a few that came after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.text import words
from retrieval.lexical import LexicalIndex, Scores
from retrieval.packed import Arrays

K1, B = 1.5, 0.75
"""Those of bm25s, so that old and new documents are scored alike."""


class ExtendedIndex(LexicalIndex):
    """The documents `kept` (rows, ascending; None: all) of `base`, then `documents`.

    The old ones keep their scores. The new ones are measured by the mean length of the old, and
    by the idf of both. It cannot be saved.
    """

    def __init__(
        self, base: LexicalIndex, kept: NDArray[np.int64] | None, documents: Iterable[str]
    ) -> None:
        counts = [Counter(words(text)) for text in documents]
        self._base, self._kept, self._new = base, kept, len(counts)
        mean = base._total / base._size if base._total else 1.0
        found: dict[str, list[tuple[int, float]]] = {}
        for row, count in enumerate(counts):
            norm = K1 * (1 - B + B * count.total() / mean)
            for word, times in count.items():
                found.setdefault(word, []).append((row, times / (times + norm)))
        self._found = found
        ids = {word: place for place, word in enumerate(dict.fromkeys([*base._ids, *found]))}
        size = (base._size if kept is None else len(kept)) + len(counts)
        self._open(base._engine, ids, size, base._total)

    def arrays(self, name: str) -> Arrays:
        """Raises TypeError: what is on disk is `base`."""
        raise TypeError("layers are not saved")

    def _count(self, word: str) -> int:
        return self._base._count(word) + len(self._found.get(word, ()))

    def _exact(self, asked: list[str]) -> Scores:
        old = self._base._exact(asked)
        new = np.zeros(self._new)
        for word in asked:
            idf = self.idf(word)
            for row, weight in self._found.get(word, ()):
                new[row] += idf * weight
        return np.concatenate([old if self._kept is None else old[self._kept], new])
