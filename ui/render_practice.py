"""A quiz as it stands -> HTML: the card, its answers, its buttons. All text is escaped."""

from __future__ import annotations

from html import escape

from core.practice import Item, Recheck
from ui.judged import answer_words, judge_item, key_words, letter
from ui.practice_handlers import Told
from ui.quiz_session import QuizSession
from ui.render import inline
from ui.render_evidence import marks
from ui.render_judged import explanation_tail_html, judged_html, lines_html
from ui.render_score import score_html

_MAKING = "Looking for a question"


def quiz_html(session: QuizSession) -> str:
    """What is on the table; nothing while the learner chooses what to practise."""
    if session.phase == "setup":
        return ""
    item = session.item.id if session.item is not None else ""
    return (
        f'<section class="quiz {session.phase}" data-phase="{session.phase}" '
        f'data-item="{escape(item)}" data-step="{session.step}" aria-label="Quiz">'
        f"{_table(session)}</section>"
    )


def _table(session: QuizSession) -> str:
    remark = f'<p class="remark" role="status">{escape(session.message)}</p>'
    error = f'<div class="alert" role="alert">{escape(session.error)}</div>'
    said = error if session.error else ""
    match session.phase:
        case "ended":
            return score_html(session)
        case "stuck":
            head = '<h2 tabindex="-1">There is no question to ask.</h2>'
            return head + said + (f"<p>{escape(session.message)}</p>" if session.message else "")
        case "waiting":
            words = escape(session.message or _MAKING)
            return _head(session) + (
                '<p class="found" role="status"><i class="dots" aria-hidden="true"></i>'
                f"<span>{words}</span></p>"
            )
    if session.item is None:
        return said
    return (
        _head(session)
        + (remark if session.message else "")
        + _question(session, session.item)
        + _kept(session.recheck, asking=session.phase == "asking")
        + said
    )


def _head(session: QuizSession) -> str:
    number, total = session.number, max(session.total, session.number)
    item = session.item
    about = sorted(session.scope.notes or ())
    about += [item.difficulty.capitalize(), item.domain] if item is not None else []
    words = escape(" · ".join(word for word in about if word))
    return (
        f'<div class="quiz-head"><b>{number} of {total}</b>'
        f'<progress max="{total}" value="{len(session.played)}" aria-label="Answered"></progress>'
        f'<span>{words}</span><button type="button" class="plain" data-do="quiz-end">End quiz'
        "</button></div>"
    )


def _question(session: QuizSession, item: Item) -> str:
    stem = f'<h2 class="stem" id="stem" tabindex="-1">{inline(item.stem)}</h2>'
    if session.phase == "answered":
        return stem + ("" if item.options else _typed(session, item))
    answer = _options(item, session.chosen) if item.options else _gap(session.typed)
    return stem + answer + (_hint(item) if session.hinted else "")


def _options(item: Item, chosen: tuple[int, ...]) -> str:
    many = len(item.key) > 1
    role, group = ("checkbox", "group") if many else ("radio", "radiogroup")
    at = chosen[0] if chosen else 0
    rows = "".join(
        f'<button type="button" class="option" role="{role}" data-do="choose" '
        f'data-place="{place}" aria-checked="{"true" if place in chosen else "false"}" '
        f'tabindex="{0 if many or place == at else -1}"><span class="letter">{letter(place)}'
        f'</span><span class="text">{inline(option.text)}</span></button>'
        for place, option in enumerate(item.options)
    )
    told = '<p class="how-many">Choose two</p>' if many else ""
    return f'{told}<div class="options" role="{group}" aria-labelledby="stem">{rows}</div>'


def _gap(typed: str) -> str:
    return (
        '<label class="gap"><span>Your answer</span><input type="text" id="gap" maxlength="200" '
        f'autocomplete="off" autocapitalize="off" spellcheck="false" value="{escape(typed)}">'
        "</label>"
    )


def _typed(session: QuizSession, item: Item) -> str:
    card = session.last
    if card is None:
        return ""
    right = f"<div><dt>Right answer</dt><dd>{escape(key_words(item))}</dd></div>"
    tone = "right" if card.grade.correct else "wrong"
    mine = escape(answer_words(item, (), card.response.typed))
    return (
        f'<dl class="typed"><div class="{tone}"><dt>Your answer</dt><dd>{mine}</dd></div>'
        f"{right}</dl>"
    )


def _hint(item: Item) -> str:
    shown = lines_html((item.hint,)) if item.hint is not None else ""
    return f'<div class="hint-line" role="status"><b>Hint</b>{shown}</div>' if shown else ""


def _kept(recheck: Recheck | None, *, asking: bool) -> str:
    """Why a flagged item stays; before the answer without its lines, which would give it away."""
    if recheck is None:
        return ""
    reason = recheck.reason.removeprefix("Kept: ")
    why = escape(reason[:1].upper() + reason[1:]) + marks(recheck.citations)
    lines = lines_html(recheck.citations)
    if asking:
        why, lines = "The lines that decide it come with the answer.", ""
    return (
        '<div class="kept" role="status"><b>Checked again, and kept.</b> '
        f"<span>{why}</span>{lines}</div>"
    )


def answers_html(session: QuizSession, told: Told | None = None) -> str:
    """Every option of the answered card annotated; nothing before."""
    card = session.last
    if card is None:
        return ""
    mine = told if told is not None and told.item_id == card.item.id else Told(card.item.id)
    running = " running" if mine.running else ""
    judgement = judge_item(card.item, card.response, mine.explanation)
    return (
        f'<section class="answers{running}" data-item="{escape(card.item.id)}" '
        f'aria-label="Every option explained">{judged_html(judgement)}'
        f"{explanation_tail_html(mine.explanation, mine.running, mine.error)}</section>"
    )
