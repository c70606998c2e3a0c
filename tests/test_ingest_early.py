"""Saved changes of a large corpus are searchable before its index is made again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import early
from ingest.indexer import Indexer
from ingest.library import Library
from tests.clock import until
from tests.fakes import FakeEmbedder


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(12):
        lines = "".join(f"\t- fact {number} {n} tells of shards\n" for n in range(10))
        (folder / f"note-{number:02}.txt").write_text(f"Topic {number}\n{lines}")
    return folder


class Gate:
    """Holds back the renewal of the index, after its first, until it is opened."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.renewals = 0
        self.passing = threading.Event()
        renew = Indexer.update

        def held(indexer: Indexer, *args: object, **named: object) -> object:
            self.renewals += 1
            assert self.passing.wait(60)
            return renew(indexer, *args, **named)

        patch.setattr(Indexer, "update", held)


@pytest.fixture
def made(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Library, Gate]]:
    monkeypatch.setattr(early, "FROM", 20)
    library = Library([notes], tmp_path / "home", FakeEmbedder())
    library.update()
    gate = Gate(monkeypatch)
    yield library, gate
    gate.passing.set()
    library.wait(60)


def notes_of(library: Library, query: str) -> set[str]:
    return {line.note for line, _ in library.retriever().search(query, lines=3).lines}


def says(library: Library, note: str, text: str) -> bool:
    return any(text in line for line in library.note_lines(note))


def test_a_saved_change_is_searchable_while_the_index_is_made_again(
    made: tuple[Library, Gate], notes: Path
) -> None:
    library, gate = made
    version = library.version
    with (notes / "note-03.txt").open("a") as file:
        file.write("\t- zebras graze at dawn\n")
    library.changed()
    assert until(lambda: notes_of(library, "zebras graze") == {"note-03.txt"})
    assert library.version > version
    assert not gate.passing.is_set()
    info = next(n for n in library.sources() if n.name == "note-03.txt")
    assert info.lines == 12
    # and another while the first is being indexed
    assert until(lambda: gate.renewals == 1)
    (notes / "new.md").write_text("# Quokkas\n\n- quokkas smile at tourists\n")
    library.changed()
    assert until(lambda: "new.md" in notes_of(library, "quokkas smile"))
    assert notes_of(library, "zebras graze") >= {"note-03.txt"}
    (notes / "note-05.txt").unlink()
    library.changed()
    assert until(lambda: not any(n.name == "note-05.txt" for n in library.sources()))
    assert "note-05.txt" not in notes_of(library, "fact 5 shards")
    gate.passing.set()
    library.wait(60)
    assert library.state().phase == "ready"
    assert notes_of(library, "zebras graze") >= {"note-03.txt"}
    assert library.retriever().index is not None
    assert {n.name for n in library.sources()} == {p.name for p in notes.iterdir()}


def test_what_changed_while_the_index_was_made_stays_searchable(
    made: tuple[Library, Gate], notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index that is ready first does not hold the second change."""
    library, gate = made
    gate.passing.set()
    renew = Indexer._build
    second = threading.Event()

    def build(indexer: Indexer, *args: object) -> object:
        if not second.is_set():
            second.set()
            (notes / "note-01.txt").write_text("Topic\n\t- lemurs leap at dusk\n")
        return renew(indexer, *args)

    monkeypatch.setattr(Indexer, "_build", build)
    (notes / "note-00.txt").write_text("Topic\n\t- zebras graze at dawn\n")
    library.changed()
    library.wait(60)
    assert second.is_set()
    assert notes_of(library, "zebras graze") >= {"note-00.txt"}
    assert notes_of(library, "lemurs leap") >= {"note-01.txt"}
    assert not says(library, "note-01.txt", "shards")


def test_a_change_that_is_taken_back_is_gone(made: tuple[Library, Gate], notes: Path) -> None:
    library, _ = made
    before = (notes / "note-02.txt").read_text()
    (notes / "note-02.txt").write_text("Topic\n\t- zebras graze at dawn\n")
    library.changed()
    assert until(lambda: says(library, "note-02.txt", "zebras"))
    (notes / "note-02.txt").write_text(before)
    library.changed()
    assert until(lambda: not says(library, "note-02.txt", "zebras"))
    assert says(library, "note-02.txt", "fact 2 9")


def test_an_unreadable_note_says_so_and_the_others_serve(
    made: tuple[Library, Gate], notes: Path
) -> None:
    library, _ = made
    (notes / "note-04.txt").write_bytes(b"")
    library.changed()
    assert until(lambda: any(n.name == "note-04.txt" and n.problem for n in library.sources()))
    assert library.note_lines("note-04.txt") == ()
    assert notes_of(library, "fact 3 shards")


@pytest.mark.parametrize("limit", ["FROM", "MOST", "MOST_FILES"])
def test_small_corpora_and_large_changes_wait_for_the_index(
    made: tuple[Library, Gate], notes: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    library, gate = made
    monkeypatch.setattr(early, limit, 10**6 if limit == "FROM" else 0)
    (notes / "note-02.txt").write_text("Topic\n\t- zebras graze at dawn\n")
    library.changed()
    assert until(lambda: gate.renewals == 1)
    assert not says(library, "note-02.txt", "zebras")
    gate.passing.set()
    library.wait(60)
    assert says(library, "note-02.txt", "zebras")


def test_only_new_lines_are_embedded_and_nothing_is_sent_twice(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(early, "FROM", 20)
    embedder = FakeEmbedder()
    library = Library([notes], tmp_path / "home", embedder)
    library.update()
    gate = Gate(monkeypatch)
    embedder.calls.clear()
    with (notes / "note-03.txt").open("a") as file:
        file.write("\t- zebras graze at dawn\n")
    library.changed()
    assert until(lambda: says(library, "note-03.txt", "zebras"))
    assert 1 <= len(embedder.texts) <= 3
    assert any("zebras" in text for text in embedder.texts)
    assert not any("fact 3 4" in text and "zebras" not in text for text in embedder.texts)
    gate.passing.set()
    library.wait(60)

    class Remote(FakeEmbedder):
        goes_to = "embedding.example"

    remote = Remote()
    away = Library([notes], tmp_path / "away", remote, local=FakeEmbedder())
    away.update(consented=True)
    remote.calls.clear()
    (notes / "note-02.txt").write_text("Topic\n\t- lemurs leap at dusk\n")
    away.changed()
    away.wait(60)
    assert len([text for text in remote.texts if "lemurs" in text]) == 2  # a passage and a line
