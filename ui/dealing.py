"""Which card comes next: fetched ahead, asked for now, or waited for while it is made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import replace

from core.errors import NoteproofError
from core.practice import Item, Scope
from ui.ports import Trainer
from ui.quiz_session import QuizSession, Ready, Wanted

POLL = 0.4
"""Seconds between two looks whether an item is ready."""
VARIANT_POLLS = 50
"""Looks after which a variant that does not come is left out."""
NO_VARIANT = "No new variant of every question is to be had just now."
GONE = "What was made from a removed note is left out."
VARIANT = "Looking for a new question on what you missed …"

Clock = Callable[[], float]
Step = tuple[QuizSession, Ready | None]
"""A session, and the item fetched ahead if it is left."""


def prefetch(trainer: Trainer, session: QuizSession, ready: Ready | None) -> Ready | None:
    """The next card's item, so that it is there when the learner goes on."""
    if session.phase not in ("asking", "answered") or not session.wanted:
        return ready
    wanted = session.wanted[0]
    if ready is not None and (ready.quiz, ready.wanted) == (session.quiz, wanted):
        return ready
    try:
        item = _fetch(trainer, session.scope, wanted)
    except NoteproofError:  # said when the learner goes on, if it is still so
        return None
    return Ready(session.quiz, wanted, item) if item is not None else None


def deal(
    trainer: Trainer,
    session: QuizSession,
    ready: Ready | None,
    cancel: threading.Event,
    clock: Clock,
) -> Iterator[Step]:
    """The next card, waiting for it while it is being made."""
    remark, looks = session.message, 0
    try:
        while session.wanted:
            wanted = session.wanted[0]
            item = _fetched(trainer, session, ready)
            if item is None and wanted.variant_of and not session.message:  # it may take seconds
                session = session.waiting(VARIANT)
                yield session, ready
            item = item or _awaited(trainer, session.scope, wanted, cancel)
            line = "" if item else trainer.making(session.scope)
            if item is None and wanted.fresh and not line:
                item = trainer.next(session.scope)  # the last may have come between the two looks
            if wanted.variant_of and cancel.is_set():
                yield (session.ended() if session.played else session.to_setup()), None
                return
            if item is not None:
                shown = session.showing(item, clock())
                yield replace(shown, message=remark), None
                return
            looks += 1
            if line and (wanted.fresh or (wanted.variant_of and looks < VARIANT_POLLS)):
                session = session.waiting(line)
                yield session, ready
                if cancel.wait(POLL):
                    yield (session.ended() if session.played else session.to_setup()), None
                    return
                continue
            session, looks = session.without_next(), 0
            if wanted.fresh:
                session = session.ended(trainer.why_none(session.scope))
                yield session, None
                return
            remark = GONE if wanted.again else NO_VARIANT
        yield session.ended(remark), None
    except NoteproofError as error:
        yield session.failed(str(error)), ready


def _fetched(trainer: Trainer, session: QuizSession, ready: Ready | None) -> Item | None:
    """What was fetched ahead for this card, unless its note has been removed since."""
    if ready is None or (ready.quiz, ready.wanted) != (session.quiz, session.wanted[0]):
        return None
    return None if trainer.retired(ready.item.id) else ready.item


def _awaited(
    trainer: Trainer, scope: Scope, wanted: Wanted, cancel: threading.Event
) -> Item | None:
    """As `_fetch`; a variant, which may take seconds, only until `cancel` is set."""
    if not wanted.variant_of:
        return _fetch(trainer, scope, wanted)
    found: Future[Item | None] = Future()

    def fetch() -> None:
        try:
            found.set_result(_fetch(trainer, scope, wanted))
        except Exception as error:  # noqa: BLE001 (raised again where it is awaited)
            found.set_exception(error)

    threading.Thread(target=fetch, daemon=True).start()
    while not wait([found], POLL).done:
        if cancel.is_set():
            return None
    return found.result()


def _fetch(trainer: Trainer, scope: Scope, wanted: Wanted) -> Item | None:
    if wanted.again is not None:
        return None if trainer.retired(wanted.again.id) else wanted.again
    return trainer.variant(wanted.variant_of) if wanted.variant_of else trainer.next(scope)
