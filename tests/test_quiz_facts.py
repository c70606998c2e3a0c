"""Which lines say something of a concept."""

from __future__ import annotations

import pytest

from quiz.concepts.facts import clean, fact_key, facts_below, is_fact
from tests.outlines import tree_of

POLLY = """
Polly
\t- Turns text into speech
\t- What is it for?
\t\t- Reading news aloud
\t\t- On the phone
\t\t\t- Greets the callers of a hotline
\t\t\t- Settings
\t\t\t\t- Too deep to be its own
\t- Input: plain text or SSML
\t- Output: a stream of sound
\t- Voices: see https://example.org
\t- Limit: 3000 letters a call
\t- Speed: a second a page
\t- Price: by the letter
\t- Transcribe
\t\t- Turns speech into text
\t- Lexicons - change how a word is said
\t- A heading that is a sentence says a thing of its own
\t\t- Reads it in many voices
"""


def facts(text: str, concept: str, *names: str) -> list[tuple[str, str]]:
    """Headings and texts of the facts under a concept; `names` are other concepts."""
    found = facts_below(tree_of(text)[concept], lambda node: node.title.split(" - ")[0] in names)
    return [(fact.heading, fact.text) for fact in found]


def test_facts_and_the_sub_headings_over_them() -> None:
    assert facts(POLLY, "Polly", "Transcribe", "Lexicons") == [
        ("", "Turns text into speech"),
        ("What is it for?", "Reading news aloud"),
        ("On the phone", "Greets the callers of a hotline"),
        ("Input", "plain text or SSML"),
        ("Output", "a stream of sound"),
        ("Limit", "3000 letters a call"),
        ("Speed", "a second a page"),
        ("Price", "by the letter"),
        ("A heading that is a sentence says a thing of its own", "Reads it in many voices"),
        ("", "A heading that is a sentence says a thing of its own"),
    ]


def test_what_is_said_of_another_concept_is_left_to_it() -> None:
    assert facts(POLLY, "Transcribe") == [("", "Turns speech into text")]
    told = [text for _, text in facts(POLLY, "Polly", "Transcribe", "Lexicons")]
    assert not any("Lexicons" in text or "speech into text" in text for text in told)


def test_a_formula_keeps_its_minus() -> None:
    note = "Log loss\n\t- Formula\n\t\t- -(1 / n) * sum(y * log(p))\n\t- Range: -1 to 1\n"
    assert ("Formula", "-(1 / n) * sum(y * log(p))") in facts(note, "Log loss")


def test_a_fact_is_proven_by_its_own_line() -> None:
    (fact,) = facts_below(tree_of(POLLY)["Transcribe"], lambda node: False)
    assert fact.line.text.strip() == "- Turns speech into text"


def test_a_label_before_a_colon_is_a_heading_when_its_siblings_have_one() -> None:
    alike = "Sauce\n\t- Base: a roux\n\t- Time: an hour of heat\n"
    alone = "Sauce\n\t- Base: a roux\n\t- simmers for an hour\n\t- tastes of milk\n"
    assert facts(alike, "Sauce") == [("Base", "a roux"), ("Time", "an hour of heat")]
    assert facts(alone, "Sauce")[0] == ("", "Base: a roux")


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Turns text into speech", True),
        ("TP / (TP + FN)", True),
        ("columnar", True),
        ("at most 365 days", True),
        ("", False),
        ("365", False),
        ("ML", False),
        ("of the", False),
        ("see https://example.org", False),
        (r"saved in C:\notes", False),
        ("Page 12 of the slides", False),
        ("Lab: try it yourself", False),
        ("e.g. a retailer", False),
        ("Check the console", False),
        ("a | b | c", False),
        ("Supported formats:", False),
        ("Is it fast?", False),
        ("and so on...", False),
        ("it depends on the", False),
        ("so it is faster", False),
        ("an open (bracket", False),
        ("word " * 46, False),
    ],
)
def test_what_is_a_fact(text: str, fact: bool) -> None:
    assert is_fact(text) is fact


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("\t\t- Turns text  into speech ", "Turns text into speech"),
        ("-> a stream of sound", "a stream of sound"),
        ("- -(1 / n) * sum(y)", "-(1 / n) * sum(y)"),
        ("- -1 to 1", "-1 to 1"),
        ("-5 volts", "5 volts"),  # a mark without a space, rather than a minus
        ("- - deeper", "deeper"),
        ("Reads news (e.g. on the radio) aloud", "Reads news aloud"),
        ("Reads news (PDF page 12)", "Reads news"),
        ("keeps (all) brackets", "keeps (all) brackets"),
        ("“Quick Model” to train", "“Quick Model” to train"),
        ("a team of experts” manages it", "a team of experts manages it"),
        ('a "team of experts manages it', "a team of experts manages it"),
    ],
)
def test_cleaning(line: str, text: str) -> None:
    assert clean(line) == text


@pytest.mark.parametrize(
    "text", ["Turns text into speech", "\t- turns TEXT into  speech.", "* Turns text, into speech!"]
)
def test_a_key_outlives_indent_case_and_marks(text: str) -> None:
    assert fact_key("Amazon Polly", text) == fact_key("amazon polly", "Turns text into speech")


def test_keys_tell_facts_and_concepts_apart() -> None:
    keys = {
        fact_key("Polly", "Turns text into speech"),
        fact_key("Polly", "Turns speech into text"),
        fact_key("Lex", "Turns text into speech"),
        fact_key("Polly Turns", "text into speech"),
        fact_key("Polly", "\udcff lone surrogate"),
    }
    assert len(keys) == 5
    assert all(len(key) == 16 for key in keys)
