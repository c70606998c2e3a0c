"""The study store: nothing lost, nothing given twice, and failures that say what to do."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConfigError, NoteproofError
from core.practice import Grade, Item, Option, Response
from core.types import Citation
from study.database import explained
from study.items_json import item_from_json, item_to_json
from study.store import StudyStore

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[1]
LINE = Citation(1, "aws.txt", 12, 12, "Kinesis Data Streams - real time")
RIGHT = Grade(True)


def an_item(name: str = "one", facts: tuple[str, ...] = ("f1",), note: str = "aws.txt") -> Item:
    options = (Option("Kinesis", "streams", (LINE,), "Kinesis"), Option("Glue"), Option("Athena"))
    line = Citation(1, note, 12, 12, LINE.quote)
    stem = f"Which one streams? ({name})"
    return Item(name, "scenario", "model", stem, options, (0,), "Kinesis", facts, (line,))


def everything(item: Item) -> bool:
    return True


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "study.db"


@pytest.fixture
def store(file: Path) -> Iterator[StudyStore]:
    store = open_store(file)
    yield store
    store.close()


def open_store(file: Path, patience: float = 10.0) -> StudyStore:
    return StudyStore(f"sqlite:///{file}", patience).open()


def is_intact(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as raw:
        return raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@settings(max_examples=80, deadline=None)
@given(st.from_type(Item))
def test_any_item_comes_back_from_json(item: Item) -> None:
    assert item_from_json(item_to_json(item)) == item


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"stem":', '"stern":'),
        ('"kind":"scenario"', '"kind":"essay"'),
        ('"key":[0]', '"key":["0"]'),
        ('"key":[0]', '"key":[0.0]'),
        ('"concept":"Kinesis"', '"concept":null'),
        ('"id":"one"', '"id":1'),
        ('"id":"one"', '"id":"one","mood":"good"'),
        ('"number":1', '"number":1,"colour":3'),
        ("}", ""),
    ],
)
def test_json_of_another_shape_is_refused(old: str, new: str) -> None:
    text = item_to_json(an_item())
    assert old in text
    with pytest.raises(ValueError, match="validation error"):
        item_from_json(text.replace(old, new))


def test_the_oldest_wanted_item_is_taken_once(store: StudyStore) -> None:
    for minute, name in enumerate(("glue", "kinesis", "athena")):
        store.put_ready(an_item(name), NOW - timedelta(minutes=minute))
    assert store.ready(everything) == 3
    assert store.take_ready(lambda item: item.id != "athena", NOW) == an_item("kinesis")
    assert store.state("kinesis") == "shown"
    assert [store.take_ready(everything, NOW) for _ in range(3)] == [
        an_item("athena"),
        an_item("glue"),
        None,
    ]
    assert store.ready(everything) == 0


def test_an_item_known_already_stays_as_it_is(store: StudyStore) -> None:
    store.record_shown(an_item(), NOW)
    store.put_ready(an_item(), NOW)
    assert store.take_ready(everything, NOW) is None
    store.record_shown(an_item(), NOW + timedelta(days=1))
    assert store.shown_facts() == {"f1": 1}


def test_a_ready_item_can_be_shown_by_name(store: StudyStore) -> None:
    store.put_ready(an_item(), NOW)
    store.record_shown(an_item(), NOW)
    assert store.state("one") == "shown"
    assert store.take_ready(everything, NOW) is None


def test_items_whose_lines_are_gone_are_dropped_unless_shown(store: StudyStore) -> None:
    for name, note in (("a", "gone.txt"), ("b", "kept.txt"), ("c", "gone.txt")):
        store.put_ready(an_item(name, note=note), NOW)
    store.record_shown(an_item("c", note="gone.txt"), NOW)
    assert store.discard_ready(lambda item: item.citations[0].note == "gone.txt") == 1
    assert [store.state(name) for name in "abc"] == [None, "ready", "shown"]
    assert len(store.wordings()) == 2
    store.put_ready(an_item("a"), NOW)
    assert store.state("a") == "ready"


def test_a_retired_item_is_never_given_and_its_wording_never_again(store: StudyStore) -> None:
    store.put_ready(an_item("a", ("f1",)), NOW)
    store.record_shown(an_item("b", ("f2",)), NOW)
    store.retire("a", "two keys", NOW)
    store.retire("b", "the lines say otherwise", NOW)
    store.retire("b", "another reason", NOW)
    assert store.state("a") == store.state("b") == "retired"
    assert store.take_ready(everything, NOW) is None
    assert store.wordings() == [
        "Which one streams? (a) | Kinesis",
        "Which one streams? (b) | Kinesis",
    ]
    assert store.shown_facts() == {"f2": 1}
    assert store.item("b") == an_item("b", ("f2",))


def test_facts_are_counted_by_the_items_that_showed_them(store: StudyStore) -> None:
    store.record_shown(an_item("a", ("f1", "f2", "f1")), NOW)
    store.record_shown(an_item("b", ("f2",)), NOW)
    store.put_ready(an_item("c", ("f3",)), NOW)
    assert store.shown_facts() == {"f1": 1, "f2": 2}


def test_attempts_come_back_as_they_were_saved(store: StudyStore, file: Path) -> None:
    store.record_shown(an_item("a"), NOW)
    store.put_ready(an_item("b"), NOW)
    east = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    saved = [
        store.save_attempt(Response("a", (2, 0), "", 12.5, True), Grade(False, "choose one"), east),
        store.save_attempt(Response("b", typed="kinesys"), Grade(True, "spelt: Kinesis"), NOW),
        store.save_attempt(Response("a", (0,)), RIGHT, NOW - timedelta(days=1)),
    ]
    assert [attempt.id for attempt in saved] == [1, 2, 3]
    assert [attempt.at for attempt in saved] == [NOW, NOW, NOW - timedelta(days=1)]
    assert all(attempt.at.tzinfo is UTC for attempt in saved)
    store.close()
    again = open_store(file)
    assert again.attempts() == saved
    assert again.attempts("a") == [saved[0], saved[2]]
    assert all(attempt.at.tzinfo is UTC for attempt in again.attempts())
    assert again.attempts("nowhere") == []
    again.close()


def test_an_answered_item_counts_as_shown(store: StudyStore) -> None:
    store.put_ready(an_item(), NOW)
    store.save_attempt(Response("one", (0,)), RIGHT, NOW)
    assert store.state("one") == "shown"
    assert store.discard_ready(everything) == 0
    assert store.shown_facts() == {"f1": 1}


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.save_attempt(Response("nowhere", (0,)), RIGHT, NOW),
        lambda store: store.retire("nowhere", "wrong", NOW),
    ],
)
def test_an_item_never_kept_is_named(
    store: StudyStore, use: Callable[[StudyStore], object]
) -> None:
    with pytest.raises(NoteproofError, match=r"no question 'nowhere' .* take a new one"):
        use(store)
    assert store.attempts() == []
    assert store.item("nowhere") is None
    assert store.state("nowhere") is None


@pytest.mark.parametrize(
    "use",
    [
        lambda store, now: store.put_ready(an_item("new"), now),
        lambda store, now: store.take_ready(everything, now),
        lambda store, now: store.record_shown(an_item("new"), now),
        lambda store, now: store.retire("one", "wrong", now),
        lambda store, now: store.save_attempt(Response("one"), RIGHT, now),
    ],
)
def test_a_naive_time_is_refused_and_changes_nothing(
    store: StudyStore, use: Callable[[StudyStore, datetime], object]
) -> None:
    store.put_ready(an_item(), NOW)
    with pytest.raises(ValueError, match="no time zone"):
        use(store, NOW.replace(tzinfo=None))
    assert (store.state("one"), store.state("new"), store.attempts()) == ("ready", None, [])


def test_an_item_of_another_version_is_passed_over(store: StudyStore, file: Path) -> None:
    store.put_ready(an_item("a"), NOW)
    store.put_ready(an_item("b"), NOW)
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE items SET payload = '{}' WHERE id = 'a'")
    assert store.ready(everything) == 1
    assert store.take_ready(everything, NOW) == an_item("b")
    with pytest.raises(ConfigError, match=r"another version of Noteproof \(a\): update"):
        store.item("a")


def test_threads_never_take_the_same_item(store: StudyStore) -> None:
    names = [f"item {number}" for number in range(40)]
    for name in names:
        store.put_ready(an_item(name), NOW)
    taken: list[str] = []

    def take() -> None:
        while (item := store.take_ready(everything, NOW)) is not None:
            taken.append(item.id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(names)


CHILD = """
import sys
from datetime import UTC, datetime
from core.errors import ConfigError
from core.practice import Grade, Response
from study.store import StudyStore
store = StudyStore(f"sqlite:///{sys.argv[1]}")
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
sys.stdin.readline()
"""


def child(body: str, file: Path, *arguments: object) -> subprocess.Popen[str]:
    """Another process with `store` open on the file; `body` runs once it is released."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD + body, str(file), *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def release(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


