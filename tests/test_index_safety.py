"""The index is never half there: killed runs, damaged files, two processes at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from core.errors import ConfigError, IndexMissing
from ingest import embedding
from ingest.corpus import find_sources
from ingest.indexer import Indexer, IndexReport
from ingest.library import Library
from retrieval.journal import Journal
from retrieval.retriever import Retriever
from retrieval.store import IndexStore
from tests.clock import PATIENCE
from tests.fakes import FakeEmbedder

ROOT = Path(__file__).parents[1]
KILLS = 50


def write(folder: Path, name: str, lines: int = 40) -> None:
    folder.mkdir(exist_ok=True)
    text = "\n".join(f"\t- {name} fact number {row} tells of thing{row}" for row in range(lines))
    (folder / f"{name}.txt").write_text(f"{name}\n{text}\n")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    write(tmp_path / "notes", "alpha")
    write(tmp_path / "notes", "beta")
    with (tmp_path / "notes" / "beta.txt").open("a") as file:
        file.write("\nQues: What does beta tell of?\nAns: things\n")
    return tmp_path / "notes"


def update(notes: Path, home: Path, embedder: FakeEmbedder | None = None) -> IndexReport:
    return Indexer(IndexStore(home), embedder or FakeEmbedder()).update(find_sources([notes]))


def generation(home: Path) -> Path:
    return home / (home / "current").read_text()


def served(home: Path) -> set[str]:
    """The notes of the index there is, which must be whole; none before the first."""
    if IndexStore(home).manifest() is None:
        with pytest.raises(IndexMissing, match="no index yet"):
            IndexStore(home).load()
        return set()
    index = IndexStore(home).load()
    found = Retriever(index, FakeEmbedder()).search("alpha fact number 7 tells of thing7")
    assert found.lines[0][0].text.endswith("thing7")
    assert IndexStore(home).damage() == ""
    return set(index.texts)


# Killed.

CHILD = """
import os, sys, time
from pathlib import Path
from ingest import embedding
from ingest.corpus import find_sources
from ingest.indexer import Indexer
from retrieval.store import IndexStore
from tests.fakes import FakeEmbedder

embedding.STEP = 8
notes, home = Path(sys.argv[1]), Path(sys.argv[2])
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        Indexer(IndexStore(home), FakeEmbedder()).update(find_sources([notes]))
        os._exit(0)
    print(child, flush=True)
    began = time.perf_counter()
    _, status = os.waitpid(child, 0)
    print("killed" if os.WIFSIGNALED(status) else status, time.perf_counter() - began, flush=True)
