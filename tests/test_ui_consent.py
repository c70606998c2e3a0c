"""What the page shows and does while notes wait for consent to be sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.library import LibraryState
from providers.base import ModelState
from tests.e2e.fakes import FakeModel
from ui import handlers
from ui.render import welcome_html
from ui.render_notes import header_html, sources_html

OFF = ModelState("off")
QUESTION = "1,830 texts of your notes would be sent to Amazon Bedrock in x (m) to <index> them."


@dataclass
class Shelf:
    done: list[str] = field(default_factory=list)

    def consent(self) -> None:
        self.done.append("consent")

    def keep_old(self) -> None:
        self.done.append("keep")


def panel(state: LibraryState) -> str:
    return sources_html([], (), state, OFF, "none")


def test_the_panel_asks_and_offers_the_old_index_only_if_there_is_one() -> None:
    html = panel(LibraryState("asking", QUESTION))
    assert "1,830 texts of your notes would be sent" in html
    assert "&lt;index&gt;" in html
    assert 'data-do="send-notes">Send and index<' in html
    assert "keep-index" not in html
    assert 'data-do="keep-index">' in panel(LibraryState("asking", QUESTION, serves=True))
    assert "send-notes" not in panel(LibraryState("ready"))


def test_the_header_says_that_notes_wait() -> None:
    assert "Notes wait for you" in header_html(LibraryState("asking", QUESTION), OFF)


def test_where_questions_are_embedded_is_said() -> None:
    state = LibraryState("ready", goes_to="Amazon Bedrock in x")
    said = "Each question is sent to Amazon Bedrock in x to be embedded."
    assert said in panel(state)
    assert said in header_html(state, OFF)
    assert "Ready, remote" in header_html(state, OFF)
    assert "to be embedded" not in panel(LibraryState("ready")) + header_html(
        LibraryState("ready"), OFF
    )


def test_the_buttons_do_what_they_say() -> None:
    shelf, model, off = Shelf(), FakeModel(), frozenset({"a.md"})
    for action in ("send-notes", "keep-index"):
        assert handlers.act_on_sources(shelf, model, off, {"do": action}) == off
    assert shelf.done == ["consent", "keep"]


def test_the_welcome_tells_why_there_are_no_notes_yet() -> None:
    assert "1,830 texts" in welcome_html((), LibraryState("asking", QUESTION))
    assert "1,830 texts" not in welcome_html(("A?",), LibraryState("asking", QUESTION, serves=True))
