"""Past questions as items: wrong options from siblings and from a model, checked like all."""

from __future__ import annotations

import random

import pytest

from core.practice import Item
from core.types import Line
from providers.turns import Turns
from quiz.concepts.concept_map import ConceptMap
from quiz.items.bank import PastQuestion, read_bank
from quiz.items.past_item import past_item
from quiz.items.swap import subject, swapped
from quiz.model import PracticeCalls
from tests.fakes import FakeEmbedder, FakeProvider, ScriptedModel
from tests.outlines import BIOLOGY, index_of, map_of

EMBEDDER = FakeEmbedder(dimension=4096)
SERVICES = """
Services
\tStreaming services
\t\tAmazon Firehose
\t\t\t- Delivers records to buckets near real time
\t\tAmazon Kinesis
\t\t\t- Keeps records for a week so that they can be read again
\t\tAmazon Athena
\t\t\t- Queries files by SQL without servers
\t\tAWS Glue
\t\t\t- Crawls files and keeps a catalog of their columns
\t\tSnowmobile
\t\t\t- Carries disks on a truck to the data centre
\tExamples
\t\t- Amazon Firehose and Amazon Kinesis work together
\t\t- AWS Glue tells Amazon Athena about columns
"""


def past(stem: str, *answers: str) -> PastQuestion:
    line = Line("exam.txt", len(stem), f"Ques: {stem}")
    why = Line("exam.txt", line.number + 1, f"Ans: {answers[0]}")
    return PastQuestion(stem, answers, (why,), (line, why), ("Exam",))


def calls_of(*replies: str) -> tuple[PracticeCalls, ScriptedModel]:
    model = ScriptedModel(rules=[("wrong options", reply) for reply in replies])
    return PracticeCalls(FakeProvider(model), Turns()), model


def item_of(
    question: PastQuestion, known: ConceptMap | None = None, reply: str | None = None
) -> Item | None:
    calls = None if reply is None else calls_of(reply)[0]
    return past_item(question, known or map_of(""), calls, random.Random(3))


def wrong_of(item: Item) -> list[str]:
    return [o.text for place, o in enumerate(item.options) if place not in item.key]


def test_wrong_options_of_a_name_are_its_siblings() -> None:
    item = item_of(past("Which part makes ATP?", "Mitochondrion"), map_of(BIOLOGY))
    assert item is not None
    wrong = set(wrong_of(item))
    assert wrong <= {"Chloroplast", "Ribosome", "Golgi apparatus", "Endoplasmic Reticulum"}
    assert (item.answer, item.concept, len(wrong)) == ("Mitochondrion", "Mitochondrion", 3)
    assert all(option.rationale and option.citations for option in item.options)
    assert {option.about for option in item.options} >= {"Mitochondrion"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(
            "Send the records through Amazon Firehose to a bucket",
            "Send the records through Amazon Kinesis to a bucket",
            id="a whole name",
        ),
        pytest.param(
            "Use an Amazon Firehose (Firehose)", "Use a Snowmobile", id="article, short form"
        ),
        pytest.param("Ask AWS Glue", "Ask Amazon Athena", id="another maker"),
    ],
)
def test_the_name_in_an_answer_gives_way_to_a_siblings(answer: str, expected: str) -> None:
    known = map_of(SERVICES)
    found = subject(answer, "What should be done?", known)
    assert found is not None
    assert expected in [choice.option.text for choice in swapped(answer, found, known)]


@pytest.mark.parametrize(
    ("answer", "stem"),
    [
        pytest.param("Run an Amazon Athena crawler job", "What now?", id="part of another name"),
        pytest.param("Use compressed Snowmobile", "What now?", id="behind a modifier"),
        pytest.param("Use recurrent networks (Snowmobile)", "What now?", id="in brackets"),
        pytest.param("Use Snowmobile", "How is Snowmobile started?", id="told by the stem"),
        pytest.param("Buy a bicycle", "What now?", id="no name of the notes"),
    ],
)
def test_other_names_are_left_as_they_are(answer: str, stem: str) -> None:
    assert subject(answer, stem, map_of(SERVICES)) is None


REPLY = (
    "1. Cream stirred into cold milk\n2. Butter whipped with an egg\n(3) Stock cooked to a syrup"
)


def test_wrong_options_of_a_sentence_are_written_by_the_model() -> None:
    item = item_of(past("What thickens a soup?", "Flour stirred into hot fat"), reply=REPLY)
    assert item is not None
    assert set(wrong_of(item)) == {
        "Cream stirred into cold milk",
        "Butter whipped with an egg",
        "Stock cooked to a syrup",
    }
    told = [o for place, o in enumerate(item.options) if place not in item.key]
    assert all(o.rationale.startswith("Your notes give another answer: Flour") for o in told)
    assert all(o.citations[0].quote.startswith("Ans: ") for o in told)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Flour stirred into the hot fat", id="the answer again"),
        pytest.param("Stirred flour into hot fat", id="the answer in another order"),
        pytest.param("Hot fat", id="a part of it"),
        pytest.param("Flour stirred into hot fat and " + "cooked " * 9, id="much longer"),
        pytest.param("Cream stirred into cold milk", id="twice the same"),
        pytest.param("...", id="nothing"),
    ],
)
def test_a_written_option_that_gives_the_answer_away_is_left_out(line: str) -> None:
    reply = f"1. Cream stirred into cold milk\n2. {line}\n3. Butter whipped with an egg"
    question = past("What thickens a soup?", "Flour stirred into hot fat")
    assert item_of(question, reply=reply) is None


def test_the_model_is_asked_twice_at_most() -> None:
    calls, model = calls_of("no idea")
    question = past("What thickens a soup?", "Flour stirred into hot fat")
    assert past_item(question, map_of(""), calls, random.Random(1)) is None
    assert len(model.prompts) == 2


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(past("Why?", "word " * 33), id="the answer is an essay"),
        pytest.param(past("Why?", "salt"), id="no name, and no model"),
    ],
)
def test_a_question_without_options_makes_no_item(question: PastQuestion) -> None:
    assert item_of(question) is None


def test_two_answers_make_an_item_with_two_keys() -> None:
    question = past("Which 2 sauces are rich?", "Egg yolks with butter", "Thick cream and wine")
    item = item_of(question, reply=REPLY.replace("cream", "thin stock"))
    assert item is not None
    assert (item.kind, len(item.options), len(item.key)) == ("two", 5, 2)
    assert item.stem.endswith("(Select TWO.)")
    assert len(item.facts) == 2


def test_the_explanation_of_the_notes_is_the_rationale() -> None:
    notes = "Ques: Which part makes ATP?\nAns: Mitochondrion\nExpl: It burns sugar with air.\n"
    bank = read_bank(index_of(notes=notes), EMBEDDER)
    item = item_of(bank.questions[0], map_of(BIOLOGY))
    assert item is not None
    key = item.options[item.key[0]]
    assert "It burns sugar with air." in key.rationale
    assert [citation.first_line for citation in key.citations] == [2, 3]
    assert item.origin == "notes"


def test_the_same_seed_gives_the_same_item() -> None:
    question = past("Which part makes ATP?", "Mitochondrion")
    assert item_of(question, map_of(BIOLOGY)) == item_of(question, map_of(BIOLOGY))
