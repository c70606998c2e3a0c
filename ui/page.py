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
    sources_column,
)
from ui.desk import Desk, Seats
from ui.gradio_import import gr
from ui.layout import PRIVATE
from ui.ports import Describer
from ui.serve import launch
from ui.sources_handlers import Notes, Ticks

__all__ = ["build_page", "launch"]


def build_page(library: Notes, seats: Seats, describer: Describer | None = None) -> gr.Blocks:
    """The page over these notes; `launch` serves it."""

    def note_view(wanted: Mapping[str, Any]) -> str:
        return handlers.open_note(library, str(wanted["note"]), int(wanted["line"]))

    def refresh(
        off: frozenset[str],
        removed: tuple[Any, ...],
        problem: str,
        offered: tuple[frozenset[str], tuple[str, ...]],
        desk: Desk,
    ) -> tuple[Any, ...]:
        offered = _offered(library, offered)
        state, model = library.state(), desk.model.state()
        return (
            render_notes.header_html(state, model),
            sources_column.drawn(library, Ticks(off, removed, problem), desk),
            render.welcome_html(offered[1], state),
            offered,
            gr.Timer(active=handlers.busy(library, desk.model)),
        )

    with gr.Blocks(title="Noteproof", analytics_enabled=False, fill_width=True) as page:
        desk = gr.State(seats.sit)
        offered, timer = gr.State((frozenset(), ())), gr.Timer(1.0)
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
        known = [sources.off, sources.removed, sources.problem, offered, desk]
        refreshed = gr.on([page.load, timer.tick], refresh, known, watched, **PRIVATE)
        sources_column.wire(sources, library, desk, timer)
        asked = ask_tab.wire(ask, evidence, desk, sources.off, library)
        asked.then(refresh, known, watched, **PRIVATE)
        practice_tab.wire(practice, ask, evidence, desk, library, refreshed)
        explain_tab.wire(explain, desk)
        moved = settings_tab.wire(settings, desk, library, seats, timer)
        moved.then(refresh, known, watched, **PRIVATE)
    return page


def _offered(
    library: Notes, before: tuple[frozenset[str], tuple[str, ...]]
) -> tuple[frozenset[str], tuple[str, ...]]:
    """The notes there are and questions to begin with: the same ones until a note is gone."""
    names = frozenset(source.name for source in library.sources() if not source.problem)
    kept = before[1] if before[0] <= names else ()
    return names, kept or handlers.suggestions(library, random.Random())
