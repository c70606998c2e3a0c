"""Grading: what is right, what is forgiven, and what must not be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.practice import Grade, Item, ItemKind, Option, Response
from quiz.grading import grade

RIGHT, WRONG = Grade(True), Grade(False)


def a_choice(*key: int, options: int = 4, kind: ItemKind = "scenario") -> Item:
    texts = tuple(Option(f"option {place}") for place in range(options))
    return Item("choice", kind, "model", "Which?", texts, key, "Kinesis", (), ())


def a_gap(*accepted: str) -> Item:
    return Item("gap", "gap", "template", "____ streams.", (), (), "Kinesis", (), (), accepted)


def typed(accepted: tuple[str, ...], words: str, others: tuple[str, ...] = ()) -> Grade:
    return grade(a_gap(*accepted), Response("gap", typed=words), others)


@pytest.mark.parametrize(
    ("key", "chosen", "expected"),
    [
        ((1,), (1,), RIGHT),
        ((1,), (1, 1), RIGHT),
        ((1,), (2,), WRONG),
        ((1,), (), Grade(False, "choose one")),
        ((1,), (1, 2), Grade(False, "choose one")),
        ((1, 3), (3, 1), RIGHT),
        ((1, 3), (1, 2), WRONG),
        ((1, 3), (1,), Grade(False, "choose two")),
        ((1, 3), (0, 1, 3), Grade(False, "choose two")),
        ((1,), (4,), Grade(False, "choose among the 4 options")),
        ((3,), (-1,), Grade(False, "choose among the 4 options")),
        ((1, 3), (1, 3, 99), Grade(False, "choose among the 4 options")),
        ((), (), WRONG),
    ],
)
def test_a_choice_is_right_when_it_is_the_key(
    key: tuple[int, ...], chosen: tuple[int, ...], expected: Grade
) -> None:
    assert grade(a_choice(*key), Response("choice", chosen)) == expected


@pytest.mark.parametrize(("chosen", "expected"), [((0,), RIGHT), ((1,), WRONG)])
def test_true_or_false_is_a_choice_of_two(chosen: tuple[int, ...], expected: Grade) -> None:
    item = a_choice(0, options=2, kind="true_false")
    assert grade(item, Response("choice", chosen)) == expected


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("Kinesis", "kinesis"),
        ("Kinesis", "  KINESIS. "),
        ("Kinesis Data Streams", "kinesis-data-streams"),
        ("Kinesis Data Streams", "Kinesis DataStream"),
        ("Kinesis Data Streams", "the Kinesis data stream"),
        ("confusion matrix", "a confusion matrix"),
        ("area under the curve", "area under curve"),
        ("a priori", "apriori"),
        ("Apriori", "a priori"),
        ("k-means", "K means"),
        ("k-means", "kmeans"),
        ("TF-IDF", "tfidf"),
        ("F1 score", "F-1 scores"),
        ("A/B testing", "a/b test ing"),
        ("Student's t-test", "students t test"),
        ("policies", "policy"),
        ("loss", "loss"),
        ("RNN", "RNNs"),
        ("GANs", "gan"),
        ("R²", "r2"),
        ("C++", "c++"),
        ("DeepAR+", "deepar+"),
        ("Amazon’s Lex", "amazons lex"),
        ("1,000", "1000"),
        ("1.5", "1,5"),
        ("-1", "−1"),
        ("ＰＣＡ", "pca"),
        ("straße", "STRASSE"),
        ("主成分分析", "主成分分析"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_what_does_not_count_is_passed_over(accepted: str, words: str) -> None:
    assert typed((accepted,), words) == RIGHT


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("Kinesis", "Kinessis"),
        ("Kinesis", "Kiensis"),
        ("Kinesis", "kinesys"),
        ("Rekognition", "Recognition"),
        ("Rekognition", "Rekogniton"),
        ("Athena", "Athens"),
        ("XGBoost", "XGBost"),
        ("LSTM", "LTSM"),
        ("regularization", "regularisation"),
        ("L1 regularization", "L1 regularisaton"),
        ("Kinesis Data Streams", "Kinesys Data Steams"),
        ("Kinesis Data Streams", "KinesisDataSteams"),
        ("naïve Bayes", "naive bayes"),
        ("Random Cut Forest", "randum cut forrest"),
    ],
)
def test_slips_of_spelling_are_forgiven_and_told(accepted: str, words: str) -> None:
    assert typed((accepted,), words) == Grade(True, f"spelt: {accepted}")


@pytest.mark.parametrize(
    ("accepted", "words", "why"),
    [
        ("Kinesis", "", "nothing typed"),
        ("Kinesis", " ?! ", "nothing typed"),
        ("++", "+", "no word accepted"),
        ("Kinesis", "Glue", "another word"),
        ("Kinesis", "Kinesis Firehose", "a word too many"),
        ("Kinesis Firehose", "Kinesis", "a word too few"),
        ("Kinesis", "Kimeses", "too many slips"),
        ("L1", "L2", "a digit"),
        ("R2", "R3", "a digit"),
        ("L1 regularization", "L2 regularization", "a digit"),
        ("ResNet50", "ResNet5", "a digit"),
        ("ResNet-50", "ResNet 51", "a digit"),
        ("Inception3", "Inceptoin3", "a word with a digit"),
        ("p3.2xlarge", "p32.xlarge", "digits run together"),
        ("1.5", "15", "digits run together"),
        ("10-20", "1020", "digits run together"),
        ("-1", "1", "a sign"),
        ("PCA", "PAC", "three letters"),
        ("Lex", "Les", "three letters"),
        ("max pooling", "min pooling", "three letters"),
        ("max pooling", "minpooling", "three letters"),
        ("type I error", "type II error", "three letters"),
        ("type I error", "typeii error", "three letters"),
        ("Type A error", "Type B error", "a letter that is a name"),
        ("Plan A", "Plan", "a letter that is a name"),
        ("BERT", "BART", "an acronym"),
        ("ARIMA", "ARMA", "an acronym"),
        ("HTTPS", "HTTP", "an acronym"),
        ("supervised", "unsupervised", "a wrong beginning"),
        ("ARIMA", "SARIMA", "a wrong beginning"),
        ("DeepAR+", "DeepAR", "a sign"),
        ("C++", "C#", "a sign"),
        ("C++", "C", "a sign"),
    ],
)
def test_another_answer_is_not_forgiven(accepted: str, words: str, why: str) -> None:
    assert typed((accepted,), words) == WRONG, why


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Principal Component Analysis", RIGHT),
        ("principle component analysis", Grade(True, "spelt: Principal Component Analysis")),
        ("PCA", RIGHT),
        ("pca.", RIGHT),
        ("PAC", WRONG),
        ("component analysis", WRONG),
    ],
)
def test_every_accepted_answer_counts(words: str, expected: Grade) -> None:
    assert typed(("PCA", "Principal Component Analysis"), words) == expected


def test_pac_is_right_where_it_is_accepted() -> None:
    assert typed(("PCA", "PAC"), "pac") == RIGHT


@pytest.mark.parametrize(
    ("accepted", "words", "others", "expected"),
    [
        ("micro", "macro", (), Grade(True, "spelt: micro")),
        ("micro", "macro", ("macro",), WRONG),
        ("micro", "Macros", ("macro",), WRONG),
        ("micro average", "macro average", ("macro F1",), WRONG),
        ("variation", "validation", ("validation",), WRONG),
        ("validation", "valiation", ("variation",), Grade(True, "spelt: validation")),
        ("variation", "validaton", ("validation",), WRONG),
        ("Kinesis", "Kinesys", ("Glue", "Athena"), Grade(True, "spelt: Kinesis")),
        ("Kinesis", "kinesis", ("Kinesis", "Kinesys"), RIGHT),
        ("Kinesis", "Kinesys", ("kinesis",), Grade(True, "spelt: Kinesis")),
        ("Data Streams", "Data Stream", ("data stream",), RIGHT),
    ],
)
def test_a_slip_must_not_lead_to_another_name(
    accepted: str, words: str, others: tuple[str, ...], expected: Grade
) -> None:
    assert typed((accepted,), words, others) == expected


def test_a_gap_without_an_answer_is_never_right() -> None:
    assert typed((), "Kinesis") == WRONG
    assert typed(("",), "") == WRONG


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20), st.lists(st.text(max_size=8), max_size=3))
def test_any_text_is_graded(accepted: str, words: str, others: list[str]) -> None:
    grade(a_gap(accepted), Response("gap", typed=words), others)
    if any(c.isalnum() for c in accepted):
        assert grade(a_gap(accepted), Response("gap", typed=f" {accepted}! "), others).correct


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-2, 6), max_size=4), st.sets(st.integers(0, 3), min_size=1, max_size=2))
def test_any_places_are_graded(chosen: list[int], key: set[int]) -> None:
    found = grade(a_choice(*key), Response("choice", tuple(chosen)))
    assert found.correct == (set(chosen) == key)
