"""Notes are added, renamed, removed and taken back while the library serves."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import ConfigError, NotesError
from ingest.corpus import corpus_key, find_sources
from ingest.hidden import Hidden
from ingest.library import Library
from ingest.moves import Moves, moves
from ingest.uploads import Limits
from retrieval.store import NoteInfo
from tests.fakes import FakeEmbedder
from tests.test_ingest_library import SECONDS, Gate, texts_found

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SHARD = b"Kinesis\n\t- a shard takes one megabyte\n"
TREE = b"Trees\n\t- a tree splits nodes\n"


@dataclass
class Told:
    """Records what a history is told; refuses when `broken`."""

    calls: list[tuple[str, ...]] = field(default_factory=list)
    broken: bool = False

    def _note(self, *call: str) -> None:
        if self.broken:
            raise ConfigError("The study database is broken: move it aside.")
        self.calls.append(call)

    def renamed(self, old: str, new: str) -> None:
        self._note("renamed", old, new)

    def removed(self, name: str) -> None:
        self._note("removed", name)

    def returned(self, name: str) -> None:
        self._note("returned", name)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "streams.txt").write_bytes(SHARD)
    (folder / "trees.txt").write_bytes(TREE)
    return folder


@pytest.fixture
def library(theirs: Path, tmp_path: Path, told: Told) -> Iterator[Library]:
    made = Library([theirs], tmp_path / "home", FakeEmbedder(), history=told, now=lambda: NOW)
    made.update()
    yield made
    made.wait(SECONDS)


def names(library: Library) -> list[str]:
    return [note.name for note in library.sources()]


def test_an_added_note_is_indexed_beside_the_others(library: Library, told: Told) -> None:
    assert (
        library.add("graphs.md", b"# Graphs\n\n- an edge joins two vertices\n").name == "graphs.md"
    )
    assert library.wait(SECONDS).phase == "ready"
    assert names(library) == ["graphs.md", "streams.txt", "trees.txt"]
    assert library.holding().own == {"graphs.md"}
    assert "two vertices" in texts_found(library, "edge")
    assert told.calls == [("returned", "graphs.md")]


def test_adding_does_not_make_another_index(library: Library, tmp_path: Path) -> None:
    library.add("graphs.md", b"# Graphs\n\n- an edge joins two vertices\n")
    library.wait(SECONDS)
    folders = [path.name for path in (tmp_path / "home" / "index").iterdir() if path.is_dir()]
    assert folders == [corpus_key(library.folders)]
    embedder = FakeEmbedder()
    again = Library(library.folders, tmp_path / "home", embedder)
    assert again.update().unchanged
    assert embedder.calls == []
    assert "graphs.md" in names(again)


def test_what_is_there_already_is_not_added(library: Library) -> None:
    assert library.add("copy.txt", SHARD).outcome == "same"
    assert library.add("streams.txt", b"Other\n\t- thing\n").name == "streams (2).txt"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.md", b"\x89PNG\r\n\x1a\n\0\0", "not text"),
        ("x.md", b"  ", "empty"),
        ("../x", b"x", "leads"),
    ],
)
def test_what_cannot_be_read_is_refused(
    library: Library, name: str, data: bytes, said: str
) -> None:
    with pytest.raises(NotesError, match=said):
        library.add(name, data)
    assert library.holding().own == frozenset()


def test_home_in_a_corpus_folder_holds_no_notes_but_the_added(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(SHARD)
    home = tmp_path / "var"
    library = Library([tmp_path], home, FakeEmbedder())
    library.update()
    library.add("b.md", TREE)
    library.wait(SECONDS)
    library.remove("b.md")
    library.wait(SECONDS)
    assert [source.name for source in find_sources([tmp_path], home)] == ["a.txt"]
    assert names(library) == ["a.txt"]


def test_a_removed_note_vanishes_before_the_index_is_renewed(
    library: Library, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("graphs.md", b"Graphs\n\t- an edge joins two vertices\n\t- a shard of glass\n")
    library.wait(SECONDS)
    old, changed = library.retriever(), library.changed
    monkeypatch.setattr(library, "changed", lambda: None)
    removal = library.remove("streams.txt")
    assert "megabyte" not in texts_found(library, "a shard takes one megabyte")
    assert "megabyte" not in texts_found(library, "Kinesis shard")
    assert library.note_lines("streams.txt") == ()
    assert old.find("streams.txt", 2) is None
    assert names(library) == ["graphs.md", "trees.txt"]
    assert ("removed", "streams.txt") in told.calls
    only = old.search("shard", notes=["streams.txt"])
    assert (only.hits, only.lines) == ((), ())
    monkeypatch.setattr(library, "changed", changed)
    changed()
    library.wait(SECONDS)
    assert "megabyte" not in texts_found(library, "a shard takes one megabyte")
    assert library.take_back(removal) == "streams.txt"
    library.wait(SECONDS)
    assert "one megabyte" in texts_found(library, "shard")


def test_the_learners_own_file_is_left_out_and_stays(
    library: Library, theirs: Path, tmp_path: Path
) -> None:
    removal = library.remove("streams.txt")
    library.wait(SECONDS)
    assert (theirs / "streams.txt").read_bytes() == SHARD
    assert library.holding().left_out == ((removal.identity, "streams.txt"),)
    again = Library([theirs], tmp_path / "home", FakeEmbedder())
    again.update()
    assert names(again) == ["trees.txt"]
    again.take_back(removal)
    again.wait(SECONDS)
    assert names(again) == ["streams.txt", "trees.txt"]


def test_an_added_note_goes_to_the_trash_and_comes_back(library: Library, told: Told) -> None:
    library.add("graphs.md", b"# Graphs\n\n- an edge joins two vertices\n")
    library.wait(SECONDS)
    removal = library.remove("graphs.md")
    assert removal.trash is not None
    assert removal.trash.is_file()
    library.wait(SECONDS)
    assert names(library) == ["streams.txt", "trees.txt"]
    library.take_back(removal)
    library.wait(SECONDS)
    assert "two vertices" in texts_found(library, "edge")
    assert told.calls[-1] == ("returned", "graphs.md")


def test_an_archive_is_removed_as_a_whole(library: Library, told: Told) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("edges.md", "# Edges\n\n- an edge joins two vertices\n")
        archive.writestr("loops.md", "# Loops\n\n- a loop joins one vertex\n")
    library.add("week.zip", packed.getvalue())
    library.wait(SECONDS)
    members = {"week.zip/edges.md", "week.zip/loops.md"}
    assert members <= set(names(library))
    assert set(library.holding().within) == {(name, "week.zip") for name in members}
    removal = library.remove("week.zip/edges.md")
    assert removal.name == "week.zip"
    assert members.isdisjoint(names(library))
    assert {call[1] for call in told.calls if call[0] == "removed"} == members
    library.take_back(removal)
    library.wait(SECONDS)
    assert members <= set(names(library))
    library.rename("week.zip", "course.zip")
    library.wait(SECONDS)
    assert ("renamed", "week.zip/loops.md", "course.zip/loops.md") in told.calls


def test_a_note_that_is_gone_cannot_be_removed(library: Library) -> None:
    with pytest.raises(NotesError, match="no note nothing"):
        library.remove("nothing.md")


@pytest.mark.parametrize("restart", [False, True])
def test_with_every_note_removed_nothing_is_found(
    library: Library, theirs: Path, tmp_path: Path, restart: bool
) -> None:
    for name in names(library):
        library.remove(name)
    library.wait(SECONDS)
    if restart:
        library = Library([theirs], tmp_path / "home", FakeEmbedder())
        library.start()
    state = library.wait(SECONDS)
    assert (state.phase, names(library)) == ("failed", [])
    assert "Every note is left out" in state.detail
    assert texts_found(library, "shard") == ""


def test_the_last_added_note_stays_gone_after_a_restart(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    library = Library([tmp_path / "empty"], tmp_path / "home", FakeEmbedder())
    library.add("a.md", SHARD)
    library.wait(SECONDS)
    library.remove("a.md")
    library.wait(SECONDS)
    again = Library([tmp_path / "empty"], tmp_path / "home", FakeEmbedder())
    again.start()
    assert again.wait(SECONDS).phase == "failed"
    assert names(again) == []


def test_a_rename_keeps_what_was_made_of_the_note(library: Library, told: Told) -> None:
    library.add("graphs.md", b"# Graphs\n\n- an edge joins two vertices\n")
    library.wait(SECONDS)
    assert library.rename("graphs.md", "Week 1") == "Week 1.md"
    library.wait(SECONDS)
    assert names(library) == ["Week 1.md", "streams.txt", "trees.txt"]
    assert ("renamed", "graphs.md", "Week 1.md") in told.calls
    assert not any(call[0] == "removed" for call in told.calls)
    with pytest.raises(NotesError, match="rename the file there"):
        library.rename("trees.txt", "b.txt")


def test_a_rename_that_the_history_cannot_follow_is_undone(library: Library, told: Told) -> None:
    library.add("graphs.md", b"# Graphs\n\n- an edge joins two vertices\n")
    library.wait(SECONDS)
    told.broken = True
    with pytest.raises(ConfigError, match="move it aside"):
        library.rename("graphs.md", "Week 1")
    assert library.shelf.own.names() == ["graphs.md"]


def test_a_file_renamed_in_its_folder_keeps_its_history(
    library: Library, theirs: Path, told: Told
) -> None:
    (theirs / "streams.txt").rename(theirs / "kinesis.txt")
    (theirs / "trees.txt").unlink()
    library.update()
    assert told.calls == [
        ("renamed", "streams.txt", "kinesis.txt"),
        ("removed", "trees.txt"),
        ("returned", "kinesis.txt"),
    ]


def test_a_history_that_cannot_follow_does_not_stop_the_index(
    library: Library, theirs: Path, told: Told
) -> None:
    told.broken = True
    (theirs / "trees.txt").unlink()
    library.update()
    assert library.state().phase == "ready"
    assert "practice could not follow" in library.state().detail


def test_a_change_while_indexing_is_followed_by_another_look(theirs: Path, tmp_path: Path) -> None:
    gate = Gate("shard")
    library = Library([theirs], tmp_path / "home", FakeEmbedder(before=gate))
    library.start()
    assert gate.reached.wait(SECONDS)
    (theirs / "late.txt").write_text("Late\n\t- it came late\n")
    assert library.holding().reading == ("streams.txt", "trees.txt")
    library.changed()
    gate.opened.set()
    library.wait(SECONDS)
    assert "late.txt" in names(library)
    assert library.holding().reading == ()
    assert not [thread for thread in threading.enumerate() if thread.name == "library"]


def test_when_each_note_was_indexed(theirs: Path, tmp_path: Path) -> None:
    later = NOW.replace(hour=12)
    clock = iter([NOW, later, later])
    library = Library([theirs], tmp_path / "home", FakeEmbedder(), now=lambda: next(clock))
    library.update()
    (theirs / "trees.txt").write_text("Trees\n\t- a tree has leaves\n")
    library.update()
    again = Library([theirs], tmp_path / "home", FakeEmbedder(), now=lambda: next(clock))
    again.update()
    assert dict(again.holding().indexed) == {"streams.txt": NOW, "trees.txt": later}


def test_limits_are_those_of_the_library(theirs: Path, tmp_path: Path) -> None:
    library = Library([theirs], tmp_path / "home", FakeEmbedder(), limits=Limits(1e-6))
    with pytest.raises(NotesError, match="NOTEPROOF_MAX_NOTE_MB"):
        library.add("a.md", b"too long")


def test_moves_are_told_by_content() -> None:
    def infos(**notes: str) -> list[NoteInfo]:
        return [NoteInfo(name, sha) for name, sha in notes.items()]

    assert moves([], infos(a="1")) == Moves(new=("a",))
    assert moves(infos(a="1"), infos(b="1")) == Moves(renamed=(("a", "b"),))
    assert moves(infos(a="1"), infos(a="2")) == Moves()
    assert moves(infos(a="1"), infos(b="1", c="1")) == Moves((("a", "b"),), (), ("c",))
    assert moves(infos(a="1", b="1"), infos(c="1")) == Moves((("a", "c"),), ("b",))
    assert moves(infos(a=""), infos(b="")) == Moves((), ("a",), ("b",))


def test_what_is_hidden_during_a_listing_stays_hidden() -> None:
    hidden = Hidden()
    hidden.add(["a", "b"])
    listing = hidden.listing()
    hidden.add(["b", "c"])
    hidden.indexed(listing, ["a", "b", "c"])
    assert hidden.names() == {"b", "c"}
    hidden.indexed(hidden.listing(), ["b"])
    assert hidden.names() == {"c"}
