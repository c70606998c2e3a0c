"""Past exam questions: stem, answer and explanation stay together."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from core.types import Passage
from ingest.passages import Note, read_note
from ingest.questions import find_questions, label_of
from ingest.rows import read_rows
from retrieval.embedder import SentenceEmbedder


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        *((label, "question") for label in "Ques Ques#4 Ques#: Quiz Ques1 Question Q Q3".split()),
        *((label, "question") for label in ("#11", "#7", "QUES 12", "Question #3", "Qeus")),
        *((label, "answer") for label in "Ans Anss Anss1 Anss2 Asns Answer Anwser ANS".split()),
        *((label, "explanation") for label in "Expl Expln Epln Explanation Exp1 Rationale".split()),
        *((label, None) for label in "Note Kinesis Example S3 http A Anyone #01a Goal".split()),
    ],
)
def test_labels_and_their_misspellings(label: str, kind: str | None) -> None:
    for bullet in ("", "- ", "\t\t* ", "\u00a0"):
        (row,) = read_rows(f"{bullet}{label.rstrip(':')}: some text")
        assert label_of(row) == kind


@pytest.mark.parametrize(
    "text",
    ["Ques without a colon", "https://ans.example/", "Ans://x", "#01 Import", "Step #1 Ans:"],
)
def test_what_only_looks_like_a_label(text: str) -> None:
    assert label_of(read_rows(text)[0]) is None


def found(text: str) -> list[tuple[int, int, int, int]]:
    """First and last line, line of the answer and of the explanation (0: none)."""
    questions = find_questions(read_rows(dedent(text)))
    return [(q.first + 1, q.last + 1, q.answer + 1, q.explanation + 1) for q in questions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Ques: Which?\nAns: this\n", [(1, 2, 2, 0)], id="two lines"),
        pytest.param(
            "Ques#4: Which?\nAnss: this\nExpln: because\n\nother\n", [(1, 3, 2, 3)], id="three"
        ),
        pytest.param(
            "Quiz: Which\nof these\nis right?\nAsns: this\nand that\nEpln: since\nit is\n",
            [(1, 7, 4, 6)],
            id="several lines each",
        ),
        pytest.param(
            "Ques: Data:\n\tname (string)\n\tage (integer)\nWhich?\nAns: drop it\n",
            [(1, 5, 5, 0)],
            id="a list in the stem",
        ),
        pytest.param(
            "- Ques: Which two?\n- Anss1: one\n- Anss2: two\n- Expl: both\n- other fact\n",
            [(1, 4, 2, 4)],
            id="bullets, two answers",
        ),
        pytest.param(
            "Ques: Which?\nAns: these\n\t1. one\n\t2. two\n\t- three\nExpl: so\n\t- as\n\nnext\n",
            [(1, 7, 2, 6)],
            id="lists in answer and explanation",
        ),
        pytest.param(
            "Ques: What does it hold?\nA table of words\nand counts\n\nnext\n",
            [(1, 3, 0, 0)],
            id="no answer label",
        ),
        pytest.param(
            "Ques: Read this:\n\n| a | b |\n| 1 | 2 |\n\nWhat is recall?\nAns: 90%\n\nnext\n",
            [(1, 7, 7, 0)],
            id="a table and a blank line before the answer",
        ),
        pytest.param(
            "Ques: Which?\nAns: this\n\nExpl: because\nnext\n", [(1, 5, 2, 4)], id="late reason"
        ),
        pytest.param(
            "#11: Which?\nAnss: this\nEpln: so\n#12: And?\nAns: that\n",
            [(1, 3, 2, 3), (4, 5, 5, 0)],
            id="one after the other",
        ),
        pytest.param(
            "Ques: never answered\n\nQues: Which?\nAns: this\n",
            [(1, 1, 0, 0), (3, 4, 4, 0)],
            id="an open one does not take the next one's answer",
        ),
        pytest.param(
            "\t\tQues: Which?\n\t\tAns: this\n\tParent fact\n", [(1, 2, 2, 0)], id="left margin"
        ),
        pytest.param(
            "Ques: Which?\n# Heading\nAns: of something else\n", [(1, 1, 0, 0)], id="a heading"
        ),
        pytest.param("#01 Import\n#02 Train\nAns: no question before\n", [], id="steps"),
        pytest.param("Ans: alone\nExpl: alone\n", [], id="answers alone"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_questions_are_found_whole(text: str, expected: list[tuple[int, int, int, int]]) -> None:
    assert found(text) == expected


def test_the_facts_around_a_question_are_left_where_they_were() -> None:
    note = read_note(
        "n.txt",
        "Glue\n\t- a crawler fills the catalogue\n\n\t- Ques: What fills it?\n"
        "\t- Ans: a crawler\n\t- Expl: on its own\n\n\t- jobs run Spark\nAthena\n\t- SQL\n",
    )
    assert [(p.kind, p.first_line, p.last_line) for p in note.passages] == [
        ("list", 1, 2), ("question", 4, 6), ("list", 8, 10),
    ]  # fmt: skip
    question = note.passages[1]
    assert question.path == ("Glue",)
    assert question.text == "- Ques: What fills it?\n- Ans: a crawler\n- Expl: on its own"
    assert note.asked == {4}
    assert [line.path for line in note.lines if line.number == 8] == [("Glue",)]


def test_only_the_stem_is_asked() -> None:
    note = read_note("n.txt", "Ques: one\ntwo\nthree?\nAns: four\nExpl: five\n")
    assert note.asked == {1, 2, 3}


# The real notes.


@pytest.fixture(scope="module")
def real(shared: Path) -> list[Note]:
    return [
        read_note(path.name, path.read_text(encoding="utf-8"))
        for path in sorted((shared / "notes").glob("*.txt"))
    ]


def questions_of(notes: list[Note]) -> list[Passage]:
    return [p for note in notes for p in note.passages if p.kind == "question"]


def stem_of(passage: Passage) -> str:
    """The words of a question's stem, without its label."""
    rows = read_rows(passage.text)
    (question,) = find_questions(rows)
    bodies = [rows[number - 1].body for number in question.stem]
    return " ".join(bodies).partition(":")[2].strip()


def test_the_real_notes_hold_67_questions(real: list[Note]) -> None:
    questions = questions_of(real)
    assert len(questions) == 67
    unanswered = [q for q in questions if find_questions(read_rows(q.text))[0].answer < 0]
    assert len(unanswered) == 1


@pytest.mark.embedding
def test_ten_of_them_are_repeats(real: list[Note], embedder: SentenceEmbedder) -> None:
    """A repeat: its stem has a cosine of at least .75 to that of an earlier question.

    The tenth has .77, the eleventh .72: repeats are reworded, so letters alone do not tell.
    """
    vectors = embedder.encode([stem_of(passage) for passage in questions_of(real)])
    nearest_before = np.tril(vectors @ vectors.T, -1).max(axis=1)
    assert int((nearest_before >= 0.75).sum()) == 10
