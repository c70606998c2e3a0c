"""The page: its frame, its three tabs, and who answers what. State lives in the session."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from ui import (
    ask_tab,
    explain_tab,
    handlers,
    layout,
    practice_tab,
    render,
    render_notes,
    settings_tab,
)
from ui.desk import Desk, Seats
from ui.gradio_import import gr
from ui.layout import AT_ONCE, PRIVATE
from ui.ports import Shelf
from ui.serve import launch

__all__ = ["build_page", "launch"]


def build_page(library: Shelf, seats: Seats) -> gr.Blocks:
    """The page over these notes; `launch` serves it."""

    def note_view(wanted: Mapping[str, Any]) -> str:
        return handlers.open_note(library, str(wanted["note"]), int(wanted["line"]))

    def refresh(off: frozenset[str], offered: tuple[str, ...], desk: Desk) -> tuple[Any, ...]:
        offered = offered or handlers.suggestions(library, random.Random())
        state, model, notes = library.state(), desk.model.state(), library.sources()
        return (
            render_notes.header_html(state, model),
            render_notes.sources_html(notes, off, state, model, desk.model.label),
            render.welcome_html(offered, state),
            offered,
            gr.Timer(active=handlers.busy(library, desk.model)),
        )

    def act_on_sources(off: frozenset[str], desk: Desk, event: gr.EventData) -> tuple[Any, ...]:
        action = layout.sent(event)
        return handlers.act_on_sources(library, desk.model, off, action), gr.Timer(active=True)

    with gr.Blocks(title="Noteproof", analytics_enabled=False, fill_width=True) as page:
        desk = gr.State(seats.sit)
        off, offered, timer = gr.State(frozenset()), gr.State(()), gr.Timer(1.0)
        header = layout.header()
        with gr.Row(elem_id="columns"):
            sources = layout.sources_column()
            ask = ask_tab.lay_out()
            practice = practice_tab.lay_out()
            explain = explain_tab.lay_out()
            settings = settings_tab.lay_out()
            evidence = layout.proof_column(note_view)
        layout.veil()

        watched = [header, sources, ask.welcome, offered, timer]
        known = [off, offered, desk]
        refreshed = gr.on([page.load, timer.tick], refresh, known, watched, **PRIVATE)
        sources.select(act_on_sources, [off, desk], [off, timer], **AT_ONCE)
        asked = ask_tab.wire(ask, evidence, desk, off, library)
        asked.then(refresh, known, watched, **PRIVATE)
        practice_tab.wire(practice, ask, evidence, desk, library, refreshed)
        explain_tab.wire(explain, desk)
        moved = settings_tab.wire(settings, desk, library, seats, timer)
        moved.then(refresh, known, watched, **PRIVATE)
    return page
