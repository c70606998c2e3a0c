"""Follow-ups take the question before them along; others stand alone."""

from __future__ import annotations

import pytest

from chat.query import MAX_QUESTION, check_question, stand_alone
from core.errors import NoteproofError
from core.types import Turn

HISTORY = [Turn("user", "What is DeepAR used for?"), Turn("assistant", "For forecasting.")]


@pytest.mark.parametrize(
    "question",
    [
        "and what input format does it expect?",
        "Which other hyperparameters are important there?",
        "Is there a simpler kind that performs about the same?",
        "How does it gather the additional details it needs?",
        "Why?",
        "what about that",
        "And how is Glue different?",
    ],
)
def test_a_follow_up_takes_the_question_along(question: str) -> None:
    assert stand_alone(question, HISTORY) == f"What is DeepAR used for? {question}"


@pytest.mark.parametrize(
    "question",
    [
        "What is Amazon Polly?",
        "In what formats does Random Cut Forest take its training input?",
        "which metric fits imbalanced classes best",
    ],
)
def test_a_question_with_a_subject_stands_alone(question: str) -> None:
    assert stand_alone(question, HISTORY) == question


def test_without_history_nothing_is_added() -> None:
    assert stand_alone("and then?", []) == "and then?"
    assert stand_alone("and then?", [Turn("assistant", "Hello")]) == "and then?"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "?!", "\0"])
def test_an_empty_question_is_refused(text: str) -> None:
    with pytest.raises(NoteproofError, match="Type a question first"):
        check_question(text)


def test_a_question_of_20000_characters_is_refused_with_what_to_do() -> None:
    with pytest.raises(NoteproofError, match=r"20,000 characters.*one thing at a time"):
        check_question("whys " * 3999 + "now.?")
    assert len(check_question("w" * MAX_QUESTION)) == MAX_QUESTION
