"""The frame of the page: header, tabs, sources and proof. What is in a tab is its own file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ui import render_evidence
from ui.gradio_import import gr

NoteView = Callable[[Mapping[str, Any]], str]

PRIVATE: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
AT_ONCE: dict[str, Any] = {**PRIVATE, "queue": False}

_CONNECT = "(window.noteproof ??= {{}}).{name} = (data) => trigger('{event}', data);"
_VIEWER = (
    '<div class="panel-head"><h2 id="note-name">Note</h2>'
    '<button type="button" class="plain" data-do="close-note">Close</button></div>'
    '<div id="note-pane" tabindex="0" role="region" aria-labelledby="note-name"></div>'
)
_VEIL = '<button type="button" data-do="close-sheets" aria-label="Close"></button>'
TABS = ("ask", "practice", "explain", "settings")
"""Their columns are `#<name>-column`. Gradio's own tabs would sit inside the middle column, and
build a tab only when it is first opened: page.js could not reach it before."""


def html(
    elem_id: str, value: str = "", connect: Mapping[str, str] | None = None, also: str = ""
) -> gr.HTML:
    """HTML of ours. `connect` gives the functions by which our scripts trigger events of it."""
    script = "".join(_CONNECT.format(name=n, event=e) for n, e in (connect or {}).items())
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=script + also)


def redrawn(name: str) -> str:
    """Script that tells ours, by the function `name`, whenever this HTML has been redrawn."""
    return f"watch('value', () => window.noteproof.{name}?.());"


def ends(event: gr.Dependency, name: str) -> None:
    """Tells our scripts that what they sent by `np.inTurn(name, ...)` has ended."""
    event.then(None, js=f"() => window.noteproof.ended('{name}')", api_visibility="private")


def header() -> gr.HTML:
    """The bar on top, with the tabs."""
    bar = html("header", also=redrawn("headed"))
    html("tabs", f'<div role="tablist" aria-label="Noteproof">{"".join(map(_tab, TABS))}</div>')
    return bar


def _tab(name: str) -> str:
    first = name == TABS[0]
    return (
        f'<button type="button" role="tab" id="tab-{name}" data-do="tab" data-tab="{name}" '
        f'aria-controls="{name}-column" aria-selected="{"true" if first else "false"}" '
        f'tabindex="{0 if first else -1}">{name.capitalize()}</button>'
    )


def proof_column(note_view: NoteView) -> gr.HTML:
    """Evidence and the note viewer on the right.

    The viewer asks `note_view` for a note by itself, outside the queue of questions.
    """
    with gr.Column(elem_id="proof-column", scale=0, min_width=0):
        evidence = html("evidence", render_evidence.evidence_html(None))
        gr.HTML(
            _VIEWER,
            elem_id="viewer",
            apply_default_css=False,
            js_on_load="(window.noteproof ??= {}).note = server.note_view;",
            server_functions=[note_view],
        )
    return evidence


def veil() -> None:
    """What lies between a sheet and the page on a phone."""
    html("veil", _VEIL)


def sent(event: gr.EventData) -> Mapping[str, Any]:
    """What our scripts sent along; nothing for a plain submit or click."""
    return event._data if isinstance(event._data, dict) else {}
