"""The check that a sentence follows from its lines: a table of claims and verdicts."""

from __future__ import annotations

import pytest

from core.types import Evidence, EvidenceLine, Line
from proof.support import SupportCheck
from retrieval.lexical import LexicalIndex

LINES = [
    (("Algorithms", "DeepAR", "How is it used?"), "Don't use very large values (> 400)"),
    (("Algorithms", "DeepAR", "Training input"), "JSON lines format - Gzip or Parquet"),
    (("Algorithms", "Random Cut Forest"), "Assigns an anomaly score to each data point"),
    (("Inference",), "Linear sequence of 2-15 containers"),
    (("Services", "CodeGuru"), "Supports Java and Python"),
    (("Services", "Q Developer"), "Java, JavaScript, Python, TypeScript, C# code"),
    (("Metrics",), "accuracy = (TP+TN)/(TP+TN+FP+FN)"),
    (("Regularisation",), "L1 performs feature selection"),
    (("Storage",), "S3 stores objects of any size"),
    (("Last",), "Free exam - https://learn.example.com/mls-c01-english?questions=20&ref=x"),
]


def evidence() -> Evidence:
    return Evidence(
        tuple(
            EvidenceLine(n, Line("notes.txt", n, text, path), text, f"{' '.join(path)} {text}")
            for n, (path, text) in enumerate(LINES, 1)
        )
    )


def checker(question: str) -> SupportCheck:
    documents = [f"{' '.join(path)} {text}" for path, text in LINES]
    return SupportCheck(question, evidence(), LexicalIndex(documents))


@pytest.mark.parametrize(
    ("question", "claim", "cited", "proven_by"),
    [
        ("Which input?", "DeepAR expects JSON lines, in Gzip or Parquet.", [2], (2,)),
        ("How many?", "It chains 2-15 containers in a linear sequence.", [4], (4,)),
        # the model's number is wrong, the fact is there: mended
        ("Which input?", "DeepAR reads JSON lines format.", [3], (2,)),
        ("Which input?", "DeepAR reads JSON lines format.", [0, 99], (2,)),
        ("Which input?", "DeepAR reads JSON lines format.", [], (2,)),
        # other forms and one slip of the pen are the same word
        ("What for?", "RCF assigning anomalous scores to data points.", [3], (3,)),
        ("What for?", "It asigns an anomaly scor to each data point.", [3], (3,)),
        # an abbreviation on either side
        ("Precision?", "The true positives are in the accuracy.", [7], (7,)),
        # a denial that is one in the notes too
        ("How far?", "Do not use values above 400 with DeepAR.", [1], (1,)),
        # an address as a whole
        (
            "Where is the exam?",
            "The free exam is at https://learn.example.com/MLS-c01-english?questions=20&ref=x.",
            [10],
            (10,),
        ),
        # its maker's name is not in the notes
        ("What does Amazon CodeGuru read?", "Amazon CodeGuru supports Java and Python.", [5], (5,)),
        ("Which languages has Amazon CodeGuru?", "Amazon CodeGuru: Java, Python.", [5], (5,)),
        # a bare name is an answer when its line holds it
        ("Which?", "CodeGuru", [5], (5,)),
        # words of the question may stand in the sentence
        ("Which tool reviews my code?", "CodeGuru reviews Java and Python code.", [5], (5,)),
    ],
)
def test_what_the_lines_say_is_supported(
    question: str, claim: str, cited: list[int], proven_by: tuple[int, ...]
) -> None:
    verdict = checker(question).check(claim, cited)
    assert verdict.supported, verdict.reason
    assert verdict.numbers == proven_by


