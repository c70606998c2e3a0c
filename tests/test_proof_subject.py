"""What a sentence is about, and that lines about something else prove nothing of it."""

from __future__ import annotations

import pytest

from core.types import Evidence, EvidenceLine, Line
from proof.subject import asks_whether, names_in, sides, subjects_of, things_in
from proof.support import SupportCheck, Verdict
from retrieval.lexical import LexicalIndex

LINES = [
    (("Streams", "Kinesis Data Streams (KDS)"), "Keeps records for up to 365 days"),
    (("Streams", "Firehose", "Purpose"), "Converts JSON to Parquet, so less code is needed"),
    (("Imputation", "Mode imputation"), "Fills gaps with the most frequent value"),
    (("Imputation", "Median imputation"), "Suits skewed columns"),
    (("Cells",), "TN (true negative): a negative that the model calls negative"),
    (("Cells",), "FP (false positive): a negative that the model calls positive"),
    (("Services",), "Transcribe turns speech into text"),
    (("Services",), "Polly - reads texts aloud"),
    (("Exam",), "Ans: Pipe mode, which streams the data"),
    (("Boosting",), "Has a better accuracy but overfits sooner"),
    (("Bagging",), "Lowers variance and is easy to run in parallel"),
]
CONTEXT = {
    2: "Kinesis Data Streams and Firehose",
    9: "Which input mode of SageMaker cuts EBS costs?",
}
FILLER = [f"filler{n} alone" for n in range(30)]
"""So that the words of the notes are rare in them, as in any real notes."""


def evidence() -> Evidence:
    return Evidence(
        tuple(
            EvidenceLine(
                n,
                Line("notes.txt", n, f"- {text}", path),
                text,
                f"{' '.join(path)} {text} {CONTEXT.get(n, '')}",
            )
            for n, (path, text) in enumerate(LINES, 1)
        )
    )


def check(question: str, claim: str) -> Verdict:
    documents = [*(item.context for item in evidence().items), *FILLER]
    numbers = [item.number for item in evidence().items]
    return SupportCheck(question, evidence(), LexicalIndex(documents)).check(claim, numbers)


@pytest.mark.parametrize(
    ("question", "claim", "number"),
    [
        ("How long?", "Kinesis Data Streams keeps records for up to 365 days.", 1),
        ("How long?", "Amazon Kinesis Data Streams keeps records for up to 365 days.", 1),
        ("Does KDS keep records?", "Yes, KDS keeps records for up to 365 days.", 1),
        ("Does Firehose convert JSON?", "It converts JSON to Parquet.", 2),
        ("What for?", "The purpose of Firehose is to convert JSON to Parquet.", 2),
        ("Is mode imputation for gaps?", "Mode imputation fills gaps with the value.", 3),
        ("What is a true negative?", "A true negative is a negative the model calls negative.", 5),
        ("Which service?", "Speech is turned into text by Transcribe.", 7),
        ("Does Polly read aloud?", "Polly reads texts aloud.", 8),
        (
            "Which input mode of SageMaker cuts EBS costs?",
            "EBS costs are cut by Pipe mode, which streams.",
            9,
        ),
        ("Does bagging lower variance?", "Bagging lowers variance.", 11),
    ],
)
def test_a_things_own_facts_are_accepted(question: str, claim: str, number: int) -> None:
    verdict = check(question, claim)
    assert verdict.supported, verdict.reason
    assert verdict.numbers == (number,)


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        # the passage names both, the line only one of them
        (
            "Does Kinesis Data Streams convert JSON to Parquet?",
            "Kinesis Data Streams converts JSON to Parquet, so less code is needed.",
        ),
        ("Does Kinesis Data Streams convert JSON to Parquet?", "It converts JSON to Parquet."),
        # a heading above both names what they have in common
        ("Is it so?", "Median imputation fills gaps with the most frequent value."),
        ("Is mode imputation for skewed columns?", "Mode imputation suits skewed columns."),
        # a definition, and the first word of a sentence
        ("Does Polly turn speech into text?", "Polly turns speech into text."),
        ("Can Transcribe read aloud?", "Transcribe reads texts aloud."),
        # lower case, and two things in a sentence
        ("Does boosting run in parallel?", "Boosting is easy to run in parallel."),
        ("What lowers variance?", "Bagging and boosting lower variance."),
        (
            "How do they differ?",
            "Bagging has a better accuracy, while boosting lowers variance and is easy to run.",
        ),
    ],
)
def test_those_of_something_else_are_refused(question: str, claim: str) -> None:
    verdict = check(question, claim)
    assert not verdict.supported
    assert verdict.reason


