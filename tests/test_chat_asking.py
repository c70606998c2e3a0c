"""Questions made of facts: each is well put and answered by the line that it was made of."""

from __future__ import annotations

import pytest

from chat.asking import Asking, past_question, spread
from chat.facts import NoteFacts
from chat.phrases import as_told
from ingest.passages import read_note


def made(text: str, count: int = 3, name: str = "a.md") -> list[str]:
    note = read_note(name, text)
    return Asking(NoteFacts(note.lines, note.passages)).made(count)


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("- Data drift is a change of the inputs.", "What is data drift?"),
        ("- An online store keeps only the latest value.", "What does an online store keep?"),
        ("- A treaty is signed by the heads of both states.", "What is a treaty signed by?"),
        ("- Macro average: the plain mean of a metric.", "What does “macro average” mean?"),
        ("- DeepAR: a network that forecasts many series.", "What is DeepAR?"),
        ("### AdaGrad\n\n- Gives each weight its own learning rate.", "What does AdaGrad do?"),
        ("### SMOTE\n\n- A way of making rows of a rare class.", "What is SMOTE?"),
        (
            "### The basilica\n\n- Columns carried heavy timber roofs.",
            "What do these notes say about",
        ),
    ],
)
def test_a_fact_becomes_a_question(body: str, question: str) -> None:
    found = made(f"# Title\n\n## One\n\n{body}\n\n## Two\n\nOther words of quite another sort.\n")
    assert any(one.startswith(question) for one in found), found


@pytest.mark.parametrize(
    "body",
    [
        "- It is a change of the inputs.",
        "- This store keeps the latest value.",
        "- Access is denied by default in every account.",
        "- One of them is the best known of all.",
        "- What was processed is kept in a table.",
        "- They can be large.",
        "Version: 3 of May",
    ],
)
def test_what_has_no_subject_of_its_own_is_not_asked_for(body: str) -> None:
    assert made(f"{body}\n", name="a.txt") == []


def test_a_side_that_many_things_have_is_asked_of_one() -> None:
    things = ("Amazon Lex", "Amazon Polly", "Amazon Kendra")
    text = "\n\n".join(f"## {n}\n\n- Purpose: finds the thing number {n}" for n in things)
    assert made(f"# All\n\n{text}\n")[0] == "What is the purpose of Amazon Lex?"


@pytest.mark.parametrize(
    ("stem", "question"),
    [
        ("____ has shards.", "What has shards?"),
        ("Kinesis has ____.", "What does Kinesis have?"),
        ("Which keeps objects?", "Which keeps objects?"),
    ],
)
def test_a_gap_is_asked_for(stem: str, question: str) -> None:
    assert past_question(stem) == question


def test_some_of_many_are_taken_from_all_over() -> None:
    assert spread(list("aabcdef"), 3) == ["a", "c", "e"]
    assert spread(["a", "a"], 3) == ["a"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("### AdaGrad\n\n- Gives each weight its own rate of learning.", "AdaGrad gives each"),
        ("### Polly\n\n- Purpose: Turns written text into speech.", "Polly turns written text"),
        ("- Macro average: the plain mean over all classes.", "Macro average is the plain mean"),
        ("- Data drift is a change of the inputs.", "Data drift is a change"),
        ("### Polly\n\n- Classical models predict or classify.", ""),
        ("### Polly\n\n- Cost: ten cents for a thousand words.", ""),
    ],
)
def test_a_fact_is_told_as_it_stands_or_not_at_all(body: str, told: str) -> None:
    note = read_note(
        "a.md", f"# Title\n\n## One\n\n{body}\n\n## Two\n\nOther words of another sort.\n"
    )
    fact = NoteFacts(note.lines, note.passages).facts[0]
    assert as_told(fact).startswith(told)
    assert bool(as_told(fact)) is bool(told)
