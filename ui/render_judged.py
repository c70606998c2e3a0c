"""Options whose answer is known, and what explains them -> HTML. All text is escaped."""

from __future__ import annotations

from html import escape

from core.practice import Explanation
from core.text import strip_marker
from core.types import Citation
from ui.judged import Judged, Judgement, letter
from ui.render import inline, sentence_html
from ui.render_evidence import Above, place, quoted, target

SILENT = "Your notes say nothing about this option."
_TICK = '<i aria-hidden="true">✓</i>'
_CROSS = '<i aria-hidden="true">✕</i>'


def judged_html(judgement: Judgement) -> str:
    """Every option with its verdict in colour, sign and word, and what the notes say of it."""
    options = "".join(_option(n, option) for n, option in enumerate(judgement.options))
    shown = f'<ol class="judged">{options}</ol>' if options else ""
    if judgement.summary:
        said = "".join(sentence_html(sentence) for sentence in judgement.summary)
        citation = next((c for s in judgement.summary for c in s.citations), None)
        shown += f'<div class="why"><h3>Why</h3><p class="said">{said}</p>{_open(citation)}</div>'
    return shown


def _option(number: int, option: Judged) -> str:
    tone, word = _verdict(option)
    said = "".join(sentence_html(sentence) for sentence in option.said)
    body = f'<p class="said">{said}</p>{_open(next(iter(option.citations), None))}' if said else ""
    if option.silent:
        body = f'<p class="quiet">{SILENT}</p>'
    return (
        f'<li class="{tone}"><div class="choice"><span class="letter">{letter(number)}</span>'
        f'<span class="text">{inline(option.text)}</span>{word}</div>{body}</li>'
    )


def _verdict(option: Judged) -> tuple[str, str]:
    """The colour of an option, and its sign and word."""
    match option.verdict, option.mine:
        case "right", mine:
            word = "Right, your answer" if mine else "Right"
            return "right", f'<span class="word">{_TICK}{word}</span>'
        case "wrong", True:
            return "wrong", f'<span class="word">{_CROSS}Your answer</span>'
        case _, True:
            return "mine", '<span class="word">Your answer</span>'
    return "neutral", ""


def _open(citation: Citation | None) -> str:
    if citation is None:
        return ""
    where = escape(f"Show {place(citation)}")
    return (
        f'<button type="button" class="link show" {target(citation)} title="{where}">'
        "Show in my notes</button>"
    )


def explanation_tail_html(explanation: Explanation | None, running: bool, error: str) -> str:
    """Under the options: what is being written, who wrote it, what went wrong."""
    shown = ""
    if explanation is not None and explanation.draft.strip():
        shown += (
            '<p class="draft" aria-hidden="true"><span class="tag">not checked yet</span>'
            f"{escape(explanation.draft)}</p>"
        )
    elif running:
        shown += '<p class="found"><i class="dots" aria-hidden="true"></i>Explaining</p>'
    if explanation is not None and explanation.notice:
        shown += f'<p class="notice">{escape(explanation.notice)}</p>'
    if explanation is not None and not running:
        by = explanation.answered_by
        who = "Lines of your notes, as they stand" if by == "extractive" else f"Explained by {by}"
        cost = f" · {explanation.tokens:,} tokens" if explanation.tokens else ""
        shown += f'<p class="by">{escape(who + cost)}</p>'
    if error:
        shown += f'<div class="alert" role="alert">{escape(error)}</div>'
    return shown


def lines_html(citations: tuple[Citation, ...], above: Above | None = None) -> str:
    """Lines of the notes as a list, each opens its place; `above` tells the headings to show."""

    def where(citation: Citation) -> str:
        headings = [strip_marker(heading) for heading in above(citation)] if above else []
        return " · ".join(filter(None, (place(citation), " › ".join(headings[-2:]))))

    rows = "".join(
        f'<li><button type="button" class="near" {target(c)}><span class="quote">'
        f"{escape(quoted(c))}</span><small>{escape(where(c))}</small></button></li>"
        for c in citations
    )
    return f'<ul class="lines">{rows}</ul>' if rows else ""