def test_each_of_two_things_has_its_own_lines() -> None:
    claim = "Bagging lowers variance, while boosting has a better accuracy but overfits sooner."
    verdict = check("How do they differ?", claim)
    assert verdict.supported, verdict.reason
    assert verdict.numbers == (10, 11)


def test_a_question_that_asks_whether_proves_none_of_its_words() -> None:
    claim = "Polly reads texts aloud in forty rare tongues."
    assert not check("Does Polly read in forty rare tongues?", claim).supported
    assert check("Which one reads in forty rare tongues?", claim).supported
    asked = (
        "Is it?",
        "are they there",
        "Can X do Y?",
        "which is it?",
        "What can it do?",
        "Island?",
    )
    assert [asks_whether(question) for question in asked] == [True, True, True, False, False, False]


def test_what_lines_name() -> None:
    found = things_in(evidence().items)
    assert {("firehose",), ("polly",), ("tn",), ("mode", "imputation")} <= found
    assert ("kinesis", "data", "streams") in found  # without the bracket
    assert ("ans",) in found
    assert not {thing for thing in found if "365" in thing}


THINGS = {
    ("learning", "rate"),
    ("purpose",),
    ("xgboost",),
    ("network", "isolation"),
    ("endpoints",),
}


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("The learning rate is small.", [[("learning", "rate")]]),
        ("The learning rate of XGBoost is small.", [[("learning", "rate", "xgboost")]]),
        ("The purpose of XGBoost is speed.", [[("xgboost", "purpose")]]),
        ("XGBoost and DeepAR scale.", [[("xgboost",)]]),
        ("XGBoost and the learning rate are there", [[("xgboost",)], [("learning", "rate")]]),
        ("An endpoint has a name", [[("endpoint",)]]),
        ("SageMaker network isolation blocks calls.", [[("network", "isolation")]]),
        ("It reads Parquet.", []),
        ("Data is read by Athena.", [[("athena",)]]),
        ("Use Pipe mode for it.", [[("pipe",)]]),
        ("Sein purpose: XGBoost", [[("purpose",)]]),
        ("XGBoost dient dem purpose", [[("xgboost",), ("purpose",)]]),
        ("nothing at all", []),
        ("", []),
    ],
)
def test_what_a_sentence_is_about(text: str, subjects: list[list[tuple[str, ...]]]) -> None:
    telling = {"xgboost", "purpose"}
    assert subjects_of(text, THINGS, telling.__contains__) == subjects


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("XGBoost is fast, while DeepAR is slow.", ["XGBoost is fast", "DeepAR is slow."]),
        ("XGBoost is fast, while it is small.", ["XGBoost is fast, while it is small."]),
        (
            "XGBoost reads files, and endpoints are there, and it ends.",
            ["XGBoost reads files", "endpoints are there, and it ends."],
        ),
        (
            "It uses chunking, indexing, and endpoints.",
            ["It uses chunking, indexing, and endpoints."],
        ),
        ("", [""]),
    ],
)
def test_a_sentence_about_two_things_has_two_sides(text: str, parts: list[str]) -> None:
    assert sides(text, THINGS) == parts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("It chains 2-15 containers", []),
        ("Llama 3 and Inception V3 are models", [("llama", "3"), ("inception", "v3")]),
        ("Object2Vec: BlazingText", [("object2vec",), ("blazingtext",)]),
        ("Multi-Model Endpoints - Costs", [("multi", "model", "endpoints"), ("costs",)]),
        ("The Random Cut Forest of AWS", [("random", "cut", "forest"), ("aws",)]),
        ("Plain words of S3", [("s3",)]),
        ("", []),
    ],
)
def test_names_are_runs_of_capitals(text: str, names: list[tuple[str, ...]]) -> None:
    assert [*names_in(text)] == names
