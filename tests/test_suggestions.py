from __future__ import annotations

import random
from pathlib import Path

import pytest

from chat.suggestions import (
    MAX_WORDS,
    looks_like_a_name,
    past_questions,
    questions_about_names,
    suggest,
)
from core.types import Line, Passage
from ingest.passages import read_note

NOTES = """\
Algorithms
\t- Random Cut Forest
\t\t- Random Cut Forest finds anomalies in a stream.
\t\t- It gives every record a score.
\t- Step Functions
\t\t- Step Functions are state machines.
\t\t- They retry on failure.
\t- Best Practices
\t\t- Train on a copy.
\t\t- Watch the cost.
\t- Ques#4: Which algorithm finds anomalies?
\t- Ans: Random Cut Forest
"""


def asked(text: str, kind: str = "question") -> Passage:
    return Passage("id", "n", (), 1, 2, text, kind)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("- Ques#4: Which one is it?\n- Anss: A", "Which one is it?"),
        ("Quiz: Which one\nis it?\nAns: A", "Which one is it?"),
        ("#11: Which one is it?", "Which one is it?"),
        ("Question 12) Which one is it?\n\nsomething else?", "Which one is it?"),
        ("Ques: A company has data. Choose an answer.\nAns: A", None),
        (f"Ques: {'very ' * MAX_WORDS} long?\nAns: A", None),
        ("Ques: Why?", None),
    ],
)
def test_stems_of_past_questions(text: str, question: str | None) -> None:
    assert list(past_questions([asked(text)])) == ([question] if question else [])


def test_only_past_questions_are_read_as_such() -> None:
    assert list(past_questions([asked("Is this one?  Yes it is?", kind="prose")])) == []


@pytest.mark.parametrize(
    ("heading", "is_name"),
    [
        ("Random Cut Forest", True),
        ("DeepAR", True),
        ("S3", True),
        ("K-Means", True),
        ("Training", False),
        ("learning rate", False),
        ("Tuning Neural Networks", False),
        ("Lift and Shift", False),
        ("What is it for", False),
        ("A Very Long Heading About Nothing", False),
        ("", False),
    ],
)
def test_names(heading: str, is_name: bool) -> None:
    assert looks_like_a_name(heading) is is_name


def test_a_name_is_described_somewhere_and_a_label_is_not() -> None:
    note = read_note("n.txt", NOTES)
    assert list(questions_about_names(note.lines)) == [
        "What is Random Cut Forest?",
        "What are Step Functions?",
    ]


def test_a_heading_in_two_places_is_a_label() -> None:
    lines = [
        Line("n", number, "Use Case is this", ("Topic " + "AB"[number % 2], "Use Case"))
        for number in range(4)
    ]
    assert list(questions_about_names(lines)) == []


def test_suggestions_mix_both_and_obey_the_count_and_the_seed() -> None:
    note = read_note("n.txt", NOTES)
    found = suggest(note.passages, note.lines, 4, random.Random(1))
    assert sorted(found) == [
        "What are Step Functions?",
        "What is Random Cut Forest?",
        "Which algorithm finds anomalies?",
    ]
    assert found == suggest(note.passages, note.lines, 4, random.Random(1))
    assert len(suggest(note.passages, note.lines, 2, random.Random(1))) == 2
    assert suggest([], [], 4, random.Random(1)) == []


def test_the_corpus_that_ships_gives_suggestions() -> None:
    corpus = Path(__file__).parent.parent / "corpus"
    notes = [read_note(path.name, path.read_text("utf-8")) for path in sorted(corpus.iterdir())]
    passages = [passage for note in notes for passage in note.passages]
    lines = [line for note in notes for line in note.lines]
    assert len(suggest(passages, lines, 10, random.Random(0))) == 10
