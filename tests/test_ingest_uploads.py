"""The learner's own copies: whole or not at all, within limits, removed without loss."""

from __future__ import annotations

import hashlib
import threading
import time
from pathlib import Path

import pytest

from core.errors import ConfigError, NotesError
from ingest.uploads import Added, Limits, OwnNotes


def no_bytes(name: str, data: bytes) -> None:
    if b"\0" in data:
        raise NotesError("it is not text (binary file)")


@pytest.fixture
def own(tmp_path: Path) -> OwnNotes:
    return OwnNotes(tmp_path / "notes", tmp_path / "trash", Limits(0.001, 3, 0.002), no_bytes)


def kept(own: OwnNotes) -> dict[str, bytes]:
    return {name: (own.folder / name).read_bytes() for name in own.names()}


def test_a_file_is_kept_whole_and_nothing_beside_it(own: OwnNotes) -> None:
    assert own.add("Week 1/a.md", b"one") == Added("Week 1/a.md", "added")
    assert kept(own) == {"Week 1/a.md": b"one"}
    assert [path.name for path in own.folder.iterdir()] == ["Week 1"]


def test_the_same_name_gets_a_number_and_the_same_content_nothing(own: OwnNotes) -> None:
    own.add("a.md", b"one")
    assert own.add("a.md", b"two") == Added("a (2).md", "numbered")
    assert own.add("b.md", b"one") == Added("a.md", "same")
    assert kept(own) == {"a.md": b"one", "a (2).md": b"two"}


def test_what_other_folders_hold_counts_too(own: OwnNotes) -> None:
    known = {"a.md": hashlib.sha256(b"theirs").hexdigest()}
    assert own.add("x.md", b"theirs", known) == Added("a.md", "same")
    assert own.add("a.md", b"mine", known) == Added("a (2).md", "numbered")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("big.md", b"x" * 1001, "NOTEPROOF_MAX_NOTE_MB"),
        ("empty.md", b" \n", "it is empty"),
        ("bytes.md", b"\0\1", "it is not text"),
        ("../a.md", b"x", "leads out"),
        ("a.md/b.md", b"x", "A note lies where a.md/b.md needs a folder"),
    ],
)
def test_what_will_not_do_is_refused_and_leaves_nothing(
    own: OwnNotes, name: str, data: bytes, said: str
) -> None:
    own.add("a.md", b"one")
    with pytest.raises(NotesError, match=said):
        own.add(name, data)
    assert kept(own) == {"a.md": b"one"}
    assert len(list(own.folder.parent.rglob("*"))) == 2


def test_number_and_total_are_limited(own: OwnNotes) -> None:
    own.add("a.md", b"a" * 900)
    own.add("b.md", b"b" * 900)
    with pytest.raises(NotesError, match="NOTEPROOF_MAX_NOTES_MB"):
        own.add("c.md", b"c" * 300)
    own.add("c.md", b"c")
    with pytest.raises(NotesError, match="NOTEPROOF_MAX_NOTES allows"):
        own.add("d.md", b"d")


def test_links_are_not_followed(own: OwnNotes, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("secret")
    own.add("a.md", b"one")
    (own.folder / "link").symlink_to(outside)
    (own.folder / "b.md").symlink_to(outside / "secret.md")
    with pytest.raises(NotesError, match="is a link"):
        own.add("link/b.md", b"two")
    assert own.add("b.md", b"two").name == "b (2).md"
    for name in ("b.md", "link/secret.md", "../outside/secret.md", ".", "", "/etc/passwd"):
        assert not own.has(name)
        with pytest.raises(NotesError, match="not among the notes you added"):
            own.remove(name)
        with pytest.raises(NotesError, match="not among the notes you added"):
            own.rename(name, "c.md")
    assert (outside / "secret.md").read_text() == "secret"


def test_rename_keeps_the_content_and_the_suffix(own: OwnNotes) -> None:
    own.add("a.md", b"one")
    own.add("b.md", b"two")
    assert own.rename("a.md", " Streams ") == "Streams.md"
    assert own.rename("Streams.md", "Streams.md") == "Streams.md"
    assert own.rename("Streams.md", "Week 2/Streams.txt") == "Week 2/Streams.txt"
    assert kept(own) == {"Week 2/Streams.txt": b"one", "b.md": b"two"}
    with pytest.raises(NotesError, match=r"There is a note b\.md already"):
        own.rename("Week 2/Streams.txt", "b.md")
    with pytest.raises(NotesError, match="leads out"):
        own.rename("b.md", "../b.md")
    with pytest.raises(NotesError, match="needs a folder"):
        own.rename("Week 2/Streams.txt", "b.md/c.md")


def test_removed_is_in_the_trash_and_comes_back(own: OwnNotes) -> None:
    own.add("Week 1/a.md", b"one")
    removal = own.remove("Week 1/a.md")
    assert own.names() == []
    assert own.trashed() == ["Week 1/a.md"]
    own.add("Week 1/a.md", b"another")
    assert own.take_back(removal) == "Week 1/a (2).md"
    assert kept(own) == {"Week 1/a.md": b"another", "Week 1/a (2).md": b"one"}
    with pytest.raises(NotesError, match="not in the trash any more"):
        own.take_back(removal)


def test_the_trash_forgets_after_a_month(own: OwnNotes, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    real, removals = time.strftime, []
    for days in (40, 31, 29, 0):
        monkeypatch.setattr(time, "strftime", lambda form, at=None, then=now - days * 86400: (
            real(form, at if at is not None else time.localtime(then))
        ))  # fmt: skip
        own.add(f"{days}.md", b"text")
        removals.append(own.remove(f"{days}.md"))
    (own.trash / "what the learner put here").mkdir()
    own.add("last.md", b"text")
    own.remove("last.md")
    assert sorted(own.trashed()) == ["0.md", "29.md", "last.md"]
    assert (own.trash / "what the learner put here").is_dir()
    with pytest.raises(NotesError, match="not in the trash any more"):
        own.take_back(removals[0])


def test_no_link_leads_a_rename_out(own: OwnNotes, tmp_path: Path) -> None:
    own.add("a.md", b"one")
    (tmp_path / "outside").mkdir()
    (own.folder / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(NotesError, match="a link to another place"):
        own.rename("a.md", "link/a.md")
    assert kept(own) == {"a.md": b"one"}
    assert not list((tmp_path / "outside").iterdir())


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    own = OwnNotes(tmp_path / "notes", tmp_path / "trash", Limits(), no_bytes)
    texts = [f"note {number}".encode() for number in range(24)]
    threads = [threading.Thread(target=own.add, args=("a.md", text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept(own).values()) == sorted(texts)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("a file")
    own = OwnNotes(tmp_path / "notes", tmp_path / "trash", Limits(), no_bytes)
    with pytest.raises((ConfigError, NotesError), match="NOTEPROOF_HOME|its folder"):
        own.add("a.md", b"one")
