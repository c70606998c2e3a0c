"""The Explain tab: a question from anywhere, explained from the notes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ui import explain_handlers, handlers, render_explain
from ui.desk import Desk
from ui.explain_handlers import Explained
from ui.gradio_import import gr
from ui.layout import AT_ONCE, PRIVATE, ends, html, redrawn, sent
from ui.ports import Shelf


@dataclass(frozen=True, slots=True)
class ExplainParts:
    """The components that handlers read or write."""

    form: gr.HTML
    shown: gr.HTML
    actions: gr.HTML


def lay_out() -> ExplainParts:
    """The box or the form, what is explained, and the buttons under it."""
    connect = {"explain": "submit", "haltExplain": "stop"}
    with gr.Column(elem_id="explain-column", scale=1, min_width=0):
        with gr.Column(elem_id="explain", elem_classes="scroll"):
            first = render_explain.form_html(Explained())
            form = html("explain-form", first, connect=connect, also=redrawn("formed"))
            shown = html("explained", also=redrawn("formed"))
        actions = html("explain-actions")
    return ExplainParts(form, shown, actions)


def wire(parts: ExplainParts, desk: gr.State, library: Shelf) -> None:
    """Which handler answers which component."""

    above = partial(handlers.headings_above, library)

    def act(state: Explained, desk: Desk, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        cancel = threading.Event()
        for now in explain_handlers.act(desk.explainer, state, sent(event), cancel):
            yield (
                now,
                cancel,
                render_explain.form_html(now),
                render_explain.explained_html(now, above),
                render_explain.explain_actions_html(now),
            )

    state, cancel = gr.State(Explained()), gr.State(None)
    shown = [state, cancel, parts.form, parts.shown, parts.actions]
    ends(parts.form.submit(act, [state, desk], shown, concurrency_limit=16, **PRIVATE), "explain")
    parts.form.stop(handlers.stop, cancel, None, **AT_ONCE)
