"""The Practice tab: a quiz, one card at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ui import ask_tab, dealing, handlers, practice_handlers, render, render_practice, render_setup
from ui.ask_tab import AskParts
from ui.conversation import Conversation
from ui.desk import Desk
from ui.gradio_import import gr
from ui.judged import discussion
from ui.layout import AT_ONCE, PRIVATE, ends, html, redrawn, sent
from ui.ports import Shelf
from ui.practice_handlers import Told
from ui.quiz_session import QuizSession, Ready
from ui.render_actions import actions_html

_CARD = {name: name for name in ("quiz", "halt", "tell", "discuss")}


@dataclass(frozen=True, slots=True)
class PracticeParts:
    """The components that handlers read or write."""

    setup: gr.HTML
    card: gr.HTML
    answers: gr.HTML
    actions: gr.HTML


def lay_out() -> PracticeParts:
    """The form and the card in one place, the buttons under them."""
    with gr.Column(elem_id="practice-column", scale=1, min_width=0):
        with gr.Column(elem_id="practice", elem_classes="scroll"):
            setup = html("setup", connect={"offer": "offer"}, also=redrawn("offered"))
            card = html("card", connect=_CARD, also=redrawn("carded"))
            answers = html("answers", also=redrawn("explained"))
        actions = html("actions", also=redrawn("carded"))
    return PracticeParts(setup, card, answers, actions)


def wire(
    parts: PracticeParts,
    ask: AskParts,
    evidence: gr.HTML,
    desk: gr.State,
    library: Shelf,
    refreshed: gr.Dependency,
) -> None:
    """Which handler answers which component. `refreshed`: the notes may have changed.

    One handler writes the session: while it waits, the page can only stop it.
    """

    def act(
        session: QuizSession,
        ready: Ready | None,
        telling: threading.Event | None,
        desk: Desk,
        event: gr.EventData,
    ) -> Iterator[tuple[Any, ...]]:
        cancel = threading.Event()
        item = session.item
        for now, left in practice_handlers.act(desk.trainer, session, ready, sent(event), cancel):
            answers: Any = gr.skip()
            if now.item != item or now.phase != session.phase:
                handlers.stop(telling)
                answers = render_practice.answers_html(now)
            card, actions = render_practice.quiz_html(now), actions_html(now)
            # What was fetched ahead since this began is kept, unless its card was dealt.
            ahead = gr.skip() if left is ready else left
            yield now, ahead, cancel, card, answers, actions

    def tell(session: QuizSession, desk: Desk) -> Iterator[tuple[Any, ...]]:
        cancel = threading.Event()
        for told in practice_handlers.explain(desk.trainer, session, cancel):
            yield told, cancel, render_practice.answers_html(session, told)

    def prefetch(session: QuizSession, ready: Ready | None, desk: Desk) -> Ready | None:
        return dealing.prefetch(desk.trainer, session, ready)

    def offer(desk: Desk) -> str:
        return render_setup.setup_html(practice_handlers.offer(desk.trainer, library))

    def discuss(
        session: QuizSession, told: Told | None, talk: Conversation, desk: Desk
    ) -> tuple[Any, ...]:
        card = session.last
        if card is None:
            return (gr.skip(),) * 4
        same = told is not None and told.item_id == card.item.id
        known = told.explanation if told is not None and same else None
        talk = talk.asking(discussion(card.item, card.response, known))
        return talk, render.history_html(talk), *ask_tab.drawn(talk, desk, library)

    def stop(waiting: threading.Event | None, telling: threading.Event | None) -> None:
        handlers.stop(waiting)
        handlers.stop(telling)

    session, ready, told = gr.State(QuizSession()), gr.State(None), gr.State(None)
    waiting, telling = gr.State(None), gr.State(None)
    many: dict[str, Any] = {**PRIVATE, "concurrency_limit": 16}
    shown = [session, ready, waiting, parts.card, parts.answers, parts.actions]
    acted = parts.card.quiz(act, [session, ready, telling, desk], shown, **many)
    ends(acted, "quiz")
    acted.then(prefetch, [session, ready, desk], ready, **many)
    ends(parts.card.tell(tell, [session, desk], [told, telling, parts.answers], **many), "tell")
    parts.card.halt(stop, [waiting, telling], None, **AT_ONCE)
    talked = [ask.talk, ask.history, ask.live, evidence]
    parts.card.discuss(discuss, [session, told, ask.talk, desk], talked, **AT_ONCE)
    refreshed.then(offer, desk, parts.setup, **PRIVATE)
    parts.setup.offer(offer, desk, parts.setup, **AT_ONCE)
