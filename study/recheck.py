"""A second look at an item that a learner called wrong."""

from __future__ import annotations

import random

from core.errors import MalformedOutput
from core.practice import Item, Recheck
from quiz.checks.run import run_checks
from quiz.items.maker import ItemMaker
from quiz.model import PracticeCalls

SHUFFLES = 4
"""Shuffles in which the item is solved again."""


def recheck(
    item: Item, maker: ItemMaker, calls: PracticeCalls | None, rng: random.Random
) -> Recheck:
    """Whether an item still passes its checks, and is solved from the lines in more shuffles.

    Raises:
        ModelUnavailable: the model has gone.
        Stopped: the calls were stopped.
    """
    failed = [check for check in run_checks(item, maker.notes) if not check.passed]
    problem = failed[0].detail if failed else ""
    how = "its checks hold"
    if not problem and calls is not None:
        problem = _unsolved(item, maker, calls, rng)
        how = f"solved again in {SHUFFLES} shuffles"
    if problem:
        return Recheck(False, f"Put aside: {problem}", item.citations)
    return Recheck(True, f"Kept: {how}. These lines decide it.", item.citations)


def _unsolved(item: Item, maker: ItemMaker, calls: PracticeCalls, rng: random.Random) -> str:
    try:
        solution = maker.solver.solve(item, calls, rng, SHUFFLES)
    except MalformedOutput as error:
        return f"it could not be solved again ({error})"
    return "" if solution.passed else f"solved again, it came out otherwise: {solution.detail}"
