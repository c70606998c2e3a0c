"""BM25 that forgives spelling."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text import words
from retrieval.lexical import LexicalIndex, same_word

NOTES = (
    "Kinesis Data Streams: a shard takes one megabyte a second",
    "Amazon Rekognition finds faces and objects in images",
    "Insights from logs are shown on a dashboard",
    "Augmented AI lets people review predictions",
    "PCA reduces the number of dimensions of the data",
    "XGBoost boosts trees, and trees split the data",
)


def reference(
    documents: Sequence[str], query: str, k1: float = 1.5, b: float = 0.75
) -> list[float]:
    """BM25 with Lucene's idf, as written down: sum of idf * tf / (tf + k1 (1 - b + b dl/avg))."""
    split = [words(document) for document in documents]
    average = sum(map(len, split)) / len(split)
    found = []
    for document in split:
        total = 0.0
        for word in words(query):
            holding = sum(word in other for other in split)
            idf = math.log(1 + (len(split) - holding + 0.5) / (holding + 0.5))
            tf = document.count(word)
            total += idf * tf / (tf + k1 * (1 - b + b * len(document) / average)) if tf else 0.0
        found.append(total)
    return found


@pytest.mark.parametrize(
    "query", ["data", "trees data", "the data of a shard", "trees trees", "TREES!", "nowhere", ""]
)
def test_scores_are_those_of_plain_bm25(query: str) -> None:
    found = LexicalIndex(NOTES).scores(query, fuzzy=False)
    assert found == pytest.approx(reference(NOTES, query), abs=1e-5)


texts = st.lists(
    st.lists(st.sampled_from(["s3", "athena", "glue", "a", "b", "𝜃", "naïve"]), max_size=8).map(
        " ".join
    ),
    min_size=1,
    max_size=8,
).filter(any)


@settings(max_examples=60, deadline=None)
@given(texts, st.sampled_from(["s3", "athena glue", "a b a", "𝜃 naïve", "none of them"]))
def test_scores_agree_on_any_texts(documents: list[str], query: str) -> None:
    found = LexicalIndex(documents).scores(query, fuzzy=False)
    assert found == pytest.approx(reference(documents, query), abs=1e-5)


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        *(("Kinessis", 0), ("kinesys", 0), ("megabite", 0)),
        *(("Recognition", 1), ("Insigts", 2), ("augemented", 3), ("PAC", 4), ("XGBost", 5)),
    ],
)
def test_a_misspelt_question_finds_the_note(asked: str, row: int) -> None:
    index = LexicalIndex(NOTES)
    assert index.scores(asked, fuzzy=False).max() == 0
    found = index.scores(f"what is {asked}")
    assert int(found.argmax()) == row


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        *(("Kinessis", "Kinesis"), ("Recognition", "Rekognition"), ("Insigts", "Insights")),
        *(("augemented", "augmented"), ("PAC", "PCA")),
    ],
)
def test_a_misspelt_note_is_found(written: str, asked: str) -> None:
    index = LexicalIndex(["other words here", f"it says {written} somewhere", "and more words"])
    assert int(index.scores(asked).argmax()) == 1
    assert index.scores(asked)[0] == index.scores(asked)[2] == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("cat", "car"), ("SNS", "SQS"), ("S3", "S4"), ("EC2", "EC3"), ("precision", "decision")),
        *(("rate", "gate"), ("recall", "precision"), ("of", "if"), ("lstm", "lasso")),
    ],
)
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert LexicalIndex([one, "x"]).scores(other).max() == 0
    assert not same_word(one.lower(), other.lower())


def test_a_misspelling_counts_less_than_the_word() -> None:
    index = LexicalIndex(["kinesis", "kinessis", "athena"])
    exact, near, none = index.scores("kinesis")
    assert exact > near > none == 0


def test_a_crowd_of_short_words_hides_no_misspelling() -> None:
    crowd = [f"pa{letter}" for letter in "bdefghijklmnopqrstuvwxyz"]
    assert LexicalIndex([*crowd, "pca"]).near("pac") == ("pca",)


def test_coverage() -> None:
    index = LexicalIndex(NOTES)
    assert index.coverage("XGBoost trees", NOTES[5]) == 1
    assert index.coverage("XGBoost trees", NOTES[0]) == 0
    trees, shard = index.idf("trees"), index.idf("shard")
    assert index.coverage("trees shard", NOTES[5]) == pytest.approx(trees / (trees + shard))
    assert index.coverage("", NOTES[0]) == index.coverage("trees", "") == 0


def test_words_that_carry_grammar_cover_nothing() -> None:
    index = LexicalIndex(NOTES)
    assert index.coverage("what is the XGBoost of it", NOTES[5]) == 1
    assert index.coverage("what of the zebra", NOTES[5]) == 0
    assert index.coverage("the of", NOTES[4]) == 1


def test_a_near_spelling_covers_half() -> None:
    index = LexicalIndex(NOTES)
    assert index.coverage("xgbost", NOTES[5]) == 0.5
    assert index.coverage("xgbost", NOTES[0]) == 0


def test_rare_words_weigh_more() -> None:
    index = LexicalIndex(["a b", "a c", "a d"])
    assert index.idf("unseen") > index.idf("b") > index.idf("a") > 0
    assert index.idf("b") == pytest.approx(math.log(1 + 2.5 / 1.5))
    assert "b" in index
    assert "x" not in index


@pytest.mark.parametrize("documents", [[], [""], ["", " -- "]])
def test_without_words_every_score_is_zero(documents: list[str]) -> None:
    index = LexicalIndex(documents)
    assert len(index) == len(documents)
    assert index.scores("anything").tolist() == [0.0] * len(documents)
    assert index.coverage("anything", "") == 0


def test_what_stands_all_over_the_notes_tells_no_thing_from_another() -> None:
    index = LexicalIndex([f"model number{n}" for n in range(40)] + ["a Ribosome"])
    assert (index.common("model"), index.tells("model")) == (True, False)
    assert (index.common("ribosome"), index.tells("ribosome")) == (False, True)
    assert (index.common("unheard"), index.tells("unheard")) == (False, False)
