"""Sentences that a model writes of one line each: which of them may stand in a summary."""

from __future__ import annotations

import pytest

from chat.summary import reads_well, says_the_line
from core.types import EvidenceLine, Line
from proof.sentences import Draft


def item(text: str, path: tuple[str, ...] = (), shown: str = "") -> EvidenceLine:
    return EvidenceLine(1, Line("n.md", 1, f"- {text}", path), shown or text)


@pytest.mark.parametrize(
    ("sentence", "line", "path", "shown"),
    [
        ("Data drift is a change in inputs.", "Data drift is a change of the inputs", (), ""),
        (
            "Amazon Comprehend finds entities, sentiment and syntax.",
            "Purpose: Finds entities, sentiment and syntax.",
            ("Amazon Comprehend",),
            "Amazon Comprehend: Purpose: Finds entities, sentiment and syntax.",
        ),
    ],
)
def test_a_sentence_that_says_its_line(
    sentence: str, line: str, path: tuple[str, ...], shown: str
) -> None:
    assert says_the_line(sentence, item(line, path, shown))


@pytest.mark.parametrize(
    ("sentence", "line", "path", "shown"),
    [
        # only the heading holds it
        (
            "Neural networks consist of artificial neurons.",
            "Adds weighted inputs and a bias, then applies a function.",
            ("Neural networks", "Artificial neuron"),
            "Artificial neuron: Adds weighted inputs and a bias, then applies a function.",
        ),
        # a few words of a longer line, with another meaning
        (
            "Michelangelo described feature stores in 2017.",
            "Michelangelo was the first feature store described in public, by Uber in 2017.",
            (),
            "",
        ),
        # the subject of the line is another than its heading
        (
            "Generative AI predicts or classifies instead of creating.",
            "Classical models predict or classify instead of creating.",
            ("Generative AI",),
            "Generative AI: Classical models predict or classify instead of creating.",
        ),
        # who does what to whom
        ("The cat eats dogs daily.", "Dogs eat the cat daily", (), ""),
        # a heading that was shown and is not named
        (
            "It finds entities, sentiment and syntax.",
            "Purpose: Finds entities, sentiment and syntax.",
            ("Amazon Comprehend",),
            "Amazon Comprehend: Purpose: Finds entities, sentiment and syntax.",
        ),
    ],
)
def test_a_sentence_that_does_not(
    sentence: str, line: str, path: tuple[str, ...], shown: str
) -> None:
    assert not says_the_line(sentence, item(line, path, shown))


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("Robusta has twice the caffein of Arabica.", True),
        ("Robusta has it.", False),
        ("Robusta has twice the caffein of Arabica", False),
        ("Beans: Robusta has twice the caffein of Arabica.", False),
        ("Beans of one, two, three, four, five, six and seven kinds.", False),
        ("Robusta has twice the caffein … and more.", False),
        ("Pipelines - steps run in order - caching reuses results.", False),
        (f"Robusta has {'very ' * 40} much caffein.", False),
    ],
)
def test_a_sentence_is_short_whole_and_no_list(text: str, good: bool) -> None:
    assert reads_well(Draft(text, (1,))) is good
