from __future__ import annotations

import asyncio
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import gradio as gr
import pytest

from core.errors import ConfigError, IndexMissing
from core.settings import Settings
from core.types import Citation, Turn
from ingest.library import Library, LibraryState
from ingest.library_state import Holding
from providers.base import ModelState
from providers.ledger import Ledger
from retrieval.store import NoteInfo
from tests.e2e.fakes import FakeModel, HashEmbedder, ScriptedAsker
from tests.e2e.fakes_practice import ScriptedExplainer, ScriptedTrainer
from tests.format_files import pptx
from ui import handlers
from ui.conversation import Conversation, Exchange
from ui.desk import Desk, Seats
from ui.handlers import Request
from ui.page import build_page, launch

ROOT = Path(__file__).parent.parent
LINES = (Citation(1, "a.md", 1, 1, "One."), Citation(2, "a.md", 2, 2, "Two."))


@dataclass
class FakeShelf:
    """Notes without an index."""

    notes: tuple[NoteInfo, ...] = (NoteInfo("a.md"), NoteInfo("b.md"), NoteInfo("c", problem="x"))
    now: LibraryState = field(default_factory=lambda: LibraryState("ready"))
    started: int = 0

    def state(self) -> LibraryState:
        return self.now

    def sources(self) -> tuple[NoteInfo, ...]:
        return self.notes

    def holding(self) -> Holding:
        return Holding()

    def note_lines(self, note: str) -> tuple[str, ...]:
        return ("One.", "Two.") if note == "a.md" else ()

    def retriever(self) -> None:
        raise IndexMissing("not yet")

    def start(self) -> None:
        self.started += 1


def asker(pause: float = 0.0) -> ScriptedAsker:
    return ScriptedAsker(lambda: LINES, pause)


def run(question: str, before: Conversation | None = None, **more: object) -> list[Conversation]:
    request = Request(before or Conversation(), question)
    steps = handlers.ask(asker(), request, None, threading.Event(), clock=ticking(), **more)
    return list(steps)


def ticking(step: float = 1.0) -> Callable[[], float]:
    now = iter(range(1_000_000))
    return lambda: next(now) * step


def test_a_question_becomes_evidence_drafts_sentences_answer() -> None:
    steps = run("streams?")
    assert all(step.error == "" for step in steps)
    seen = [step.last for step in steps if step.last]
    assert seen[0] == Exchange("streams?")
    assert (seen[1].nearest, seen[1].sentences, seen[1].running) == (LINES, (), True)
    assert any(exchange.draft for exchange in seen)
    assert [len(exchange.sentences) for exchange in seen][-1] == 2
    assert seen[-1].answer is not None
    assert seen[-1].draft == ""


def test_drafts_are_thinned_out_and_nothing_else_is() -> None:
    request = Request(Conversation(), "streams?")
    steps = list(handlers.ask(asker(), request, None, threading.Event(), clock=lambda: 0.0))
    assert not any(step.last and step.last.draft for step in steps)
    assert [len(step.last.sentences) for step in steps if step.last] == [0, 0, 1, 2, 2]


@pytest.mark.parametrize(
    ("question", "notes", "said"),
    [
        ("  \n", None, "Type a question first."),
        ("streams?", frozenset(), "No note is ticked"),
        ("fail", None, "The question is too long"),
    ],
)
def test_an_early_error_keeps_what_was_shown(
    question: str, notes: frozenset[str] | None, said: str
) -> None:
    shown = Conversation((Exchange("before"),))
    request = Request(Conversation(), question)
    last = list(handlers.ask(asker(), request, notes, threading.Event(), shown))[-1]
    assert last.exchanges == shown.exchanges
    assert said in last.error


def test_a_late_error_keeps_what_arrived() -> None:
    last = run("break")[-1].last
    assert last is not None
    assert "went away" in last.error
    assert len(last.sentences) == 1
    assert not last.running


def test_leaving_early_stops_the_model() -> None:
    cancel = threading.Event()
    steps = handlers.ask(asker(), Request(Conversation(), "streams?"), None, cancel)
    assert isinstance(steps, Iterator)
    next(steps)
    steps.close()
    assert cancel.is_set()


def test_stop() -> None:
    cancel = threading.Event()
    handlers.stop(cancel)
    handlers.stop(None)
    assert cancel.is_set()


def test_history_holds_only_what_came_from_the_notes() -> None:
    talk = run("streams?")[-1]
    own = Request(talk, "streams?", from_notes=False)
    talk = list(handlers.ask(asker(), own, None, threading.Event()))[-1]
    assert talk.turns() == (
        Turn("user", "streams?"),
        Turn("assistant", "Firehose delivers **streams** to `S3`. It needs no servers."),
    )


@pytest.mark.parametrize(
    ("action", "request_"),
    [
        ({}, ("typed", 2, True)),
        ({"do": "ask", "question": "suggested"}, ("suggested", 2, True)),
        ({"do": "again"}, ("two", 1, False)),
        ({"do": "without-notes"}, ("two", 2, False)),
        ({"do": "nonsense"}, ("typed", 2, True)),
    ],
)
def test_what_a_click_asks(action: dict[str, object], request_: tuple[str, int, bool]) -> None:
    talk = Conversation((Exchange("one"), Exchange("two", from_notes=False)))
    found = handlers.read_request(talk, "typed", action)
    assert (found.question, len(found.before.exchanges), found.from_notes) == request_


