"""The Settings tab over the program's own services: a real browser, servers on the loopback."""

from __future__ import annotations

import logging
import os
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from app import Services, build
from tests.cells import CELLS
from tests.e2e.conftest import MOST
from tests.fakes import FakeEmbedder
from tests.standin_openai import StandIn, standin_openai
from tests.test_journeys import LINE, QUESTION, minded, told_by
from ui.desk import Seats
from ui.page import build_page, launch

pytestmark = pytest.mark.browser

KEY = "sk-browserBROWSERbrowser"
ONE, TWO = "A mitochondrion burns sugar with oxygen ", "From sugar a mitochondrion takes energy "
OUTCOME, ANSWERED = "#settings-form .outcome", "#live .exchange:not(.running) footer"


@dataclass
class World:
    """The page, the services behind it, and two servers, of which the first is the default."""

    address: str
    services: Services
    seats: Seats
    one: StandIn
    two: StandIn
    errors: list[str] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("settings")
    (folder / "notes").mkdir()
    (folder / "notes" / "cells.txt").write_text(CELLS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, standin_openai() as one, standin_openai() as two:
        one.mind, two.mind = minded(ONE), minded(TWO)
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in {
            "NOTEPROOF_HOME": str(folder / "home"),
            "NOTEPROOF_MODELS": str(folder / "models"),
            "NOTEPROOF_LLM": "openai",
            "NOTEPROOF_OPENAI_BASE_URL": one.base_url,
            "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
        }.items():
            patch.setenv(name, value)
        embedder = FakeEmbedder(dimension=2048)
        patch.setattr("retrieval.embedder.SentenceEmbedder", lambda name: embedder)
        services = build([folder / "notes"])
        services.library.update()
        services.desk.model.start()
        assert services.desk.model.wait(60).phase == "ready"
        seats = Seats(services.settings, services.desk, services.desks)
        page = build_page(services.library, seats)
        yield World(launch(page, "127.0.0.1", 0), services, seats, one, two)
        page.close(verbose=False)
        services.close()


@pytest.fixture
def world(server: World, caplog: pytest.LogCaptureFixture) -> Iterator[World]:
    """The server as it was in the beginning; nothing failed, and no key was told, in the end."""
    caplog.set_level(logging.DEBUG)
    server.errors.clear()
    server.one.mode = server.two.mode = "ok"
    server.seats.remember(server.services.settings.choice)
    Path(".env").unlink(missing_ok=True)
    yield server
    assert server.errors == []
    assert KEY not in caplog.text


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, world: World) -> Iterator[Visit]:
    contexts: list[BrowserContext] = []

    def open_page(
        width: int = 1280, height: int = 800, scheme: str = "light", **headers: str
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            extra_http_headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(MOST)
        page.on("pageerror", lambda error: world.errors.append(str(error)))
        page.on("request", lambda request: _note_outside(world, request.url))
        page.goto(f"{world.address}#settings")
        page.locator(".suggestion").first.wait_for(state="attached")
        page.locator(".told h2").first.wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()


def _note_outside(world: World, url: str) -> None:
    if not url.startswith((world.address, "data:", "blob:")):
        world.errors.append(f"asked outside: {url}")


def rung(page: Page, name: str) -> Locator:
    return page.locator(f".rung:has(input[value={name}])")


def typed(page: Page, name: str) -> Locator:
    return page.locator(f"#settings-form [name={name}]")


def choose(page: Page, server: StandIn, key: str = "") -> None:
    rung(page, "openai").click()
    typed(page, "openai_base_url").fill(server.base_url)
    typed(page, "openai_api_key").fill(key)


def press(page: Page, name: str) -> None:
    page.locator("#settings-form").get_by_role("button", name=name, exact=True).click()


def ask(page: Page, question: str) -> None:
    page.get_by_role("tab", name="Ask").click()
    page.locator("#box textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator("#live .asked", has_text=question).wait_for(state="attached")
    page.locator(ANSWERED).wait_for()


def settings(page: Page) -> None:
    page.get_by_role("tab", name="Settings").click()


def test_two_browsers_are_answered_each_by_its_own_model(visit: Visit, world: World) -> None:
    """One changes its model between two questions, and keeps its conversation."""
    mine, other = visit(), visit()
    began = told_by(world.one), told_by(world.two)
    ask(mine, QUESTION)
    expect(mine.locator("#live .by")).to_contain_text(f"small ({world.one.base_url})")
    expect(mine.locator("#live .said")).to_contain_text("burns sugar")
    settings(mine)
    choose(mine, world.two)
    press(mine, "Use it")
    expect(mine.locator(OUTCOME)).to_contain_text("Your next question goes to")
    expect(mine.locator(".told p b").first).to_have_text(f"small ({world.two.base_url})")
    ask(mine, f"{QUESTION} Say it again.")
    expect(mine.locator("#live .by")).to_contain_text(f"small ({world.two.base_url})")
    expect(mine.locator("#live .said")).to_contain_text("takes energy")
    expect(mine.locator(".exchange")).to_have_count(2)
    expect(mine.locator("#history .said")).to_contain_text("burns sugar")
    assert LINE in " ".join(mine.locator(".card.cited").all_inner_texts())

    ask(other, QUESTION)
    expect(other.locator("#live .by")).to_contain_text(f"small ({world.one.base_url})")
    assert (told_by(world.one), told_by(world.two)) == (began[0] + 2, began[1] + 1)
    third = visit()
    expect(third.locator(".told p b").first).to_have_text(f"small ({world.one.base_url})")
    expect(third.locator(".told")).to_contain_text("Nothing has been asked yet.")


def test_what_was_used_is_counted_by_session(visit: Visit, world: World) -> None:
    page = visit()
    ask(page, QUESTION)
    settings(page)
    row = page.locator(".told tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("small")
    expect(row).to_contain_text("this machine")
    calls = int(row.locator("td").nth(1).inner_text())
    assert row.locator("td").nth(2).inner_text() == f"{7 * calls}"
    expect(page.locator(".told")).to_contain_text("Nothing, since Noteproof was started.")


def test_a_trial_tells_its_word_and_the_session_stays(visit: Visit, world: World) -> None:
    page = visit()
    choose(page, world.two)
    press(page, "Test connection")
    expect(page.locator(OUTCOME)).to_contain_text("first word after")
    expect(page.locator(".told p b").first).to_have_text(f"small ({world.one.base_url})")
    expect(typed(page, "openai_base_url")).to_have_value(world.two.base_url)


def test_a_failure_is_one_line_and_keeps_what_was_typed(visit: Visit, world: World) -> None:
    page = visit()
    rung(page, "bedrock").click()
    typed(page, "bedrock_guardrail").fill("gr-1")
    typed(page, "bedrock_region").fill("eu-west-1")
    press(page, "Use it")
    expect(page.locator(f"{OUTCOME} .bad-line")).to_contain_text("“Guardrail”")
    expect(typed(page, "bedrock_guardrail")).to_have_value("gr-1")
    expect(typed(page, "bedrock_region")).to_have_value("eu-west-1")
    expect(page.locator("input[value=bedrock]")).to_be_checked()
    world.two.mode = "401"
    choose(page, world.two, KEY)
    press(page, "Test connection")
    expect(page.locator(f"{OUTCOME} .bad-line")).to_be_visible()
    expect(page.locator(f"{OUTCOME} .bad-line")).not_to_contain_text("Guardrail")
    assert "\n" not in page.locator(f"{OUTCOME} .bad-line").inner_text()


def test_a_trial_of_the_embedded_model_fetches_nothing(visit: Visit, world: World) -> None:
    page = visit()
    rung(page, "embedded").click()
    press(page, "Test connection")
    expect(page.locator(f"{OUTCOME} .bad-line")).to_contain_text("“Use it” fetches it (1,")
    assert not world.services.settings.model_folder.exists()


@pytest.mark.parametrize("what", ["Test connection", "Use it", "Use it and keep it in .env"])
def test_a_key_is_nowhere_in_the_browser(visit: Visit, world: World, what: str) -> None:
    page = visit()
    ended: list[Request] = []
    page.on("requestfinished", lambda request: ended.append(request) or None)
    choose(page, world.two, KEY)
    page.evaluate("() => { window.before = document.querySelector('[name=openai_api_key]').value }")
    assert page.evaluate("window.before") == KEY
    press(page, what)
    expect(page.locator(f"{OUTCOME} .good-line")).to_be_visible()
    expect(typed(page, "openai_api_key")).to_have_value("")
    expect(typed(page, "openai_api_key")).to_have_attribute(
        "placeholder", "kept; type to replace it"
    )
    assert f"Bearer {KEY}" in world.two.keys
    ask(page, QUESTION)
    settings(page)
    shown = page.evaluate(
        """() => JSON.stringify([document.documentElement.outerHTML, location.href,
        {...localStorage}, {...sessionStorage}, document.cookie, history.state,
        [...document.querySelectorAll('input,textarea')].map((el) => el.value)])"""
    )
    with urllib.request.urlopen(f"{world.address}config") as answer:
        config = answer.read().decode()
    assert "settings-form" in config
    heard = [request.response().text() for request in ended if request.resource_type != "font"]
    assert len(heard) > 5
    for told in (page.content(), shown, config, *heard):
        assert KEY not in told
    page.reload()
    page.locator(".told h2").first.wait_for()
    assert KEY not in page.content()
    if "keep" in what:
        assert Path(".env").stat().st_mode & 0o777 == 0o600
        assert f"NOTEPROOF_OPENAI_API_KEY='{KEY}'" in Path(".env").read_text(encoding="utf-8")
    else:
        assert not Path(".env").exists()


def test_a_kept_choice_is_where_new_browsers_begin(visit: Visit, world: World) -> None:
    page = visit()
    choose(page, world.two, KEY)
    press(page, "Use it and keep it in .env")
    expect(page.locator(OUTCOME)).to_contain_text("New sessions begin with it")
    another = visit()
    expect(another.locator(".told p b").first).to_have_text(f"small ({world.two.base_url})")
    expect(typed(another, "openai_api_key")).to_have_attribute(
        "placeholder", "kept; type to replace it"
    )
    assert KEY not in another.content()
    press(another, "Forget the key")
    expect(typed(another, "openai_api_key")).to_have_attribute(
        "placeholder", "if the server wants one"
    )
    expect(another.get_by_role("button", name="Forget the key")).to_have_count(0)


def test_servers_are_found_and_one_press_fills_the_form(visit: Visit, world: World) -> None:
    page = visit()
    choose(page, world.two)
    press(page, "Look for servers on this machine")
    page.locator(".chips").get_by_role("button", name="large").click()
    expect(typed(page, "openai_model")).to_have_value("large")
    expect(page.get_by_role("button", name="Use it", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(OUTCOME)).to_contain_text("large (")


def test_the_keyboard_reaches_all_and_enter_uses(visit: Visit, world: World) -> None:
    page = visit()
    page.locator("input[name=llm]:checked").focus()
    seen = []
    for _ in range(4):
        page.keyboard.press("ArrowDown")
        seen.append(page.evaluate("document.activeElement.value"))
    assert sorted(seen) == ["bedrock", "embedded", "none", "openai"]
    assert seen[-1] == "openai"
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(document.activeElement.name || document.activeElement.textContent).trim()"
            )
        )
    assert reached[:7] == [
        "openai_base_url",
        "openai_model",
        "openai_api_key",
        "Look for servers on this machine",
        "Use it",
        "Test connection",
        "Use it and keep it in .env",
    ]
    typed(page, "openai_base_url").fill(world.two.base_url)
    typed(page, "openai_base_url").press("Enter")
    expect(page.locator(OUTCOME)).to_contain_text("Your next question goes to")
    expect(page.locator(".told p b").first).to_have_text(f"small ({world.two.base_url})")
    page.get_by_role("button", name="Test connection").focus()
    page.keyboard.press("Enter")
    expect(page.locator(OUTCOME)).to_contain_text("first word after")
    expect(page.get_by_role("button", name="Test connection")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["embedded", "openai", "bedrock", "none"])
def test_a_phone_scrolls_down_only_and_is_easy_to_press(
    visit: Visit, world: World, name: str, scheme: str
) -> None:
    page = visit(390, 844, scheme)
    choose(page, world.two, KEY)
    press(page, "Look for servers on this machine")
    page.locator(".chips button").first.wait_for()
    rung(page, name).click()
    wide = page.evaluate(
        """() => [document.documentElement, document.querySelector('#settings')]
        .map((el) => el.scrollWidth - el.clientWidth)"""
    )
    assert wide == [0, 0]
    low = page.evaluate(
        """() => [...document.querySelectorAll(
            '#settings :is(button, label.rung, summary, input[type=text], input[type=password])')]
        .filter((el) => el.offsetParent && el.getBoundingClientRect().height < 44)
        .map((el) => `${el.textContent || el.name} ${el.getBoundingClientRect().height}`)"""
    )
    assert low == []


def test_a_browser_elsewhere_may_look_and_change_nothing(visit: Visit, world: World) -> None:
    """Nor does it learn what others have asked, or where files lie."""
    world.services.desk.ledger.asked("nova", "a server far away", "what another session asked")
    here, page = visit(), visit(x_forwarded_for="192.168.1.7")
    expect(here.locator(".told")).to_contain_text("what another session asked")
    expect(here.locator(".told")).to_contain_text("Where files are")
    assert "another session asked" not in page.content()
    assert str(Path.cwd()) not in page.locator(".told").inner_text()
    expect(page.locator(".told")).not_to_contain_text("Where files are")
    before = len(world.two.paths)
    choose(page, world.two)
    for what in ("Use it", "Test connection", "Use it and keep it in .env"):
        press(page, what)
        expect(page.locator(f"{OUTCOME} .bad-line")).to_contain_text("only in a browser on the")
    expect(page.locator(".told p b").first).to_have_text(f"small ({world.one.base_url})")
    assert len(world.two.paths) == before
    assert not Path(".env").exists()


def test_two_quick_presses_are_one(visit: Visit, world: World) -> None:
    page = visit()
    choose(page, world.two)
    before = len(world.two.requests)
    page.get_by_role("button", name="Test connection").dblclick()
    expect(page.locator(OUTCOME)).to_contain_text("first word after")
    page.wait_for_timeout(500)
    assert len(world.two.requests) == before + 1
