"""A query finds passages and lines, alone in a small world and over the real notes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import app
from core.types import Hit, Turn
from evals.questions import read_questions
from evals.retrieval import evaluate
from ingest.library import Library
from retrieval.embedder import Embedder, SentenceEmbedder
from retrieval.lexical import LexicalIndex
from retrieval.retriever import Retriever
from retrieval.titles import named
from tests.fakes import FakeEmbedder

STREAMS = """\
Kinessis
\t- Data Streams
\t\t- a shard takes one megabyte a second
\t\t- records stay for a day
\t- Firehose
\t\t- loads records into a bucket every minute
"""
VISION = """\
# Vision

## Rekognition

- finds faces and objects in images
- CloudWatch Insigts shows its logs

## Augemented AI

- lets people review predictions before they are used

Ques: Which service lets people review predictions?
Ans: Augemented AI
"""

Build = Callable[..., Retriever]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def retriever(embedder: Embedder | None = None, **notes: str) -> Retriever:
        folder = tmp_path / "notes"
        folder.mkdir()
        for name, text in notes.items():
            (folder / f"{name}.md").write_text(text)
        library = Library([folder], tmp_path / "home", embedder or FakeEmbedder())
        library.update()
        return library.retriever()

    return retriever


def test_the_line_that_says_it_comes_first(build: Build) -> None:
    found = build(streams=STREAMS, vision=VISION).search("how much does a shard take a second")
    assert found.hits[0].passage.note == "streams.md"
    line, _ = found.lines[0]
    assert (line.note, line.number) == ("streams.md", 3)
    assert line.path == ("Kinessis", "Data Streams")
    assert found.hits[0].best_lines[0] == line
    assert 0 < found.closeness <= 1
    assert not found.unsure


def test_hits_are_in_order_and_as_many_as_asked_for(build: Build) -> None:
    retriever = build(streams=STREAMS, vision=VISION)
    found = retriever.search("people review predictions")
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert len(found.hits) == len(retriever.index.passages)
    assert retriever.search("people review predictions", 2).hits == found.hits[:2]
    shown = [score for _, score in found.lines]
    assert shown == sorted(shown, reverse=True)
    assert len(retriever.search("people", lines=3).lines) == 3


def test_every_line_of_a_hit_is_ranked(build: Build) -> None:
    for hit in build(streams=STREAMS, vision=VISION).search("records").hits:
        inside = {line.number for line in hit.best_lines}
        assert inside <= set(range(hit.passage.first_line, hit.passage.last_line + 1))
        assert {hit.passage.first_line, hit.passage.last_line} <= inside
        assert {line.note for line in hit.best_lines} == {hit.passage.note}


def test_the_stem_of_a_past_question_proves_nothing(build: Build) -> None:
    found = build(vision=VISION).search("Which service lets people review predictions?", lines=99)
    texts = [line.text for line, _ in found.lines]
    assert not any(text.startswith("Ques") for text in texts)
    assert "Ans: Augemented AI" in texts


def test_only_the_notes_that_are_chosen(build: Build) -> None:
    retriever = build(streams=STREAMS, vision=VISION)
    everything = retriever.search("a shard takes")
    for chosen in ({"vision.md"}, ["streams.md"]):
        found = retriever.search("a shard takes", notes=chosen)
        assert found.hits == tuple(h for h in everything.hits if h.passage.note in chosen)[:8]
        assert {line.note for line, _ in found.lines} == set(chosen)
    nothing = retriever.search("a shard takes", notes=())
    assert nothing.hits == nothing.lines == ()
    assert retriever.search("a shard takes", notes={"gone.md"}).hits == ()


@pytest.mark.parametrize("query", ["", "  ", "\n\t\u00a0"])
def test_an_empty_query_finds_nothing(build: Build, query: str) -> None:
    embedder = FakeEmbedder()
    retriever = build(embedder, streams=STREAMS)
    embedder.calls.clear()
    found = retriever.search(query)
    assert (found.hits, found.lines, found.coverage) == ((), (), 0.0)
    assert embedder.calls == []


@pytest.mark.parametrize("query", ["?!", "𝜃", "x" * 2000, "word " * 400, "\0", "<b>"])
def test_odd_queries_still_rank(build: Build, query: str) -> None:
    assert build(streams=STREAMS).search(query).hits


def test_one_passage_alone(build: Build) -> None:
    found = build(one="S3 keeps objects").search("objects")
    assert [hit.passage.text for hit in found.hits] == ["S3 keeps objects"]
    assert found.hits[0].score == 0
    assert [line.number for line, _ in found.lines] == [1]


def test_notes_without_words(build: Build) -> None:
    found = build(one="→\n\t⇒\n").search("anything")
    assert [hit.passage.first_line for hit in found.hits] == [1]
    assert len(found.lines) == 2


def test_scores_that_are_all_equal_keep_the_order_of_the_notes(build: Build) -> None:
    text = "\n\n".join(f"# H\n\n- the same fact {'again ' * 50}" for _ in range(3))
    found = build(one=text).search("nothing of this")
    assert [hit.passage.first_line for hit in found.hits] == [1, 5, 9]
    assert {hit.score for hit in found.hits} == {0.0}


def test_other_words_than_those_of_the_notes_make_it_unsure(build: Build) -> None:
    found = build(streams=STREAMS, vision=VISION).search("zebra giraffe elephant")
    assert found.unsure
    assert found.coverage == 0


def test_context_and_row_of_a_line(build: Build) -> None:
    retriever = build(streams=STREAMS, vision=VISION)
    for row, line in enumerate(retriever.index.lines):
        assert retriever.row(line) == row
        assert " ".join(line.text.split()) in retriever.context(row)


# The real embedding model.


@pytest.mark.embedding
@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("How much does a Kinesis shard take?", "one megabyte"),
        ("What does Recognition find in images?", "faces and objects"),
        ("Where are logs shown in CloudWatch Insights?", "Insigts"),
        ("What does augmented AI let people do?", "review predictions"),
    ],
)
def test_misspellings_on_either_side(
    build: Build, embedder: SentenceEmbedder, asked: str, wanted: str
) -> None:
    found = build(embedder, streams=STREAMS, vision=VISION).search(asked)
    assert wanted in found.hits[0].passage.text
    assert any(wanted in line.text for line, _ in found.lines[:2])


@pytest.mark.embedding
def test_recall_over_the_real_notes(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTEPROOF_HOME", str(tmp_path))
    services = app.build([shared / "notes"], no_llm=True)
    services.library.update()

    def find(question: str, history: tuple[Turn, ...]) -> tuple[Hit, ...]:
        return services.desk.asker.search(question, history, k=8, use_model=False).hits

    figures = evaluate(read_questions(shared / "eval" / "ask_dev.jsonl"), find)["figures"]["all"]
    assert figures["recall@5"] >= 0.93
    assert figures["recall@1"] >= 0.72


GUARDS = {
    "clarify": "### Clarify\n- Measures bias and explains predictions\n",
    "detection": "### Object Detection\n- Finds every object and detects boxes\n",
    "drift": "### Drift\n- Detects drift of the guard, and detects it early\n",
}


def test_a_heading_that_the_question_names_counts(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`Clarify`, and misspelt too; nothing else changes, and its lines rise with it."""
    retriever = build(**GUARDS)
    for question in ("What does Clarify detect?", "what does clarfy detect"):
        found = retriever.search(question)
        with monkeypatch.context() as patch:
            patch.setattr("retrieval.titles.WEIGHT", 0.0)
            plain = retriever.search(question)
        before = {hit.passage.note: hit.score for hit in plain.hits}
        risen = {hit.passage.note for hit in found.hits if hit.score > before[hit.passage.note]}
        assert risen == {"clarify.md"}
        lines = dict(plain.lines)
        assert {line.note for line, score in found.lines if score > lines[line]} == {"clarify.md"}


def test_half_a_heading_is_no_heading(build: Build) -> None:
    """`Object` alone does not name Object Detection."""
    passages = build(**GUARDS).index.passages
    rows, scores = np.arange(len(passages)), np.zeros(len(passages))
    vocabulary = LexicalIndex(passage.text for passage in passages)
    raised = {
        query: [
            passages[int(row)].text.split("\n")[0]
            for row in np.flatnonzero(named(query, passages, rows, scores, vocabulary))
        ]
        for query in ("which object", "Object Detection", "what is it for", "clarify")
    }
    assert raised["which object"] == raised["what is it for"] == []
    assert raised["Object Detection"] == ["### Object Detection"]
    assert raised["clarify"] == ["### Clarify"]
    assert not scores.any()
