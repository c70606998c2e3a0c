"""Items and attempts follow the notes: renamed, removed, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.practice import Grade, Item, Option, Response
from core.types import Citation
from study.note_items import NoteHistory, cites, rename_in
from study.store import StudyStore

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def line(note: str) -> Citation:
    return Citation(1, note, 12, 12, "Kinesis Data Streams - real time")


def an_item(name: str, note: str = "a.md", option: str = "a.md", hint: str = "a.md") -> Item:
    options = (Option("Kinesis", "streams", (line(note),)), Option("Glue", "", (line(option),)))
    stem, path = f"Which one streams? ({name})", (note, "Services")
    made = Item(name, "scenario", "model", stem, options, (0,), "Kinesis", (name,), (line(note),))
    return replace(made, path=path, hint=line(hint))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StudyStore]:
    made = StudyStore(f"sqlite:///{tmp_path / 'study.db'}")
    yield made
    made.close()


@pytest.fixture
def history(store: StudyStore) -> NoteHistory:
    return store.notes(lambda: NOW)


def any_item(item: Item) -> bool:
    return True


def test_nothing_is_opened_before_something_happens(tmp_path: Path) -> None:
    StudyStore(f"sqlite:///{tmp_path / 'var' / 'study.db'}").notes(lambda: NOW)
    assert not (tmp_path / "var").exists()


def test_a_renamed_note_takes_its_items_and_attempts_along(
    store: StudyStore, history: NoteHistory
) -> None:
    store.put_ready(an_item("ready"), NOW)
    store.record_shown(an_item("shown", "b.md", "a.md", "b.md"), NOW)
    store.record_shown(an_item("other", "b.md", "b.md", "b.md"), NOW)
    store.save_attempt(Response("shown", (0,)), Grade(True), NOW)
    facts = store.shown_facts()
    history.renamed("a.md", "Week 1/a.md")
    assert store.item("ready") == an_item("ready", *["Week 1/a.md"] * 3)
    assert store.item("shown") == an_item("shown", "b.md", "Week 1/a.md", "b.md")
    assert store.item("other") == an_item("other", "b.md", "b.md", "b.md")
    assert [attempt.response.item_id for attempt in store.attempts()] == ["shown"]
    assert store.shown_facts() == facts
    assert store.state("ready") == "ready"


@pytest.mark.parametrize("cited", [("a.md", "b", "b"), ("b", "a.md", "b"), ("b", "b", "a.md")])
def test_whatever_cites_a_removed_note_is_retired(
    store: StudyStore, history: NoteHistory, cited: tuple[str, str, str]
) -> None:
    store.put_ready(an_item("one", *cited), NOW)
    store.put_ready(an_item("two", "c.md", "c.md", "c.md"), NOW)
    history.removed("a.md")
    assert (store.state("one"), store.state("two")) == ("retired", "ready")
    taken = store.take_ready(any_item, NOW)
    assert taken is not None
    assert taken.id == "two"
    assert store.take_ready(any_item, NOW) is None


def test_attempts_stay_and_what_returns_is_what_it_was(
    store: StudyStore, history: NoteHistory
) -> None:
    store.put_ready(an_item("ready"), NOW)
    store.record_shown(an_item("shown"), NOW)
    store.record_shown(an_item("wrong"), NOW)
    store.save_attempt(Response("shown", (1,)), Grade(False), NOW)
    store.retire("wrong", "Two options are right.", NOW)
    history.removed("a.md")
    assert {store.state(name) for name in ("ready", "shown", "wrong")} == {"retired"}
    assert len(store.attempts("shown")) == 1
    history.returned("a.md")
    states = [store.state(name) for name in ("ready", "shown", "wrong")]
    assert states == ["ready", "shown", "retired"]


def test_removed_renamed_and_back(store: StudyStore, history: NoteHistory) -> None:
    store.put_ready(an_item("one"), NOW)
    history.removed("a.md")
    history.renamed("a.md", "b.md")
    assert store.state("one") == "retired"
    history.returned("b.md")
    assert store.state("one") == "ready"
    assert store.item("one") == an_item("one", *["b.md"] * 3)


def test_a_broken_database_is_told_and_nothing_is_half_done(tmp_path: Path) -> None:
    (tmp_path / "study.db").write_text("no database")
    history = StudyStore(f"sqlite:///{tmp_path / 'study.db'}").notes(lambda: NOW)
    with pytest.raises(ConfigError, match="move the file aside"):
        history.renamed("a.md", "b.md")


def test_mentions() -> None:
    item = an_item("one", "a.md", "b.md", "c.md")
    assert [cites(item, note) for note in ("a.md", "b.md", "c.md", "d.md")] == [True] * 3 + [False]
    assert rename_in(item, "d.md", "e.md") == item
