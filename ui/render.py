"""Conversation -> HTML. All text is escaped before anything else happens to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from core.types import Answer, Citation, Hit, Sentence
from ui.conversation import Conversation, Exchange
from ui.render_evidence import headings_of, mark, marks, place, quoted, target
from ui.render_sources import plural

if TYPE_CHECKING:
    from ingest.library import LibraryState

_CODE = re.compile(r"`([^`\n]+)`")
_BOLD = re.compile(r"(?<![\w*])\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?![\w*])")


def inline(text: str) -> str:
    """Escaped text in which `code` and **bold** are shown as such, and nothing else is."""
    parts = _CODE.split(escape(text))
    parts[::2] = [_BOLD.sub(r"<strong>\1</strong>", part) for part in parts[::2]]
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(parts)


def sentence_html(sentence: Sentence) -> str:
    """A sentence with its marks."""
    tone = "" if sentence.supported else ' class="unsupported"'
    return f"<span{tone}>{inline(sentence.text)}{marks(sentence.citations)}</span> "


def welcome_html(suggestions: Sequence[str], state: LibraryState | None = None) -> str:
    """What is there before the first question; a failed or asking `state` says what to do."""
    buttons = "".join(
        f'<button type="button" class="suggestion" data-do="ask" data-question="{escape(text)}">'
        f"{escape(text)}</button>"
        for text in suggestions
    )
    wait = ""
    if state is None or state.phase in ("empty", "indexing"):
        wait = "" if buttons else '<p class="quiet">Your notes are being read; a moment.</p>'
    elif state.phase == "failed" or (state.phase == "asking" and not state.serves):
        wait = f'<div class="alert" role="alert">{escape(state.detail)}</div>'
    return (
        '<div class="welcome"><h1>What do you want to know?</h1>'
        "<p>Every answer is proven by lines of your notes that you can open.</p>"
        f'{wait}<div class="suggestions">{buttons}</div></div>'
    )


def history_html(conversation: Conversation) -> str:
    """Every exchange but the last."""
    return "".join(exchange_html(e, latest=False) for e in conversation.exchanges[:-1])


def live_html(conversation: Conversation, spent: int = 0) -> str:
    """The last exchange, and what is wrong with the question in the box.

    `spent` are the tokens that remote models counted in the whole session.
    """
    last = conversation.last
    shown = exchange_html(last, latest=True, spent=spent) if last is not None else ""
    if conversation.error:
        shown += f'<div class="alert" role="alert">{escape(conversation.error)}</div>'
    return shown


def exchange_html(exchange: Exchange, *, latest: bool, spent: int = 0) -> str:
    """A question and its answer; only the latest one can be asked again.

    `spent` are the tokens of the whole session.
    """
    classes = "exchange" + (" running" if exchange.running else "")
    classes += "" if exchange.from_notes else " own"
    live = ' aria-live="polite"' if latest else ""
    busy = ' aria-busy="true"' if exchange.running else ""
    label = "" if exchange.from_notes else '<p class="own-label">Not from your notes</p>'
    return (
        f'<article class="{classes}">{_asked(exchange)}'
        f'<div class="answer"{live}{busy}>{label}{_progress(exchange)}{_body(exchange)}</div>'
        f"{_error(exchange, latest)}{_footer(exchange, latest, spent)}</article>"
    )


def _asked(exchange: Exchange) -> str:
    """The question; of one that comes from Practice only the first line stands out."""
    first, more = exchange.question, ""
    if exchange.prepared:
        first, _, more = exchange.question.partition("\n")
    rest = f'<div class="asked-more">{escape(more)}</div>' if more else ""
    return f'<div class="asked">{escape(first)}</div>{rest}'


def _progress(exchange: Exchange) -> str:
    if not exchange.running:
        return ""
    if exchange.found_ms is None:
        words = "Looking in your notes" if exchange.from_notes else "Thinking"
        return f'<p class="found"><i class="dots" aria-hidden="true"></i>{words}</p>'
    words = f"Found {plural(len(exchange.found), 'line')} in {exchange.found_ms:.0f} ms"
    dots = "" if exchange.sentences or exchange.draft else '<i class="dots" aria-hidden="true"></i>'
    return (
        f'<p class="found">{dots}<button type="button" class="link" data-do="show-proof">'
        f"{words}</button></p>"
    )


def _body(exchange: Exchange) -> str:
    if exchange.answer is not None and exchange.answer.abstained:
        return _abstained(exchange.answer, exchange.hits)
    said = "".join(sentence_html(sentence) for sentence in exchange.sentences)
    lines = exchange.answer is not None and exchange.answer.answered_by == "extractive"
    shown = f'<p class="said{" lines" if lines else ""}">{said}</p>' if said else ""
    if exchange.draft.strip():
        shown += (
            '<p class="draft" aria-hidden="true"><span class="tag">not checked yet</span>'
            f"{escape(exchange.draft)}</p>"
        )
    if not shown and exchange.answer is not None:
        shown = '<p class="quiet">Stopped before anything was proven.</p>'
    return shown


def _abstained(answer: Answer, hits: Sequence[Hit]) -> str:
    def where(citation: Citation) -> str:
        above = " › ".join(headings_of(citation, hits)[-2:])
        return f"{place(citation)} · {above}" if above else place(citation)

    lines = "".join(
        f'<li><button type="button" class="near" {target(c)}><span class="quote">'
        f"{escape(quoted(c))}</span><small>{escape(where(c))}</small></button></li>"
        for c in answer.nearest
    )
    nearest = f"<p>The nearest lines:</p><ul>{lines}</ul>" if lines else ""
    return f'<div class="silent"><h3>Your notes do not say.</h3>{nearest}</div>'


def _error(exchange: Exchange, latest: bool) -> str:
    if not exchange.error:
        return ""
    again = '<button type="button" class="soft" data-do="again">Try again</button>'
    return (
        f'<div class="alert" role="alert">{escape(exchange.error)}{again if latest else ""}</div>'
    )


def _footer(exchange: Exchange, latest: bool, spent: int) -> str:
    answer = exchange.answer
    if answer is None:
        return ""
    notice = f'<p class="notice">{escape(answer.notice)}</p>' if answer.notice else ""
    cited = "".join(
        f'<li>{mark(c)}<button type="button" class="link" {target(c)}>{escape(place(c))}'
        "</button></li>"
        for c in answer.citations
    )
    sources = f'<ul class="cited" aria-label="Cited lines">{cited}</ul>' if cited else ""
    cost = f"{answer.timings.total_ms / 1000:.1f} s{_tokens(exchange, spent)}"
    by = f'<span class="by">{escape(answer.answered_by)} · {cost}</span>'
    if exchange.prepared:
        by = '<span class="by">from Practice</span>'
    return (
        f"<footer>{notice}{sources}<div class='tools'>{_tools(exchange, latest)}{by}</div></footer>"
    )


def _tokens(exchange: Exchange, spent: int) -> str:
    """What a remote model read and wrote for the answer, and all answers where that is more."""
    if exchange.answer is None or not exchange.tokens:
        return ""
    timings = exchange.answer.timings
    session = f" · {spent:,} this session" if spent > exchange.tokens else ""
    return f" · {timings.prompt_tokens:,} + {timings.completion_tokens:,} tokens{session}"


def _tools(exchange: Exchange, latest: bool) -> str:
    answer = exchange.answer
    buttons = []
    if answer is not None and answer.abstained and latest and exchange.from_notes:
        buttons.append(("soft", "without-notes", "Answer without my notes", ""))
    if answer is not None and answer.sentences:
        buttons.append(("plain", "copy", "Copy", f' data-text="{escape(plain_text(answer))}"'))
    if latest and not exchange.prepared:
        buttons.append(("plain", "again", "Regenerate", ""))
    if latest:
        buttons.append(("plain", "clear", "Clear", ""))
    return "".join(
        f'<button type="button" class="{tone}" data-do="{do}"{more}>{text}</button>'
        for tone, do, text, more in buttons
    )


def plain_text(answer: Answer) -> str:
    """An answer to paste elsewhere: sentences with their marks, then where they stand."""
    said = " ".join(
        s.text + "".join(f" [{c.number}]" for c in s.citations) for s in answer.sentences
    )
    if not answer.from_notes:
        return f"{said}\n\n(not from my notes)"
    cited = [f"[{c.number}] {place(c)}" for c in answer.citations]
    return "\n".join([said, "", *cited]) if cited else said
