"""The index: only what changed is embedded, what cannot be read is named, a kill loses nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ConfigError, IndexMissing, NotesError
from ingest.corpus import LocalFile, Source, find_sources
from ingest.indexer import Indexer, IndexReport
from retrieval.retriever import Retriever
from retrieval.store import IndexStore
from tests.fakes import FakeEmbedder

STREAMS = """\
Kinesis
\t- Streams
\t\t- a shard takes one megabyte a second
\t- Firehose
\t\t- loads records into a bucket

Ques: What takes one megabyte?
Ans: a shard
"""
STORAGE = """\
# Storage

- S3 keeps objects in buckets
- EFS is a file system

Ques: Which one keeps objects?
Ans: S3
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return write_notes(tmp_path / "notes")


def write_notes(folder: Path) -> Path:
    folder.mkdir()
    (folder / "streams.txt").write_text(STREAMS)
    (folder / "storage.md").write_text(STORAGE)
    return folder


def update(
    notes: Path, home: Path, embedder: FakeEmbedder | None = None, **options: float
) -> IndexReport:
    store = IndexStore(home)
    return Indexer(store, embedder or FakeEmbedder(), **options).update(find_sources([notes]))


def first_hit(home: Path, query: str) -> str:
    (hit, *_) = Retriever(IndexStore(home).load(), FakeEmbedder()).search(query).hits
    return hit.passage.text


def problems(report: IndexReport) -> dict[str, str]:
    return {info.name: info.problem for info in report.problems}


# What is embedded.


