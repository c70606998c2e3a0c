"""The library: what it serves before, while and after it is indexed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.errors import IndexMissing
from ingest.library import Library
from tests.fakes import FakeEmbedder

SECONDS = 60


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "streams.txt").write_text("Kinesis\n\t- a shard takes one megabyte\n")
    return folder


class Gate:
    """Holds an embedder at the first text that contains a word, until it is opened."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self, texts: Sequence[str]) -> None:
        if any(self.word in text for text in texts):
            self.reached.set()
            assert self.opened.wait(SECONDS)


def library(notes: Path, tmp_path: Path, embedder: FakeEmbedder | None = None) -> Library:
    return Library([notes], tmp_path / "home", embedder or FakeEmbedder())


def texts_found(found: Library, query: str) -> str:
    return " ".join(hit.passage.text for hit in found.retriever().search(query).hits)


def test_before_the_start_there_is_nothing(notes: Path, tmp_path: Path) -> None:
    empty = library(notes, tmp_path)
    assert empty.state().phase == "empty"
    with pytest.raises(IndexMissing, match="not indexed yet"):
        empty.retriever()
    assert empty.sources() == empty.note_lines("streams.txt") == ()
    assert empty.wait().phase == "empty"
    assert not (tmp_path / "home").exists()


def test_from_indexing_to_ready(notes: Path, tmp_path: Path) -> None:
    gate = Gate("shard")
    new = library(notes, tmp_path, FakeEmbedder(before=gate))
    new.start()
    assert gate.reached.wait(SECONDS)
    assert new.state().phase == "indexing"
    with pytest.raises(IndexMissing, match="your notes"):
        new.retriever()
    gate.opened.set()
    state = new.wait(SECONDS)
    assert (state.phase, state.detail) == ("ready", "1 note ready")
    assert "one megabyte" in texts_found(new, "shard")
    assert [info.name for info in new.sources()] == ["streams.txt"]
    assert new.note_lines("streams.txt") == ("Kinesis", "\t- a shard takes one megabyte")
    assert new.note_lines("other.txt") == ()


def test_a_start_while_it_runs_starts_nothing(notes: Path, tmp_path: Path) -> None:
    gate = Gate("shard")
    embedder = FakeEmbedder(before=gate)
    new = library(notes, tmp_path, embedder)
    new.start()
    assert gate.reached.wait(SECONDS)
    new.start()
    gate.opened.set()
    new.wait(SECONDS)
    assert len(embedder.calls) == 1
    (notes / "more.txt").write_text("Trees\n")
    new.start()
    new.wait(SECONDS)
    assert new.state().detail == "2 notes ready"


def test_an_index_of_another_model_does_not_serve(notes: Path, tmp_path: Path) -> None:
    library(notes, tmp_path, FakeEmbedder("old")).update()
    again = library(notes, tmp_path, FakeEmbedder("new"))
    assert not again.open_existing()
    assert again.update().messages
    assert library(notes, tmp_path, FakeEmbedder("new")).open_existing()


def test_every_corpus_has_its_own_index(notes: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "trees.txt").write_text("Trees\n\t- split nodes\n")
    first, second = library(notes, tmp_path), library(other, tmp_path)
    first.update()
    second.update()
    assert "megabyte" not in texts_found(second, "a shard takes one megabyte")
    assert library(notes, tmp_path).update().unchanged
