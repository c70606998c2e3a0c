"""The blind solver: what it accepts, what it catches, and what it reads."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from math import log

import pytest

from core.practice import Concept, Fact, Item, ItemKind, Option
from core.types import Citation, Line
from providers.traits import LARGE
from quiz.concepts.concept_map import ConceptMap
from quiz.items.solve import Solver, problems_of
from tests.cells import FACTS, Pupil, calls_of
from tests.fakes import FakeEmbedder, Reply, ScriptedModel
from tests.outlines import map_of

EMBEDDER = FakeEmbedder(dimension=2048)
NOTES = "Organelles\n" + "".join(
    f"\t{name}\n\t\tWhat is it for?\n" + "".join(f"\t\t\t- {fact}\n" for fact in facts)
    for name, facts in FACTS.items()
)
KNOWN = map_of(NOTES, EMBEDDER)
NAMES = ("Vacuole", "Nucleus", "Ribosome", "Lysosome")
STEM = "A gardener asks which part holds water so that plants stand upright. Which is it?"


def ask(
    kind: ItemKind,
    stem: str,
    texts: Sequence[str] = (),
    key: tuple[int, ...] = (0,),
    about: Sequence[str] = (),
    accepted: tuple[str, ...] = (),
) -> Item:
    """An item on the vacuole; each option is about the concept named at its place."""
    names = [*about, *("" for _ in texts[len(about) :])]
    options = tuple(Option(text, "", (), name) for text, name in zip(texts, names, strict=True))
    proof = (Citation(1, "notes.txt", 1, 1, "- Holds water for the plant"),)
    return Item("i", kind, "model", stem, options, key, "Vacuole", ("f",), proof, accepted)


def named(*names: str, key: tuple[int, ...] = (0,), stem: str = STEM) -> Item:
    """A scenario whose options are concepts of the notes."""
    return ask("scenario", stem, names, key, names)


def gap(stem: str, answer: str) -> Item:
    return ask("gap", stem, (), (), accepted=(answer,))


def solver() -> Solver:
    return Solver(KNOWN, EMBEDDER)


class Told(ScriptedModel):
    """Gives one option a share of the probability and another the rest, wherever they stand."""

    shares: dict[str, float]

    def _reply(self, messages: list, options: dict) -> Reply:
        asked = str(messages[-1].text)
        self.prompts.append(asked)
        rows = [row.split(". ", 1) for row in asked.splitlines() if row[1:3] == ". "]
        top = {letter: log(self.shares[text]) for letter, text in rows if text in self.shares}
        return Reply(max(top, key=top.__getitem__), top=top)


@pytest.mark.parametrize(
    ("shares", "passed", "least"),
    [
        pytest.param({"Vacuole": 0.9, "Nucleus": 0.1}, True, 0.9, id="the key wins"),
        pytest.param({"Vacuole": 0.5, "Nucleus": 0.3, "Ribosome": 0.2}, True, 0.5, id="by enough"),
        pytest.param(
            {"Vacuole": 0.28, "Nucleus": 0.26, "Ribosome": 0.24, "Lysosome": 0.22},
            False,
            0.28,
            id="not by enough",
        ),
        pytest.param({"Vacuole": 0.5, "Nucleus": 0.5}, False, 0.5, id="another is right too"),
        pytest.param({"Vacuole": 0.4, "Nucleus": 0.6}, False, 0.4, id="another wins"),
    ],
)
def test_the_key_must_win_by_enough(shares: dict[str, float], passed: bool, least: float) -> None:
    found = solver().solve(named(*NAMES), calls_of(Told(shares=shares)), random.Random(1))
    assert found.passed is passed
    assert found.share == pytest.approx(least)
    assert bool(found.detail) is not passed


def test_the_key_must_win_in_every_shuffle() -> None:
    """A model that always says A is right in one order, and found out in another."""
    model = ScriptedModel(rules=[("", "A")])
    found = solver().solve(named(*NAMES), calls_of(model), random.Random(0), shuffles=4)
    assert not found.passed
    assert "it chose" in found.detail


def test_each_shuffle_is_asked_once_and_told_apart() -> None:
    model = Pupil()
    assert solver().solve(named(*NAMES), calls_of(model), random.Random(0), shuffles=3).passed
    assert len(model.prompts) == 3
    assert len({prompt.split("Question:")[-1] for prompt in model.prompts}) > 1


def test_the_lines_hold_facts_of_every_option_in_the_order_of_names() -> None:
    orders = []
    for seed in range(3):
        names = list(NAMES)
        random.Random(seed).shuffle(names)
        made = named(*names, key=(names.index("Vacuole"),))
        orders.append(solver().lines(made))
    rows = orders[0].splitlines()
    assert [row.split(":")[0] for row in rows] == sorted(NAMES)
    assert all(any(fact in row for fact in FACTS[row.split(":")[0]]) for row in rows)
    assert len(set(orders)) == 1


def test_the_facts_shown_are_those_nearest_to_the_stem_and_to_the_option() -> None:
    said = (
        "Is found in moss",
        "Has a thin skin of its own",
        "Holds water for the plant",
        "Was seen in a pond",
        "Takes sugar in by its wall",
        "Is old in old leaves",
    )
    facts = tuple(Fact(Line("n.txt", 1, "-"), text) for text in said)
    concept = Concept("Vacuole", "n.txt", 1, (), facts)
    known = ConceptMap([concept], EMBEDDER.encode(["Vacuole"]))
    made = ask("property", "What holds water here?", ("Takes in sugar",), about=("Vacuole",))
    read = Solver(known, EMBEDDER).lines(made)
    assert "Holds water for the plant" in read
    assert "Takes sugar in by its wall" in read
    assert read.count(";") == 2
    assert Solver(known, EMBEDDER).lines(made, (), LARGE).count(";") == LARGE.solver_facts


def test_of_two_keys_each_is_solved_against_the_wrong_ones() -> None:
    made = ask(
        "two",
        "Which TWO of these are true of Vacuole? (Select TWO.)",
        (*FACTS["Vacuole"], FACTS["Nucleus"][0], FACTS["Ribosome"][0], FACTS["Lysosome"][0]),
        (0, 1),
    )
    first, second = problems_of(made, KNOWN, random.Random(0))
    assert first.stem == "Which of these is true of Vacuole?"
    assert (first.right, second.right) == FACTS["Vacuole"]
    assert second.right not in first.wrong
    model = Pupil()
    assert solver().solve(made, calls_of(model), random.Random(0)).passed
    assert len(model.prompts) == 4


@pytest.mark.parametrize(
    ("statement", "holds"),
    [(FACTS["Vacuole"][0], True), (FACTS["Ribosome"][0], False)],
)
def test_true_or_false_is_solved_as_it_is_keyed(statement: str, holds: bool) -> None:
    for keyed in (True, False):
        made = ask(
            "true_false",
            f"True or false: this is said of Vacuole: “{statement}”",
            ("True", "False"),
            (0 if keyed else 1,),
        )
        found = solver().solve(made, calls_of(Pupil()), random.Random(0))
        assert found.passed is (keyed is holds)


def test_a_statement_is_solved_by_whom_it_is_said_of() -> None:
    """Even by a model that says True to everything."""
    statement = FACTS["Ribosome"][0]
    made = ask(
        "true_false",
        f"True or false: this is said of Vacuole: “{statement}”",
        ("True", "False"),
        (1,),
    )
    true, false = made.options
    for owner, passed in (("Ribosome", True), ("Mitochondrion", False)):
        told = replace(made, options=(true, replace(false, about=owner)))
        (problem,) = problems_of(told, KNOWN, random.Random(0))
        assert (problem.right, problem.wrong[0]) == (owner, "Vacuole")
        found = solver().solve(told, calls_of(Pupil()), random.Random(0))
        assert found.passed is passed


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("400", ["800", "2000", "4000"]),
        ("1,000 GB", ["2,000 GB", "5,000 GB", "10,000 GB"]),
        ("0.5%", ["1%", "2.5%", "5%"]),
        ("1914", ["1911", "1917", "1924"]),
        ("0", ["2", "5", "10"]),
        ("4000000", ["8000000", "20000000", "40000000"]),
    ],
)
def test_a_gap_with_a_figure_is_solved_among_figures(answer: str, wrong: list[str]) -> None:
    made = gap("Fill the gap. Vacuole: “holds up to ____”", answer)
    (problem,) = problems_of(made, KNOWN, random.Random(0))
    assert [*problem.wrong] == wrong


def test_a_gap_with_a_name_is_solved_among_names_whose_facts_are_read_too() -> None:
    made = gap(
        "Fill the gap with a name: “____: Holds water so that plants stand upright”",
        "Vacuole",
    )
    (problem,) = problems_of(made, KNOWN, random.Random(0))
    assert len(problem.wrong) == 3
    model = Pupil()
    assert solver().solve(made, calls_of(model), random.Random(0)).passed
    lines = model.prompts[0].split("Notes:")[-1].split("Question:")[0]
    assert all(f"{name}: " in lines for name in (problem.right, *problem.wrong))


def test_where_there_is_nothing_else_to_choose_nothing_is_proven() -> None:
    concept = Concept("Vacuole", "n.txt", 1, (), (Fact(Line("n.txt", 1, "-"), "Holds water"),))
    alone = Solver(ConceptMap([concept], EMBEDDER.encode(["Vacuole"])), EMBEDDER)
    made = gap("Fill the gap with a name: “____: Holds water”", "Vacuole")
    found = alone.solve(made, calls_of(Pupil()), random.Random(0))
    assert (found.passed, found.share) == (False, 0.0)


def test_without_a_concept_of_the_map_the_item_s_own_lines_are_read() -> None:
    made = replace(ask("scenario", STEM, ("Espresso", "Cold brew", "Tea")), concept="Espresso")
    assert solver().lines(made) == "- Holds water for the plant"


@pytest.mark.parametrize(("guesses", "guessed"), [("right", True), ("wrong", False)])
def test_a_guess_is_made_without_lines(guesses: str, guessed: bool) -> None:
    model = Pupil(guesses=guesses)
    assert solver().guess(named(*NAMES), calls_of(model), random.Random(0)) is guessed
    assert "Notes on" not in model.prompts[0]
    assert FACTS["Vacuole"][1] not in model.prompts[0]


def test_of_two_keys_both_must_be_guessed() -> None:
    made = ask(
        "two",
        "Which TWO of these are true of Vacuole? (Select TWO.)",
        (*FACTS["Vacuole"], FACTS["Nucleus"][0], FACTS["Ribosome"][0]),
        (0, 1),
    )
    shares = {FACTS["Vacuole"][0]: 0.6, FACTS["Nucleus"][0]: 0.4}
    assert not solver().guess(made, calls_of(Told(shares=shares)), random.Random(0))
