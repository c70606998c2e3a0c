"""Journeys through the Explain tab, in a real browser against a real server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import STREAMS, World
from tests.e2e.fakes import HOSTILE
from tests.e2e.test_page import is_legible, wait_until
from tests.e2e.test_practice import WIDE

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
ROWS = "A. Firehose\nB. Kinesis Data Streams\nC. AWS Glue"


def paste(page: Page, text: str) -> None:
    page.locator("#pasted").fill(text)
    page.get_by_role("button", name="Explain", exact=False).last.click()


def test_a_pasted_question_is_decided_and_every_option_explained(
    visit: Visit, world: World
) -> None:
    page = visit(tab="explain")
    expect(page.locator("#pasted")).to_be_focused()
    page.locator("#pasted").fill(f"Which service delivers streams?\n{ROWS}\nMy answer: B")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".explained:not(.running)")).to_be_visible()
    decision = page.locator(".decision")
    expect(decision).to_contain_text("A is right, by your notes: fairly sure (72 %).")
    expect(decision).to_contain_text("✕Your answer was B.")
    expect(decision.locator(".near")).to_have_count(2)
    options = page.locator("#explained .judged > li")
    expect(options).to_have_class(["right", "wrong", "neutral"])
    expect(options.nth(1)).to_contain_text("✕Your answer")
    expect(options.nth(1)).to_contain_text("Told of Kinesis Data Streams.")
    expect(options.nth(2)).to_contain_text("Your notes say nothing about this option.")
    options.nth(0).locator(".cite").click()
    expect(page.locator("#note-name")).to_have_text(f"{STREAMS}:5")
    expect(page.locator(".ln.hit")).to_be_in_viewport()
    assert world.explainer.decided[0].mine == (1,)
    page.get_by_role("button", name="Another question").click()
    expect(page.locator("#pasted")).to_have_value("")
    expect(page.locator("#pasted")).to_be_focused()


def test_the_key_that_came_along_is_said_so(visit: Visit) -> None:
    page = visit(tab="explain")
    paste(page, f"Which one?\n{ROWS}\nMy answer: C\nCorrect: C")
    expect(page.locator(".decision")).to_contain_text("C is right, says the key you pasted.")
    expect(page.locator(".decision")).to_contain_text("✓So is your answer.")


def test_notes_that_do_not_decide_are_said_so(visit: Visit) -> None:
    page = visit(tab="explain")
    paste(page, f"undecided?\n{ROWS}\nMy answer: A")
    expect(page.locator(".decision")).to_contain_text("Your notes do not decide this question.")
    expect(page.locator(".explained:not(.running)")).to_be_visible()
    expect(page.locator("#explained .judged > li")).to_have_class(["mine", "neutral", "neutral"])


def test_an_unclear_question_is_corrected_first(visit: Visit, world: World) -> None:
    page = visit(tab="explain")
    paste(page, f"unclear question\n{ROWS}\nMy answer: B")
    expect(page.get_by_role("alert")).to_contain_text("Where the <i>options</i> begin is unclear.")
    assert world.explainer.decided == []
    rows = page.locator(".rows li")
    expect(rows).to_have_count(4)
    expect(rows.nth(1).locator(".mine")).to_be_checked()
    page.locator("#stem-field").fill("Which service replays?")
    rows.nth(0).locator("input[type=text]").fill("")
    page.get_by_role("button", name="Add an option").click()
    expect(rows.nth(4).locator("input[type=text]")).to_be_focused()
    page.keyboard.type("Amazon EMR")
    rows.nth(2).locator(".mine").check()
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("2 options are marked as yours")
    expect(page.locator("#stem-field")).to_have_value("Which service replays?")
    expect(rows.nth(2).locator("input[type=text]")).to_have_value("Amazon EMR")
    rows.nth(0).locator(".mine").uncheck()
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.locator(".explained:not(.running)")).to_be_visible()
    asked = world.explainer.decided[0]
    assert asked.stem == "Which service replays?"
    assert asked.options == ("Kinesis Data Streams", "AWS Glue", "Amazon EMR")
    assert (asked.mine, asked.given, asked.problems) == ((1,), (), ())
    page.get_by_role("button", name="Edit this question").click()
    expect(rows.nth(2).locator("input[type=text]")).to_have_value("Amazon EMR")
    page.get_by_role("button", name="Paste again").click()
    expect(page.locator("#pasted")).to_have_value(f"unclear question\n{ROWS}\nMy answer: B")


@pytest.mark.parametrize("how", ["button", "escape"])
def test_stop_really_stops(visit: Visit, world: World, how: str) -> None:
    page = visit(tab="explain")
    world.explainer.steps, world.explainer.pause = 1500, 0.05
    paste(page, f"slow\n{ROWS}")
    page.locator("#explained .draft").wait_for()
    if how == "button":
        page.get_by_role("button", name="Stop").click()
    else:
        page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Another question")).to_be_visible()
    assert world.explainer.stopped == ["slow"]


def test_leaving_the_page_stops_the_model(visit: Visit, world: World) -> None:
    page = visit(tab="explain")
    other = visit()
    world.explainer.steps, world.explainer.pause = 1500, 0.05
    paste(page, f"slow\n{ROWS}")
    page.locator("#explained .draft").wait_for()
    cancel = world.explainer.cancels[0]
    assert cancel is not None
    page.close()
    wait_until(cancel.is_set, other)


def test_errors_stand_where_the_learner_looks(visit: Visit) -> None:
    page = visit(tab="explain")
    paste(page, "  ")
    expect(page.get_by_role("alert")).to_have_text("Paste a question first.")
    paste(page, f"fail\n{ROWS}")
    expect(page.get_by_role("alert")).to_have_text("The model went away: <b>start</b> it.")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.locator("#explained .judged > li")).to_have_count(3)


def test_hostile_text_is_only_text(visit: Visit) -> None:
    page = visit(tab="explain")
    rows = "\n".join(f"{'ABCDEF'[n]}. {text}" for n, text in enumerate(HOSTILE))
    paste(page, f"unclear </textarea>{HOSTILE[1]}\n{rows}")
    expect(page.locator("#stem-field")).to_have_value(f"unclear </textarea>{HOSTILE[1]}")
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.locator(".explained:not(.running)")).to_be_visible()
    for text in HOSTILE:
        expect(page.locator("#explained .judged")).to_contain_text(text)
    assert page.locator("#columns img, #columns a, #columns script").count() == 0
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_it_is_legible_named_and_narrow(visit: Visit, scheme: str, width: int) -> None:
    page = visit(width, 844, scheme=scheme, tab="explain")
    nameless = """() => [...document.querySelectorAll('button, input, textarea, select')].filter(
        el => el.checkVisibility() && !(el.getAttribute('aria-label') || el.textContent.trim()
        || el.labels?.[0]?.textContent.trim() || el.title)).map(el => el.outerHTML)"""
    for text in (f"unclear {'W' * 200}\n{ROWS}", f"{'W' * 200}\n{ROWS}\nMy answer: B"):
        is_legible(page)
        paste(page, text)
        page.locator("#explain .correct, .explained:not(.running)").wait_for()
        page.mouse.move(5, 400)
        is_legible(page)
        assert page.evaluate(nameless) == []
        assert page.evaluate(WIDE) <= 0
        scroll = "el => el.scrollWidth - el.clientWidth"
        assert page.locator("#explain").evaluate(scroll) <= 0
        if page.locator(".correct").is_visible():
            page.get_by_role("button", name="Paste again").click()
            page.locator("#pasted").wait_for()
