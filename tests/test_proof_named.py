"""Lines about a thing whose name is like another's prove nothing of that one."""

from __future__ import annotations

import pytest

from core.types import Evidence, EvidenceLine, Line
from proof.support import SupportCheck
from retrieval.lexical import LexicalIndex

LINES = [
    (("Streaming", "Kinesis Video Streams (KVS)"), "Takes in live video from cameras"),
    (("Streaming", "Kinesis Data Streams"), "Keeps records for up to 365 days"),
    (("Networks", "Recurrent Neural Network"), "Has a memory of earlier steps of a sequence"),
    (("Trees",), "Random Cut Forest scores anomalies in a stream of numbers"),
    (("SageMaker", "SageMaker Studio Lab"), "A free notebook without an account at AWS"),
    (("SageMaker", "Data Wrangler"), "Imports and prepares tables with 300 transformations"),
    (("Metrics", "Area Under the ROC Curve"), "Is 0.5 for a model that guesses at random"),
]


def supported(claim: str) -> bool:
    items = tuple(
        EvidenceLine(n, Line("notes.txt", n, text, path), text, f"{' '.join(path)} {text}")
        for n, (path, text) in enumerate(LINES, 1)
    )
    vocabulary = LexicalIndex(f"{' '.join(path)} {text}" for path, text in LINES)
    numbers = [item.number for item in items]
    return SupportCheck("What is it?", Evidence(items), vocabulary).check(claim, numbers).supported


@pytest.mark.parametrize(
    "claim",
    [
        "Amazon Kinesis Data Streams takes in live video from cameras.",
        "Kinesis Video Streams keeps records for up to 365 days.",
        "A Convolutional Neural Network has a memory of earlier steps of a sequence.",
        "SageMaker Studio Classic is a free notebook without an account at AWS.",
        "Data Pipeline imports and prepares tables with 300 transformations.",
    ],
)
def test_the_facts_of_a_namesake_are_refused(claim: str) -> None:
    assert not supported(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "Amazon Kinesis Video Streams takes in live video from cameras.",
        "KVS takes in live video from cameras.",
        "Use Kinesis Video Streams to take in live video from cameras.",
        "Amazon Kinesis Data Streams keeps records for up to 365 days.",
        "Recurrent Neural Networks have a memory of earlier steps of a sequence.",
        "Random Cut Forest scores anomalies in a stream of numbers.",
        "SageMaker Studio Lab is a free notebook without an account at AWS.",
        "SageMaker Data Wrangler imports and prepares tables with 300 transformations.",
        "The Area Under Curve is 0.5 for a model that guesses at random.",
        "Kinesis Video Streams takes in live video, and Kinesis Data Streams keeps records.",
    ],
)
def test_its_own_facts_are_accepted(claim: str) -> None:
    assert supported(claim)
