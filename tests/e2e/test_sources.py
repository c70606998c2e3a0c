"""Adding, describing, renaming and removing notes, in a real browser."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.errors import NoteproofError
from ingest.uploads import Removal
from tests.e2e.conftest import LONG, STREAMS, World
from tests.e2e.test_page import ask_and_wait, wait_until
from tests.format_files import CSV, pptx, scanned_pdf

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
GRAPHS = "# Graphs\n\n## Edges\n\n- An edge joins two vertices.\n- A loop joins one vertex.\n"
TREES = "# Trees\n\n- A tree has no cycle.\n- A leaf has one neighbour.\n"
HOSTILE_NAME = "<img src=x onerror=window.hacked=9>.md"
DROP = """(given) => {
    const data = new DataTransfer();
    for (const [name, text] of given) data.items.add(new File([text], name));
    const at = { dataTransfer: data, bubbles: true, cancelable: true };
    document.querySelector("#talk").dispatchEvent(new DragEvent("dragenter", at));
    const shown = !document.querySelector("#drop-veil").hidden;
    document.querySelector("#talk").dispatchEvent(new DragEvent("drop", at));
    return shown;
}"""


@pytest.fixture(autouse=True)
def only_the_given_notes(browser: Browser, server: World) -> Iterator[None]:
    yield
    library = server.library
    for identity, name in library.holding().left_out:
        library.take_back(Removal(name, identity=identity))
    for name in list(library.shelf.own.names()):
        with suppress(NoteproofError):
            library.remove(name)
    library.wait(60)
    library.update()


def add(page: Page, **files: str) -> None:
    given = [
        {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        for name, text in files.items()
    ]
    page.locator("#note-files").set_input_files(given)


def names(page: Page) -> Locator:
    return page.locator("#sources .source b")


def menu(page: Page, name: str) -> Locator:
    page.get_by_role("button", name=f"More for {name}").click()
    return page.get_by_role("menu")


def upload(world: World, name: str, data: bytes, **headers: str) -> tuple[int, Any]:
    usual = {"X-Noteproof": "page", "Origin": world.address.rstrip("/")}
    sent = {key: value for key, value in {**usual, **headers}.items() if value}
    request = urllib.request.Request(f"{world.address}notes?name={name}", data, sent, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_files_are_dropped_anywhere_and_each_is_told_of(visit: Visit, world: World) -> None:
    page = visit()
    files = [["graphs.md", GRAPHS], ["trees.md", TREES], [HOSTILE_NAME, "\0\1binary"]]
    assert page.evaluate(DROP, files)
    rows = page.locator("#uploads li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("not text")
    expect(rows.nth(0).locator("b")).to_have_text(HOSTILE_NAME)
    expect(rows.nth(1)).to_contain_text("Added, and read")
    expect(rows.nth(2)).to_contain_text("Added, and read")
    expect(page.locator(".uploads-head span")).to_have_text("2 added · 1 refused")
    expect(page.locator("#drop-veil")).to_be_hidden()
    expect(names(page)).to_have_text(["graphs.md", "hostile.txt", LONG, STREAMS, "trees.md"])
    page.get_by_role("button", name=f"Retry {HOSTILE_NAME}").press("Enter")
    expect(rows.nth(0)).to_contain_text("not text")
    expect(page.get_by_role("button", name=f"Retry {HOSTILE_NAME}")).to_be_focused()
    page.get_by_role("button", name=f"Remove {HOSTILE_NAME}").click()
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_be_focused()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#uploads")).to_be_hidden()
    expect(page.get_by_role("button", name="Add notes")).to_be_focused()
    assert page.evaluate("window.hacked") is None


def test_progress_is_shown_per_file(visit: Visit, world: World) -> None:
    page = visit()
    held: list[Any] = []
    page.route("**/notes?name=*", lambda route: held.extend([route]))
    add(page, **{"graphs.md": GRAPHS, "trees.md": TREES})
    wait_until(lambda: len(held) == 2, page)
    expect(page.locator("#uploads li.sending")).to_have_count(2)
    expect(page.locator("#uploads progress").first).to_be_visible()
    expect(page.locator(".uploads-head span")).to_have_text("Adding 2 of 2 …")
    held[0].abort()
    held[1].continue_()
    expect(page.locator("#uploads li.refused")).to_contain_text("did not arrive")
    expect(page.locator("#uploads li.added")).to_have_count(1)
    page.unroute("**/notes?name=*")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("#uploads li.added")).to_have_count(2)


def test_the_same_name_and_the_same_content(visit: Visit, world: World) -> None:
    page = visit()
    add(page, **{"graphs.md": GRAPHS})
    expect(page.locator("#uploads li.added")).to_have_count(1)
    add(page, **{"graphs.md": TREES})
    expect(page.locator("#uploads")).to_contain_text("Added as graphs (2).md")
    add(page, **{"copy.md": GRAPHS})
    expect(page.locator("#uploads")).to_contain_text("Already there as graphs.md")


def test_a_file_too_large_is_not_even_sent(visit: Visit, world: World) -> None:
    page = visit()
    page.locator("#note-files").evaluate("(el) => (el.dataset.most = 10)")
    add(page, **{"graphs.md": GRAPHS})
    expect(page.locator("#uploads li.refused")).to_contain_text("NOTEPROOF_MAX_NOTE_MB")


def test_an_added_file_that_cannot_be_read_says_so(visit: Visit, world: World) -> None:
    page = visit()
    scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": scanned_pdf()}
    graphs = {"name": "graphs.md", "mimeType": "text/plain", "buffer": GRAPHS.encode()}
    page.locator("#note-files").set_input_files([graphs, scan])
    row = page.locator("#uploads li.unread")
    expect(row).to_contain_text("Not read: it has no text, only pictures")
    expect(page.locator(".uploads-head span")).to_have_text("1 added · 1 not read")
    expect(page.locator(".failures")).to_have_text("2 sources could not be read")
    page.get_by_role("button", name="Remove scan.pdf").click()
    expect(row).to_have_count(0)
    expect(page.locator(".failures")).to_have_text("1 source could not be read")
    assert "scan.pdf" not in world.library.shelf.own.names()


def test_what_was_not_understood_is_said_under_the_name(visit: Visit, world: World) -> None:
    page = visit()
    assert upload(world, "bank.csv", CSV.encode())[0] == 200
    expect(page.locator(".partly")).to_contain_text("Partly read: 2 of 4 questions not understood")


def test_a_question_set_is_seen_before_it_is_added(visit: Visit, world: World) -> None:
    page = visit()
    hostile = CSV.replace("EFS", "<img src=x onerror=window.hacked=8>")
    given = {"name": "bank.csv", "mimeType": "text/csv", "buffer": hostile.encode()}
    page.locator("#note-files").set_input_files(given)
    row = page.locator("#uploads li.offered")
    expect(row.locator("span")).to_have_text("2 questions")
    expect(row.locator(".ques")).to_have_text(["Which keeps objects?", "Which two stream?"])
    expect(row.locator(".key")).to_have_text(["A. S3 ✓", "A. Kinesis ✓", "B. Kafka ✓"])
    expect(row.locator(".partly")).to_contain_text("2 of 4 questions not understood")
    expect(page.locator(".uploads-head span")).to_have_text("1 to look at")
    expect(page.get_by_role("button", name="Clear")).to_be_hidden()
    assert world.library.shelf.own.names() == []
    page.get_by_role("button", name="Leave out bank.csv").click()
    expect(page.locator("#uploads")).to_be_hidden()
    page.locator("#note-files").set_input_files(given)
    page.get_by_role("button", name="Add bank.csv").press("Enter")
    expect(page.locator("#uploads li.added")).to_contain_text("Added, and read")
    expect(names(page)).to_contain_text(["bank.csv"])
    assert page.evaluate("window.hacked") is None


def test_a_table_that_is_no_question_set_is_added_at_once(visit: Visit, world: World) -> None:
    page = visit()
    add(page, **{"costs.csv": "Service,Price\nS3,1\n", "broken.json": "{"})
    expect(page.locator("#uploads li.refused")).to_contain_text("broken.json")
    expect(page.locator("#uploads li.added")).to_contain_text("costs.csv")


def test_slides_are_named_in_the_open_note(visit: Visit, world: World) -> None:
    page = visit()
    assert upload(world, "deck.pptx", pptx())[0] == 200
    menu(page, "deck.pptx").get_by_role("menuitem", name="Open").click()
    expect(page.locator("#note-pane .page")).to_have_text(["slide 1", "slide 2"])
    expect(page.locator("#note-name")).to_have_text("deck.pptx")


def test_an_added_note_is_removed_and_comes_back(visit: Visit, world: World) -> None:
    page = visit()
    add(page, **{"graphs.md": GRAPHS})
    expect(names(page)).to_have_text(["graphs.md", "hostile.txt", LONG, STREAMS])
    menu(page, "graphs.md").get_by_role("menuitem", name="Remove").click()
    expect(names(page)).to_have_text(["hostile.txt", LONG, STREAMS])
    expect(page.locator(".removed")).to_contain_text("graphs.md is in the trash")
    assert world.library.note_lines("graphs.md") == ()
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(names(page)).to_have_text(["graphs.md", "hostile.txt", LONG, STREAMS])
    expect(page.locator(".removed")).to_have_count(0)
    expect(page.get_by_role("button", name="More for graphs.md")).to_be_focused()


def test_the_way_back_is_in_sight_however_long_the_list(visit: Visit, world: World) -> None:
    page = visit(height=420)
    add(page, **{f"{number:02}.md": f"{TREES}- Leaf {number}.\n" for number in range(12)})
    expect(names(page)).to_have_count(15)
    page.get_by_role("button", name="Clear").click()
    for name in ("11.md", "00.md"):
        menu(page, name).get_by_role("menuitem", name="Remove").click()
        row = page.locator(".removed li", has_text=name)
        expect(row).to_be_in_viewport(ratio=1)
        expect(row.get_by_role("button", name="Undo")).to_be_focused()


def test_no_click_is_lost_while_the_list_is_redrawn(visit: Visit, world: World) -> None:
    page = visit()
    add(page, **{"graphs.md": GRAPHS, "trees.md": TREES})
    expect(names(page)).to_have_count(5)
    page.evaluate("""() => {
        for (const note of ["graphs.md", "trees.md"]) {
            window.noteproof.change({ do: "look" });
            window.noteproof.change({ do: "remove", note });
        }
    }""")
    expect(page.locator(".removed li")).to_have_count(2)
    expect(names(page)).to_have_text(["hostile.txt", LONG, STREAMS])


def test_a_note_of_the_learners_folder_is_left_out(visit: Visit, world: World) -> None:
    page = visit()
    menu(page, LONG).get_by_role("menuitem", name="Leave out").click()
    expect(names(page)).to_have_text(["hostile.txt", STREAMS])
    expect(page.locator(".removed")).to_contain_text(f"{LONG} is left out")
    other = visit()
    expect(other.locator(".left-out")).to_contain_text(LONG)
    other.get_by_role("button", name=f"Take back {LONG}").click()
    expect(names(other)).to_have_text(["hostile.txt", LONG, STREAMS])
    expect(names(page)).to_have_text(["hostile.txt", LONG, STREAMS])


def test_rename_says_what_is_wrong_and_then_renames(visit: Visit, world: World) -> None:
    page = visit()
    add(page, **{"graphs.md": GRAPHS, "trees.md": TREES})
    expect(names(page)).to_have_count(5)
    page.locator("[data-source='graphs.md']").uncheck()
    menu(page, "graphs.md").get_by_role("menuitem", name="Rename").click()
    box = page.get_by_role("textbox", name="New name")
    expect(box).to_be_focused()
    expect(box).to_have_value("graphs.md")
    box.fill("../graphs.md")
    page.keyboard.press("Enter")
    expect(page.locator("#rename .trouble")).to_contain_text("leads out of the folder")
    box.fill("trees.md")
    page.keyboard.press("Enter")
    expect(page.locator("#rename .trouble")).to_contain_text("There is a note trees.md already")
    box.fill("Week 1 & <i>edges")
    page.keyboard.press("Enter")
    expect(page.locator("#rename")).to_be_hidden()
    expect(names(page)).to_contain_text(["Week 1 & _i_edges.md"])
    expect(page.get_by_role("button", name="More for Week 1")).to_be_focused()
    expect(page.locator("[data-source^='Week 1']")).not_to_be_checked()
    menu(page, STREAMS)
    expect(page.get_by_role("menuitem", name="Rename")).to_have_count(0)
    page.keyboard.press("Escape")


def test_ask_only_this(visit: Visit, world: World) -> None:
    page = visit(tab="practice")
    page.locator(".bar-end [data-do='toggle-sources']").click()
    menu(page, STREAMS).get_by_role("menuitem", name="Ask only this").click()
    expect(page.get_by_role("tab", name="Ask")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-source]:checked")).to_have_count(1)
    ask_and_wait(page, "How do streams reach S3?")
    assert world.asker.calls[-1].notes == frozenset({STREAMS})


def test_what_is_asked_is_said_beside_the_box(visit: Visit, world: World) -> None:
    page = visit()
    scope = page.locator("#scope p")
    expect(scope).to_be_hidden()
    menu(page, STREAMS).get_by_role("menuitem", name="Ask only this").click()
    expect(scope).to_contain_text(f"Asking only {STREAMS}")
    add(page, **{"graphs.md": GRAPHS})
    expect(names(page)).to_have_count(4)
    expect(page.locator("[data-source='graphs.md']")).not_to_be_checked()
    expect(scope).to_contain_text(f"Asking only {STREAMS}")
    page.locator("[data-source='graphs.md']").check()
    expect(scope).to_contain_text("Asking 2 of 4 sources")
    page.get_by_role("button", name="Ask all").click()
    expect(page.locator("[data-source]:checked")).to_have_count(4)
    expect(scope).to_be_hidden()
    expect(page.get_by_label("Your question")).to_be_focused()


def test_quiz_me_on_this(visit: Visit, world: World) -> None:
    page = visit()
    menu(page, STREAMS).get_by_role("menuitem", name="Quiz me on this").click()
    expect(page.get_by_role("tab", name="Practice")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#setup [name=note]")).to_have_value(STREAMS)
    page.get_by_role("button", name="Quiz me", exact=True).click()
    page.locator("#card .stem").wait_for()
    assert world.trainer.asked[0].notes == frozenset({STREAMS})
    expect(page.locator(".quiz-head")).to_contain_text(STREAMS)
    page.locator(".bar-end [data-do='toggle-sources']").click()
    menu(page, "hostile.txt").get_by_role("menuitem", name="Quiz me on this").click()
    expect(page.locator("#setup [name=note]")).to_have_value("hostile.txt")


def test_details_tell_of_a_note_and_its_questions_are_asked(visit: Visit, world: World) -> None:
    page = visit()
    more = page.locator(f".more[data-note='{STREAMS}']")
    expect(more).to_contain_text("1 question")
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    details = page.locator(".details:visible")
    expect(details).to_contain_text("Amazon Data Firehose")
    expect(details).to_contain_text("passages · 1 past question · read")
    question = details.locator("button.link").first
    asked = question.inner_text()
    question.click()
    expect(page.locator("#live .asked")).to_have_text(asked)
    page.locator(f"[data-source='{STREAMS}']").uncheck()
    expect(page.locator("#live .running")).to_have_count(0)
    question.click()
    expect(page.locator("#scope")).to_contain_text(f"Asking only {STREAMS}")
    wait_until(lambda: world.asker.calls[-1].notes == frozenset({STREAMS}), page)
    page.get_by_role("button", name="Check again").click()
    page.wait_for_timeout(1500)
    expect(details).to_contain_text("Amazon Data Firehose")
    more.click()
    expect(details).to_have_count(0)


def test_a_saved_file_appears_by_itself(visit: Visit, world: World) -> None:
    page = visit()
    corpus = Path(world.library.places()[0])
    (corpus / "saved.md").write_text(TREES)
    try:
        world.library.changed()
        expect(names(page)).to_contain_text(["saved.md"])
    finally:
        (corpus / "saved.md").unlink()


def test_failed_sources_can_be_left_out(visit: Visit, world: World) -> None:
    page = visit()
    choices = menu(page, "empty.md").get_by_role("menuitem")
    expect(choices).to_have_text(["Leave out"])
    choices.click()
    expect(page.locator(".failed")).to_have_count(0)


def test_the_menu_by_keyboard(visit: Visit, world: World) -> None:
    page = visit()
    button = page.get_by_role("button", name=f"More for {STREAMS}")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Open")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Leave out")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#note-name")).to_have_text(STREAMS)


def test_a_phone_adds_and_removes(visit: Visit, world: World) -> None:
    page = visit(width=390, height=780)
    page.get_by_role("button", name="Sources", exact=True).click()
    add(page, **{"graphs.md": GRAPHS})
    expect(names(page)).to_contain_text(["graphs.md"])
    opened = menu(page, "graphs.md")
    box = opened.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 780
    for item in opened.get_by_role("menuitem").all():
        size = item.bounding_box()
        assert size is not None
        assert size["height"] >= 44
    opened.get_by_role("menuitem", name="Remove").click()
    expect(page.locator(".removed")).to_contain_text("graphs.md")
    expect(page.locator(".removed")).to_be_in_viewport(ratio=1)
    page.locator("#adding").get_by_role("button", name="Close").click()
    expect(page.locator("#sources")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Noteproof": ""},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ],
)
def test_only_the_page_may_add(world: World, headers: dict[str, str]) -> None:
    status, told = upload(world, "a.md", b"# A\n\n- x\n", **headers)
    assert (status, "problem" in told) == (403, True)
    assert world.library.holding().own == frozenset()


def test_path_tricks_are_refused_by_the_server(world: World) -> None:
    for name in ("..%2Fa.md", "%2Fetc%2Fa.md", "C%3A%5Ca.md", "nul.md", "", ".env"):
        status, told = upload(world, name, b"# A\n\n- x\n")
        assert (status, list(told)) == (422, ["problem"]), name
    assert upload(world, "a%00b.md", b"# A\n\n- x\n")[1]["name"] == "ab.md"
