"""Past questions in notes: read by their labels, repeats merged, given options."""

from __future__ import annotations

import random

import pytest

from core.practice import Item
from core.types import Line, Passage
from quiz.concepts.concept_map import ConceptMap
from quiz.items.bank import Bank, PastQuestion, read_bank
from tests.fakes import FakeEmbedder
from tests.outlines import BIOLOGY, index_of, map_of

EMBEDDER = FakeEmbedder(dimension=4096)


def bank_of(notes: str) -> Bank:
    return read_bank(index_of(notes=notes), EMBEDDER)


def questions(notes: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(question.stem, question.answers) for question in bank_of(notes).questions]


@pytest.mark.parametrize(
    ("notes", "stem", "answers"),
    [
        pytest.param(
            "Ques#4: Which cell part makes ATP?\nAns: Mitochondrion\n",
            "Which cell part makes ATP?",
            ("Mitochondrion",),
            id="labels",
        ),
        pytest.param(
            "\t- Qeus: Which part makes ATP?\n\t- Anss: Mitochondrion.\n\t- Epln: with oxygen\n",
            "Which part makes ATP?",
            ("Mitochondrion",),
            id="misspelt labels, a full stop",
        ),
        pytest.param(
            "Ques: A muscle tires.\nWhich part helps?\nAns: Mitochondrion\n",
            "A muscle tires. Which part helps?",
            ("Mitochondrion",),
            id="a stem of two lines",
        ),
        pytest.param(
            "Ques: Which part makes ATP?\nAns: Mitochondrion. It burns sugar with oxygen.\n",
            "Which part makes ATP?",
            ("Mitochondrion",),
            id="the answer's first sentence",
        ),
        pytest.param(
            "Ques: Which TWO parts hold DNA?\nAns: Nucleus and Mitochondrion\n",
            "Which TWO parts hold DNA?",
            ("Nucleus", "Mitochondrion"),
            id="two answers in one line",
        ),
        pytest.param(
            "Ques: Which TWO parts hold DNA?\nAns: Nucleus\nand the Mitochondrion\n",
            "Which TWO parts hold DNA?",
            ("Nucleus", "the Mitochondrion"),
            id="two answers in two lines",
        ),
    ],
)
def test_a_question_is_read_by_its_labels(notes: str, stem: str, answers: tuple[str, ...]) -> None:
    assert questions(notes) == [(stem, answers)]


@pytest.mark.parametrize(
    "notes",
    [
        pytest.param("Ques: Which part makes ATP?\n", id="no answer"),
        pytest.param("Ques: Which part makes ATP?\nAns:\n", id="an empty answer"),
        pytest.param("Ques: Which TWO parts hold DNA?\nAns: Nucleus\n", id="one answer of two"),
        pytest.param("Ribosome\n\t- Builds proteins\n", id="no question"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_past_question(notes: str) -> None:
    bank = bank_of(notes)
    assert (bank.questions, bank.items(map_of(BIOLOGY), random.Random(1))) == ((), [])


def test_repeats_are_merged() -> None:
    bank = bank_of(
        "Ques: Which part of the cell makes ATP?\nAns: Mitochondrion\n\n"
        "Ques: Which part of a cell makes the ATP?\nAns: the Mitochondrion\n\n"
        "Ques: Where are proteins built from amino acids?\nAns: Ribosome\n"
    )
    assert bank.found == 3
    assert [question.answers for question in bank.questions] == [("Mitochondrion",), ("Ribosome",)]


def past(stem: str, *answers: str) -> PastQuestion:
    line = Line("exam.txt", len(stem), f"Ques: {stem}")
    why = Line("exam.txt", line.number + 1, f"Ans: {answers[0]}")
    return PastQuestion(stem, answers, (why,), (line, why), ("Exam",))


OTHERS = [
    past("Which sauce starts with milk?", "A white roux with milk"),
    past("Which sauce splits when hot?", "Butter beaten into yolks"),
    past("What goes with roast beef?", "A brown stock with tomato"),
    past("How is a fish soup bound?", "A blond roux with stock"),
]


def item_of(question: PastQuestion, known: ConceptMap | None = None) -> Item | None:
    bank = Bank([question, *OTHERS], EMBEDDER)
    return bank.item(0, known or map_of(""), random.Random(3))


def test_wrong_options_of_a_name_are_its_siblings() -> None:
    item = item_of(past("Which part makes ATP?", "Mitochondrion"), map_of(BIOLOGY))
    assert item is not None
    wrong = {o.text for place, o in enumerate(item.options) if place not in item.key}
    assert wrong <= {"Chloroplast", "Ribosome", "Golgi apparatus", "Endoplasmic Reticulum"}
    assert (item.answer, item.concept, len(wrong)) == ("Mitochondrion", "Mitochondrion", 3)
    assert all(option.rationale and option.citations for option in item.options)


def test_wrong_options_of_a_sentence_are_answers_of_other_questions() -> None:
    item = item_of(past("What thickens a soup?", "Flour stirred into hot fat"))
    assert item is not None
    wrong = [o for place, o in enumerate(item.options) if place not in item.key]
    assert {o.text for o in wrong} <= {question.answers[0] for question in OTHERS}
    assert all("another question of your notes" in o.rationale for o in wrong)
    assert all(o.citations[0].quote.startswith("Ques: ") for o in wrong)


def test_an_answer_that_would_be_right_too_is_no_option() -> None:
    item = item_of(past("Which sauce uses milk?", "A white roux with the milk"))
    assert item is not None
    assert "A white roux with milk" not in [option.text for option in item.options]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(past("Why?", "word " * 33), id="the answer is an essay"),
        pytest.param(past("Why?", "salt"), id="no other answer of its length"),
    ],
)
def test_a_question_without_options_makes_no_item(question: PastQuestion) -> None:
    assert item_of(question) is None


def test_two_answers_make_an_item_with_two_keys() -> None:
    item = item_of(
        past("Which 2 sauces are rich?", "Egg yolks with butter", "Thick cream and wine")
    )
    assert item is not None
    assert (item.kind, len(item.options), len(item.key)) == ("two", 5, 2)
    assert item.stem.endswith("(Select TWO.)")
    assert len(item.facts) == 2


def test_the_explanation_of_the_notes_is_the_rationale() -> None:
    bank = bank_of(
        "Ques: Which part makes ATP?\nAns: Mitochondrion\nExpl: It burns sugar with oxygen.\n"
    )
    item = bank.item(0, map_of(BIOLOGY), random.Random(1))
    assert item is not None
    key = item.options[item.key[0]]
    assert "It burns sugar with oxygen." in key.rationale
    assert [citation.first_line for citation in key.citations] == [2, 3]
    assert item.origin == "notes"


def test_the_same_seed_gives_the_same_item() -> None:
    question = past("Which part makes ATP?", "Mitochondrion")
    assert item_of(question, map_of(BIOLOGY)) == item_of(question, map_of(BIOLOGY))


def test_only_questions_are_read() -> None:
    index = index_of(notes=BIOLOGY)
    assert all(isinstance(p, Passage) and p.kind != "question" for p in index.passages)
    assert read_bank(index, EMBEDDER).found == 0
