"""The Ask tab: the conversation with the notes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ui import handlers, render, render_evidence
from ui.conversation import Conversation
from ui.desk import Desk
from ui.gradio_import import gr
from ui.layout import AT_ONCE, PRIVATE, ends, html, sent
from ui.ports import Shelf
from ui.sources_handlers import Ticks, unticked

_HINT = (
    '<p class="hint"><span><kbd>Enter</kbd> sends</span> <span><kbd>Shift</kbd>+<kbd>Enter</kbd> '
    "new line</span> <span><kbd>Esc</kbd> stops</span></p>"
)
_SCOPE = (
    '<p role="status" hidden><span></span><button type="button" class="link" data-do="ask-all">'
    "Ask all</button></p>"
)


@dataclass(frozen=True, slots=True)
class AskParts:
    """The components that handlers read or write, and the conversation of the session."""

    talk: gr.State
    welcome: gr.HTML
    history: gr.HTML
    live: gr.HTML
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button


def lay_out() -> AskParts:
    """The conversation, and the box under it."""
    with gr.Column(elem_id="ask-column", scale=1, min_width=0):
        with gr.Column(elem_id="talk"):
            welcome = html("welcome", render.welcome_html(()))
            history = html("history", connect={"clear": "clear"})
            live = html("live", connect={"act": "submit"})
        html("scope", _SCOPE)
        with gr.Row(elem_id="composer"):
            box = _box()
            send = gr.Button("Ask", elem_id="send", scale=0, min_width=0)
            stop = gr.Button("Stop", elem_id="stop", scale=0, min_width=0)
        html("hint", _HINT)
    return AskParts(gr.State(Conversation()), welcome, history, live, box, send, stop)


def _box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="box",
        label="Your question",
        show_label=False,
        container=False,
        placeholder="Ask your notes…",
        lines=1,
        max_lines=8,
        autofocus=True,
    )


def wire(
    parts: AskParts, evidence: gr.HTML, desk: gr.State, ticks: gr.State, library: Shelf
) -> gr.Dependency:
    """Which handler answers which component; `ticks` says which notes are asked."""

    def respond(
        typed: str, talk: Conversation, ticks: Ticks, desk: Desk, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        action = sent(event)
        request = handlers.read_request(talk, typed, action)
        cancel = threading.Event()
        notes = handlers.chosen(library, unticked(library, ticks))
        past = None
        for now in handlers.ask(desk.asker, request, notes, cancel, talk):
            box, before = gr.skip(), past
            if now.error:
                box = request.question
            elif before is None and action.get("do") == "typed":
                box = ""
            past = render.history_html(now)
            history = past if past != before else gr.skip()
            yield now, cancel, box, history, *drawn(now, desk, library)

    def clear() -> tuple[Any, ...]:
        return Conversation(), "", "", render_evidence.evidence_html(None)

    cancel = gr.State(None)
    typed = [parts.box.submit, parts.send.click]
    gr.on(typed, None, js="() => window.noteproof.typed()", api_visibility="private")
    asked = parts.live.submit(
        respond,
        [parts.box, parts.talk, ticks, desk],
        [parts.talk, cancel, parts.box, parts.history, parts.live, evidence],
        concurrency_limit=8,
        **PRIVATE,
    )
    ends(asked, "act")
    parts.stop.click(handlers.stop, cancel, None, **AT_ONCE)
    emptied = [parts.talk, parts.history, parts.live, evidence]
    parts.history.clear(clear, None, emptied, **AT_ONCE)
    return asked


def drawn(talk: Conversation, desk: Desk, library: Shelf) -> tuple[str, str]:
    """The last exchange and its evidence."""
    above = partial(handlers.headings_above, library)
    evidence = render_evidence.evidence_html(talk.last, above)
    return render.live_html(talk, desk.ledger.remote_tokens), evidence
