"""Past questions in notes: read by their labels, repeats merged."""

from __future__ import annotations

import pytest

from core.types import Passage
from quiz.items.bank import Bank, read_bank
from tests.fakes import FakeEmbedder
from tests.outlines import BIOLOGY, index_of

EMBEDDER = FakeEmbedder(dimension=4096)
PLANTS = ("rose", "green alga", "moss of the north", "fern")


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
            "Ques: Which part makes ATP?\n\tA. Nucleus\n\tB. Mitochondrion\nAns: Mitochondrion\n",
            "Which part makes ATP?",
            ("Mitochondrion",),
            id="options as imported sets have them",
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
    assert bank.questions == ()


def test_repeats_are_merged() -> None:
    bank = bank_of(
        "Ques: Which part of the cell makes ATP?\nAns: Mitochondrion\n\n"
        "Ques: Which part of a cell makes the ATP?\nAns: the Mitochondrion\n\n"
        "Ques: Where are proteins built from amino acids?\nAns: Ribosome\n"
    )
    assert bank.found == 3
    assert [question.answers for question in bank.questions] == [("Mitochondrion",), ("Ribosome",)]


def test_repeats_among_many_are_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = ("Mitochondrion", "Ribosome", "Nucleus", "Golgi apparatus", "Vacuole", "Cell wall")
    asked = [f"Which cells of a {plant} have the {part}?" for part in parts for plant in PLANTS]
    notes = "\n".join(f"Ques: {stem}\nAns: all {n}\n" for n, stem in enumerate(asked))
    whole = bank_of(notes).questions
    monkeypatch.setattr("quiz.items.bank._BLOCK", 5)
    monkeypatch.setattr("quiz.items.bank._KEPT", 2)
    assert bank_of(notes).questions == whole
    assert 2 < len(whole) < len(asked)


def test_only_questions_are_read() -> None:
    index = index_of(notes=BIOLOGY)
    assert all(isinstance(p, Passage) and p.kind != "question" for p in index.passages)
    assert read_bank(index, EMBEDDER).found == 0
