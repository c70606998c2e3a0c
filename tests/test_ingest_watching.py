"""A saved change is searchable within two seconds; folders may vanish and come back."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.library import Library
from ingest.watching import Watcher
from tests.fakes import FakeEmbedder

SECONDS = 10


class Bell:
    """Counts how often it rang."""

    def __init__(self) -> None:
        self.rung = 0

    def __call__(self) -> None:
        self.rung += 1


def until(true: Callable[[], bool], seconds: float = SECONDS) -> float:
    """Seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notes"
    made.mkdir()
    (made / "a.md").write_text("# Shards\n\n- a shard takes one megabyte\n")
    return made


@pytest.fixture
def watched(folder: Path) -> Iterator[Bell]:
    bell = Bell()
    watcher = Watcher([folder], bell)
    watcher.start()
    time.sleep(0.3)
    yield bell
    watcher.close()
    assert not any(thread.name == "watching" for thread in threading.enumerate())


def test_a_saved_change_is_searchable_within_two_seconds(folder: Path, tmp_path: Path) -> None:
    library = Library([folder], tmp_path / "home", FakeEmbedder())
    library.update()
    watcher = Watcher([folder], library.changed)
    watcher.start()
    try:
        time.sleep(0.3)
        aside = folder / ".a.md.swp"
        aside.write_text("# Shards\n\n- a shard takes nineteen megabytes\n")
        aside.replace(folder / "a.md")

        def found() -> bool:
            hits = library.retriever().search("shard megabytes").hits
            return any("nineteen" in hit.passage.text for hit in hits)

        assert until(found) < 2
    finally:
        watcher.close()
        library.wait(SECONDS)


def test_a_burst_is_one_change(folder: Path, watched: Bell) -> None:
    for number in range(50):
        (folder / f"{number}.md").write_text("x")
    until(lambda: watched.rung > 0)
    time.sleep(0.6)
    assert watched.rung <= 2


def test_hidden_files_are_no_change(folder: Path, watched: Bell) -> None:
    (folder / ".swap").write_text("x")
    (folder / ".obsidian").mkdir()
    (folder / ".obsidian" / "workspace.json").write_text("{}")
    time.sleep(0.8)
    assert watched.rung == 0


def test_new_folders_are_watched_too(folder: Path, watched: Bell) -> None:
    (folder / "deep").mkdir()
    until(lambda: watched.rung > 0)
    before = watched.rung
    (folder / "deep" / "b.md").write_text("x")
    until(lambda: watched.rung > before)


def test_a_folder_that_vanishes_is_told_and_watched_again(folder: Path, watched: Bell) -> None:
    shutil.rmtree(folder)
    until(lambda: watched.rung > 0)
    time.sleep(1.5)
    before = watched.rung
    folder.mkdir()
    until(lambda: watched.rung > before)
    time.sleep(1.2)
    before = watched.rung
    (folder / "c.md").write_text("x")
    until(lambda: watched.rung > before)


def test_a_folder_that_vanishes_is_said_in_the_state(folder: Path, tmp_path: Path) -> None:
    library = Library([folder], tmp_path / "home", FakeEmbedder())
    library.update()
    watcher = Watcher([folder], library.changed)
    watcher.start()
    try:
        folder.rename(tmp_path / "away")
        until(lambda: library.state().phase == "failed")
        assert "There is no folder" in library.state().detail
        assert library.retriever().search("shard").hits
        (tmp_path / "away").rename(folder)
        until(lambda: library.state().phase == "ready")
    finally:
        watcher.close()
        library.wait(SECONDS)


def test_a_single_file_is_watched(tmp_path: Path) -> None:
    bell, note = Bell(), tmp_path / "a.md"
    note.write_text("x")
    watcher = Watcher([note], bell)
    watcher.start()
    try:
        time.sleep(0.2)
        note.write_text("longer")
        until(lambda: bell.rung > 0)
    finally:
        watcher.close()


def test_where_the_system_does_not_tell_it_looks_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ingest.watching

    real, refused = ingest.watching.watch, []

    def watch(*folders: Path, **options: object) -> object:
        if not options["force_polling"]:
            refused.append(folders)
            raise OSError("OS file watch limit reached")
        return real(*folders, **options)

    monkeypatch.setattr(ingest.watching, "watch", watch)
    bell = Bell()
    watcher = Watcher([folder], bell)
    watcher.start()
    try:
        time.sleep(1.5)
        (folder / "b.md").write_text("x")
        until(lambda: bell.rung > 0)
        assert len(refused) == 1
    finally:
        watcher.close()
