"""Model text -> sentences and the numbers they cite."""

from __future__ import annotations

import pytest

from proof.sentences import Draft, SentenceStream, parse_sentence


def sentences(text: str, size: int = 1) -> list[Draft]:
    stream, found = SentenceStream(), []
    for start in range(0, len(text), size):
        found.extend(stream.feed(text[start : start + size]))
    found.extend(stream.close())
    return found


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One [1]. Two [2].", [("One.", (1,)), ("Two.", (2,))]),
        ("One. [1] Two. [2]", [("One.", (1,)), ("Two.", (2,))]),
        ("One [1][2], [3].", [("One.", (1, 2, 3))]),
        ("One [1, 2].", [("One.", (1, 2))]),
        ("One [2-4].", [("One.", (2, 3, 4))]),
        ("No mark at all", [("No mark at all", ())]),
        (
            "It takes 4.5 minutes, e.g. at 80 C [1].",
            [("It takes 4.5 minutes, e.g. at 80 C.", (1,))],
        ),
        ("Set `a.b` to 3 [1]. Then go.", [("Set `a.b` to 3.", (1,)), ("Then go.", ())]),
        ("- First [1]\n- Second [2]", [("First", (1,)), ("Second", (2,))]),
        ("One [1],, [2].", [("One.", (1, 2))]),
        ("One, while two [1] and [3], respectively.", [("One, while two.", (1, 3))]),
        ("One while two. [1] and [3] respectively.", [("One while two.", (1, 3))]),
        ("One [1], [2] & [3], and two.", [("One, and two.", (1, 2, 3))]),
        ("Each respectively [1].", [("Each respectively.", (1,))]),
        ("f(x) = x (4) [1].", [("f(x) = x (4).", (1,))]),
        ("", []),
        ("[1]", []),
        (" . ", []),
    ],
)
def test_sentences(text: str, expected: list[tuple[str, tuple[int, ...]]], size: int) -> None:
    assert [(d.text, d.cited) for d in sentences(text, size)] == expected


def test_a_sentence_waits_for_its_mark() -> None:
    stream = SentenceStream()
    assert list(stream.feed("One.")) == []
    assert list(stream.feed(" [1]")) == []
    assert [d.cited for d in stream.feed(" Two")] == [(1,)]
    assert stream.rest == "Two"


def test_marks_that_cannot_be_numbers_are_dropped() -> None:
    assert parse_sentence("One [] and [0] and [99].") == Draft("One.", (0, 99))


def test_text_in_brackets_stays() -> None:
    assert parse_sentence("Cast to [string, float] first.") == Draft(
        "Cast to [string, float] first.", ()
    )
