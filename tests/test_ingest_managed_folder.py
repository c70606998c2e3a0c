"""The folder of added notes on disk: whole files, no links, nothing outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import ConfigError, NotesError
from ingest.managed_folder import ManagedFolder, writing


@pytest.fixture
def folder(tmp_path: Path) -> ManagedFolder:
    return ManagedFolder(tmp_path / "notes")


def test_before_anything_is_written_there_is_no_folder(folder: ManagedFolder) -> None:
    assert folder.names() == folder.sizes() == []
    assert (folder.find("a.md"), folder.same(b"one")) == (None, "")
    assert not folder.path.exists()


def test_what_is_written_is_found_by_name_and_by_content(folder: ManagedFolder) -> None:
    folder.write("Week 1/a.md", b"one")
    folder.write("b.md", b"three")
    assert (folder.names(), folder.sizes()) == (["Week 1/a.md", "b.md"], [3, 5])
    assert folder.find("Week 1/a.md") == folder.path / "Week 1" / "a.md"
    assert (folder.same(b"one"), folder.same(b"two")) == ("Week 1/a.md", "")


def test_links_and_hidden_files_are_none_of_its_files(
    folder: ManagedFolder, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("secret")
    folder.write("a.md", b"one")
    (folder.path / "link").symlink_to(outside)
    (folder.path / "b.md").symlink_to(outside / "secret.md")
    (folder.path / ".hidden.md").write_text("secret")
    assert folder.names() == ["a.md"]
    assert folder.same(b"secret") == ""
    for name in ("b.md", "link/secret.md", ".hidden.md", "../outside/secret.md", ".", "", "/etc"):
        assert folder.find(name) is None, name
    with pytest.raises(NotesError, match="is a link"):
        folder.write("link/new.md", b"two")
    assert [path.name for path in outside.iterdir()] == ["secret.md"]


def test_what_a_killed_run_left_is_swept_once_it_is_old(folder: ManagedFolder) -> None:
    folder.path.mkdir()
    old, new = folder.path / ".0.part", folder.path / ".1.part"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    folder.write("a.md", b"one")
    assert (old.exists(), new.exists()) == (False, True)
    assert folder.names() == ["a.md"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    folder: ManagedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("a.md", b"one")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left .* NOTEPROOF_HOME"), writing(folder.path):
        folder.write("a.md", b"two")
    assert [path.name for path in folder.path.iterdir()] == ["a.md"]
    assert (folder.path / "a.md").read_bytes() == b"one"
