"""A passage whose own heading the question names is likely about what is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.function_words import FUNCTION_WORDS
from core.text import strip_marker, words
from core.types import Passage
from retrieval.lexical import LexicalIndex, same_word

WEIGHT = 2.0
"""Added to a score (a sum of z-scores) when the heading holds all that is rare in the question."""
LIKELY = 60
"""So many of the best passages are looked at."""
_LONGEST = 6
_NAME_ENDS = re.compile(r"\s[-–—]+\s|[:=(\[|]|\t")


def named(
    query: str,
    passages: Sequence[Passage],
    rows: NDArray[np.int64],
    scores: NDArray[np.float64],
    vocabulary: LexicalIndex,
) -> NDArray[np.float64]:
    """The scores of some passages, higher for those whose heading stands whole in the query.

    `rows` are the passages' rows; `scores`, shape (len(rows),), are left as they are.
    """
    asked = {word for word in words(query) if word not in FUNCTION_WORDS}
    total = sum(vocabulary.idf(word) for word in asked)
    raised = scores.copy()
    if not total:
        return raised
    for place in np.argsort(-scores, kind="stable")[:LIKELY]:
        passage = passages[int(rows[place])]
        shares = [_share(title, asked, vocabulary) for title in _titles(passage)]
        raised[place] += WEIGHT * min(max(shares, default=0.0) / total, 1.0)
    return raised


def _titles(passage: Passage) -> list[set[str]]:
    """The words of the heading that it begins with, and of the one above it."""
    first = strip_marker(passage.text.split("\n", 1)[0])
    names = (_NAME_ENDS.split(title, maxsplit=1)[0] for title in (first, *passage.path[-1:]))
    return [set(found) - FUNCTION_WORDS for name in names if len(found := words(name)) <= _LONGEST]


def _share(title: set[str], asked: set[str], vocabulary: LexicalIndex) -> float:
    """The idf of a title that stands whole in the question, else nothing."""
    whole = title and all(any(same_word(word, other) for other in asked) for word in title)
    return sum(vocabulary.idf(word) for word in title) if whole else 0.0
