"""The left column: what it shows, what it does, who may send it files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from chat.about import About
from core.errors import NotesError
from core.types import Citation, Sentence
from ingest.library_state import Holding
from ingest.preview import Asked, Preview
from ingest.uploads import Added, Removal
from retrieval.store import NoteInfo
from tests.e2e.fakes import HOSTILE, FakeModel
from tests.test_ui_handlers import FakeShelf
from ui.notes_route import NotesRoute, is_loopback
from ui.render_sources import Column, about_html, ago, list_html
from ui.sources_handlers import Ticks, act, rename, unticked

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@dataclass
class Notes(FakeShelf):
    """Notes that record what is done to them; a name with `bad` in it will not do."""

    done: list[tuple[object, ...]] = field(default_factory=list)
    version: int = 7

    def _note(self, *what: object) -> None:
        if any("bad" in str(part) for part in what):
            raise NotesError("it will not do")
        self.done.append(what)

    def require_size(self, size: int) -> None:
        if size > 10:
            raise NotesError("it is too large")

    def preview(self, name: str, data: bytes) -> Preview:
        if "bad" in name:
            raise NotesError("it will not do")
        return Preview(1, (Asked("Which?", ("this", "that"), (0,), "this"),), "half of it")

    def add(self, name: str, data: bytes) -> Added:
        self._note("add", name, data)
        return Added(name, "added")

    def rename(self, name: str, new: str) -> str:
        self._note("rename", name, new)
        return f"{new}.md"

    def remove(self, name: str) -> Removal:
        self._note("remove", name)
        return Removal(name, Path("trash"))

    def take_back(self, removal: Removal) -> str:
        self._note("back", removal.name, removal.identity)
        return removal.name


def done(notes: Notes, ticks: Ticks, **action: object) -> Ticks:
    return act(notes, FakeModel(), ticks, action)


def test_ask_only_this_unticks_the_others() -> None:
    assert done(Notes(), Ticks(), do="only", note="a.md").off == {"b.md"}
    assert done(Notes(), Ticks(frozenset({"a.md"})), do="only", note="gone").off == frozenset()


def test_only_this_holds_when_notes_come_and_ends_with_a_tick() -> None:
    ticks = done(Notes(), Ticks(), do="only", note="a.md")
    more = Notes(notes=(NoteInfo("a.md"), NoteInfo("b.md"), NoteInfo("new.md")))
    assert unticked(more, ticks) == {"b.md", "new.md"}
    renamed = done(more, ticks, do="renamed", note="a.md", to="b.md")
    assert unticked(more, renamed) == {"a.md", "new.md"}
    assert unticked(Notes(notes=(NoteInfo("b.md"),)), ticks) == {"b.md"}
    assert unticked(more, done(more, ticks, do="choose", unchecked=["a.md"])) == {"a.md"}
    assert unticked(more, done(more, ticks, do="all")) == frozenset()


def test_a_renamed_note_keeps_its_tick() -> None:
    ticks = Ticks(frozenset({"a.md"}))
    assert done(Notes(), ticks, do="renamed", note="a.md", to="x.md").off == {"x.md"}
    assert done(Notes(), ticks, do="renamed", note="b.md", to="x.md").off == {"a.md"}


def test_remove_and_undo() -> None:
    notes = Notes()
    ticks = done(notes, Ticks(), do="remove", note="a.md")
    ticks = done(notes, ticks, do="remove", note="b.md")
    assert [removal.name for removal in ticks.removed] == ["a.md", "b.md"]
    for number in (2, -1, "0", None):
        assert done(notes, ticks, do="undo-remove", number=number) == ticks
    ticks = done(notes, ticks, do="undo-remove", number=0)
    assert [removal.name for removal in ticks.removed] == ["b.md"]
    assert notes.done[-1] == ("back", "a.md", "")


def test_take_back_ends_the_undo_of_the_same() -> None:
    notes, removal = Notes(), Removal("a.md", identity="/n/a.md")
    ticks = Ticks(removed=(removal,))
    ticks = done(notes, ticks, do="take-back", note="a.md", identity="/n/a.md")
    assert (ticks.removed, notes.done) == ((), [("back", "a.md", "/n/a.md")])


def test_what_goes_wrong_is_said_until_the_next_action() -> None:
    ticks = done(Notes(), Ticks(), do="remove", note="bad.md")
    assert ticks == Ticks(problem="it will not do")
    assert done(Notes(), ticks, do="look").problem == ""
    assert rename(Notes(), {"note": "a.md", "to": "bad"}) == {"problem": "it will not do"}
    assert rename(Notes(), {"note": "a.md", "to": "b"}) == {"name": "b.md"}


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=-5), "read just now"),
        (timedelta(seconds=59), "read just now"),
        (timedelta(minutes=5), "read 5 min ago"),
        (timedelta(hours=3, minutes=59), "read 3 h ago"),
        (timedelta(days=1), "read 1 day ago"),
        (timedelta(days=40), "read 40 days ago"),
    ],
)
def test_when_a_note_was_read(past: timedelta, said: str) -> None:
    assert ago(NOW - past, NOW) == said
    assert ago(None, NOW) == ""


def column(**more: object) -> Column:
    holding = Holding(
        own=frozenset({"a.md"}),
        reading=("new.md",),
        left_out=(("/n/out.md", "out.md"),),
        indexed=(("a.md", NOW),),
    )
    return Column(holding, now=NOW, **more)


def test_every_source_has_its_state_and_its_menu() -> None:
    notes = [NoteInfo("a.md", lines=3, passages=1), NoteInfo("b.md"), NoteInfo("c", problem="x")]
    html = list_html(notes, {"b.md"}, column())
    assert "<span>3 lines</span>" in html
    assert '<p class="quiet">1 passage · read just now</p>' in html
    assert 'data-note="a.md" data-own aria-haspopup="menu"' in html
    assert 'data-note="b.md" aria-haspopup="menu"' in html
    assert 'data-note="c" data-failed aria-haspopup="menu"' in html
    assert "<b>new.md</b><span>Reading …</span>" in html
    assert 'data-do="show-failed">1 source could not be read</button>' in html
    assert 'data-identity="/n/out.md"' in html


def test_what_was_not_understood_of_a_note_is_said() -> None:
    html = list_html(
        [NoteInfo("a.pdf", remark="no text on page <2>"), NoteInfo("b.md")], (), column()
    )
    assert html.count("Partly read") == 2
    assert ">Partly read: no text on page &lt;2&gt;</p>" in html


def test_of_a_note_in_an_archive_the_archive_is_removed() -> None:
    holding = Holding(own=frozenset({"w.zip"}), within=(("w.zip/a.md", "w.zip"),))
    html = list_html([NoteInfo("w.zip/a.md")], (), Column(holding))
    assert 'data-note="w.zip/a.md" data-archive="w.zip" data-own' in html


def test_what_was_removed_can_be_undone_and_is_not_listed_twice() -> None:
    removed = (Removal("a.md", Path("x")), Removal("out.md", identity="/n/out.md"))
    html = list_html([], (), column(removed=removed, problem="<b>wrong"))
    assert "<b>a.md</b> is in the trash." in html
    assert "<b>out.md</b> is left out." in html
    assert "Take back" not in html
    assert "&lt;b&gt;wrong" in html
    assert "Drop files anywhere" in list_html([], (), Column())


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_markup(text: str) -> None:
    citation = Citation(1, text, 1, 1, text)
    about = About((Sentence(text, (citation,)),), (text,), (text,), text)
    holding = Holding(frozenset({text}), (text,), ((text, text),), ((text, NOW),))
    shown = Column(holding, (Removal(text, identity="x"),), text)
    html = list_html([NoteInfo(text, remark=text), NoteInfo(text, problem=text)], (), shown)
    html += about_html(about, text) + about_html(About((), (), (text,), "", text))
    assert "<script" not in html
    assert "<img" not in html
    assert "\"' onmouseover" not in html


def test_what_a_note_is_about() -> None:
    assert "not indexed yet" in about_html(None)
    assert "<p>On Edges; Loops.</p>" in about_html(About(outline="On Edges; Loops."))
    assert "no headings" in about_html(About())
    edge = Citation(4, "a.md", 3, 3, "- An edge joins two.")
    proven = Sentence("An edge joins two.", (edge,))
    html = about_html(About((proven,), ("Edges",), ("What is an edge?",)), "More …")
    assert 'An edge joins two.<span class="marks"><button' in html
    assert 'data-first="3"' in html
    assert 'data-do="ask-source" data-question="What is an edge?"' in html
    assert '<p class="quiet" data-waiting>More …</p>' in html


def test_lines_of_a_summary_are_numbered_through() -> None:
    edge, loop = (Citation(1, "a.pdf", n, n, "- x", "page 2") for n in (3, 5))
    said = (Sentence("One.", (edge,)), Sentence("Two.", (loop, edge)))
    html = about_html(About(said))
    assert re.findall(r">\[(\d)\]<", html) == ["1", "2", "1"]
    assert 'data-place="a.pdf, page 2, line 5"' in html


def client(notes: Notes, host: str = "127.0.0.1", base: str = "http://127.0.0.1") -> TestClient:
    return TestClient(NotesRoute(Starlette(), notes, host), base_url=base)


HEAD = {"X-Noteproof": "page"}


def test_a_file_is_added_by_one_request() -> None:
    notes = Notes()
    answer = client(notes).post("/notes?name=Week%201/a%26b.md", content=b"# A", headers=HEAD)
    assert answer.json() == {"name": "Week 1/a&b.md", "outcome": "added"}
    assert notes.done == [("add", "Week 1/a&b.md", b"# A")]
    assert client(notes).get("/notes/version", headers=HEAD).json() == {"version": 7}
    assert client(notes).get("/notes", headers=HEAD).status_code == 405
    assert client(notes).get("/other").status_code == 404


def test_a_file_is_looked_at_and_not_kept() -> None:
    notes = Notes()
    answer = client(notes).post("/notes/preview?name=a.csv", content=b"a,b", headers=HEAD)
    asked = {"stem": "Which?", "options": ["this", "that"], "right": [0], "answer": "this"}
    assert answer.json() == {
        "questions": 1,
        "shown": [asked | {"explanation": ""}],
        "remark": "half of it",
    }
    answer = client(notes).post("/notes/preview?name=bad.csv", content=b"a,b", headers=HEAD)
    assert (answer.status_code, answer.json()) == (422, {"problem": "It will not do"})
    answer = client(notes).post("/notes/preview?name=a.csv", content=b"x" * 11, headers=HEAD)
    assert answer.json() == {"problem": "It is too large"}
    assert client(notes).get("/notes/preview?name=a.csv", headers=HEAD).status_code == 405
    assert client(notes).post("/notes/preview?name=a.csv", content=b"a").status_code == 403
    assert notes.done == []


def test_what_is_refused_is_told_in_a_sentence() -> None:
    notes = Notes()
    answer = client(notes).post("/notes?name=bad.md", content=b"# A", headers=HEAD)
    assert (answer.status_code, answer.json()) == (422, {"problem": "It will not do"})
    answer = client(notes).post("/notes?name=a.md", content=b"x" * 11, headers=HEAD)
    assert answer.json() == {"problem": "It is too large"}
    answer = client(notes).post("/notes?name=a.md", content=iter([b"x" * 6] * 2), headers=HEAD)
    assert answer.json() == {"problem": "It is too large"}
    assert notes.done == []


@pytest.mark.parametrize(
    ("host", "base", "headers", "status"),
    [
        ("127.0.0.1", "http://127.0.0.1:7860", HEAD, 200),
        ("127.0.0.1", "http://localhost:7860", HEAD, 200),
        ("::1", "http://[::1]:7860", HEAD, 200),
        ("127.0.0.1", "http://127.0.0.1:7860", {}, 403),
        ("127.0.0.1", "http://rebound.example:7860", HEAD, 403),
        ("0.0.0.0", "http://notes.example", HEAD, 200),
        ("0.0.0.0", "http://notes.example", {**HEAD, "Origin": "http://notes.example"}, 200),
        ("0.0.0.0", "http://notes.example", {**HEAD, "Origin": "http://evil.example"}, 403),
        ("0.0.0.0", "http://notes.example", {**HEAD, "Origin": "null"}, 403),
        ("0.0.0.0", "http://notes.example", {**HEAD, "Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_who_may_add(host: str, base: str, headers: dict[str, str], status: int) -> None:
    notes = Notes()
    answer = client(notes, host, base).post("/notes?name=a.md", content=b"x", headers=headers)
    assert answer.status_code == status
    assert len(notes.done) == (status == 200)


def test_names_of_this_machine() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]")))
    assert not any(map(is_loopback, ("", "0.0.0.0", "10.0.0.1", "localhost.example", "::")))