TAKE = """
while (item := store.take_ready(lambda item: True, NOW)) is not None:
    print(item.id)
"""


def test_processes_never_take_the_same_item(store: StudyStore, file: Path) -> None:
    names = [f"item-{number}" for number in range(60)]
    for name in names:
        store.put_ready(an_item(name), NOW)
    processes = [child(TAKE, file) for _ in range(2)]
    for process in processes:
        release(process)
    taken = [process.communicate()[0].split() for process in processes]
    assert sorted(taken[0] + taken[1]) == sorted(names)


def test_opening_waits_for_another_process_that_is_making_the_file(tmp_path: Path) -> None:
    """SQLite reports "locked" at once, without waiting, when the log cannot be switched on."""
    file = tmp_path / "study.db"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE theirs (name TEXT)")
        other.execute("BEGIN IMMEDIATE")
        later = threading.Timer(0.3, other.execute, ("COMMIT",))
        later.start()
        store = open_store(file)
        later.join()
    store.record_shown(an_item(), NOW)
    assert store.state("one") == "shown"
    store.close()


def test_several_may_make_the_file_at_once(file: Path) -> None:
    gate = threading.Barrier(3)
    stores: list[StudyStore] = []

    def make() -> None:
        gate.wait()
        stores.append(open_store(file))

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores) == 3
    for store in stores:
        store.record_shown(an_item(), NOW)
        store.close()


