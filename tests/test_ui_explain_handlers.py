from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from core.practice import Pasted
from core.types import Citation
from tests.e2e.fakes_practice import ScriptedExplainer
from ui import explain_handlers
from ui.explain_handlers import BY_LINES, MAX_TEXT, Explained, by_lines, read_form

LINES = tuple(Citation(n, "a.md", n, n, f"Line {n}.") for n in range(1, 4))
TEXT = "Which?\nA. one\nB. two\nMy answer: B"


@pytest.fixture
def explainer() -> ScriptedExplainer:
    return ScriptedExplainer(lambda: LINES, pause=0.0)


def steps(
    explainer: ScriptedExplainer,
    state: Explained | None = None,
    cancel: threading.Event | None = None,
    clock: Callable[[], float] | None = None,
    **action: object,
) -> list[Explained]:
    cancel, clock = cancel or threading.Event(), clock or ticking()
    return list(explain_handlers.act(explainer, state or Explained(), action, cancel, clock))


def ticking() -> Callable[[], float]:
    now = iter(range(1_000_000))
    return lambda: float(next(now))


def test_a_clear_question_goes_on_at_once(explainer: ScriptedExplainer) -> None:
    seen = steps(explainer, do="explain", text=TEXT)
    assert (seen[0].phase, seen[0].running) == ("deciding", True)
    assert (seen[1].phase, seen[1].explanation) == ("explaining", None)
    assert any(state.explanation and state.explanation.draft for state in seen)
    last = seen[-1]
    assert (last.phase, last.running) == ("done", False)
    assert last.decision is not None
    assert last.decision.key == (0,)
    assert last.explanation is not None
    assert len(last.explanation.options) == 2


def test_drafts_are_thinned_out(explainer: ScriptedExplainer) -> None:
    seen = steps(explainer, clock=lambda: 0.0, do="explain", text=TEXT)
    drafts = [state.explanation.draft for state in seen if state.explanation]
    assert [draft for draft in drafts if draft] == ["draft "]


def test_lines_without_letters_are_offered_as_options() -> None:
    unread = Pasted("what now\n- drop out\n\nmore layers", problems=("No question found.",))
    seen = by_lines(unread)
    assert (seen.stem, seen.options) == ("what now", ("drop out", "more layers"))
    assert seen.problems == (BY_LINES,)
    for other in (Pasted("one line", problems=("x",)), Pasted("a\nb\nc"), Pasted("")):
        assert by_lines(other) == other


def test_an_unclear_question_is_shown_and_not_guessed(explainer: ScriptedExplainer) -> None:
    (state,) = steps(explainer, do="explain", text=f"unclear {TEXT}")
    assert (state.phase, explainer.decided) == ("correct", [])
    assert state.pasted is not None
    assert state.pasted.problems


@pytest.mark.parametrize(
    ("text", "said"),
    [(" \n", "Paste a question first."), (None, "Paste"), ("x" * (MAX_TEXT + 1), "20,001")],
)
def test_text_that_is_no_question(explainer: ScriptedExplainer, text: object, said: str) -> None:
    (state,) = steps(explainer, do="explain", text=text)
    assert state.phase == "paste"
    assert said in state.error
    assert explainer.parsed == []


def row(text: str, mine: bool = False, given: bool = False) -> dict[str, object]:
    return {"text": text, "mine": mine, "given": given}


def test_the_corrected_form_is_explained(explainer: ScriptedExplainer) -> None:
    (unclear,) = steps(explainer, do="explain", text=f"unclear {TEXT}")
    rows = [row(" one "), row(""), row("two", given=True), row("three", mine=True)]
    last = steps(explainer, unclear, do="confirm", stem=" Which? ", options=rows, select="1")[-1]
    assert last.pasted == Pasted("Which?", ("one", "two", "three"), 1, (2,), (1,), ())
    assert last.phase == "done"
    (edited,) = steps(explainer, last, do="edit")
    assert (edited.phase, edited.pasted) == ("correct", last.pasted)
    (back,) = steps(explainer, last, do="back")
    assert (back.phase, back.text) == ("paste", f"unclear {TEXT}")
    (new,) = steps(explainer, last, do="new")
    assert (new.phase, new.text) == ("paste", "")
    assert new.step > last.step


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"stem": "", "options": [row("a"), row("b")]}, "The question itself is missing."),
        ({"stem": "q", "options": [row("a")]}, "two options at least"),
        ({"stem": "q", "options": "x"}, "two options at least"),
        ({"stem": "q", "options": [row("a"), row("A")]}, "Two options are the same."),
        ({"stem": "q", "options": [row("a"), row("b")], "select": "2"}, "not more options"),
        (
            {"stem": "q", "options": [row("a", mine=True), row("b", mine=True), row("c")]},
            "2 options are marked as yours, 1 are to be chosen.",
        ),
        (
            {"stem": "q", "options": [row("a", given=True), row("b"), row("c")], "select": "2"},
            "1 options are marked as correct, 2 are to be chosen.",
        ),
    ],
)
def test_what_is_wrong_with_a_form(
    explainer: ScriptedExplainer, sent: dict[str, object], said: str
) -> None:
    assert said in " ".join(read_form(sent).problems)
    (state,) = steps(explainer, Explained(text="t"), do="confirm", **sent)
    assert (state.phase, explainer.decided) == ("correct", [])


def test_all_that_apply_may_be_any_number() -> None:
    rows = [row("a", True, True), row("b", True, True), row("c", given=True)]
    read = read_form({"stem": "q", "options": rows, "select": "0"})
    assert (read.select, read.mine, read.given, read.problems) == (0, (0, 1), (0, 1, 2), ())


def test_trouble_is_told_and_can_be_tried_again(explainer: ScriptedExplainer) -> None:
    last = steps(explainer, do="explain", text=f"fail {TEXT}")[-1]
    assert (last.phase, last.error) == ("done", "The model went away: <b>start</b> it.")
    assert steps(explainer, last, do="again")[0].phase == "deciding"
    assert len(explainer.decided) == 2


def test_stopping_while_deciding_ends_there(explainer: ScriptedExplainer) -> None:
    cancel = threading.Event()
    cancel.set()
    last = steps(explainer, cancel=cancel, do="explain", text=TEXT)[-1]
    assert (last.phase, last.decision) == ("done", None)


@pytest.mark.parametrize("after", [1, 3])
def test_leaving_stops_the_model(explainer: ScriptedExplainer, after: int) -> None:
    cancel = threading.Event()
    stream = explain_handlers.act(explainer, Explained(), {"do": "explain", "text": TEXT}, cancel)
    for _ in range(after):
        next(stream)
    stream.close()
    assert cancel.is_set()
