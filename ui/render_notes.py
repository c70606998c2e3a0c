"""Sources, their state, and a whole note -> HTML. All text is escaped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from ui.render_sources import Column, list_html

if TYPE_CHECKING:
    from ingest.library_state import LibraryState
    from providers.base import ModelState
    from retrieval.store import NoteInfo

WINDOW = 4000
"""A longer note is shown in part, or the browser would stall."""
CHUNK = 100
"""Lines that the browser lays out together, once they come into sight."""


def header_html(library: LibraryState, model: ModelState) -> str:
    """The bar on top: the name, and what is going on in a word."""
    tone, words = _pulse(library, model)
    hover = f"{going_out(model)} {embedded_at(library)}".strip() or "Show or hide the sources"
    return (
        '<div class="bar"><span class="brand">'
        '<span class="brand-mark" aria-hidden="true">[1]</span>Noteproof</span>'
        f'<button type="button" class="pulse {tone}" data-do="toggle-sources" '
        f'title="{escape(hover)}"><i aria-hidden="true"></i><span>{escape(words)}</span></button>'
        '<span class="bar-end">'
        '<button type="button" class="plain" data-do="toggle-sources">Sources</button>'
        '<button type="button" class="plain" data-do="toggle-proof">Evidence</button>'
        f"</span></div>{_leaving(library, model)}"
    )


def _leaving(library: LibraryState, model: ModelState) -> str:
    """Said before anything is sent, until the learner has seen it in this session."""
    words = f"{going_out(model)} {embedded_at(library)}".strip()
    if not words:
        return ""
    return (
        f'<div id="leaving" role="status" data-said="{escape(words)}"><p>{escape(words)}</p>'
        '<button type="button" class="soft" data-do="seen-leaving">I see</button>'
        '<button type="button" class="plain" data-do="open-settings">Settings</button></div>'
    )


def _pulse(library: LibraryState, model: ModelState) -> tuple[str, str]:
    if library.phase == "failed":
        return "bad", "Notes need a look"
    if library.phase == "indexing":
        return "busy", f"Indexing {_percent(library.progress)}".strip()
    if library.phase == "asking":
        return "off", "Notes wait for you"
    if library.phase == "empty":
        return "busy", "Opening your notes"
    if model.phase == "failed":
        return "bad", "Model needs a look"
    if model.phase == "missing":
        return "off", "Ready, no model yet"
    if model.phase == "fetching":
        return "busy", f"Fetching model {_percent(model.progress)}".strip()
    if model.phase == "loading":
        return "busy", "Loading model"
    return "good", "Ready, remote" if model.goes_to or library.goes_to else "Ready"


def going_out(model: ModelState) -> str:
    """What leaves the machine, and to where; empty when nothing does."""
    if not model.goes_to:
        return ""
    return (
        "Your questions, the lines of your notes found for them, facts for practice questions, and "
        f"lines of a source whose details you open, for its summary, go to {model.goes_to}."
    )


def embedded_at(library: LibraryState) -> str:
    """Where questions go to be compared with the notes; empty when they stay here."""
    return f"Each question is sent to {library.goes_to} to be embedded." if library.goes_to else ""


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}".replace("%", " %")


def sources_html(
    sources: Sequence[NoteInfo],
    unchecked: Collection[str],
    library: LibraryState,
    model: ModelState,
    model_label: str,
    column: Column | None = None,
) -> str:
    """The left column: a tick for each note, those that failed, the index, the model."""
    listed = list_html(sources, unchecked, column or Column())
    head = (
        '<div class="state-head"><h3>State</h3><button type="button" class="plain" data-do="renew" '
        'title="Look for new and changed notes">Check again</button></div>'
    )
    return f"{listed}{head}{_index_state(library)}{_model_state(model, model_label)}"


def _index_state(state: LibraryState) -> str:
    titles = {
        "empty": "Opening",
        "indexing": f"Indexing {_percent(state.progress)}",
        "asking": "Nothing sent yet",
        "ready": "Index ready",
        "failed": "Index failed",
    }
    tone = {"ready": "good", "failed": "bad", "asking": "off"}.get(state.phase, "busy")
    more = f'<p class="leaves">{escape(embedded_at(state))}</p>' if state.goes_to else ""
    if state.phase == "asking":
        more += '<button type="button" class="soft" data-do="send-notes">Send and index</button>'
        if state.serves:
            more += '<button type="button" class="plain" data-do="keep-index">'
            more += "Keep the old index</button>"
    detail = f"{state.detail[:1].upper()}{state.detail[1:]}"
    return _state(tone, titles[state.phase], detail, state.progress, more)


def _model_state(state: ModelState, label: str) -> str:
    titles = {
        "off": "No model",
        "missing": "Model not started",
        "fetching": f"Fetching model {_percent(state.progress)}",
        "loading": "Loading model",
        "ready": "Model ready",
        "failed": "Model failed",
    }
    tone = {"ready": "good", "failed": "bad", "off": "off", "missing": "off"}
    detail = label if state.detail in titles[state.phase].lower() else state.detail
    button = ""
    if state.phase in ("missing", "failed"):
        text = "Try again" if state.phase == "failed" else "Start the model"
        button = f'<button type="button" class="soft" data-do="start-model">{text}</button>'
    out = f'<p class="leaves">{escape(going_out(state))}</p>' if state.goes_to else ""
    return _state(
        tone.get(state.phase, "busy"), titles[state.phase], detail, state.progress, out + button
    )


def _state(tone: str, title: str, detail: str, share: float | None, more: str = "") -> str:
    bar = ""
    if share is not None and tone == "busy":
        label = escape(title)
        bar = f'<progress max="100" value="{share * 100:.0f}" aria-label="{label}"></progress>'
    said = f"<span>{escape(detail)}</span>" if detail else ""
    return (
        f'<div class="state {tone}"><i aria-hidden="true"></i><div><b>{escape(title)}</b>'
        f"{said}{bar}{more}</div></div>"
    )


def window(count: int, around: int) -> range:
    """The numbers of the lines to show of a note of `count` lines: all, or `WINDOW` of them."""
    start = min(max(around - WINDOW // 2, 0), max(count - WINDOW, 0))
    return range(start + 1, min(start + WINDOW, count) + 1)


def note_html(
    note: str, lines: Sequence[str], around: int = 1, pages: Mapping[int, str] | None = None
) -> str:
    """A note with its line numbers: whole, or the `WINDOW` lines around line `around`.

    `pages` are the first line of each page or slide and its label.
    """
    if not lines:
        return f'<p class="quiet">There is no note named {escape(note)} any more.</p>'
    shown = window(len(lines), around)
    chunks = (shown[first : first + CHUNK] for first in range(0, len(shown), CHUNK))
    rows = "".join(_chunk(lines, numbers, pages or {}) for numbers in chunks)
    if len(shown) == len(lines):
        return rows
    said = f"Lines {shown[0]:,} to {shown[-1]:,} of {len(lines):,} are shown."
    return f'<p class="quiet">{said}</p>{rows}'


def _chunk(lines: Sequence[str], numbers: range, pages: Mapping[int, str]) -> str:
    rows = "".join(
        (f'<div class="page">{escape(pages[number])}</div>' if number in pages else "")
        + f'<div class="ln" data-n="{number}">{escape(lines[number - 1], quote=False)}</div>'
        for number in numbers
    )
    return f'<div class="chunk">{rows}</div>'
