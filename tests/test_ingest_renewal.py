"""The index is renewed: what is told meanwhile, and what stays when it fails."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import IndexMissing, NotesError
from ingest.corpus import corpus_key
from ingest.indexer import Indexer
from ingest.library_state import LibraryState, NoHistory
from ingest.renewal import Renewal
from ingest.served import Served
from ingest.shelf import Shelf
from ingest.times import IndexTimes
from ingest.uploads import Limits
from retrieval.store import IndexStore
from tests.fakes import FakeEmbedder
from tests.test_ingest_library import SECONDS, Gate, library, texts_found


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "streams.txt").write_text("Kinesis\n\t- a shard takes one megabyte\n")
    return folder


def test_progress_is_part_of_the_state(notes: Path, tmp_path: Path) -> None:
    store = IndexStore(tmp_path / "index")
    embedder = FakeEmbedder()
    seen: list[LibraryState] = []

    class Watched(Renewal):
        def show(self, stage: str, share: float) -> None:
            super().show(stage, share)
            seen.append(self.state())

    Watched(
        Shelf([notes], tmp_path / "home", Limits()),
        Served(store, embedder, embedder),
        Indexer(store, embedder),
        IndexTimes(tmp_path / "times.json"),
        NoHistory(),
        lambda: datetime(2026, 3, 1, tzinfo=UTC),
    ).run()
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
