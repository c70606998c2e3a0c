"""The page: which handler answers which component. The learner's state lives in the session."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from ui import handlers, render, render_evidence, render_notes
from ui.conversation import Conversation
from ui.gradio_import import gr
from ui.layout import lay_out
from ui.ports import Asker, Model, Shelf
from ui.serve import launch

__all__ = ["build_page", "launch"]

_PRIVATE: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_AT_ONCE: dict[str, Any] = {**_PRIVATE, "queue": False}


def build_page(library: Shelf, asker: Asker, provider: Model) -> gr.Blocks:
    """The page over these notes, answered by `asker`; `launch` serves it."""

    def note_view(wanted: Mapping[str, Any]) -> str:
        return handlers.open_note(library, str(wanted["note"]), int(wanted["line"]))

    def respond(
        typed: str, talk: Conversation, off: frozenset[str], event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        action = _sent(event)
        request = handlers.read_request(talk, typed, action)
        cancel = threading.Event()
        notes = handlers.chosen(library, off)
        past = None
        for now in handlers.ask(asker, request, notes, cancel, talk):
            box, before = gr.skip(), past
            if now.error:
                box = request.question
            elif before is None and not action:
                box = ""
            past = render.history_html(now)
            history = past if past != before else gr.skip()
            yield (
                now,
                cancel,
                box,
                history,
                render.live_html(now),
                render_evidence.evidence_html(now.last),
            )

    def refresh(off: frozenset[str], offered: tuple[str, ...]) -> tuple[Any, ...]:
        offered = offered or handlers.suggestions(library, random.Random())
        state, model, notes = library.state(), provider.state(), library.sources()
        return (
            render_notes.header_html(state, model),
            render_notes.sources_html(notes, off, state, model, provider.label),
            render.welcome_html(offered, state),
            offered,
            gr.Timer(active=handlers.busy(library, provider)),
        )

    def act_on_sources(off: frozenset[str], event: gr.EventData) -> tuple[Any, ...]:
        return handlers.act_on_sources(library, provider, off, _sent(event)), gr.Timer(active=True)

    def clear() -> tuple[Any, ...]:
        return Conversation(), "", "", render_evidence.evidence_html(None)

    with gr.Blocks(title="Noteproof", analytics_enabled=False, fill_width=True) as page:
        talk, cancel = gr.State(Conversation()), gr.State(None)
        off, offered = gr.State(frozenset()), gr.State(())
        timer = gr.Timer(1.0)
        parts = lay_out(note_view)
        shown = [talk, cancel, parts.box, parts.history, parts.live, parts.evidence]
        watched = [parts.header, parts.sources, parts.welcome, offered, timer]
        asked = gr.on(
            [parts.box.submit, parts.send.click, parts.live.submit],
            respond,
            [parts.box, talk, off],
            shown,
            concurrency_limit=8,
            **_PRIVATE,
        )
        asked.then(refresh, [off, offered], watched, **_PRIVATE)
        parts.stop.click(handlers.stop, cancel, None, **_AT_ONCE)
        parts.history.clear(
            clear, None, [talk, parts.history, parts.live, parts.evidence], **_AT_ONCE
        )
        parts.sources.select(act_on_sources, off, [off, timer], **_AT_ONCE)
        gr.on([page.load, timer.tick], refresh, [off, offered], watched, **_PRIVATE)
    return page


def _sent(event: gr.EventData) -> Mapping[str, Any]:
    """What page.js sent along; nothing for a plain submit or click."""
    return event._data if isinstance(event._data, dict) else {}
