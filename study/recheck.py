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


def recheck(item: Item, maker: ItemMaker, calls: PracticeCalls | None) -> Recheck:
    """Whether an item still passes its checks, and is solved from the lines in more shuffles.

    The shuffles are the item's own: asked twice, the same comes out.

    Raises:
        ModelUnavailable: the model has gone.
        Stopped: the calls were stopped.
    """
    failed = [check for check in run_checks(item, maker.notes) if not check.passed]
    problem = failed[0].detail if failed else ""
    how = "its checks hold"
    if not problem and calls is not None:
        problem = _unsolved(item, maker, calls)
        how = f"solved again in {SHUFFLES} shuffles"
    if problem:
        return Recheck(False, f"Put aside: {problem}", item.citations)
    return Recheck(True, f"Kept: {how}. These lines decide it.", item.citations)


def _unsolved(item: Item, maker: ItemMaker, calls: PracticeCalls) -> str:
    try:
        solution = maker.solver.solve(item, calls, random.Random(item.id), SHUFFLES)
    except MalformedOutput as error:
        return f"it could not be solved again ({error})"
    if solution.passed:
        return ""
    came = f"{solution.chosen!r} came out" if solution.chosen else "no option was sure enough"
    return f"solved again from its lines, {came}."
