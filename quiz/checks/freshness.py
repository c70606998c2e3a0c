"""Whether an item has been asked before, in these words or in others."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from core.practice import Check, Item
from core.text import words
from quiz.checks.item_text import normalised, renamed, tokens, told_apart
from retrieval.embedder import Embedder, Vectors

SAME_WORDS = 92.0
"""`token_set_ratio` (0..100) of two wordings from which they may be one. Two facts in one
template reach 94 ("uses RNNs", "uses GPUs"), so a word that tells them apart decides."""
SAME_SENSE = 0.95
"""Cosine of two wordings from which they are one. Measured with all-MiniLM-L6-v2: one fact in one
template in other words has .94 to .98; of 2,781 pairs of lines under one heading of real notes, in
the template "Which of these is true of X?", 10 reach .95, two of them different facts; at .93 it
is 17, and about half of the added ones are different. Freer paraphrases (.79 to .94) stay below:
that the *fact* was tested is known by its key, not by its words."""
ALIKE_IN_ALL = 75.0
"""`token_sort_ratio` from which shared words are most of both: in the set ratio every short
wording equals the long one that happens to hold its words."""
WORTH_COMPARING = 0.8
"""Cosine below which no two wordings share most of their words."""
_NAME_WORDS = 4
_SEPARATOR = " | "


def wording(item: Item) -> str:
    """What is remembered of an item: its stem and its right answer."""
    return f"{' '.join(item.stem.split())}{_SEPARATOR}{' '.join(item.answer.split())}"


class Wordings:
    """All that was ever asked, as texts and as rows of length one; safe between threads.

    Earlier wordings are embedded together at the first check, later ones once each; `rows` of an
    earlier run, for the first of `earlier` in their order, save that. A check of 5,000 costs a
    matrix product and the string comparison of what lies near, beside embedding the new wording:
    one to a few milliseconds.

        wordings = Wordings(embedder, earlier=store.wordings())
        if wordings.repeats(item).passed:
            wordings.add(item)
    """

    def __init__(
        self, embedder: Embedder, earlier: Iterable[str] = (), rows: Vectors | None = None
    ) -> None:
        self._embedder = embedder
        self._texts = list(earlier)
        self._known = set(self._texts)
        self._plain = [_plain(text) for text in self._texts]
        self._rows = np.empty((0, 0), np.float32) if rows is None else rows.copy()
        self._filled = len(self._rows)
        self._lock = threading.Lock()
        self._vector = lru_cache(maxsize=256)(self._embed)

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def rows(self) -> Vectors:
        """The embedded wordings so far, float32, in the order they came: a copy, to be saved."""
        with self._lock:
            return self._rows[: self._filled].copy()

    def repeats(self, item: Item) -> Check:
        """`not_a_repeat`: failed when the item was asked before, with the earlier wording."""
        with self._lock:
            earlier = self._repeated(item)
        return Check("not_a_repeat", not earlier, f"asked before: {earlier}" if earlier else "")

    def add(self, item: Item) -> None:
        """Remember an item; one that is known already is not remembered twice."""
        text = wording(item)
        with self._lock:
            if text not in self._known:
                self._catch_up()
                self._known.add(text)
                self._texts.append(text)
                self._plain.append(_plain(text))
                self._append(self._vector(text)[None])

    def _repeated(self, item: Item) -> str:
        text = wording(item)
        if text in self._known:
            return text
        if not self._texts:
            return ""
        self._catch_up()
        cosines = self._rows[: self._filled] @ self._vector(text)
        alike = np.flatnonzero(cosines >= SAME_SENSE)
        told = (self._texts[place] for place in alike.tolist())
        in_sense = next((earlier for earlier in told if not _other_fact(item, earlier)), "")
        return in_sense or self._in_words(text, np.flatnonzero(cosines >= WORTH_COMPARING))

    def _in_words(self, text: str, places: NDArray[np.int_]) -> str:
        """An earlier wording, among these, of the same words: no number, name or word apart."""
        candidates = {place: self._plain[place] for place in places.tolist()}
        alike = process.extract_iter(
            _plain(text), candidates, scorer=fuzz.token_set_ratio, score_cutoff=SAME_WORDS
        )
        told = (
            self._texts[place]
            for other, _, place in alike
            if fuzz.token_sort_ratio(_plain(text), other) >= ALIKE_IN_ALL
        )
        return next((earlier for earlier in told if not told_apart(text, earlier)), "")

    def _embed(self, text: str) -> Vectors:
        return np.asarray(self._embedder.encode([text])[0], np.float32)

    def _catch_up(self) -> None:
        """Embed the wordings that were handed in, all in one call."""
        if self._filled < len(self._texts):
            self._append(self._embedder.encode(self._texts[self._filled :]))

    def _append(self, rows: Vectors) -> None:
        """Rows are added in place; the room for them doubles when it is used up."""
        needed = self._filled + len(rows)
        if needed > len(self._rows):
            room = np.empty((max(needed, 2 * len(self._rows), 64), rows.shape[1]), np.float32)
            if self._filled:
                room[: self._filled] = self._rows[: self._filled]
            self._rows = room
        self._rows[self._filled : needed] = rows
        self._filled = needed


def _plain(text: str) -> str:
    return " ".join(tokens(text))


def _other_fact(item: Item, earlier: str) -> bool:
    """Whether two wordings of one sense ask for different things.

    Different short answers do. So do numbers and names that stand in one each, except that
    numbers in a scenario with the same answer are its decoration: "500 shops", "300 shops".
    """
    answer = earlier.rpartition(_SEPARATOR)[2]
    same = normalised(item.answer) == normalised(answer)
    short = max(len(words(item.answer)), len(words(answer))) <= _NAME_WORDS
    if item.kind in ("scenario", "variant", "gap") and short and not same:
        return True
    decoration = item.kind in ("scenario", "variant") and same
    return renamed(wording(item), earlier, numbers=not decoration)
