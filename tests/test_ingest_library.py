"""The library: what it serves while it is empty, indexing, ready, failed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.errors import IndexMissing, NotesError
from ingest.corpus import corpus_key
from ingest.library import Library
from tests.fakes import FakeEmbedder

SECONDS = 20


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


def test_progress_is_part_of_the_state(notes: Path, tmp_path: Path) -> None:
    new = library(notes, tmp_path)
    seen = []
    show = new._show
    new._show = lambda stage, share: (show(stage, share), seen.append(new.state()))[0]
    new.start()
    new.wait(SECONDS)
    assert {state.phase for state in seen} == {"indexing"}
    assert seen[-2].progress == 1.0
    assert "counting words 100%" in seen[-2].detail


def test_the_old_index_serves_while_it_is_renewed(notes: Path, tmp_path: Path) -> None:
    library(notes, tmp_path).update()
    (notes / "streams.txt").write_text("Kinesis\n\t- a shard now takes two megabytes\n")
    gate = Gate("two megabytes")
    again = library(notes, tmp_path, FakeEmbedder(before=gate))
    again.start()
    assert gate.reached.wait(SECONDS)
    assert "one megabyte" in texts_found(again, "shard")
    assert again.note_lines("streams.txt")[1] == "\t- a shard takes one megabyte"
    gate.opened.set()
    assert again.wait(SECONDS).phase == "ready"
    assert "two megabytes" in texts_found(again, "shard")


def test_nothing_changed_opens_and_embeds_nothing(notes: Path, tmp_path: Path) -> None:
    library(notes, tmp_path).update()
    embedder = FakeEmbedder()
    again = library(notes, tmp_path, embedder)
    again.start()
    assert again.wait(SECONDS).phase == "ready"
    assert embedder.calls == []


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


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda notes: (notes / "streams.txt").unlink(), "There are no notes in"),
        (lambda notes: (notes / "streams.txt").write_bytes(b"\0"), "None of the 1 files can be"),
    ],
)
def test_failure_says_why(notes: Path, tmp_path: Path, prepare: object, said: str) -> None:
    prepare(notes)
    new = library(notes, tmp_path)
    new.start()
    state = new.wait(SECONDS)
    assert state.phase == "failed"
    assert said in state.detail
    with pytest.raises(IndexMissing, match=said):
        new.retriever()


def test_a_missing_folder_fails_and_may_be_made_later(tmp_path: Path) -> None:
    new = library(tmp_path / "later", tmp_path)
    new.start()
    assert "There is no folder" in new.wait(SECONDS).detail
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "a.txt").write_text("Trees\n")
    new.start()
    assert new.wait(SECONDS).phase == "ready"


def test_a_failed_renewal_keeps_the_old_index(notes: Path, tmp_path: Path) -> None:
    library(notes, tmp_path).update()
    (notes / "streams.txt").unlink()
    again = library(notes, tmp_path)
    again.start()
    assert again.wait(SECONDS).phase == "failed"
    assert "one megabyte" in texts_found(again, "shard")
    with pytest.raises(NotesError, match="no notes"):
        again.update()


def test_an_index_of_another_model_does_not_serve(notes: Path, tmp_path: Path) -> None:
    library(notes, tmp_path, FakeEmbedder("old")).update()
    again = library(notes, tmp_path, FakeEmbedder("new"))
    assert not again.open_existing()
    assert again.update().messages
    assert library(notes, tmp_path, FakeEmbedder("new")).open_existing()


@pytest.mark.parametrize(
    "name", ["lines.note.npy", "asked.jsonl", "passages.npy", "keys.npy", "units.faiss"]
)
def test_a_damaged_index_is_made_again(notes: Path, tmp_path: Path, name: str) -> None:
    (notes / "asked.txt").write_text("Ques: Which?\nAns: this\n")
    library(notes, tmp_path).update()
    home = tmp_path / "home" / "index" / corpus_key([notes])
    (home / (home / "current").read_text() / name).write_bytes(b"")
    again = library(notes, tmp_path)
    assert not again.open_existing()
    report = again.update()
    (message,) = report.messages
    assert message.startswith("The index was damaged (")
    assert message.endswith("): it is made again.")
    assert bool(report.embedded) == (name in ("keys.npy", "units.faiss"))
    assert "one megabyte" in texts_found(again, "shard")
    assert library(notes, tmp_path).open_existing()


def test_every_corpus_has_its_own_index(notes: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "trees.txt").write_text("Trees\n\t- split nodes\n")
    first, second = library(notes, tmp_path), library(other, tmp_path)
    first.update()
    second.update()
    assert "megabyte" not in texts_found(second, "a shard takes one megabyte")
    assert library(notes, tmp_path).update().unchanged
