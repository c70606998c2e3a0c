"""The left column: each source, its state and its menu -> HTML. All text is escaped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from core.types import Sentence
from ui.render_evidence import marks

if TYPE_CHECKING:
    from chat.about import About
    from ingest.library_state import Holding
    from ingest.uploads import Removal
    from retrieval.store import NoteInfo


def plural(count: int, word: str) -> str:
    """`1 line`, `1,200 lines`."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


@dataclass(frozen=True, slots=True)
class Column:
    """What the column shows beside the index: `removed` and `problem` are of this session."""

    holding: Holding | None = None
    removed: tuple[Removal, ...] = ()
    problem: str = ""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def list_html(sources: Sequence[NoteInfo], unchecked: Collection[str], column: Column) -> str:
    """Every source, those being read, those that failed, and the way back for what was removed."""
    holding = column.holding
    times = dict(holding.indexed) if holding else {}
    within = dict(holding.within) if holding else {}
    menus = {s.name: _menu(s, column, within.get(s.name, "")) for s in sources}
    rows = "".join(
        _source(s, s.name not in unchecked, ago(times.get(s.name), column.now), menus[s.name])
        for s in sources
        if not s.problem
    )
    rows += "".join(map(_reading, holding.reading if holding else ()))
    body = f'<ul class="sources">{rows}</ul>' if rows else _NONE
    failed = [source for source in sources if source.problem]
    if failed:
        items = "".join(_failed(source, menus[source.name]) for source in failed)
        words = f"{plural(len(failed), 'source')} could not be read"
        body = (
            f'<button type="button" class="link failures" data-do="show-failed">{words}</button>'
            f'{body}<h3>Not read</h3><ul class="failed">{items}</ul>'
        )
    return body + _left_out(column) + _told(column)


_NONE = '<p class="quiet">No notes yet. Drop files anywhere on this page, or press Add notes.</p>'


def _source(source: NoteInfo, checked: bool, read: str, menu: str) -> str:
    name = escape(source.name)
    counts, facts = [plural(source.lines, "line")], [plural(source.passages, "passage")]
    if source.questions:
        counts.append(plural(source.questions, "question"))
        facts.append(plural(source.questions, "past question"))
    if read:
        facts.append(read)
    tick = " checked" if checked else ""
    return (
        f'<li><input type="checkbox" data-source="{name}" aria-label="Search {name}"{tick}>'
        f'<div class="source-body"><button type="button" class="source" data-do="open" '
        f'data-note="{name}" data-first="0" data-last="0" title="Open {name}"><b>{name}</b>'
        '</button><button type="button" class="more" data-do="details" '
        f'data-note="{name}" aria-expanded="false" title="Details of {name}">'
        f"<span>{escape(' · '.join(counts))}</span></button>{_remark(source)}"
        f'<div class="details" hidden><div class="about"></div>'
        f'<p class="quiet">{escape(" · ".join(facts))}</p></div></div>{menu}</li>'
    )


def _remark(source: NoteInfo) -> str:
    """What of a note was not understood."""
    words = escape(f"Partly read: {source.remark}")
    return f'<p class="partly" title="{words}">{words}</p>' if source.remark else ""


def _menu(source: NoteInfo, column: Column, archive: str) -> str:
    """What is removed of a note in an archive is the archive."""
    name, own = escape(source.name), column.holding.own if column.holding else ()
    kind = f' data-archive="{escape(archive)}"' if archive else ""
    kind += " data-own" if (archive or source.name) in own else ""
    kind += " data-failed" if source.problem else ""
    return (
        f'<button type="button" class="menu-button" data-do="source-menu" data-note="{name}"{kind}'
        f' aria-haspopup="menu" aria-label="More for {name}"><i aria-hidden="true"></i></button>'
    )


def _reading(name: str) -> str:
    return (
        '<li class="reading"><i class="dots" aria-hidden="true"></i><div class="source-body">'
        f"<b>{escape(name)}</b><span>Reading …</span></div></li>"
    )


def _failed(source: NoteInfo, menu: str) -> str:
    said = f"<b>{escape(source.name)}</b><span>{escape(source.problem)}</span>"
    return f"<li><div>{said}</div>{menu}</li>"


def _told(column: Column) -> str:
    """What came of the last change: in sight wherever the list has been scrolled to."""
    rows = "".join(
        f"<li><span><b>{escape(r.name)}</b> is {'in the trash' if r.trash else 'left out'}.</span>"
        f'<button type="button" class="soft" data-do="undo-remove" data-number="{number}">Undo'
        "</button></li>"
        for number, r in enumerate(column.removed)
    )
    problem = ""
    if column.problem:
        problem = f'<p class="alert" role="alert">{escape(column.problem)}</p>'
    removed = f'<ul class="removed" role="status">{rows}</ul>' if rows else ""
    return f'<div class="told-last">{problem}{removed}</div>' if problem or removed else ""


def _left_out(column: Column) -> str:
    shown = {removal.identity for removal in column.removed}
    rows = "".join(
        f'<li><span title="{escape(identity)}">{escape(name)}</span>'
        f'<button type="button" class="plain" data-do="take-back" '
        f'data-identity="{escape(identity)}" data-note="{escape(name)}" '
        f'aria-label="Take back {escape(name)}">Take back</button></li>'
        for identity, name in (column.holding.left_out if column.holding else ())
        if identity not in shown
    )
    return f'<h3>Left out</h3><ul class="left-out">{rows}</ul>' if rows else ""


def ago(then: datetime | None, now: datetime) -> str:
    """`just now`, `5 min ago`, `3 h ago`, `2 days ago`; empty when it is not known."""
    if then is None:
        return ""
    seconds = max((now - then).total_seconds(), 0)
    if seconds < 60:
        return "read just now"
    for size, word in ((86_400, "day"), (3600, "h"), (60, "min")):
        count = int(seconds // size)
        if count:
            return f"read {count} {word}{'s' if word == 'day' and count > 1 else ''} ago"
    return ""


def about_html(about: About | None, waiting: str = "") -> str:
    """A note in two sentences, or by its headings, and what may be asked of it."""
    if about is None:
        return '<p class="quiet">It is not indexed yet.</p>'
    if about.summary:
        body = f"<p>{_summary(about.summary)}</p>"
    elif about.outline:
        body = f"<p>{escape(about.outline)}</p>"
    else:
        body = '<p class="quiet">No summary of it could be proven, and it has no headings.</p>'
    asked = "".join(
        f'<li><button type="button" class="link" data-do="ask-source" '
        f'data-question="{escape(question)}">{escape(question)}</button></li>'
        for question in about.questions
    )
    later = f'<p class="quiet" data-waiting>{escape(waiting)}</p>' if waiting else ""
    return body + (f"<h4>Ask it</h4><ul>{asked}</ul>" if asked else "") + later


def _summary(sentences: Sequence[Sentence]) -> str:
    """Sentences with their marks; the same lines have the same number in all of them."""
    numbers: dict[tuple[int, int], int] = {}
    told = []
    for sentence in sentences:
        cited = []
        for c in sentence.citations:
            number = numbers.setdefault((c.first_line, c.last_line), len(numbers) + 1)
            cited.append(replace(c, number=number))
        told.append(escape(sentence.text) + marks(cited))
    return " ".join(told)