def test_again_without_a_question_is_an_empty_question() -> None:
    assert handlers.read_request(Conversation(), None, {"do": "again"}).question == ""


@pytest.mark.parametrize(
    ("unchecked", "notes"),
    [((), None), (("gone.md",), None), (("b.md",), {"a.md"}), (("a.md", "b.md"), set())],
)
def test_chosen_notes(unchecked: tuple[str, ...], notes: set[str] | None) -> None:
    assert handlers.chosen(FakeShelf(), unchecked) == notes


def test_actions_on_sources() -> None:
    shelf, model = FakeShelf(), FakeModel()
    old = frozenset({"a.md"})
    act = handlers.act_on_sources
    assert act(shelf, model, old, {"do": "choose", "unchecked": ["b.md"]}) == {"b.md"}
    assert act(shelf, model, old, {"do": "choose", "unchecked": "b.md"}) == old
    assert act(shelf, model, old, {"do": "renew"}) == old
    assert act(shelf, model, old, {"do": "start-model"}) == old
    assert (shelf.started, model.started) == (1, 1)


@pytest.mark.parametrize(
    ("library", "model", "busy"),
    [
        ("ready", "ready", False),
        ("failed", "off", False),
        ("empty", "ready", True),
        ("indexing", "off", True),
        ("ready", "fetching", True),
        ("ready", "loading", True),
        ("ready", "missing", True),
    ],
)
def test_busy(library: str, model: str, busy: bool) -> None:
    shelf = FakeShelf(now=LibraryState(library))
    assert handlers.busy(shelf, FakeModel(ModelState(model))) is busy


def test_suggestions_wait_for_the_index(tmp_path: Path) -> None:
    assert handlers.suggestions(FakeShelf(), {"a.md"}, random.Random(0)) == ()
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("# AWS Glue\n\n- AWS Glue is an ETL service.\n- It crawls.\n")
    library = Library([notes], tmp_path / "home", HashEmbedder())
    library.update()
    assert handlers.suggestions(library, {"a.md"}, random.Random(0)) == ("What is AWS Glue?",)
    assert handlers.suggestions(library, {"b.md"}, random.Random(0)) == ()


def test_a_note_that_is_gone_is_said_so() -> None:
    assert "no note named" in handlers.open_note(FakeShelf(), "gone.md", 1)
    assert 'data-n="2"' in handlers.open_note(FakeShelf(), "a.md", 1)


def test_a_line_has_the_headings_above_it(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "plain.md").write_text("# Trees\n\n## Leaves\n\n- A leaf has one neighbour.\n")
    library = Library([notes], tmp_path / "home", HashEmbedder())
    library.update()
    leaf = Citation(1, "plain.md", 5, 5, "- A leaf has one neighbour.")
    assert [*handlers.headings_above(library, leaf)] == ["Trees", "Leaves"]
    assert not handlers.headings_above(library, Citation(1, "gone.md", 5, 5, ""))
    assert not handlers.headings_above(FakeShelf(), leaf)


def test_an_open_note_shows_where_its_slides_begin(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "deck.pptx").write_bytes(pptx())
    (notes / "plain.md").write_text("# Trees\n\n- A tree has no cycle.\n")
    library = Library([notes], tmp_path / "home", HashEmbedder())
    library.update()
    html = handlers.open_note(library, "deck.pptx", 1)
    before, after = html.split('<div class="page">slide 2</div>')
    assert before.startswith('<div class="chunk"><div class="page">slide 1</div>')
    assert "one megabyte" in before
    assert "Prices" in after
    assert "page" not in handlers.open_note(library, "plain.md", 1)


def built() -> gr.Blocks:
    """The page, built in a running loop: outside of one Gradio leaves its own loops unclosed."""

    async def build() -> gr.Blocks:
        trainer, explainer = ScriptedTrainer(lambda: LINES), ScriptedExplainer(lambda: LINES)
        settings = Settings()
        desk = Desk(settings.choice, Ledger(), FakeModel(), asker(), trainer, explainer)
        return build_page(FakeShelf(), Seats(settings, desk, lambda *_: desk))

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(build())).result()


def test_a_port_in_use_is_said_so() -> None:
    page = built()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError) as error:
            launch(page, "127.0.0.1", port)
    assert str(error.value) == (
        f"Port {port} is in use: stop the other program or set PORT={port + 1}"
    )


def test_a_host_of_another_machine_is_said_so() -> None:
    page = built()
    with pytest.raises(ConfigError, match="set HOST=127.0.0.1"):
        launch(page, "192.0.2.1", 7860)


def test_building_the_page_imports_nothing_heavy() -> None:
    code = """
import sys
from core.settings import Settings
from providers.ledger import Ledger
from ui.desk import Desk, Seats
from ui.page import build_page
desk = Desk(Settings().choice, Ledger(), None, None, None, None)
build_page(None, Seats(Settings(), desk, lambda *_: desk))
heavy = ("torch", "sentence_transformers", "faiss", "langchain", "langchain_core", "transformers")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
