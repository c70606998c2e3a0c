"""What the Explain tab does when the learner does something: plain functions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from core.errors import NoteproofError
from core.practice import Decision, Explanation, Pasted
from core.text import strip_marker
from ui.ports import Explainer

DRAFT_INTERVAL = 0.06
MAX_TEXT = 20_000
"""Characters of a pasted question; an exam question has some 1,500."""

BY_LINES = "No options were marked, so each line after the first became one: is that right?"

Phase = Literal["paste", "correct", "deciding", "explaining", "done"]


@dataclass(frozen=True, slots=True)
class Explained:
    """One pasted question, and what has been found out about it. `step` counts every change."""

    phase: Phase = "paste"
    text: str = ""
    pasted: Pasted | None = None
    decision: Decision | None = None
    explanation: Explanation | None = None
    error: str = ""
    step: int = 0

    @property
    def running(self) -> bool:
        return self.phase in ("deciding", "explaining")

    @property
    def unfinished(self) -> bool:
        """It ended early: stopped, or for an error."""
        return self.phase == "done" and not (self.explanation is not None and self.explanation.done)


def act(
    explainer: Explainer,
    state: Explained,
    action: Mapping[str, object],
    cancel: threading.Event,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Explained]:
    """The state after each thing that happens. Left early, it stops the model."""
    state = replace(state, step=state.step + 1, error="")
    match action.get("do"):
        case "explain":
            text = str(action.get("text") or "")
            problem = _text_problem(text)
            if problem:
                yield replace(state, phase="paste", text=text, error=problem)
                return
            pasted = by_lines(explainer.parse(text))
            state = Explained(text=text, pasted=pasted, step=state.step)
        case "confirm":
            pasted = read_form(action)
            state = Explained(text=state.text, pasted=pasted, step=state.step)
        case "again" if state.pasted is not None:
            pasted = state.pasted
            state = Explained(text=state.text, pasted=pasted, step=state.step)
        case "edit" if state.pasted is not None:
            yield replace(state, phase="correct")
            return
        case _:
            yield Explained(text=state.text if action.get("do") == "back" else "", step=state.step)
            return
    if pasted.problems:
        yield replace(state, phase="correct")
        return
    yield from _explain(explainer, state, pasted, cancel, clock)


def by_lines(pasted: Pasted) -> Pasted:
    """Where no options were found, each line after the first as one, for the learner to check."""
    first, *more = [line.strip() for line in pasted.stem.splitlines() if line.strip()] or [""]
    if not pasted.problems or pasted.options or len(more) < 2:
        return pasted
    options = tuple(strip_marker(line) for line in more)
    return replace(pasted, stem=first, options=options, problems=(BY_LINES,))


def _text_problem(text: str) -> str:
    if not text.strip():
        return "Paste a question first."
    if len(text) > MAX_TEXT:
        return f"This is {len(text):,} characters long: paste one question, up to {MAX_TEXT:,}."
    return ""


def _explain(
    explainer: Explainer,
    state: Explained,
    pasted: Pasted,
    cancel: threading.Event,
    clock: Callable[[], float],
) -> Iterator[Explained]:
    state = replace(state, phase="deciding")
    try:
        yield state
        decision = explainer.decide(pasted, cancel)
        if cancel.is_set():
            yield replace(state, phase="done")
            return
        state = replace(state, phase="explaining", decision=decision)
        yield state
        drawn = clock()
        for explanation in explainer.explain(pasted, decision, cancel):
            before, state = state.explanation, replace(state, explanation=explanation)
            only_draft = before is not None and replace(before, draft=explanation.draft)
            drafting = only_draft == explanation and not explanation.done
            if drafting and clock() - drawn < DRAFT_INTERVAL:
                continue
            drawn = clock()
            yield state
        yield replace(state, phase="done")
    except NoteproofError as error:
        yield replace(state, phase="done", error=str(error))
    finally:
        cancel.set()


def read_form(action: Mapping[str, object]) -> Pasted:
    """The corrected question; blank options are left out, their marks with them."""
    rows = action.get("options")
    stem = str(action.get("stem") or "").strip()
    kept = [
        (str(row.get("text") or "").strip(), bool(row.get("mine")), bool(row.get("given")))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and str(row.get("text") or "").strip()
    ]
    options = tuple(text for text, _, _ in kept)
    mine = tuple(place for place, row in enumerate(kept) if row[1])
    given = tuple(place for place, row in enumerate(kept) if row[2])
    wanted = str(action.get("select") or "")
    select = int(wanted) if wanted.isascii() and wanted.isdigit() else 1
    problems = _problems(stem, options, mine, given, select)
    return Pasted(stem, options, select, mine, given, problems)


def _problems(
    stem: str,
    options: tuple[str, ...],
    mine: tuple[int, ...],
    given: tuple[int, ...],
    select: int,
) -> tuple[str, ...]:
    problems = []
    if not stem:
        problems.append("The question itself is missing.")
    if len(options) < 2:
        problems.append("A question needs two options at least.")
    elif select >= len(options):
        problems.append("There are not more options than are to be chosen.")
    folded = [option.casefold() for option in options]
    if len(set(folded)) < len(folded):
        problems.append("Two options are the same.")
    if given and select and len(given) != select:
        problems.append(f"{len(given)} options are marked as correct, {select} are to be chosen.")
    if select and len(mine) > select:
        problems.append(f"{len(mine)} options are marked as yours, {select} are to be chosen.")
    return tuple(problems)
