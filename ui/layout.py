"""Where things stand on the page. What they do is wired in `ui.page`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ui import render, render_evidence
from ui.gradio_import import gr

NoteView = Callable[[Mapping[str, Any]], str]

_CONNECT = "(window.noteproof ??= {{}}).{name} = (data) => trigger('{event}', data);"
# A tick is a property in the browser; when rows move, the attribute is what is right.
_KEEP_TICKS = (
    "watch('value', () => element.querySelectorAll('[data-source]').forEach("
    "(box) => { box.checked = box.hasAttribute('checked'); }));"
)
_VIEWER = (
    '<div class="panel-head"><h2 id="note-name">Note</h2>'
    '<button type="button" class="plain" data-do="close-note">Close</button></div>'
    '<div id="note-pane" tabindex="0" role="region" aria-labelledby="note-name"></div>'
)
_HINT = (
    '<p class="hint"><span><kbd>Enter</kbd> sends</span> <span><kbd>Shift</kbd>+<kbd>Enter</kbd> '
    "new line</span> <span><kbd>Esc</kbd> stops</span></p>"
)
_VEIL = '<button type="button" data-do="close-sheets" aria-label="Close"></button>'


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that handlers read or write."""

    header: gr.HTML
    sources: gr.HTML
    welcome: gr.HTML
    history: gr.HTML
    live: gr.HTML
    evidence: gr.HTML
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button


def lay_out(note_view: NoteView) -> Parts:
    """Sources left, conversation in the middle, evidence and the note viewer right.

    The viewer asks `note_view` for a note by itself, outside the queue of questions.
    """
    header = _html("header")
    with gr.Row(elem_id="columns"):
        with gr.Column(elem_id="sources-column", scale=0, min_width=0):
            sources = _html("sources", connect=("sources", "select"), also=_KEEP_TICKS)
        with gr.Column(elem_id="talk-column", scale=1, min_width=0):
            with gr.Column(elem_id="talk"):
                welcome = _html("welcome", render.welcome_html(()))
                history = _html("history", connect=("clear", "clear"))
                live = _html("live", connect=("act", "submit"))
            with gr.Row(elem_id="composer"):
                box = _box()
                send = gr.Button("Ask", elem_id="send", scale=0, min_width=0)
                stop = gr.Button("Stop", elem_id="stop", scale=0, min_width=0)
            _html("hint", _HINT)
        with gr.Column(elem_id="proof-column", scale=0, min_width=0):
            evidence = _html("evidence", render_evidence.evidence_html(None))
            gr.HTML(
                _VIEWER,
                elem_id="viewer",
                apply_default_css=False,
                js_on_load="(window.noteproof ??= {}).note = server.note_view;",
                server_functions=[note_view],
            )
    _html("veil", _VEIL)
    return Parts(header, sources, welcome, history, live, evidence, box, send, stop)


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


def _html(
    elem_id: str, value: str = "", connect: tuple[str, str] | None = None, also: str = ""
) -> gr.HTML:
    """HTML of ours. `connect` names the function by which page.js triggers an event of it."""
    script = _CONNECT.format(name=connect[0], event=connect[1]) if connect else ""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=script + also)
