"""The page: its frame, its three tabs, and who answers what. State lives in the session."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
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
    sources_column,
)
from ui.desk import Desk, Seats
from ui.gradio_import import gr
from ui.layout import PRIVATE
from ui.ports import Describer
from ui.serve import launch
from ui.sources_handlers import Notes, Ticks, unticked

__all__ = ["build_page", "launch"]


@dataclass(frozen=True, slots=True)
class Offered:
    """Questions to begin with, and the notes and ticks that they were made for."""

    notes: frozenset[str] = frozenset()
    ticks: tuple[frozenset[str], str] = (frozenset(), "")
    questions: tuple[str, ...] = ()


def build_page(library: Notes, seats: Seats, describer: Describer | None = None) -> gr.Blocks:
    """The page over these notes; `launch` serves it."""

    def note_view(wanted: Mapping[str, Any]) -> str:
        return handlers.open_note(library, str(wanted["note"]), int(wanted["line"]))

    def refresh(ticks: Ticks, offered: Offered, desk: Desk) -> tuple[Any, ...]:
        offered = _offered(library, ticks, offered)
        state, model = library.state(), desk.model.state()
        return (
            render_notes.header_html(state, model),
            sources_column.drawn(library, ticks, desk),
            render.welcome_html(offered.questions, state),
            offered,
            gr.Timer(active=handlers.busy(library, desk.model)),
        )

    with gr.Blocks(title="Noteproof", analytics_enabled=False, fill_width=True) as page:
        desk = gr.State(seats.sit)
        offered, timer = gr.State(Offered()), gr.Timer(1.0)
        header = layout.header()
        with gr.Row(elem_id="columns"):
            sources = sources_column.lay_out(library, describer, seats.settings.max_note_mb)
            ask = ask_tab.lay_out()
            practice = practice_tab.lay_out()
            explain = explain_tab.lay_out()
            settings = settings_tab.lay_out()
            evidence = layout.proof_column(note_view)
        layout.veil()

        watched = [header, sources.list, ask.welcome, offered, timer]
        known = [sources.ticks, offered, desk]
        refreshed = gr.on([page.load, timer.tick], refresh, known, watched, **PRIVATE)
        changed = sources_column.wire(sources, library, desk, timer)
        # Once more: what the timer asked for before the change may be drawn after it.
        changed.then(refresh, known, watched, **PRIVATE)
        asked = ask_tab.wire(ask, evidence, desk, sources.ticks, library)
        asked.then(refresh, known, watched, **PRIVATE)
        practice_tab.wire(practice, ask, evidence, desk, library, refreshed)
        explain_tab.wire(explain, desk, library)
        moved = settings_tab.wire(settings, desk, library, seats, timer)
        moved.then(refresh, known, watched, **PRIVATE)
    return page


def _offered(library: Notes, ticks: Ticks, before: Offered) -> Offered:
    """The same questions until a note is gone or others are ticked."""
    names = frozenset(s.name for s in library.sources() if not s.problem)
    names -= unticked(library, ticks)
    chosen = (ticks.off, ticks.only)
    kept = before.questions if before.notes <= names and before.ticks == chosen else ()
    made = kept or handlers.suggestions(library, names, random.Random())
    return Offered(names, chosen, made)
