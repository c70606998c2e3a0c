"""A fast stand-in for the embedding model: shared rare words make texts near, as meaning would."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from core.function_words import FUNCTION_WORDS
from core.text import words
from retrieval.embedder import Progress, Vectors

DIMENSION = 384
_KEPT = 60_000
_STEP = 512
_COMMON = 2.0
_PLACES = np.arange(1, DIMENSION + 1)
_SPECTRUM = _PLACES**-0.7 * np.exp(-_PLACES / 150)
_SPREAD = np.sqrt(_SPECTRUM / _SPECTRUM.sum())
"""Directions fade as MiniLM's do over the lines of real notes, by a fit of their variances."""


class HashEmbedder:
    """Sums of a random direction for each distinct word, the same for the same word.

    Its dimensions carry as unlike shares of the variance as those of all-MiniLM-L6-v2: that is
    what makes a search among neighbours as easy or hard. Some words weigh more than others, those
    of the grammar a tenth. All texts lean one way besides, as those of sentence models do.
    """

    name = "hash-384"
    goes_to = ""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lean = _direction("all texts") * _COMMON

    def load(self) -> None:
        """Nothing to load."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        rows = np.tile(self._lean, (len(texts), 1))
        for number, text in enumerate(texts):
            for word in dict.fromkeys(words(text)):
                rows[number] += self._of(word)
            if progress and (number + 1) % _STEP == 0:
                progress(number + 1, len(texts))
        if progress and len(texts):
            progress(len(texts), len(texts))
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def encode_query(self, text: str) -> Vectors:
        row: Vectors = self.encode([text])[0]
        return row

    def _of(self, word: str) -> Vectors:
        found = self._known.get(word)
        if found is None:
            weight = 0.1 if word in FUNCTION_WORDS else _weight(word)
            found = self._known[word] = _direction(word) * np.float32(weight)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found


def _weight(word: str) -> float:
    """Log-normal: what a text is about is told by a few of its words."""
    return float(np.exp(np.random.default_rng(_seed(word) ^ 77).standard_normal()))


def _seed(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def _direction(word: str) -> Vectors:
    """A random vector of length about one."""
    drawn = np.random.default_rng(_seed(word)).standard_normal(DIMENSION, np.float32)
    return np.asarray(drawn * _SPREAD, np.float32)
