"""What a scenario may name: what its facts name, and what means nothing to the notes."""

from __future__ import annotations

import random

import pytest

from core.practice import Fact
from core.types import Line
from quiz.items.scenario import FITS, NEEDED, adds_no_names, asking, told_only

TEXT = "Waiting time between events at a constant rate, as in AWS queues"
FACTS = (Fact(Line("n.txt", 1, f"- {TEXT}", ("Exponential distribution",)), TEXT),)
NOTES = frozenset({"poisson", "cnn", "eda", "aws"})


@pytest.mark.parametrize(
    ("stem", "named"),
    [
        ("A clerk needs the waiting time, as the Poisson distribution has it.", "poisson"),
        ("A clerk feeds a CNN with the waiting time.", "cnn"),
        ("A clerk uses AwsWaitingTime for events.", "awswaitingtime"),
        ("A clerk waits for AWS at a constant rate.", ""),
        ("The CEO of a shop in Berlin waits 30 minutes.", ""),
        ("An EDA expert needs the waiting time.", ""),
        ("Waiting takes time. Events come.", ""),
    ],
)
def test_a_scenario_names_nothing_of_the_notes_that_its_facts_do_not(stem: str, named: str) -> None:
    check = adds_no_names(stem, FACTS, "Exploratory Data Analysis", NOTES.__contains__)
    assert (check.name, check.passed) == ("grounded", not named)
    assert check.detail == (f"the facts do not name {named!r}" if named else "")


@pytest.mark.parametrize(
    ("story", "endings"),
    [
        ("A clerk needs what waits.", set(NEEDED)),
        ("A gardener is looking for what carries water.", set(NEEDED)),
        ("A modeler sees a good score in training and a bad one later.", {FITS}),
        ("A network learns from pictures, as overlooked by a clerk.", {FITS}),
    ],
)
def test_what_nobody_needs_is_not_to_be_chosen(story: str, endings: set[str]) -> None:
    stems = {asking(story, random.Random(seed)) for seed in range(30)}
    assert stems == {f"{story} {ending}" for ending in endings}


def test_a_scenario_is_told_without_a_question_and_marks() -> None:
    told = "A clerk needs **rows** of `waits` in *order*. Which one fits?"
    assert told_only(told) == "A clerk needs rows of waits in *order*."
