"""Notes and items that the tests of practice share: machine learning, biology, coffee."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.practice import Item, ItemKind, Option
from core.types import Citation

FACTS = {
    "DeepAR": (
        "Trains one model over several related time series",
        "Uses recurrent neural networks",
        "Takes JSON lines in Gzip or Parquet as training input",
        "Does not support values above 400 for the context length",
    ),
    "BlazingText": (
        "Classifies sentences and learns word vectors",
        "Takes one sentence a line with labels as training input",
    ),
    "Random Cut Forest": (
        "Assigns an anomaly score to each data point of a stream",
        "Takes RecordIO protobuf or CSV as training input",
    ),
    "Object2Vec": (
        "Learns embeddings of pairs of objects",
        "Takes pairs of tokens as training input",
    ),
    "XGBoost": (
        "Boosts decision trees for classification and regression on tabular data",
        "Predicts house prices from a table of features",
    ),
    "Linear Learner": (
        "Fits a line for regression, or a threshold for classification",
        "Predicts house prices from a table of features as well",
    ),
    "K-Means": ("Groups rows into clusters without labels",),
    "Amazon Transcribe": ("Converts speech to text, with names of the speakers",),
    "Amazon Polly": ("Converts text to speech in many voices",),
    "Amazon Translate": ("Turns a text into another language",),
    "Amazon Comprehend": ("Finds entities and sentiment in written reviews",),
    "Amazon Lex": ("Builds chatbots that understand what a caller intends",),
    "Principal Component Analysis": ("Reduces the dimension and keeps most of the variance",),
    "L1 regularization": ("Performs feature selection by setting weights to zero",),
    "L2 regularization": ("Keeps all features and shrinks their weights",),
    "Precision": ("Share of predicted positives that are positive: TP / (TP + FP)",),
    "Recall": ("Share of positives that are found: TP / (TP + FN)",),
    "Kinesis Data Streams": ("Keeps records for 24 hours by default, at most 365 days",),
    "Mitosis": (
        "Yields two identical daughter cells",
        "Happens in body cells for growth and repair",
        "Keeps the number of chromosomes",
    ),
    "Meiosis": (
        "Yields four different daughter cells",
        "Happens in the cells that become eggs and sperm",
        "Halves the number of chromosomes",
    ),
    "Ribosome": ("Builds proteins from amino acids",),
    "Mitochondrion": ("Releases energy from sugar with oxygen",),
    "Chloroplast": ("Captures light to build sugar",),
    "Nucleus": ("Stores the chromosomes of the cell",),
    "French press": ("Steeps coarse grounds for four minutes and filters through metal mesh",),
    "Espresso": ("Forces hot water through fine grounds at nine bars",),
    "Cold brew": ("Steeps coarse grounds in cold water for half a day",),
    "Pour over": ("Drips water through a paper filter by hand",),
}
LINES = [f"\t- {concept}: {fact}" for concept, facts in FACTS.items() for fact in facts]
COMMON = frozenset("amazon learning model models data training service machine".split())


class BookOfFacts:
    """Notes of one file, `notes.txt`, with a line for each of FACTS."""

    def line(self, note: str, number: int) -> str | None:
        return LINES[number - 1] if note == "notes.txt" and 0 < number <= len(LINES) else None

    def facts_of(self, concept: str) -> Sequence[str]:
        return FACTS.get(concept, ())

    def common(self, word: str) -> bool:
        return word in COMMON


def cite(concept: str, place: int = 0) -> Citation:
    """The line that states a fact."""
    text = f"\t- {concept}: {FACTS[concept][place]}"
    number = LINES.index(text) + 1
    return Citation(1, "notes.txt", number, number, text.strip())


def option(text: str, about: str = "") -> Option:
    """An option; with a rationale and its line when the notes know what it is about."""
    about = about or text
    if about not in FACTS:
        return Option(text)
    return Option(text, f"{about}: {FACTS[about][0]}", (cite(about),), about)


def item(
    kind: ItemKind,
    concept: str,
    stem: str,
    options: Sequence[str | Option] = (),
    key: tuple[int, ...] = (0,),
    **fields: Any,
) -> Item:
    """An item about a concept; of a property or two, the options before the key's end are its."""
    owned = kind in ("property", "two")
    made = [
        one if isinstance(one, Option) else option(one, concept if owned and place in key else "")
        for place, one in enumerate(options)
    ]
    given = {
        "id": "i1",
        "origin": "template",
        "facts": ("f1",),
        "citations": (cite(concept),),
        **fields,
    }
    return Item(kind=kind, concept=concept, stem=stem, options=tuple(made), key=key, **given)


def gap(concept: str, stem: str, *accepted: str, **fields: Any) -> Item:
    return item("gap", concept, stem, (), (), accepted=accepted, **fields)


def true_false(concept: str, statement: str, *, holds: bool = True, **fields: Any) -> Item:
    stem = f"True or false: {statement}"
    return item("true_false", concept, stem, ("True", "False"), (0 if holds else 1,), **fields)
