"""Whether an item was asked before: the same words, other words, and what only looks alike."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from core.practice import Item, ItemKind
from quiz.checks.freshness import Wordings, wording
from retrieval.embedder import SentenceEmbedder
from tests.clock import quickest
from tests.fakes import FakeEmbedder
from tests.practice_items import gap, item

DEEPAR = "Which of these is true of DeepAR?"
SHARD = "True or false: A Kinesis shard takes in {} MB a second."
SHOPS = "A retailer with {} shops forecasts the sales of related products with one model. Which?"


def asked(kind: ItemKind, stem: str, answer: str) -> Item:
    if kind == "gap":
        return gap("DeepAR", stem, answer)
    return item(kind, "DeepAR", stem, (answer, "something else"))


def repeated(earlier: Item, later: Item, embedder: SentenceEmbedder | FakeEmbedder) -> bool:
    check = Wordings(embedder, [wording(earlier)]).repeats(later)
    assert check.name == "not_a_repeat"
    assert check.passed == (not check.detail)
    return not check.passed


def test_a_wording_is_the_stem_and_the_right_answer() -> None:
    spaced = asked("property", "Which of these\n is true of  DeepAR?", " uses RNNs")
    assert wording(spaced) == "Which of these is true of DeepAR? | uses RNNs"
    assert wording(gap("DeepAR", "DeepAR uses ____.", "RNNs", "RNN")) == "DeepAR uses ____. | RNNs"


REPEATS: list[tuple[ItemKind, tuple[str, str], tuple[str, str]]] = [
    ("property", (DEEPAR, "uses RNNs"), (DEEPAR, "uses RNNs")),
    ("property", (DEEPAR, "uses RNNs"), (DEEPAR.upper(), "Uses an RNN.")),
    ("property", (DEEPAR, "reads JSON lines and Parquet"), (DEEPAR, "reads Parquet, JSON lines")),
    (
        "gap",
        ("DeepAR is trained on many ____.", "series"),
        ("DeepAR is trained on many ____", "series"),
    ),
    # numbers that only decorate a story
    ("scenario", (SHOPS.format(500), "DeepAR"), (SHOPS.format(300), "DeepAR")),
]
OTHERS: list[tuple[ItemKind, tuple[str, str], tuple[str, str]]] = [
    (
        "property",
        (DEEPAR, "uses RNNs"),
        (DEEPAR, "allows you to train one model over several series"),
    ),
    ("property", (DEEPAR, "uses RNNs"), (DEEPAR, "uses GPUs")),
    ("property", (DEEPAR, "takes JSON lines as input"), (DEEPAR, "takes Parquet as input")),
    ("true_false", (SHARD.format(1), "True"), (SHARD.format(2), "False")),
    (
        "property",
        ("Which of these is true of L1 regularization?", "performs feature selection"),
        ("Which of these is true of L2 regularization?", "performs feature selection"),
    ),
    (
        "property",
        ("Which of these is true of increasing the batch size?", "it takes more memory"),
        ("Which of these is true of decreasing the batch size?", "it takes less memory"),
    ),
    (
        "gap",
        ("A Kinesis shard takes in ____ MB a second.", "1"),
        ("A Kinesis shard gives out ____ MB a second.", "2"),
    ),
    # one story, another answer
    ("scenario", (SHOPS.format(500), "DeepAR"), (SHOPS.format(500), "XGBoost")),
    # a short wording whose words all stand in a long one
    (
        "property",
        ("Which of these is true of batch size?", "training"),
        (
            "Which of these is true of training?",
            "the batch size is one of the numbers that are tuned, with the rate and the depth",
        ),
    ),
]


@pytest.mark.parametrize(("kind", "earlier", "later"), REPEATS)
def test_the_same_words_are_a_repeat(
    kind: ItemKind, earlier: tuple[str, str], later: tuple[str, str]
) -> None:
    assert repeated(asked(kind, *earlier), asked(kind, *later), FakeEmbedder())


@pytest.mark.parametrize(("kind", "earlier", "later"), OTHERS)
def test_another_fact_is_no_repeat(
    kind: ItemKind, earlier: tuple[str, str], later: tuple[str, str]
) -> None:
    assert not repeated(asked(kind, *earlier), asked(kind, *later), FakeEmbedder())


def test_nothing_repeats_the_first() -> None:
    wordings = Wordings(FakeEmbedder())
    first = asked("property", DEEPAR, "uses RNNs")
    assert wordings.repeats(first).passed
    wordings.add(first)
    check = wordings.repeats(first)
    assert (check.passed, check.detail) == (False, f"asked before: {wording(first)}")


def test_every_wording_is_embedded_once() -> None:
    embedder = FakeEmbedder()
    earlier = [f"Question {number}? | answer {number}" for number in range(90)]
    wordings = Wordings(embedder, earlier)
    assert embedder.calls == []
    items = [asked("property", DEEPAR, f"has the property {number}") for number in range(90)]
    for one in items:
        assert wordings.repeats(one).passed
        wordings.add(one)
        wordings.add(one)
    assert embedder.calls[0] == earlier
    assert sorted(embedder.texts) == sorted([*earlier, *map(wording, items)])
    assert len(wordings) == 180
    assert not any(wordings.repeats(one).passed for one in items)


def test_rows_of_an_earlier_run_are_not_embedded_again() -> None:
    first = Wordings(FakeEmbedder())
    one, other = (asked("property", DEEPAR, answer) for answer in ("uses RNNs", "reads Parquet"))
    first.add(one)
    assert first.rows.dtype == np.float32
    embedder = FakeEmbedder()
    second = Wordings(embedder, [wording(one)], first.rows)
    assert second.repeats(other).passed
    assert not second.repeats(asked("property", DEEPAR, "it uses an RNN")).passed
    second.add(other)
    assert wording(one) not in embedder.texts
    assert (first.rows.shape[0], second.rows.shape[0]) == (1, 2)


def test_checks_and_additions_of_several_threads_do_not_meet() -> None:
    wordings = Wordings(FakeEmbedder())

    def ask(thread: int) -> None:
        for number in range(40):
            one = asked("property", DEEPAR, f"knows {thread} of {number}")
            wordings.repeats(one)
            wordings.add(one)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wordings) == wordings.rows.shape[0] == 160


def test_five_thousand_wordings_are_compared_at_once() -> None:
    """In milliseconds, when nothing comes between."""
    earlier = [f"Which of these is true of concept {n}? | does {n * 7} things" for n in range(5000)]
    wordings = Wordings(FakeEmbedder(), earlier)
    one = asked("property", "Which of these is true of photosynthesis?", "needs light")
    wordings.repeats(one)
    assert wordings.repeats(one).passed
    assert quickest(lambda: wordings.repeats(one), times=10) < 0.1


IN_OTHER_WORDS: list[tuple[ItemKind, tuple[str, str], tuple[str, str]]] = [
    (
        "property",
        (DEEPAR, "allows you to train one model over several series"),
        (DEEPAR, "lets you train a single model across multiple series"),
    ),
    ("property", (DEEPAR, "uses RNNs"), (DEEPAR, "it is built on RNNs")),
    (
        "property",
        ("Which of these is true of mitosis?", "yields two identical daughter cells"),
        ("Which of these is true of mitosis?", "produces two daughter cells that are identical"),
    ),
    (
        "scenario",
        (
            "A retailer wants to forecast the sales of hundreds of related products with one "
            "model. Which algorithm fits?",
            "DeepAR",
        ),
        (
            "A shop wants to forecast sales of hundreds of related products using a single "
            "model. Which algorithm should it use?",
            "DeepAR",
        ),
    ),
]
IN_ONE_TEMPLATE: list[tuple[ItemKind, tuple[str, str], tuple[str, str]]] = [
    *OTHERS,
    (
        "property",
        ("Which of these is true of mitosis?", "yields two identical daughter cells"),
        ("Which of these is true of meiosis?", "yields four different daughter cells"),
    ),
    (
        "property",
        ("Which of these is true of Kinesis Data Streams?", "keeps records for 24 hours"),
        ("Which of these is true of Kinesis Data Streams?", "keeps records for 365 days at most"),
    ),
    (
        "property",
        ("Which of these is true of Random Cut Forest?", "more trees average the noise away"),
        ("Which of these is true of Random Cut Forest?", "the sample size sets the ratio"),
    ),
    (
        "scenario",
        ("A museum wants to turn speech into text. Which service fits?", "Amazon Transcribe"),
        ("A museum wants to turn text into speech. Which service fits?", "Amazon Polly"),
    ),
]


@pytest.mark.embedding
def test_the_thresholds_fit_the_real_model(embedder: SentenceEmbedder) -> None:
    for kind, earlier, later in (*REPEATS, *IN_OTHER_WORDS):
        assert repeated(asked(kind, *earlier), asked(kind, *later), embedder), later
    for kind, earlier, later in IN_ONE_TEMPLATE:
        assert not repeated(asked(kind, *earlier), asked(kind, *later), embedder), later