SAVE = """
for number in range(100000):
    word = f"{sys.argv[2]}-{number}"
    store.save_attempt(Response("one", typed=word), Grade(True), NOW)
    print(word, flush=True)
"""


def test_what_was_saved_survives_a_kill(store: StudyStore, file: Path) -> None:
    store.record_shown(an_item(), NOW)
    promised: set[str] = set()
    rng = random.Random(7)
    for run in range(20):
        process = child(SAVE, file, run)
        release(process)
        assert process.stdout is not None
        promised.add(process.stdout.readline().strip())
        time.sleep(rng.uniform(0, 0.05) if run else 0)
        process.kill()
        # Not `communicate`: it leaves out what `readline` has read ahead.
        with process:
            promised.update(process.stdout.read().split())
        assert is_intact(file)
        saved = {attempt.response.typed for attempt in store.attempts()}
        assert promised <= saved
        assert len(saved - promised) <= run + 1  # saved, and killed before the line was out
    assert len(promised) > 20


FILL = """
import pathlib, resource
room = pathlib.Path(sys.argv[1] + "-wal").stat().st_size + 20000
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
try:
    for number in range(100000):
        store.save_attempt(Response("one", typed="x" * 3000), Grade(True), NOW)
        print("saved", flush=True)
except ConfigError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_is_told_and_leaves_whole_attempts(store: StudyStore, file: Path) -> None:
    store.record_shown(an_item(), NOW)
    process = child(FILL, file)
    told = process.communicate("go\n")[0].splitlines()
    assert "make room there" in told[-1]
    assert told[:-1] == ["saved"] * len(store.attempts())
    assert store.attempts()
    assert is_intact(file)
    store.save_attempt(Response("one", (0,)), RIGHT, NOW)


def test_a_lock_that_never_clears_is_told(file: Path) -> None:
    store = open_store(file, patience=0.05)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert store.item("one") is None
        with pytest.raises(ConfigError, match="locked.*close the other program"):
            store.record_shown(an_item(), NOW)
    store.record_shown(an_item(), NOW)
    store.close()


def not_a_database(file: Path) -> None:
    file.write_bytes(b"these are no pages " * 500)


def broken_pages(file: Path) -> None:
    open_store(file).close()
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 20000)


def newer(file: Path) -> None:
    open_store(file).close()
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE meta SET value = 99")


def of_another_program(file: Path) -> None:
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("CREATE TABLE items (name TEXT)")


def half_made(file: Path) -> None:
    open_store(file).close()
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("DELETE FROM meta")


def pages(file: Path) -> bytes:
    """What a file holds after SQLite's header, which says how it was opened last."""
    return file.read_bytes()[100:] if file.is_file() else b""


def a_folder(file: Path) -> None:
    file.mkdir()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (not_a_database, "not a database.*move the file aside"),
        (broken_pages, "malformed.*move the file aside"),
        (newer, "schema 99, this one knows 1.*update Noteproof"),
        (of_another_program, "not a study database: move the file aside"),
        (half_made, "not a study database: move the file aside"),
        (a_folder, "unable to open.*allow writing there"),
    ],
)
def test_a_file_that_cannot_serve_is_named_and_left_alone(
    tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    file = tmp_path / "study.db"
    spoil(file)
    before = pages(file)
    with pytest.raises(ConfigError, match=says) as caught:
        open_store(file).attempts()
    told = str(caught.value)
    assert str(file) in told
    assert "NOTEPROOF_HOME" in told
    assert "\n" not in told
    assert pages(file) == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match=r"var cannot be made .*NOTEPROOF_HOME"):
        open_store(tmp_path / "var" / "study.db")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may write everywhere"
)
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ConfigError, match="allow writing there"):
            open_store(tmp_path / "study.db")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("var/study.db", "not an SQLAlchemy URL such as sqlite:///"),
        ("nosuch://host/study", "No driver for nosuch"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(url: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        StudyStore(url).open()


@pytest.mark.parametrize(
    ("problem", "advice"),
    [
        ("database or disk is full", "make room there"),
        ("disk I/O error", "make room there and check the disk"),
        ("attempt to write a readonly database", "allow writing there"),
        ("unable to open database file", "allow writing there"),
        ("database is locked", "close the other program"),
        ("file is not a database", "move the file aside"),
        ("no such column:\n  items.mood", "move the file aside"),
    ],
)
def test_each_failure_has_its_advice(problem: str, advice: str) -> None:
    told = str(explained(problem, "var/study.db"))
    assert advice in told
    assert "\n" not in told
    assert told.endswith("or set NOTEPROOF_HOME to another folder.")