@pytest.mark.parametrize(
    ("question", "claim", "cited", "reason"),
    [
        ("Which input?", "DeepAR expects XML files.", [2], "do not name files, xml|do not name"),
        ("How many?", "It chains 2-16 containers in a linear sequence.", [4], "do not name 16"),
        ("How many?", "It chains 20 containers.", [4], "do not name 20"),
        ("Who won in 2022?", "Argentina won the World Cup in 2022.", [9], "do not name"),
        ("How far?", "Use very large values with DeepAR, > 400.", [1], "opposite"),
        ("Which?", "S3 stores no objects of any size.", [9], "opposite"),
        (
            "What is it?",
            "It is used for many things.",
            [1],
            "nothing that could be checked|say this",
        ),
        ("Is there a way to stop?", "Yes, there is a way to stop.", [3], "do not say this"),
        ("What does CodeGuru review?", "Java, JavaScript, Python, TypeScript, C#.", [6], "about"),
        ("Formula?", "The precision is TP/(TP+FP) and lambda is 3.5.", [7], "do not name"),
        # a word that begins alike is not the same name
        ("What is S3Express?", "S3Express stores objects of any size.", [9], "do not name"),
        ("What is L1?", "L1 is cheap to compute and robust.", [8], "do not say this"),
        # what stands in an address is nobody's fact, nor is another address
        ("How long is it?", "The MLS-C01 exam has 20 questions.", [10], "do not name 20, c01"),
        ("Is it in English?", "The exam MLS-C01 is in English.", [10], "do not name c01, mls"),
        ("Where?", "The free exam: https://learn.example.com/mls-c02.", [10], "do not name"),
    ],
)
def test_what_they_do_not_say_is_not(
    question: str, claim: str, cited: list[int], reason: str
) -> None:
    verdict = checker(question).check(claim, cited)
    assert not verdict.supported
    assert verdict.numbers == ()
    assert any(part in verdict.reason for part in reason.split("|")), verdict.reason


def test_a_sentence_is_not_pieced_together_from_far_places() -> None:
    lines = [
        (1, "Translate supports batch translation"),
        (900, "5 batch size"),
        (1800, "document size limit"),
    ]
    items = tuple(
        EvidenceLine(n, Line("n.txt", number, text), text, text)
        for n, (number, text) in enumerate(lines, 1)
    )
    check = SupportCheck("What limit?", Evidence(items), LexicalIndex([t for _, t in lines]))
    verdict = check.check("The document size limit of batch translation in Translate is 5.", [1])
    assert not verdict.supported


def test_only_lines_that_add_something_are_cited() -> None:
    verdict = checker("Which input?").check("DeepAR reads JSON lines format.", [2, 3, 4])
    assert verdict.numbers == (2,)


def test_a_sentence_that_only_says_the_question_again_brings_no_news() -> None:
    check = checker("Does L1 perform feature selection?")
    assert not check.check("L1 performs feature selection.", [8]).news
    assert checker("What does L1 do?").check("L1 performs feature selection.", [8]).news


STREAMS = [
    (("Streaming", "Kinesis Data Streams"), "On-demand mode scales by itself"),
    (("Streaming", "Kinesis Data Streams"), "In provisioned mode you set the number of shards"),
    (("Streaming", "Firehose"), "Buffers records and needs no consumer code"),
    (("Streaming", "Firehose"), "Renamed; the older name is outdated"),
]


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("Kinesis Data Streams scales by itself on-demand, while Firehose buffers records.", True),
        (
            "Firehose needs no consumer code, whereas Kinesis Data Streams sets shards.",
            True,
        ),
        ("Kinesis Data Streams scales by itself, while Firehose sets the number of shards.", False),
        ("Firehose scales by itself, but Kinesis Data Streams needs no consumer code.", False),
        ("Firehose buffers records; Kinesis Data Streams buffers records.", False),
        ("Kinesis Data Streams buffers records and needs no consumer code.", False),
        ("Kinesis Data Streams scales by itself on-demand.", True),
        ("Firehose buffers records, but needs no consumer code.", True),
    ],
)
def test_of_two_things_each_has_its_own_facts(claim: str, supported: bool) -> None:
    lines = [
        EvidenceLine(n, Line("notes.txt", n, text, path), text, f"{' '.join(path)} {text}")
        for n, (path, text) in enumerate(STREAMS, 1)
    ]
    words = LexicalIndex(f"{' '.join(path)} {text}" for path, text in STREAMS)
    question = "What is the difference between Kinesis Data Streams and Firehose?"
    check = SupportCheck(question, Evidence(tuple(lines)), words).check(claim, [1, 2, 3, 4])
    assert check.supported is supported
    assert supported or "something else" in check.reason
