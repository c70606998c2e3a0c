"""Scores on one scale, with numbers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from retrieval.fusion import best_per_group, fuse, lexical_weight, zscores


def scores(*values: float) -> np.ndarray:
    return np.array(values, np.float64)


def test_zscores() -> None:
    # mean 2, deviation sqrt(((1-2)^2 + (2-2)^2 + (3-2)^2) / 3) = sqrt(2/3)
    assert zscores(scores(1, 2, 3)) == pytest.approx([-math.sqrt(1.5), 0, math.sqrt(1.5)])
    assert zscores(scores(0, 0, 0, 4)) == pytest.approx([-1 / math.sqrt(3)] * 3 + [math.sqrt(3)])


@pytest.mark.parametrize("values", [(), (5.0,), (2.0, 2.0, 2.0), (0.0, 0.0), (1e-12, 0.0)])
def test_scores_that_are_all_alike_say_nothing(values: tuple[float, ...]) -> None:
    assert zscores(scores(*values)).tolist() == [0.0] * len(values)


def test_zscores_know_no_scale() -> None:
    one = scores(3, 1, 4, 1, 5)
    assert zscores(one * 40 + 7) == pytest.approx(zscores(one))


def test_words_weigh_by_what_they_cover() -> None:
    assert lexical_weight(0) == 0
    assert lexical_weight(1) == 1
    weights = [lexical_weight(tenths / 10) for tenths in range(11)]
    assert weights == sorted(weights)
    assert all(0 < weight < tenths / 10 for tenths, weight in enumerate(weights[1:-1], 1))


def test_the_best_of_each_group() -> None:
    groups = np.array([0, 0, 2, 2, 2])
    assert best_per_group(scores(1, 5, -3, 2, 0), groups, 4).tolist() == [5, -3, 2, -3]
    assert best_per_group(scores(), np.array([], np.int64), 2).tolist() == [0, 0]


A, B = scores(1, 0), scores(0, 1)
"""z-scores (1, -1) and (-1, 1)."""


QUARTER = lexical_weight(0.25)


@pytest.mark.parametrize(("coverage", "expected"), [(0.0, 1), (0.25, 1 - QUARTER), (1.0, 0)])
def test_passages_alone(coverage: float, expected: float) -> None:
    fused = fuse(A, None, B, None, coverage)
    assert fused == pytest.approx([expected, -expected])


@pytest.mark.parametrize(
    ("parts", "coverage", "expected"),
    [
        ((A, A, A, A), 1.0, 0.4 + 1 + 0.5 + 0.5),
        ((A, A, B, B), 1.0, 0.4 + 1 - 0.5 - 0.5),
        ((B, A, A, B), 1.0, -0.4 + 1 + 0.5 - 0.5),
        ((B, A, A, A), 0.25, -0.4 + 1 + QUARTER),
        ((A, B, B, B), 0.0, 0.4 - 1),
    ],
)
def test_passages_with_lines(
    parts: tuple[np.ndarray, ...], coverage: float, expected: float
) -> None:
    assert fuse(*parts, coverage) == pytest.approx([expected, -expected])


def test_without_a_known_word_meaning_alone_ranks() -> None:
    noise = scores(0, 0, 9)
    assert fuse(scores(3, 2, 1), None, noise, None, 0.0).argmax() == 0
