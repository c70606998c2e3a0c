"""BM25 that forgives spelling: bm25s, plus the vocabulary's near neighbours of each word."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

import bm25s
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.function_words import FUNCTION_WORDS
from core.text import words

Scores = NDArray[np.float64]

NEIGHBOUR_WEIGHT = 0.5
"""A word that is one slip away counts half: it may be another form, or another word."""


class LexicalIndex:
    """Okapi BM25 (k1 1.5, b 0.75, as bm25s has them) over documents of lower-cased words."""

    def __init__(self, documents: Sequence[str]) -> None:
        tokens = [words(document) for document in documents]
        self._size = len(documents)
        self._frequency = Counter(word for document in tokens for word in set(document))
        self._vocabulary = sorted(self._frequency)
        self._engine: bm25s.BM25 | None = None
        if self._vocabulary:
            self._engine = bm25s.BM25()
            self._engine.index(tokens, show_progress=False)
        self._near = lru_cache(maxsize=4096)(self._neighbours)

    def __len__(self) -> int:
        return self._size

    def scores(self, query: str, *, fuzzy: bool = True) -> Scores:
        """The BM25 score of every document, in order; misspelt words count half."""
        asked = words(query)
        scores = self._exact(asked)
        if fuzzy:
            near = [found for word in asked for found in self._near(word)]
            scores = scores + NEIGHBOUR_WEIGHT * self._exact(near)
        return scores

    def coverage(self, query: str, document: str) -> float:
        """How much of what the query asks for stands in a document: its share of the idf, 0..1.

        Words that carry grammar do not count, unless there are no others; near spellings count
        half.
        """
        asked = set(words(query))
        asked = asked - FUNCTION_WORDS or asked
        total = sum(self.idf(word) for word in asked)
        if not total:
            return 0.0
        present = set(words(document))
        held = 0.0
        for word in asked:
            if word in present:
                held += self.idf(word)
            elif present.intersection(self.near(word)):
                held += NEIGHBOUR_WEIGHT * self.idf(word)
        return held / total

    def idf(self, word: str) -> float:
        """Robertson's inverse document frequency, never negative."""
        count = self._frequency.get(word, 0)
        return math.log(1 + (self._size - count + 0.5) / (count + 0.5))

    def near(self, word: str) -> tuple[str, ...]:
        """Words of the notes that may be this word spelt otherwise."""
        return self._near(word)

    def __contains__(self, word: str) -> bool:
        return word in self._frequency

    def _exact(self, asked: list[str]) -> Scores:
        known = [word for word in asked if word in self._frequency]
        if self._engine is None or not known:
            return np.zeros(self._size)
        return np.asarray(self._engine.get_scores(known), np.float64)

    def _neighbours(self, word: str) -> tuple[str, ...]:
        slips = allowed_slips(word)
        if not slips or not word.isalpha():
            return ()
        found = process.extract(
            word, self._vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=None
        )
        near = (other for other, distance, _ in found if distance and same_word(word, other))
        return tuple(islice(near, 8))


def allowed_slips(word: str) -> int:
    """Edits (insert, delete, change, swap) that still leave a word recognisable."""
    return 0 if len(word) < 3 else 1 if len(word) < 8 else 2


def same_word(word: str, other: str) -> bool:
    """Whether two spellings are within the slips allowed; three letters may only be swapped."""
    if word == other:
        return True
    if word[:1] != other[:1] or not other.isalpha():
        return False
    if min(len(word), len(other)) <= 3:
        return len(word) == len(other) and sorted(word) == sorted(other)
    slips = allowed_slips(min(word, other, key=len))
    return OSA.distance(word, other, score_cutoff=slips) <= slips
