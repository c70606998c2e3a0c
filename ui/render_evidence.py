"""Citations and evidence -> HTML. All text is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape

from core.text import strip_marker
from core.types import Citation, Hit
from ui.conversation import Exchange

Above = Callable[[Citation], Sequence[str]]

CLOSE_SHEET = (
    '<button type="button" class="plain sheet-close" data-do="close-sheets">Close</button>'
)
"""Ends a sheet on a phone; a column beside the conversation does not show it."""
_MARK = re.compile(r"^(?:[-*\u2022\u2013]|#{1,6})\s+")


def place(citation: Citation) -> str:
    """`note:12` or `note:12-14`; `note, page 3, line 12` where the note has pages."""
    last = f"-{citation.last_line}" if citation.last_line > citation.first_line else ""
    if citation.page:
        return f"{citation.note}, {citation.page}, line {citation.first_line}{last}"
    return f"{citation.note}:{citation.first_line}{last}"


def quoted(citation: Citation) -> str:
    """What the cited lines say, without the bullet or the heading's mark they begin with."""
    return _MARK.sub("", citation.quote.strip())


def target(citation: Citation) -> str:
    """The attributes by which a click opens the lines."""
    return (
        f'data-do="open" data-note="{escape(citation.note)}" '
        f'data-first="{citation.first_line}" data-last="{citation.last_line}" '
        f'data-place="{escape(place(citation))}"'
    )


def mark(citation: Citation) -> str:
    """A small [n] that shows its quote and opens its lines."""
    label = escape(f"Source {citation.number}, {place(citation)}")
    return (
        f'<button type="button" class="cite" {target(citation)} '
        f'data-quote="{escape(quoted(citation))}" '
        f'aria-label="{label}">[{citation.number}]</button>'
    )


def marks(citations: Iterable[Citation]) -> str:
    """The [n] of a sentence; they never stand on a line without the word before them."""
    shown = "".join(map(mark, citations))
    return f'<span class="marks">{shown}</span>' if shown else ""


def evidence_html(exchange: Exchange | None, above: Above | None = None) -> str:
    """The right column: cited lines first with their numbers, then what else was found.

    `above` tells the headings of a cited line that no passage found holds.
    """
    head = f'<div class="panel-head"><h2>Evidence</h2>{{}}{CLOSE_SHEET}</div>'
    if exchange is not None and not exchange.from_notes:
        return head.format("") + '<p class="quiet">This answer is not from your notes.</p>'
    if exchange is None:
        return head.format("") + (
            '<p class="quiet">The lines of your notes that bear on a question appear here, '
            "before any answer.</p>"
        )
    cited = exchange.answer.citations if exchange.answer is not None else exchange.citations
    known = {(c.note, c.first_line, c.last_line) for c in cited}
    other = [c for c in exchange.found if (c.note, c.first_line, c.last_line) not in known]
    cards = "".join(_card(c, exchange.hits, above, cited=True) for c in cited)
    cards += "".join(_card(c, exchange.hits, above, cited=False) for c in other)
    if not cards and exchange.running:
        return head.format("") + '<p class="quiet">Looking in your notes…</p>'
    more = f" · {len(other)} more" if other else ""
    count = f"<span>{len(cited)} cited{more}</span>" if cited else ""
    none = '<p class="quiet">Nothing in your notes comes near.</p>'
    return head.format(count) + (f'<ol class="cards">{cards}</ol>' if cards else none)


def _card(citation: Citation, hits: Sequence[Hit], above: Above | None, *, cited: bool) -> str:
    number = f'<span class="number">[{citation.number}]</span>' if cited else ""
    headings = headings_of(citation, hits)
    if not headings and above is not None:
        headings = [strip_marker(heading) for heading in above(citation)]
    path, whole = " › ".join(headings[-2:]), escape(" › ".join(headings))
    return (
        f'<li><button type="button" class="card{" cited" if cited else ""}" {target(citation)}>'
        f'<span class="where">{number}<span>{escape(place(citation))}</span></span>'
        + (f'<span class="path" title="{whole}">{escape(path)}</span>' if path else "")
        + f'<span class="quote">{escape(quoted(citation))}</span></button></li>'
    )


def headings_of(citation: Citation, hits: Sequence[Hit]) -> list[str]:
    """The headings above a cited line: the line's own if it was found, else its passage's."""
    return [strip_marker(heading) for heading in _path(citation, hits)]


def _path(citation: Citation, hits: Sequence[Hit]) -> tuple[str, ...]:
    path: tuple[str, ...] = ()
    for hit in hits:
        passage = hit.passage
        inside = passage.first_line <= citation.first_line <= passage.last_line
        if passage.note == citation.note and inside:
            path = passage.path
            for line in hit.best_lines:
                if line.number == citation.first_line:
                    return line.path
    return path
