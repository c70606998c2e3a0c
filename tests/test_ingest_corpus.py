"""Which files are the notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import NotesError
from ingest.corpus import LocalFile, corpus_key, find_sources


def write(path: Path, text: str = "a note") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_files_are_named_by_their_path_under_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "b.txt")
    write(tmp_path / "deep" / "er" / "a.md")
    sources = find_sources([tmp_path])
    assert [source.name for source in sources] == ["b.txt", "deep/er/a.md"]
    assert [source.file for source in sources] == [LocalFile(tmp_path / s.name) for s in sources]


def test_a_missing_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotesError, match=r"no folder .*nowhere: create it, or name one with --cor"):
        find_sources([tmp_path / "nowhere"])


def test_an_empty_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotesError, match=rf"no notes in {tmp_path}: put \.txt or \.md files"):
        find_sources([tmp_path])


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    for name in (".hidden.txt", ".git/config.txt", "sub/.cache/x.md"):
        write(tmp_path / name)
    with pytest.raises(NotesError, match="no notes"):
        find_sources([tmp_path])
    write(tmp_path / "seen.txt")
    assert [source.name for source in find_sources([tmp_path])] == ["seen.txt"]


def test_a_hidden_folder_that_is_named_is_read(tmp_path: Path) -> None:
    write(tmp_path / ".notes" / "a.txt")
    assert [source.name for source in find_sources([tmp_path / ".notes"])] == ["a.txt"]


def test_a_single_file_is_a_corpus(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    assert [(s.name, s.file) for s in find_sources([path])] == [("a.txt", LocalFile(path))]


def test_the_same_name_in_several_folders_stays_apart(tmp_path: Path) -> None:
    folders = [tmp_path / "one" / "notes", tmp_path / "two" / "notes", tmp_path / "three" / "notes"]
    for folder in folders:
        write(folder / "a.txt", folder.parent.name)
    sources = find_sources(folders)
    assert {source.file for source in sources} == {LocalFile(f / "a.txt") for f in folders}
    assert len({source.name for source in sources}) == 3
    assert "a.txt" in {source.name for source in sources}


def test_a_folder_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    again = tmp_path / "sub" / ".."
    (tmp_path / "sub").mkdir()
    assert [source.name for source in find_sources([tmp_path, again])] == ["a.txt"]


def test_the_key_is_that_of_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert corpus_key([one, two]) == corpus_key([two, one])
    assert corpus_key([one]) != corpus_key([two])
    assert corpus_key([one]) != corpus_key([one, two])
    monkeypatch.chdir(tmp_path)
    assert corpus_key([Path("one")]) == corpus_key([one])
