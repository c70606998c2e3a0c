"""A saved change is searchable within two seconds; folders may vanish and come back."""

from __future__ import annotations

import itertools
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.library import Library
from ingest.watching import Watcher
from tests.clock import PATIENCE, quickest, until
from tests.fakes import FakeEmbedder

QUIET = 0.8
"""Seconds in which a change that is noticed at all has been noticed on a quiet machine."""


class Bell:
    """Counts how often it rang."""

    def __init__(self) -> None:
        self.rung = 0

    def __call__(self) -> None:
        self.rung += 1


def until_told(bell: Bell, note: Path) -> None:
    """Save a note until that is told: nothing else says when a watcher has begun."""
    before, texts = bell.rung, itertools.count()

    def told() -> bool:
        note.write_text(f"text {next(texts)}")
        return until(lambda: bell.rung > before, seconds=1)

    assert until(told)
    until_silent(bell)


def until_silent(bell: Bell) -> None:
    """Nothing has rung for a while."""
    seen = -1
    while bell.rung > seen:
        seen = bell.rung
        time.sleep(QUIET)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notes"
    made.mkdir()
    (made / "a.md").write_text("# Shards\n\n- a shard takes one megabyte\n")
    return made


@pytest.fixture
def watcher(folder: Path) -> Iterator[Watcher]:
    """Its `_changed` is a bell; it has begun, and nothing is left to tell."""
    bell = Bell()
    made = Watcher([folder], bell)
    made.start()
    until_told(bell, folder / "first.md")
    yield made
    made.close()
    assert not any(thread.name == "watching" for thread in threading.enumerate())


@pytest.fixture
def watched(watcher: Watcher) -> Bell:
    bell = watcher._changed
    assert isinstance(bell, Bell)
    bell.rung = 0
    return bell


def test_a_saved_change_is_searchable_within_two_seconds(folder: Path, tmp_path: Path) -> None:
    """Two when the machine is quiet: the quickest of some changes, in case it is not."""
    library = Library([folder], tmp_path / "home", FakeEmbedder())
    library.update()
    watcher = Watcher([folder], library.changed)
    watcher.start()

    def searchable(word: str, patience: float = PATIENCE) -> bool:
        aside = folder / ".a.md.swp"
        aside.write_text(f"# Shards\n\n- a shard takes {word} megabytes\n")
        aside.replace(folder / "a.md")

        def found() -> bool:
            hits = library.retriever().search("shard megabytes").hits
            return any(word in hit.passage.text for hit in hits)

        return until(found, patience)

    words = itertools.count()
    try:
        assert until(lambda: searchable(f"word{next(words)}", 2))  # it has begun
        took = min(quickest(lambda: searchable(f"word{next(words)}"), times=1) for _ in range(3))
        assert took < 10  # a stall, not a benchmark
    finally:
        watcher.close()
        library.wait(PATIENCE)


def test_a_burst_is_one_change(folder: Path, watched: Bell) -> None:
    for number in range(50):
        (folder / f"{number}.md").write_text("x")
    assert until(lambda: watched.rung > 0)
    until_silent(watched)
    assert watched.rung <= 10  # one, or some if the machine stands still meanwhile


def test_hidden_files_are_no_change(folder: Path, watched: Bell) -> None:
    (folder / ".swap").write_text("x")
    (folder / ".obsidian").mkdir()
    (folder / ".obsidian" / "workspace.json").write_text("{}")
    time.sleep(QUIET)
    assert watched.rung == 0


def test_new_folders_are_watched_too(folder: Path, watched: Bell) -> None:
    (folder / "deep").mkdir()
    assert until(lambda: watched.rung > 0)
    until_told(watched, folder / "deep" / "b.md")


def test_a_folder_that_vanishes_is_told_and_watched_again(
    folder: Path, watcher: Watcher, watched: Bell
) -> None:
    shutil.rmtree(folder)
    assert until(lambda: watched.rung > 0)
    assert until(lambda: watcher._seen == [()])  # another may be made in the very same place
    until_silent(watched)
    before = watched.rung
    folder.mkdir()
    assert until(lambda: watched.rung > before)
    until_told(watched, folder / "c.md")


def test_a_folder_made_again_at_once_is_watched(folder: Path, watched: Bell) -> None:
    """Often it gets the very number that the old one had."""
    shutil.rmtree(folder)
    folder.mkdir()
    assert until(lambda: watched.rung > 0)
    until_told(watched, folder / "c.md")


def test_what_is_saved_before_the_system_tells_of_changes_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ingest.watching

    real, bell = ingest.watching.watch, Bell()

    def watch(*folders: Path, **options: object) -> object:
        (folder / "between.md").write_text("saved after the last look, before the first event")
        return real(*folders, **options)

    monkeypatch.setattr(ingest.watching, "watch", watch)
    watcher = Watcher([folder], bell)
    watcher.start()
    try:
        assert until(lambda: bell.rung > 0)
    finally:
        watcher.close()


def test_a_folder_that_vanishes_is_said_in_the_state(folder: Path, tmp_path: Path) -> None:
    library = Library([folder], tmp_path / "home", FakeEmbedder())
    library.update()
    watcher = Watcher([folder], library.changed)
    watcher.start()
    try:
        folder.rename(tmp_path / "away")
        assert until(lambda: library.state().phase == "failed")
        assert "There is no folder" in library.state().detail
        assert library.retriever().search("shard").hits
        (tmp_path / "away").rename(folder)
        assert until(lambda: library.state().phase == "ready")
    finally:
        watcher.close()
        library.wait(PATIENCE)


def test_a_single_file_is_watched(tmp_path: Path) -> None:
    bell, note = Bell(), tmp_path / "a.md"
    note.write_text("x")
    watcher = Watcher([note], bell)
    watcher.start()
    try:
        until_told(bell, note)
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
        until_told(bell, folder / "b.md")
        assert len(refused) == 1
    finally:
        watcher.close()
