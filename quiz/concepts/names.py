"""Is a term the name of something, or a label of the outline? Decided by how the notes use it.

No subject is known here. Names recur in running text and in capitals, lines go on to say what
they are, and they stand among other names; labels ("Use cases", "How it works") look like the
labels of other outlines, recur under many headings, or are half sentences.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from core.function_words import FUNCTION_WORDS
from core.text import words
from core.types import Line
from quiz.concepts.usage import VERBS, Usage
from retrieval.embedder import Embedder

NAME = 0.65
"""Score from which a term counts as a name.

On terms labelled by hand: precision .84, recall .77 in rough notes, .94 and .89 in tidy ones.
"""

# Logistic regression on 1,612 terms, labelled by hand, of two rough notes and of corpus/, each half
# of the weight; figures by ten-fold cross-validation. Features in the order of `_features`,
# the last one (the company a term keeps) by the scores of the first round.
ALONE: tuple[float, ...] = (
    1.14, 0.22, 1.44, -0.33, -1.15, -5.07, -2.18, -1.44, -1.87, -1.68,
    -2.73, -2.4, -1.99, -0.77, -0.73, 0.7, -3.35, -0.79,
)  # fmt: skip
ALONE_BIAS = 3.83
AMONG: tuple[float, ...] = (
    0.84, 0.49, 0.85, -0.77, -0.8, -4.45, -2.08, -1.34, -1.56, -1.61,
    -2.46, -1.91, -1.86, -0.57, -0.37, 0.39, -2.71, -0.73, 4.61,
)  # fmt: skip
AMONG_BIAS = 0.83

_BLOCK = 4096
"""Names whose vectors are held at once."""
_LABELS = Path(__file__).with_name("labels.txt")
_SPECIAL = re.compile(r"\w*(?:[a-z][A-Z]|[A-Z]{2}|\d)\w*")
_JOINED = re.compile(r",|\bvs\b|\bversus\b|&|\+| and ", re.IGNORECASE)
_ODD = re.compile(r"[^\w\s\-+./’'&]")
_COUNTED = re.compile(r"^#?[a-z]{3,}\s?#?\d{1,2}\b|^#")
_OF = re.compile(r"((?:[A-Z][\w’'-]+ )+)of (?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
"""`Treaty of Versailles`, and `Types of Models` too, which begins with a label."""
_LETTER = re.compile(r" [A-Z]$")
_INSTRUCTIONS = frozenset(
    "add apply avoid build choose click configure connect copy create define deploy find get give "
    "go import install keep launch load make move note open put read remember run see select set "
    "start stop take test train try upload use write".split()
)


@dataclass(frozen=True, slots=True)
class TermUse:
    """A term with where it stands: how many headings it is under, lines under it, words after it.

    `beside` are the places, in the same list, of the terms under the same headings. A term is
    `abbreviated` when the notes give its short or its long form.
    """

    name: str
    parents: int
    below: int
    says: int
    beside: tuple[tuple[int, ...], ...] = ()
    abbreviated: bool = False


class Names:
    """Scores the terms of one set of notes, by its lines and the texts of its past questions."""

    def __init__(self, lines: Sequence[Line], questions: Sequence[str], embedder: Embedder) -> None:
        self._lines, self._questions = lines, questions
        self._embedder = embedder

    def scores(self, terms: Sequence[TermUse]) -> list[float]:
        """How likely (0..1) each term is a name."""
        table = self.features(terms)
        alone = [_logistic(ALONE_BIAS + float(np.dot(ALONE, row))) for row in table]
        return [
            _logistic(AMONG_BIAS + float(np.dot(AMONG, [*row, company(term, alone)])))
            for term, row in zip(terms, table, strict=True)
        ]

    def features(self, terms: Sequence[TermUse]) -> list[list[float]]:
        """One row a term, each value between about 0 and 2."""
        if not terms:
            return []
        names = [term.name for term in terms]
        usage, asked = (
            Usage((line.text for line in self._lines), names),
            Usage(self._questions, names),
        )
        near = self._nearest_label(names)
        stems = Counter(map(_stem, names))
        return [
            _features(term, usage, asked, close, stems)
            for term, close in zip(terms, near, strict=True)
        ]

    def _nearest_label(self, names: Sequence[str]) -> list[float]:
        """For each name the cosine of the label that is nearest to it."""
        labels = self._embedder.encode(label_words()).T
        found: list[float] = []
        for start in range(0, len(names), _BLOCK):
            vectors = self._embedder.encode(names[start : start + _BLOCK])
            found += map(float, (vectors @ labels).max(axis=1))
        return found


def _features(
    term: TermUse, usage: Usage, asked: Usage, near: float, stems: Counter[str]
) -> list[float]:
    """One row, by how the lines use a term, how the past questions do, and its nearest label."""
    name, found = term.name, words(term.name) or [""]
    special = term.abbreviated or bool(_SPECIAL.search(name))
    proper = is_proper(name)
    plural = found[-1].endswith("s") and not found[-1].endswith(("ss", "us", "is"))
    inner = words(_LETTER.sub("", name))[1:]
    counted = bool(_COUNTED.match(name.lower())) and stems[_stem(name)] > 1
    return [
        1.0 if special or proper else usage.capitals(name),
        math.log1p(max(usage.mentions(name) - term.parents, 0)) / 2,
        min(usage.said(name), 2) / 2,
        math.log1p(asked.mentions(name)) / 2,
        min(term.parents - 1, 3) / 2,
        near,
        float(found[0] in FUNCTION_WORDS or (found[0].endswith("ing") and len(found) > 1)),
        float(not proper and any(word in FUNCTION_WORDS or word in VERBS for word in inner)),
        float(plural and not special and not proper),
        max(len(found) - 2, 0) / 2,
        float(bool(_JOINED.search(name))),
        float(counted),
        float(found[0] in _INSTRUCTIONS),
        min(math.log1p(term.below), 2),
        min(math.log1p(term.says) / 2, 1.5),
        float(name.isupper()),
        float(bool(_ODD.search(name))),
        float(len(found) == 1 and not name.isupper()),
    ]


def is_proper(name: str) -> bool:
    """Whether capitals stand on both sides of `of`, and what is before it is no label.

    >>> is_proper("Treaty of Versailles"), is_proper("Types of Models")
    (True, False)
    """
    match = _OF.fullmatch(name)
    return match is not None and not _words_of_labels().intersection(words(match.group(1)))


def company(term: TermUse, scores: Sequence[float]) -> float:
    """The best mean score of the terms beside it under one heading; 0.4 when it stands alone."""
    means = [sum(scores[i] for i in places) / len(places) for places in term.beside if places]
    return max(means, default=0.4)


def _stem(name: str) -> str:
    return re.sub(r"\d+", "", name.lower())


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


@cache
def label_words() -> list[str]:
    """Labels that outlines of any subject use, from `labels.txt`."""
    return _LABELS.read_text(encoding="utf-8").split("\n")[:-1]


@cache
def _words_of_labels() -> frozenset[str]:
    """Every word of a label."""
    return frozenset(word for label in label_words() for word in words(label))
