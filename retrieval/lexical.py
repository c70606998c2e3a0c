"""BM25 that forgives spelling: bm25s, plus the vocabulary's near neighbours of each word."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

import bm25s
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.function_words import FUNCTION_WORDS
from core.text import words
from retrieval.packed import Arrays, Strings

Scores = NDArray[np.float64]

NEIGHBOUR_WEIGHT = 0.5
"""A word that is one slip away counts half: it may be another form, or another word."""
MANY_WORDS = 50_000
"""In a larger vocabulary most near neighbours are other words: only unknown words have any."""
COMMON = 2.5
"""Idf under which a word stands all over the notes: in about one passage of twelve or more."""
_PARTS = ("data", "indices", "indptr")


class LexicalIndex:
    """Okapi BM25 (k1 1.5, b 0.75, as bm25s has them) over documents of lower-cased words."""

    def __init__(self, documents: Iterable[str]) -> None:
        ids: dict[str, int] = {}
        tokens = [[ids.setdefault(w, len(ids)) for w in words(text)] for text in documents]
        engine = bm25s.BM25()
        if ids:
            engine.index((tokens, ids), create_empty_token=False, show_progress=False)
        self._open(engine, ids, len(tokens), sum(map(len, tokens)))

    def _open(self, engine: bm25s.BM25, ids: dict[str, int], size: int, total: int) -> None:
        self._engine, self._ids, self._size, self._total = engine, ids, size, total
        self._shapes: dict[tuple[str, int], list[str]] = {}
        for word in ids:
            self._shapes.setdefault((word[:1], len(word)), []).append(word)
        self._near = lru_cache(maxsize=4096)(self._neighbours)

    def arrays(self, name: str) -> Arrays:
        """What to save; `read` takes it back, and may map it from files instead of memory."""
        size = {f"{name}.size": np.asarray([self._size, self._total])}
        if not self._ids:
            return size
        parts = {f"{name}.{part}": np.asarray(self._engine.scores[part]) for part in _PARTS}
        return size | parts | Strings.of(self._ids).arrays(f"{name}.vocabulary")

    @classmethod
    def read(cls, arrays: Arrays, name: str) -> LexicalIndex:
        """What `arrays` gave."""
        index, engine = cls.__new__(cls), bm25s.BM25()
        size, total = map(int, arrays[f"{name}.size"])
        ids: dict[str, int] = {}
        if f"{name}.data" in arrays:
            engine.scores = {part: arrays[f"{name}.{part}"] for part in _PARTS}
            engine.scores["num_docs"] = size
            ids = {w: i for i, w in enumerate(Strings.read(arrays, f"{name}.vocabulary"))}
            engine.vocab_dict, engine.nonoccurrence_array = ids, None
        index._open(engine, ids, size, total)
        return index

    def __len__(self) -> int:
        return self._size

    def scores(self, query: str, *, fuzzy: bool = True) -> Scores:
        """The BM25 score of every document, in order; misspelt words count half."""
        asked = words(query)
        scores = self._exact(asked)
        if fuzzy:
            near = [found for word in asked for found in self._near(word)]
            if near:
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
        count = self._count(word)
        return math.log(1 + (self._size - count + 0.5) / (count + 0.5))

    def common(self, word: str) -> bool:
        """Whether a word stands all over the notes, so that it tells no thing from another."""
        return word in self and self.idf(word) < COMMON

    def tells(self, word: str) -> bool:
        """Whether a word stands in the notes, but not all over them."""
        return word in self and not self.common(word)

    def near(self, word: str) -> tuple[str, ...]:
        """Words of the notes that may be this word spelt otherwise."""
        return self._near(word)

    def __contains__(self, word: str) -> bool:
        return word in self._ids

    def _count(self, word: str) -> int:
        """In how many documents a word stands."""
        column = self._ids.get(word)
        if column is None:
            return 0
        starts = self._engine.scores["indptr"]
        return int(starts[column + 1]) - int(starts[column])

    def _exact(self, asked: list[str]) -> Scores:
        known = [word for word in asked if word in self._ids]
        if not known:
            return np.zeros(self._size)
        return np.asarray(self._engine.get_scores(known), np.float64)

    def _neighbours(self, word: str) -> tuple[str, ...]:
        slips = allowed_slips(word)
        if not slips or not word.isalpha():
            return ()
        if word in self._ids and len(self._ids) > MANY_WORDS:
            return ()
        lengths = range(len(word) - slips, len(word) + slips + 1)
        alike = [other for n in lengths for other in self._shapes.get((word[0], n), ())]
        found = process.extract(word, alike, scorer=OSA.distance, score_cutoff=slips, limit=None)
        found.sort(key=lambda one: (one[1], one[0]))
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
