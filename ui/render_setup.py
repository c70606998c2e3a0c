"""What to practise: the form -> HTML. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from core.practice import Scope
from ui.practice_handlers import COUNTS, Offer

TOPICS_SHOWN = 600
KINDS = (
    ("", "Any kind"),
    ("scenario", "Scenario"),
    ("property", "Property"),
    ("two", "Select TWO"),
    ("true_false", "True or false"),
    ("gap", "Fill the gap"),
    ("variant", "Variant of a past question"),
)
DIFFICULTIES = (("", "Any"), ("easy", "Easy"), ("medium", "Medium"), ("hard", "Hard"))


def setup_html(offer: Offer, scope: Scope | None = None, count: int = COUNTS[1]) -> str:
    """The choices of a quiz, those of `scope` taken; every one may be left as it is."""
    scope = scope or Scope()
    topics = "".join(f'<option value="{escape(name)}">' for name in offer.topics[:TOPICS_SHOWN])
    note = next(iter(scope.notes or ()), "")
    problem = f'<p class="quiet">{escape(offer.problem)}</p>' if offer.problem else ""
    return (
        '<div class="setup"><h1>Practise your notes</h1>'
        "<p>Every question is proven by lines of your notes, and asked once.</p>"
        '<label class="wide"><span>Topic</span><input id="topic" name="topic" list="topics" '
        f'autocomplete="off" maxlength="200" placeholder="Anything" value="{escape(scope.topic)}">'
        f'</label><datalist id="topics">{topics}</datalist><div class="fields">'
        + _select("note", "Source", [("", "All notes"), *((n, n) for n in offer.notes)], note)
        + _select(
            "domain",
            "Domain",
            [("", "All domains"), *((d, d) for d in offer.domains)],
            scope.domain,
        )
        + _select("kind", "Kind", KINDS, scope.kind or "")
        + _select("difficulty", "Difficulty", DIFFICULTIES, scope.difficulty or "")
        + _select("count", "Questions", ((str(n), str(n)) for n in COUNTS), str(count))
        + '</div><div class="start"><button type="button" class="primary" data-do="quiz-start">'
        "Quiz me</button>"
        '<label class="keys"><input type="checkbox" id="quiz-keys" checked> Keyboard shortcuts'
        f"</label></div>{problem}</div>"
    )


def _select(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> str:
    rows = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}'
        "</option>"
        for value, text in options
    )
    return f'<label><span>{label}</span><select name="{name}">{rows}</select></label>'
