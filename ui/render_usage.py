"""What models were asked, what has left the machine, where files are -> HTML, escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from providers.base import ModelState
from providers.ledger import Sent, Spent
from providers.prices import Prices
from ui.render_notes import going_out
from ui.render_sources import plural

LEAST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Usage:
    """What there is to tell. `all_spent` counts every session and the work in the background.

    `places` are (what, where) of files; `notes_go_to` is where notes are embedded, if not here.
    """

    label: str
    state: ModelState
    spent: Sequence[Spent]
    all_spent: Sequence[Spent]
    sent: Sequence[Sent]
    places: Sequence[tuple[str, str]]
    notes_go_to: str = ""
    prices: Prices | None = None
    problem: str = ""


def usage_html(usage: Usage) -> str:
    """Four short sections under the form."""
    return (
        '<div class="told">'
        f"<h2>Now</h2>{_now(usage)}"
        f"<h2>Used in this session</h2>{_spent(usage.spent, usage.prices)}"
        f"{_others(usage)}{_problem(usage.problem)}"
        f"<h2>What has left this machine</h2>{_left(usage)}"
        f"{_places(usage.places)}</div>"
    )


def _now(usage: Usage) -> str:
    words = {
        "off": "no model",
        "missing": "not started",
        "fetching": "being fetched",
        "loading": "loading",
        "ready": "ready",
        "failed": "failed",
    }[usage.state.phase]
    start = ""
    if usage.state.phase in ("missing", "failed"):
        text = "Try again" if usage.state.phase == "failed" else "Start it"
        start = f' <button type="button" class="soft" data-do="start-model">{text}</button>'
    detail = usage.state.detail if usage.state.detail != usage.label else ""
    out = going_out(usage.state)
    if not out and usage.state.phase in ("off", "ready"):  # else it is not known yet
        out = "Nothing you ask leaves this machine."
    return f"<p><b>{escape(usage.label)}</b>, {words}. {escape(detail)}{start}</p>" + (
        f'<p class="quiet">{escape(out)}</p>' if out else ""
    )


def _spent(rows: Sequence[Spent], prices: Prices | None) -> str:
    if not rows:
        return '<p class="quiet">Nothing has been asked yet.</p>'
    cost = f"<th>{escape(prices.currency)}</th>" if prices else ""
    body = "".join(_row(row, prices) for row in rows)
    note = ""
    if any(row.uncounted for row in rows):
        note = '<p class="quiet">Calls that were stopped tell no tokens; they may still cost.</p>'
    return (
        '<div class="wide-table"><table><thead><tr><th>Model</th><th>Calls</th><th>Tokens read</th>'
        f"<th>written</th>{cost}</tr></thead><tbody>{body}</tbody></table></div>{note}"
    )


def _row(row: Spent, prices: Prices | None) -> str:
    where = escape(row.goes_to or "this machine")
    cost = ""
    if prices:
        amount = prices.of(row)
        cost = f"<td>{'not in your table' if amount is None else _amount(amount)}</td>"
    return (
        f"<tr><td>{escape(row.model)}<small>{where}</small></td><td>{row.calls:,}</td>"
        f"<td>{row.prompt_tokens:,}</td><td>{row.completion_tokens:,}</td>{cost}</tr>"
    )


def _amount(cost: Decimal) -> str:
    """Four places; what is less is no nothing."""
    return "&lt; 0.0001" if 0 < cost < LEAST else f"{cost:,.4f}"


def _others(usage: Usage) -> str:
    """The rest of the process in one line: other tabs, and questions made ahead before this one."""
    calls = sum(row.calls for row in usage.all_spent) - sum(row.calls for row in usage.spent)
    if calls <= 0:
        return ""
    tokens = sum(row.prompt_tokens + row.completion_tokens for row in usage.all_spent)
    own = sum(row.prompt_tokens + row.completion_tokens for row in usage.spent)
    return (
        f'<p class="quiet">Besides, {plural(calls, "call")} with {tokens - own:,} tokens since '
        "Noteproof was started: other tabs, and questions made ahead.</p>"
    )


def _problem(problem: str) -> str:
    return f'<p class="bad-line">{escape(problem)}</p>' if problem else ""


def _left(usage: Usage) -> str:
    gone = [row for row in usage.all_spent if row.goes_to]
    notes = ""
    if usage.notes_go_to:
        notes = (
            f"<p>Your notes and questions are embedded by {escape(usage.notes_go_to)}: the text "
            "of each new or changed passage is sent there once, each question when it is asked.</p>"
        )
    if not gone:
        return notes or '<p class="quiet">Nothing, since Noteproof was started.</p>'
    rows = "".join(
        f"<li>{plural(row.calls, 'request')} with {plural(row.characters, 'character')} to "
        f"<b>{escape(row.goes_to)}</b> ({escape(row.model)})</li>"
        for row in gone
    )
    return f'{notes}<ul class="lines">{rows}</ul>{_texts(usage.sent)}'


def _texts(sent: Sequence[Sent]) -> str:
    if not sent:
        return ""
    rows = "".join(
        f"<li><b>{text.at:%H:%M:%S}</b> to {escape(text.goes_to)}"
        f"<pre>{escape(text.text)}</pre></li>"
        for text in sent
    )
    return (
        f"<details><summary>The last {len(sent)}, word for word</summary><ul>{rows}</ul></details>"
    )


def _places(places: Sequence[tuple[str, str]]) -> str:
    if not places:
        return ""
    rows = "".join(
        f"<div><dt>{escape(what)}</dt><dd><code>{escape(where)}</code></dd></div>"
        for what, where in places
    )
    return f'<h2>Where files are</h2><dl class="places">{rows}</dl>'
