"""What the Practice tab does when the learner does something: plain functions."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import get_args

from core.errors import NoteproofError
from core.practice import Difficulty, Explanation, Item, ItemKind, Response, Scope
from ui.dealing import Clock, Step, deal
from ui.ports import Shelf, Trainer
from ui.quiz_session import QuizSession, Ready, Wanted

COUNTS = (5, 10, 20, 40)
DRAFT_INTERVAL = 0.06

Action = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a learner can choose from; `problem` says why there is nothing."""

    topics: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What has been explained so far of the item `item_id`."""

    item_id: str
    explanation: Explanation | None = None
    running: bool = False
    error: str = ""


def offer(trainer: Trainer, shelf: Shelf) -> Offer:
    """Topics, domains and notes to choose from, as far as there are any yet."""
    notes = tuple(source.name for source in shelf.sources() if not source.problem)
    try:
        return Offer(tuple(trainer.topics()), tuple(trainer.domains()), notes)
    except NoteproofError as error:
        return Offer(notes=notes, problem=str(error))


def act(
    trainer: Trainer,
    session: QuizSession,
    ready: Ready | None,
    action: Action,
    cancel: threading.Event,
    clock: Clock = time.monotonic,
) -> Iterator[Step]:
    """The session after each thing that happens, and the item fetched ahead if it is left.

    An action that was meant for another card changes nothing. `cancel` ends waiting and
    checking. There is always a step: Gradio empties what a generator without one should draw.
    """
    item = session.item
    if "item" in action and action["item"] != (item.id if item else ""):
        yield session, ready
        return
    session = session.holding(_places(action.get("chosen")), str(action.get("typed", "")))
    try:
        match action.get("do"):
            case "start":
                scope = read_scope(action)
                trainer.prepare(scope)
                yield from deal(trainer, session.began(scope, _fresh(action)), None, cancel, clock)
            case "check" if session.phase == "asking" and item is not None:
                yield _check(trainer, session, item, clock()), ready
            case "hint" if session.phase == "asking" and item is not None:
                yield session.with_hint(), ready
            case "flag" if item is not None:
                yield from _flag(trainer, session, item, ready, cancel, clock)
            case "next" | "skip":
                yield from deal(trainer, session.skipped(), ready, cancel, clock)
            case "retry":
                again = [Wanted(again=card.item) for card in session.missed]
                yield from deal(trainer, session.began(session.scope, again), None, cancel, clock)
            case "variants":
                new = [Wanted(variant_of=card.item.id) for card in session.missed]
                yield from deal(trainer, session.began(session.scope, new), None, cancel, clock)
            case "end":
                yield (session.ended() if session.played else session.to_setup()), None
            case "new":
                yield session.to_setup(), None
            case _:
                yield session, ready
    except NoteproofError as error:
        yield session.failed(str(error)), ready


def explain(
    trainer: Trainer, session: QuizSession, cancel: threading.Event, clock: Clock = time.monotonic
) -> Iterator[Told]:
    """The answered card explained, fuller and fuller. Left early, it stops the model."""
    card = session.last
    if card is None:
        yield Told("")
        return
    told = Told(card.item.id, running=True)
    try:
        yield told
        drawn = clock()
        for explanation in trainer.explain(card.item.id, card.response, cancel):
            before, told = told, replace(told, explanation=explanation)
            if _only_draft(before.explanation, explanation) and clock() - drawn < DRAFT_INTERVAL:
                continue
            drawn = clock()
            yield told
        yield replace(told, running=False)
    except NoteproofError as error:
        yield replace(told, running=False, error=str(error))
    finally:
        cancel.set()


def _only_draft(before: Explanation | None, now: Explanation) -> bool:
    return before is not None and not now.done and replace(before, draft=now.draft) == now


def read_scope(action: Action) -> Scope:
    """The scope that the setup row describes; what is unknown restricts nothing."""
    note, kind, difficulty = action.get("note"), action.get("kind"), action.get("difficulty")
    return Scope(
        topic=str(action.get("topic") or "").strip(),
        domain=str(action.get("domain") or ""),
        notes=frozenset({str(note)}) if note else None,
        kind=next((known for known in get_args(ItemKind) if known == kind), None),
        difficulty=next((known for known in get_args(Difficulty) if known == difficulty), None),
    )


def _fresh(action: Action) -> list[Wanted]:
    count = next((n for n in COUNTS if str(n) == str(action.get("count"))), COUNTS[1])
    return [Wanted()] * count


def _places(sent: object) -> tuple[int, ...]:
    return tuple(n for n in sent if isinstance(n, int)) if isinstance(sent, list) else ()


def _check(trainer: Trainer, session: QuizSession, item: Item, now: float) -> QuizSession:
    problem = _problem(item, session)
    if problem:
        return session.failed(problem)
    seconds = round(now - session.shown_at, 1)
    chosen = tuple(sorted(set(session.chosen)))
    response = Response(item.id, chosen, session.typed.strip(), seconds, session.hinted)
    return session.answered(response, trainer.submit(response))


def _problem(item: Item, session: QuizSession) -> str:
    if not item.options:
        return "" if session.typed.strip() else "Type an answer first."
    chosen = set(session.chosen)
    if len(chosen) != len(item.key) or not chosen <= set(range(len(item.options))):
        return "Choose two options." if len(item.key) == 2 else "Choose an option first."
    return ""


def _flag(
    trainer: Trainer,
    session: QuizSession,
    item: Item,
    ready: Ready | None,
    cancel: threading.Event,
    clock: Clock,
) -> Iterator[Step]:
    session = session.being_checked()
    yield session, ready
    try:
        recheck = trainer.recheck(item.id, cancel)
    except NoteproofError as error:
        yield session.failed(str(error)), ready
        return
    session = session.after_recheck(None if cancel.is_set() else recheck)
    if session.phase == "waiting":
        yield from deal(trainer, session, ready, cancel, clock)
    else:
        yield session, ready