def test_the_first_run_embeds_everything(notes: Path, tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    report = update(notes, tmp_path / "home", embedder)
    assert (report.embedded, report.reused, report.unchanged) == (len(embedder.texts), 0, False)
    assert report.messages == ()
    index = IndexStore(tmp_path / "home").load()
    assert len(index.passages) + len(index.unit_vectors) == report.embedded
    assert index.texts["streams.txt"] == tuple(STREAMS.splitlines())
    assert index.asked == {("streams.txt", 7), ("storage.md", 6)}
    assert {(n.name, n.lines, n.passages, n.questions) for n in report.notes} == {
        ("streams.txt", 7, 2, 1),
        ("storage.md", 5, 2, 1),
    }


def test_what_was_saved_is_what_is_loaded(notes: Path, tmp_path: Path) -> None:
    (notes / "odd.txt").write_text("𝜃 \u2028 naïve\u00a0Bayes\n\t__label__ <x> \x85 RECORD<X>\n")
    kept = []
    store = IndexStore(tmp_path / "home")
    save = store.save
    store.save = lambda index: (kept.append(index), save(index))[1]
    Indexer(store, FakeEmbedder()).update(find_sources([notes]))
    loaded = store.load()
    for part in ("manifest", "texts", "lines", "passages", "asked"):
        assert getattr(loaded, part) == getattr(kept[0], part)
    assert (loaded.keys == kept[0].keys).all()
    assert (loaded.unit_vectors.rows() == kept[0].unit_vectors.rows()).all()


def test_nothing_changed_reads_the_manifest_only(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = update(notes, tmp_path / "home")
    before = sorted((tmp_path / "home").rglob("*"))
    for path in notes.iterdir():
        os.utime(path, (1, 1))
    monkeypatch.setattr(IndexStore, "load", lambda self: pytest.fail("the index is not needed"))
    monkeypatch.setattr(IndexStore, "save", lambda *_: pytest.fail("there is nothing to save"))
    embedder = FakeEmbedder()
    report = update(notes, tmp_path / "home", embedder)
    assert (report.unchanged, report.embedded, report.notes) == (True, 0, first.notes)
    assert embedder.calls == []
    assert sorted((tmp_path / "home").rglob("*")) == before


def test_only_changed_texts_are_embedded(notes: Path, tmp_path: Path) -> None:
    first = update(notes, tmp_path / "home")
    (notes / "streams.txt").write_text(STREAMS.replace("one megabyte a", "two megabytes a"))
    embedder = FakeEmbedder()
    report = update(notes, tmp_path / "home", embedder)
    assert len(embedder.texts) == report.embedded == 2
    assert all("two megabytes" in text for text in embedder.texts)
    assert report.reused == first.embedded - 2
    afresh = tmp_path / "afresh"
    update(notes, afresh)
    old, new = IndexStore(tmp_path / "home").load(), IndexStore(afresh).load()
    assert (old.unit_vectors.rows() == new.unit_vectors.rows()).all()
    assert (old.passage_vectors.rows() == new.passage_vectors.rows()).all()


@pytest.mark.parametrize(
    "change",
    [
        lambda notes: (notes / "streams.txt").rename(notes / "renamed.txt"),
        lambda notes: (notes / "streams.txt").unlink(),
        lambda notes: (notes / "copy.txt").write_text(STREAMS),
        lambda notes: (notes / "streams.txt").write_text("\n\n" + STREAMS),
    ],
    ids=["renamed", "removed", "copied", "moved down"],
)
def test_known_texts_are_not_embedded_again(
    notes: Path, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    update(notes, tmp_path / "home")
    change(notes)
    embedder = FakeEmbedder()
    report = update(notes, tmp_path / "home", embedder)
    assert embedder.texts == []
    assert not report.unchanged
    loaded = IndexStore(tmp_path / "home").load()
    assert set(loaded.texts) == {path.name for path in notes.iterdir()}
    assert {line.note for line in loaded.lines} == set(loaded.texts)


def test_progress_is_shown(notes: Path, tmp_path: Path) -> None:
    shown: list[tuple[str, float]] = []
    indexer = Indexer(
        IndexStore(tmp_path / "home"),
        FakeEmbedder(),
        progress=lambda stage, share: shown.append((stage, share)),
    )
    indexer.update(find_sources([notes]))
    shares = [share for stage, share in shown if stage == "embedding"]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 1
    assert shown[-1] == ("saving", 1.0)


# An index that does not fit.


def test_another_embedding_model_makes_it_again(notes: Path, tmp_path: Path) -> None:
    first = update(notes, tmp_path / "home", FakeEmbedder("old-model"))
    report = update(notes, tmp_path / "home", FakeEmbedder("new-model"))
    (message,) = report.messages
    assert "old-model" in message
    assert "again with new-model" in message
    assert (report.embedded, report.reused) == (first.embedded, 0)
    assert update(notes, tmp_path / "home", FakeEmbedder("new-model")).unchanged


def generation(home: Path) -> Path:
    return home / (home / "current").read_text()


def test_another_format_makes_it_again(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = update(notes, home)
    manifest = generation(home) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 0}))
    assert IndexStore(home).manifest() is None
    with pytest.raises(IndexMissing, match="python app.py index"):
        IndexStore(home).load()
    report = update(notes, home)
    assert report.messages == (
        "The index was made by another version of Noteproof: it is made again.",
    )
    assert report.embedded == first.embedded


def empty(path: Path) -> None:
    path.write_bytes(b"")


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lose_a_row(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def scramble(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00garbage\n" * 9)


FILES = ("texts.npy", "lines.note.npy", "asked.jsonl", "passages.npy", "keys.npy")


@pytest.mark.parametrize("damage", [empty, halve, lose_a_row, scramble, Path.unlink])
@pytest.mark.parametrize("name", [*FILES, "passages.faiss", "units.faiss"])
def test_damage_is_noticed(
    notes: Path, tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    home = tmp_path / "home"
    update(notes, home)
    damage(generation(home) / name)
    with pytest.raises(IndexMissing, match="index again"):
        Retriever(IndexStore(home).load(), FakeEmbedder())
    (notes / "more.txt").write_text("A new note about trees\n")
    report = update(notes, home)
    assert report.embedded > 0
    if name != "asked.jsonl":  # texts of lines that were asked are no part of the old vectors
        assert "shard" in first_hit(home, "what does a shard take")


@pytest.mark.parametrize("damage", [empty, scramble, Path.unlink])
@pytest.mark.parametrize("name", ["current", "manifest.json"])
def test_without_a_manifest_it_is_made_again(
    notes: Path, tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    home = tmp_path / "home"
    update(notes, home)
    damage(home / name if name == "current" else generation(home) / name)
    with pytest.raises(IndexMissing, match="no index yet"):
        IndexStore(home).load()
    assert update(notes, home).messages
    assert "shard" in first_hit(home, "what does a shard take")


@pytest.mark.parametrize("content", ["[]", '"x"', "3", "{}", '{"notes": 3}', '{"notes": [3]}'])
def test_a_manifest_of_another_shape_is_none(notes: Path, tmp_path: Path, content: str) -> None:
    update(notes, tmp_path / "home")
    (generation(tmp_path / "home") / "manifest.json").write_text(content)
    assert IndexStore(tmp_path / "home").manifest() is None


def test_before_the_first_run_there_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"python app\.py index"):
        IndexStore(tmp_path / "home").load()
    assert not (tmp_path / "home").exists()


def test_a_home_that_cannot_be_written_is_named(notes: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"cannot be written to .*NOTEPROOF_HOME"):
        update(notes, tmp_path / "file" / "home")


def test_a_full_disk_leaves_the_old_index(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    update(notes, home)
    before = sorted(home.rglob("*"))
    (notes / "more.txt").write_text("A new note\n")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match=r"No space left on device\): make room"):
        update(notes, home)
    assert sorted(home.rglob("*")) == before
    assert "shard" in first_hit(home, "what does a shard take")


# Files that cannot be read.


def test_what_cannot_be_read_is_named_and_the_rest_indexed(notes: Path, tmp_path: Path) -> None:
    (notes / "binary.txt").write_bytes(b"a\0b")
    (notes / "paper.pdf").write_bytes(b"%PDF")
    (notes / "blank.txt").write_text(" \n\t\n")
    (notes / "empty.md").write_bytes(b"")
    with (notes / "huge.txt").open("wb") as file:
        file.truncate(50_000_000)
    report = update(notes, tmp_path / "home")
    found = problems(report)
    assert "binary" in found["binary.txt"]
    assert "it is no .pdf file" in found["paper.pdf"]
    assert found["blank.txt"] == found["empty.md"] == "it is empty"
    assert found["huge.txt"] == (
        "it has 50 MB, more than the 20 MB of NOTEPROOF_MAX_NOTE_MB: split it, or raise the limit"
    )
    assert set(IndexStore(tmp_path / "home").load().texts) == {"streams.txt", "storage.md"}
    again = update(notes, tmp_path / "home")
    assert again.unchanged
    assert problems(again) == found


def test_a_note_that_is_too_large_is_not_even_read(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (notes / "large.txt").write_text("x" * 3000)
    read = Path.read_bytes

    def small_only(path: Path) -> bytes:
        assert path.name != "large.txt"
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", small_only)
    report = update(notes, tmp_path / "home", max_note_mb=0.002)
    assert "more than the 0.002 MB" in problems(report)["large.txt"]


def test_a_raised_limit_reads_it(notes: Path, tmp_path: Path) -> None:
    (notes / "large.txt").write_text("many words " * 300)
    assert problems(update(notes, tmp_path / "home", max_note_mb=0.002))
    assert not problems(update(notes, tmp_path / "home"))


def test_a_file_that_cannot_be_opened_is_named(notes: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    sources = [
        *find_sources([notes]),
        Source("folder.txt", LocalFile(tmp_path / "folder.txt")),
        Source("gone.txt", LocalFile(tmp_path / "gone.txt")),
    ]
    report = Indexer(IndexStore(tmp_path / "home"), FakeEmbedder()).update(sources)
    assert problems(report) == {
        "folder.txt": "it cannot be opened (Is a directory)",
        "gone.txt": "it cannot be opened (No such file or directory)",
    }


def test_only_unreadable_files_say_why_and_keep_the_index(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    update(notes, home)
    for path in notes.iterdir():
        path.write_bytes(b"\0")
    (notes / "rule.txt").write_text("-----\n")
    with pytest.raises(NotesError, match=r"None of the 3 files .*no text.*binary.*Add \.txt or"):
        update(notes, home)
    assert "shard" in first_hit(home, "what does a shard take")


def test_a_file_name_that_is_no_utf8(notes: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    try:
        (notes / name).write_text("Trees split nodes\n")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    update(notes, tmp_path / "home")
    assert name in IndexStore(tmp_path / "home").load().texts
    assert "Trees" in first_hit(tmp_path / "home", "trees split")


# Killed.


def index_and_die(notes: Path, home: Path, step: int) -> None:
    """Index, and be killed just before the `step`-th thing done to the file system."""
    left = step

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def audited(event: str, arguments: tuple[object, ...]) -> None:
        watched = event == "open" or event.startswith(("os.", "shutil."))
        if watched and any(str(home) in str(argument) for argument in arguments):
            count()

    fsync = os.fsync
    os.fsync = lambda descriptor: (count(), fsync(descriptor))[1]
    sys.addaudithook(audited)
    update(notes, home, FakeEmbedder(before=count))


def die_at_every_step(notes: Path, base: Path, where: Path) -> None:
    """Copies of `base`, each left as a kill one step later leaves it, until none is reached."""
    step, killed = 0, True
    while killed:
        home = where / f"{step:03}"
        shutil.copytree(base, home)
        child = os.fork()
        if child == 0:
            index_and_die(notes, home, step)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        if not killed and status:
            sys.exit("the child failed")
        step += 1


@pytest.mark.parametrize("before", ["an index", "nothing"])
def test_killed_at_any_moment_a_whole_index_serves(tmp_path: Path, before: str) -> None:
    notes, base, where = write_notes(tmp_path / "notes"), tmp_path / "base", tmp_path / "killed"
    base.mkdir()
    if before == "an index":
        update(notes, base)
    (notes / "more.txt").write_text("Trees\n\t- a tree splits its nodes\n")
    script = f"""
from pathlib import Path
from tests.test_ingest_indexer import die_at_every_step
die_at_every_step(Path({str(notes)!r}), Path({str(base)!r}), Path({str(where)!r}))
"""
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True, timeout=500)
    homes = sorted(path for path in where.iterdir() if path.is_dir())
    assert len(homes) > 20
    served = []
    for home in homes:
        served.append(serves(home, first_run=before == "nothing"))
        report = update(notes, home)
        assert report.unchanged == (served[-1] == 3)
        assert serves(home) == 3
        if not report.unchanged:
            assert {path.name for path in home.iterdir()} == {"current", generation(home).name}
    assert served == sorted(served)
    assert served[0] < 3
    assert served[-1] == 3


def serves(home: Path, first_run: bool = False) -> int:
    """How many notes the index in `home` has; it must be whole, or on a first run absent."""
    try:
        index = IndexStore(home).load()
    except IndexMissing:
        assert first_run
        return 0
    hits = Retriever(index, FakeEmbedder()).search("a shard takes one megabyte").hits
    assert "megabyte" in hits[0].passage.text
    return len(index.texts)
