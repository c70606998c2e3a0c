"""The end of a quiz -> HTML. All text is escaped."""

from __future__ import annotations

from html import escape

from ui.judged import answer_words, key_words
from ui.quiz_session import Played, QuizSession
from ui.render import inline
from ui.render_evidence import target


def score_html(session: QuizSession) -> str:
    """The score, by topic, and what was missed with its right answer."""
    right, cards = session.right, len(session.played)
    share = f"{right / cards:.0%}".replace("%", " %") if cards else ""
    remark = f'<p class="remark">{escape(session.message)}</p>' if session.message else ""
    rows = "".join(_topic(*row) for row in session.by_topic())
    missed = "".join(_missed(card) for card in session.missed)
    none = '<p class="quiet">Nothing missed.</p>' if cards else ""
    return (
        f'<h2 tabindex="-1" class="score"><b>{right} of {cards}</b> right <span>{share}</span></h2>'
        f'{remark}<h3>By topic</h3><ul class="topics">{rows}</ul>'
        + (f'<h3>Missed</h3><ol class="missed">{missed}</ol>' if missed else none)
    )


def _topic(name: str, right: int, cards: int) -> str:
    label = escape(name)
    return (
        f"<li><span>{label}</span><b>{right} of {cards}</b>"
        f'<progress max="{cards}" value="{right}" aria-label="{label}"></progress></li>'
    )


def _missed(card: Played) -> str:
    item, response = card.item, card.response
    mine = escape(answer_words(item, response.chosen, response.typed))
    citation = next(iter(item.citations), None)
    show = (
        f'<button type="button" class="link show" {target(citation)}>Show in my notes</button>'
        if citation is not None
        else ""
    )
    return (
        f'<li><p class="stem">{inline(item.stem)}</p>'
        f'<p class="right"><i aria-hidden="true">✓</i><span>Right answer:</span> '
        f"{escape(key_words(item))}</p>"
        f'<p class="wrong"><i aria-hidden="true">✕</i><span>Your answer:</span> {mine}</p>'
        f"{show}</li>"
    )
