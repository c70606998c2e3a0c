"""A real browser on a real server. Without a browser: a skip, or with CI=true a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from chat.abouts import Abouts
from core.model_choice import ModelChoice
from core.settings import Settings
from core.types import Citation
from ingest.library import Library
from providers.base import NoModel
from providers.ledger import Ledger
from providers.turns import Turns
from tests.clock import until
from tests.e2e.fakes import HOSTILE, FakeModel, HashEmbedder, ScriptedAsker
from tests.e2e.fakes_practice import ScriptedExplainer, ScriptedTrainer
from ui.desk import Desk, Seats
from ui.page import build_page, launch

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STREAMS = "streams & <b>tables.md"
LONG = "long.txt"
MOST = 40_000
"""Milliseconds to wait for whatever must come: the machine may be busy."""
expect.set_options(timeout=MOST)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = _start(playwright)
    if found is None:
        reason = (
            "No browser for the page tests: install chromium or chrome, "
            "or run `python -m playwright install chromium`."
        )
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    yield found
    found.close()


def _start(playwright: Playwright) -> Browser | None:
    """The system's browser, else Debian's package when root, else Playwright's own download."""
    path = _on_system()
    if path is None and shutil.which("apt-get") and getattr(os, "geteuid", lambda: 1)() == 0:
        for command in (["update", "-q"], ["install", "-q", "-y", "chromium"]):
            subprocess.run(["apt-get", *command], check=False, capture_output=True)
        path = _on_system()
    if path is not None:
        return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    with suppress(PlaywrightError):
        return playwright.chromium.launch(args=ARGUMENTS)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, check=False, capture_output=True)
    with suppress(PlaywrightError):
        return playwright.chromium.launch(args=ARGUMENTS)
    return None


def _on_system() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class World:
    """What a test looks into behind the page."""

    address: str
    asker: ScriptedAsker
    library: Library
    model: FakeModel
    trainer: ScriptedTrainer
    explainer: ScriptedExplainer
    idle: Callable[[], bool]
    outside: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    corpus = tmp_path_factory.mktemp("corpus")
    _write_notes(corpus)
    library_home = tmp_path_factory.mktemp("home")
    library = Library([corpus], library_home, HashEmbedder())
    library.update()
    asker = ScriptedAsker(lambda: _citations(library))
    trainer = ScriptedTrainer(lambda: _citations(library))
    explainer = ScriptedExplainer(lambda: _citations(library))
    model = FakeModel()
    settings = Settings()

    def desks(choice: ModelChoice, ledger: Ledger) -> Desk:
        return Desk(choice, ledger, model, asker, trainer, explainer)

    seats = Seats(settings, desks(settings.choice, Ledger()), desks)
    abouts = Abouts(library.retriever, NoModel(), Turns(), library_home / "about")
    blocks = build_page(library, seats, abouts)
    address = launch(blocks, "127.0.0.1", 0, library)
    queue = blocks._queue

    def idle() -> bool:
        """Whether the server has nothing to do for any page."""
        return not any(queue.active_jobs) and not len(queue)

    yield World(address, asker, library, model, trainer, explainer, idle)
    blocks.close(verbose=False)


def _write_notes(folder: Path) -> None:
    facts = "\n".join(f"\t- Fact {number} about buffers and shards." for number in range(40))
    streams = (
        "# Streaming data\n\n## Amazon Data Firehose\n\n"
        "- Amazon Data Firehose delivers streams to S3 without servers.\n"
        "- Amazon Data Firehose buffers records by size or time.\n"
        "- Ques: Which service delivers streams to S3 without servers?\n- Ans: Firehose.\n\n"
        "## Kinesis Data Streams\n\n- Kinesis Data Streams keeps records in shards.\n"
        "- Kinesis Data Streams can replay records.\n\nDetails\n" + facts
    )
    (folder / STREAMS).write_text(streams, encoding="utf-8")
    hostile = "Hostile strings\n" + "\n".join(f"\t- {text}" for text in HOSTILE)
    (folder / "hostile.txt").write_text(hostile, encoding="utf-8")
    rows = "\n".join(f"\t- Row {number} of a long note." for number in range(1, 2501))
    (folder / LONG).write_text("Long note\n" + rows, encoding="utf-8")
    (folder / "empty.md").write_text("", encoding="utf-8")


def _citations(library: Library) -> tuple[Citation, ...]:
    """Two lines of the first note, each hostile line, and one far down the long note."""
    places = [(STREAMS, 5), (STREAMS, 6), *(("hostile.txt", 2 + n) for n in range(6)), (LONG, 2000)]
    return tuple(
        Citation(number, note, line, line, library.note_lines(note)[line - 1])
        for number, (note, line) in enumerate(places, 1)
    )


@pytest.fixture
def world(server: World) -> World:
    """The server with its records wiped."""
    server.asker.calls.clear()
    server.asker.stopped.clear()
    # `__init__` anew: the page holds these very objects.
    ScriptedTrainer.__init__(server.trainer, server.trainer.cite)
    ScriptedExplainer.__init__(server.explainer, server.explainer.cite)
    server.outside.clear()
    server.dialogs.clear()
    return server


@pytest.fixture
def visit(browser: Browser, world: World) -> Iterator[Callable[..., Page]]:
    """Opens the page; afterwards nothing may have asked outside, hung a dialog, or failed."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(
        width: int = 1280, height: int = 800, scheme: str = "light", tab: str = "ask"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(MOST)
        page.on("request", lambda request: _note_outside(world, request.url))
        page.on("dialog", lambda dialog: (world.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(world.address)
        page.locator(".suggestion").first.wait_for()
        if tab != "ask":
            page.get_by_role("tab", name=tab.capitalize()).click()
        return page

    yield open_page
    for context in contexts:
        context.close()
    if world.trainer.asked:
        # An item may still be fetched ahead: it must not come of the next test's.
        time.sleep(0.2)
        assert until(world.idle)
    assert world.outside == []
    assert world.dialogs == []
    assert errors == []


def _note_outside(world: World, url: str) -> None:
    if not url.startswith((world.address, "data:", "blob:")):
        world.outside.append(url)
