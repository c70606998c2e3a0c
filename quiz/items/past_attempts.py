"""Attempts at past questions: with their own options first, then with others made for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from core.errors import MalformedOutput
from core.practice import Check, Item
from quiz.checks.run import run_checks
from quiz.items.bank import PastQuestion
from quiz.items.maker import ItemMaker, Made, Run
from quiz.items.past_item import given_item, past_item
from retrieval.citations import cite


def past_attempts(
    maker: ItemMaker, run: Run, used: Callable[[], Collection[str]]
) -> Iterator[Made]:
    """Attempts at every past question whose facts are not used, in random order.

    Its own options come first; others are made where it has none that pass the checks of code.

    Raises:
        ModelUnavailable: the model has gone.
    """
    questions = list(maker.bank.questions)
    run.rng.shuffle(questions)
    for question in questions:
        if not set(question.facts).isdisjoint(used()):
            continue
        own = given_item(question, maker.known, run.rng)
        if own is not None:
            yield maker.examined(own, run, maker.clock())
            if run_checks(own, maker.notes)[-1].passed:
                continue
        began = maker.clock()
        try:
            item = past_item(question, maker.known, run.calls, run.rng)
        except MalformedOutput as error:
            found = Check("well_formed", False, str(error))
            yield Made(_unwritten(question), (found,), maker.clock() - began)
            continue
        if item is not None:
            yield maker.examined(item, run, began)


def _unwritten(question: PastQuestion) -> Item:
    """What stands for a past question to which the model wrote no wrong options."""
    proof = tuple(cite(1, line) for line in question.why)
    return Item("", "scenario", "notes", question.stem, (), (), "", question.facts, proof)
