"""The left column: adding notes, and what there is to do with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ui import layout, render_notes, render_sources, sources_handlers
from ui.desk import Desk
from ui.gradio_import import gr
from ui.layout import AT_ONCE, html, redrawn
from ui.ports import Describer
from ui.render_evidence import CLOSE_SHEET
from ui.sources_handlers import Notes, Ticks

_ADDING = (
    '<div class="panel-head"><h2>Sources</h2><button type="button" class="soft" '
    'data-do="add-notes" title="Or drop files anywhere on the page">Add notes</button>{close}</div>'
    '<input id="note-files" type="file" multiple hidden aria-label="Files to add" '
    'data-most="{most}"><div id="uploads" role="region" aria-label="Added files" hidden>'
    '<div class="uploads-head"><span role="status"></span><button type="button" class="plain" '
    'data-do="clear-uploads">Clear</button></div><ul></ul></div>'
)


@dataclass(frozen=True, slots=True)
class SourcesParts:
    """The component that is redrawn, and what the session knows of it."""

    list: gr.HTML
    ticks: gr.State


def lay_out(notes: Notes, describer: Describer | None, most_mb: float) -> SourcesParts:
    """The button that adds, the files that arrive, the notes.

    The page asks for details and renames by itself, outside the queue of questions.
    """

    def about(wanted: Mapping[str, Any]) -> str:
        name = str(wanted["note"])
        if describer is None:
            return render_sources.about_html(None)
        return render_sources.about_html(describer.of(name), describer.waiting(name))

    def rename(wanted: Mapping[str, Any]) -> dict[str, str]:
        return sources_handlers.rename(notes, wanted)

    with gr.Column(elem_id="sources-column", scale=0, min_width=0):
        gr.HTML(
            _ADDING.format(most=f"{most_mb * 1e6:.0f}", close=CLOSE_SHEET),
            elem_id="adding",
            apply_default_css=False,
            js_on_load="Object.assign((window.noteproof ??= {}), "
            "{ about: server.about, rename: server.rename });",
            server_functions=[about, rename],
        )
        listed = html("sources", "", {"sources": "select"}, redrawn("sourced"))
    return SourcesParts(listed, gr.State(Ticks()))


def wire(parts: SourcesParts, notes: Notes, desk: gr.State, timer: gr.Timer) -> gr.Dependency:
    """Which handler answers the column; what is returned comes after each change."""

    def act(ticks: Ticks, desk: Desk, event: gr.EventData) -> tuple[Any, ...]:
        action = layout.sent(event)
        ticks = sources_handlers.act(notes, desk.model, ticks, action)
        # A tick is drawn already, and a later one must not be undone by this answer.
        ticked = action.get("do") == "choose"
        shown = gr.skip() if ticked else drawn(notes, ticks, desk)
        return ticks, shown, gr.Timer(active=True)

    acted = parts.list.select(act, [parts.ticks, desk], [parts.ticks, parts.list, timer], **AT_ONCE)
    done = "() => window.noteproof.changed()"
    return acted.then(None, js=done, api_visibility="private")


def drawn(notes: Notes, ticks: Ticks, desk: Desk) -> str:
    """The list of sources, the index, the model."""
    column = render_sources.Column(notes.holding(), ticks.removed, ticks.problem)
    state, model = notes.state(), desk.model
    return render_notes.sources_html(
        notes.sources(),
        sources_handlers.unticked(notes, ticks),
        state,
        model.state(),
        model.label,
        column,
    )