"""


def test_kill_9_at_fifty_moments(notes: Path, tmp_path: Path) -> None:
    home, rng, ends = tmp_path / "home", random.Random(7), []
    command = [sys.executable, "-c", CHILD, str(notes), str(home)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as forks:
        assert forks.stdin
        assert forks.stdout

        def run(seconds: float | None) -> tuple[str, float]:
            print("go", file=forks.stdin, flush=True)
            child = int(forks.stdout.readline())
            if seconds is not None:
                time.sleep(seconds)
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            how, took = forks.stdout.readline().split()
            return how, float(took)

        run(None)
        assert served(home) == {"alpha.txt", "beta.txt"}
        write(notes, "gamma", 5)
        _, whole = run(None)
        for number in range(KILLS):
            write(notes, "gamma", 20 + number)
            before = generation(home).name
            ends.append(run(rng.random() * whole)[0])
            assert {"alpha.txt", "beta.txt"} <= served(home)
            lines = len(IndexStore(home).load().texts.get("gamma.txt", ()))
            switched = generation(home).name != before
            assert lines == 21 + number if switched else lines != 21 + number
            assert switched or ends[-1] == "killed"
        forks.stdin.close()
    assert ends.count("killed") > KILLS / 2
    update(notes, home)
    assert served(home) == {"alpha.txt", "beta.txt", "gamma.txt"}
    assert {path.name for path in home.iterdir()} == {"current", generation(home).name}


def test_a_stopped_run_goes_on_where_it_was(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "STEP", 10)
    home, first, second = tmp_path / "home", FakeEmbedder(), FakeEmbedder()

    def stop(texts: object) -> None:
        if len(first.calls) > 4:
            raise KeyboardInterrupt

    first._before = stop
    with pytest.raises(KeyboardInterrupt):
        update(notes, home, first)
    assert served(home) == set()
    report = update(notes, home, second)
    assert report.messages == ("The last run was stopped before its end: it goes on from there.",)
    safe = {text for call in first.calls[:-1] for text in call}
    assert len(safe) == 40
    assert not safe & set(second.texts)
    assert report.reused == 40
    assert report.embedded == len(second.texts)
    assert not IndexStore(home).unfinished()
    afresh = tmp_path / "afresh"
    update(notes, afresh)
    one, two = IndexStore(home).load(), IndexStore(afresh).load()
    assert (one.unit_vectors.rows() == two.unit_vectors.rows()).all()


def test_what_a_kill_after_the_switch_left_is_removed(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    update(notes, home)
    before = sorted(home.rglob("*"))
    (home / "journal").write_bytes(b"whole, but needed no more")
    (home / "older-generation").mkdir()
    assert update(notes, home).unchanged
    assert sorted(home.rglob("*")) == before


# The journal.


def journal_with(path: Path, blocks: int) -> FakeEmbedder:
    embedder, journal = FakeEmbedder(), Journal(path, "fake-64")
    for block in range(blocks):
        texts = [f"text {block} {row}" for row in range(3)]
        journal.append(embedding.fingerprints(texts), embedder.encode(texts))
    journal.close(remove=False)
    return embedder


def kept(path: Path, model: str = "fake-64") -> int:
    journal = Journal(path, model)
    journal.close(remove=False)
    return len(journal)


def test_a_journal_gives_back_what_it_was_given(tmp_path: Path) -> None:
    embedder = journal_with(tmp_path / "journal", 3)
    journal = Journal(tmp_path / "journal", "fake-64")
    assert len(journal) == 9
    keys = embedding.fingerprints(reversed(embedder.texts))
    assert (journal.take(keys) == embedder.encode(embedder.texts[::-1])).all()
    journal.close(remove=True)
    assert not (tmp_path / "journal").exists()


@pytest.mark.parametrize(("cut", "left"), [(1, 6), (10**9, 0), (20, 6), (900, 3), (2350, 0)])
def test_a_torn_journal_is_used_up_to_the_tear(tmp_path: Path, cut: int, left: int) -> None:
    path = tmp_path / "journal"
    journal_with(path, 3)
    path.write_bytes(path.read_bytes()[: max(0, path.stat().st_size - cut)])
    assert kept(path) == left
    journal = Journal(path, "fake-64")
    texts = ["new"]
    journal.append(embedding.fingerprints(texts), FakeEmbedder().encode(texts))
    journal.close(remove=False)
    assert kept(path) == left + 1


def test_a_journal_of_another_model_is_forgotten(tmp_path: Path) -> None:
    journal_with(tmp_path / "journal", 2)
    assert kept(tmp_path / "journal", "other") == 0


def test_any_flipped_byte_of_a_journal_is_found(tmp_path: Path) -> None:
    path, rng = tmp_path / "journal", random.Random(3)
    for _ in range(40):
        path.unlink(missing_ok=True)
        journal_with(path, 2)
        data = bytearray(path.read_bytes())
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        assert kept(path) < 6


# Damaged.


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("damage", [flip, halve, Path.unlink])
def test_damage_to_any_file_is_told_and_mended(
    notes: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    library = Library([notes], tmp_path, FakeEmbedder())
    library.update()
    (pointer,) = (tmp_path / "index").glob("*/current")
    names = sorted(path.name for path in generation(pointer.parent).iterdir())
    assert len(names) > 20
    for name in names:
        damage(generation(pointer.parent) / name)
        embedder = FakeEmbedder()
        again = Library([notes], tmp_path, embedder)
        report = again.update()
        if name == "manifest.json":
            assert "made again" in report.messages[0]
        else:
            assert report.messages[0].startswith(f"The index was damaged ({name} ")
            vectors = name in ("keys.npy", "passages.faiss", "units.faiss")
            assert bool(embedder.texts) == vectors, name
        assert served(pointer.parent) == {"alpha.txt", "beta.txt"}


# Two at once.


def test_a_second_process_waits_and_then_has_nothing_to_do(notes: Path, tmp_path: Path) -> None:
    home, inside, go_on = tmp_path / "home", threading.Event(), threading.Event()

    def slowly(texts: object) -> None:
        inside.set()
        assert go_on.wait(PATIENCE)

    first = threading.Thread(target=update, args=(notes, home, FakeEmbedder(before=slowly)))
    first.start()
    assert inside.wait(PATIENCE)
    told: list[str] = []

    def progress(stage: str, share: float) -> None:
        told.append(stage)
        go_on.set()

    embedder = FakeEmbedder()
    second = Indexer(IndexStore(home), embedder, progress=progress)
    report = second.update(find_sources([notes]))
    first.join(PATIENCE)
    assert told[0] == "waiting for another process"
    assert report.unchanged
    assert embedder.texts == []


def test_two_processes_and_a_reader_at_once(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    update(notes, home)
    script = """
import sys
from pathlib import Path
from tests.test_index_safety import update, write
notes, home, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
for count in range(10, 20):
    write(notes, name, count)
    update(notes, home)
"""
    command = [sys.executable, "-c", script, str(notes), str(home)]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("gamma", "delta")]
    while any(writer.poll() is None for writer in writers):
        assert {"alpha.txt", "beta.txt"} <= served_once(home)
    assert [writer.returncode for writer in writers] == [0, 0]
    update(notes, home)
    assert served(home) == {"alpha.txt", "beta.txt", "gamma.txt", "delta.txt"}


def served_once(home: Path) -> set[str]:
    return set(IndexStore(home).load().texts)


def test_a_lock_that_cannot_be_made_is_named(notes: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written to"):
        update(notes, tmp_path / "file" / "index" / "home")
