"""Labels of past questions, as people type them."""

from __future__ import annotations

import pytest

from core.labels import read_label, without_label
from core.types import EvidenceLine, Line
from proof.claims import tells_more


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("Ques#4: Which one?", "question", "Which one?"),
        ("#11: Which one?", "question", "Which one?"),
        ("Quiz: Which one?", "question", "Which one?"),
        ("Anss1: SMOTE", "answer", "SMOTE"),
        ("Asns: SMOTE", "answer", "SMOTE"),
        ("Epln: because", "explanation", "because"),
        ("Expl2:because", "explanation", "because"),
    ],
)
def test_labels_are_read_with_one_slip(text: str, label: str, rest: str) -> None:
    assert read_label(text) == (label, rest)


@pytest.mark.parametrize("text", ["Analysis: of data", "Amazon: a shop", "Q-Learning", "answers"])
def test_what_is_no_label(text: str) -> None:
    assert read_label(text) is None
    assert without_label(text) == text


def test_an_answer_label_alone_stays() -> None:
    assert without_label("Anss: Use dropout") == "Use dropout"
    assert without_label("Ans:") == "Ans:"


def test_an_address_tells_nothing() -> None:
    link = "Take Free Exam - https://example.com/course/view/practice-question-set-mls?a=1"
    item = EvidenceLine(1, Line("a.txt", 1, link), link)
    assert not tells_more(item, "How many scored questions are in the free exam?")
    told = EvidenceLine(1, Line("a.txt", 1, "65 questions in 180 minutes"), "")
    assert tells_more(told, "How many scored questions are in the free exam?")
