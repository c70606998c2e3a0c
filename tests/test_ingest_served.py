"""The index that answers: opened whole, searched with its own model, without what is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import IndexMissing
from ingest.corpus import find_sources
from ingest.indexer import Indexer
from ingest.served import Served
from retrieval.store import IndexStore
from tests.fakes import FakeEmbedder

SHARD, TREE = "\t- a shard takes one megabyte", "\t- a tree splits nodes"


@pytest.fixture
def store(tmp_path: Path) -> IndexStore:
    """An index of two notes, made with the model `old`."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "streams.txt").write_text(f"Kinesis\n{SHARD}\n")
    (notes / "trees.txt").write_text(f"Trees\n{TREE}\n")
    made = IndexStore(tmp_path / "index")
    Indexer(made, FakeEmbedder("old")).update(find_sources([notes], tmp_path / "home"))
    return made


def served(store: IndexStore, embedder: str = "old", local: str = "old") -> Served:
    return Served(store, FakeEmbedder(embedder), FakeEmbedder(local))


def names(served: Served) -> list[str]:
    return [note.name for note in served.notes()]


def test_before_it_is_opened_there_is_nothing(store: IndexStore) -> None:
    closed = served(store)
    assert closed.retriever is None
    assert closed.notes() == closed.lines("trees.txt") == ()


@pytest.mark.parametrize(
    ("embedder", "local", "opens"),
    [("old", "old", True), ("new", "old", True), ("new", "new", False)],
)
def test_only_an_index_of_one_of_the_models_is_opened(
    store: IndexStore, embedder: str, local: str, opens: bool
) -> None:
    opened = served(store, embedder, local)
    assert opened.open_existing() == opens
    assert names(opened) == (["streams.txt", "trees.txt"] if opens else [])


def test_a_damaged_index_is_not_opened_and_what_served_goes_on(store: IndexStore) -> None:
    opened = served(store)
    opened.open()
    before = opened.retriever
    for path in store.folder.glob("*/keys.npy"):
        path.write_bytes(b"")
    assert not opened.open_existing()
    with pytest.raises(IndexMissing):
        opened.open()
    assert opened.retriever is before


def test_what_is_hidden_is_gone_at_once_and_after_opening_again(store: IndexStore) -> None:
    opened = served(store)
    opened.open()
    changes = opened.changes
    opened.hide(["trees.txt"])
    assert opened.changes > changes
    for _ in range(2):
        assert names(opened) == ["streams.txt"]
        assert opened.lines("trees.txt") == ()
        assert opened.lines("streams.txt") == ("Kinesis", SHARD)
        assert opened.without_hidden(["trees.txt", "new.txt"]) == ("new.txt",)
        assert opened.retriever is not None
        hits = opened.retriever.search("a tree splits nodes").hits
        assert {hit.passage.note for hit in hits} == {"streams.txt"}
        opened.open()


def test_a_listing_that_begins_later_shows_it_again(store: IndexStore) -> None:
    opened = served(store)
    opened.open()
    listing = opened.listing()
    opened.hide(["trees.txt"])
    opened.indexed(listing, ["trees.txt"])
    assert names(opened) == ["streams.txt"]
    opened.indexed(opened.listing(), ["trees.txt"])
    assert names(opened) == ["streams.txt", "trees.txt"]
