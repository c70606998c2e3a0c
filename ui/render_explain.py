"""A pasted question: the box, the form that corrects it, what is found -> HTML, escaped."""

from __future__ import annotations

from html import escape

from core.practice import Decision, Pasted
from ui.explain_handlers import Explained
from ui.judged import judge_pasted, letter
from ui.render import inline
from ui.render_evidence import Above
from ui.render_judged import explanation_tail_html, judged_html, lines_html

SPARE_ROWS = 2
SURE = ((0.85, "very sure"), (0.65, "fairly sure"), (0.4, "not very sure"), (0.0, "unsure"))


def form_html(state: Explained) -> str:
    """What the learner fills in: the box, or the question taken apart."""
    if state.phase == "paste":
        return _paste(state)
    if state.phase == "correct" and state.pasted is not None:
        return _correct(state, state.pasted)
    return ""


def _paste(state: Explained) -> str:
    error = f'<div class="alert" role="alert">{escape(state.error)}</div>' if state.error else ""
    return (
        f'<div class="paste" data-step="{state.step}"><h1>Explain a question</h1>'
        "<p>Every option explained from your notes: why it is right, or what it is for.</p>"
        '<label><span class="sr-only">Paste a question with its options</span>'
        '<textarea id="pasted" rows="11" placeholder="Paste a question with its options, and if '
        f"you have them, your answer and the right one:&#10;&#10;Which service …?&#10;A. …&#10;"
        f'B. …&#10;My answer: B">{escape(state.text)}</textarea></label>{error}'
        '<div class="start"><button type="button" class="primary" data-do="explain-start">Explain'
        "<kbd>Ctrl Enter</kbd></button></div></div>"
    )


def _correct(state: Explained, pasted: Pasted) -> str:
    problems = "".join(f"<li>{escape(problem)}</li>" for problem in pasted.problems)
    listed = (
        f'<div class="unclear" role="alert"><b>This needs your eye</b><ul>{problems}</ul></div>'
        if problems
        else ""
    )
    count = max(len(pasted.options) + 1, 2 + SPARE_ROWS)
    rows = "".join(_row(pasted, place) for place in range(count))
    selects = "".join(
        f'<option value="{n}"{" selected" if n == pasted.select else ""}>{n or "All that apply"}'
        "</option>"
        for n in (*sorted({1, 2, 3, pasted.select} - {0}), 0)
    )
    return (
        f'<div class="correct" data-step="{state.step}"><h1 tabindex="-1">Check the question</h1>'
        f'{listed}<label class="wide"><span>Question</span>'
        f'<textarea id="stem-field" rows="4">{escape(pasted.stem)}</textarea></label>'
        '<div class="row-head" aria-hidden="true"><span>Options</span><span>Mine</span>'
        f'<span>Correct</span></div><ol class="rows">{rows}</ol>'
        '<div class="start"><button type="button" class="primary" data-do="explain-confirm">'
        "Explain</button>"
        '<button type="button" class="soft" data-do="explain-row">Add an option</button>'
        '<button type="button" class="plain" data-do="explain-back">Paste again</button>'
        f'<label class="many">Answers to choose<select id="select-field">{selects}</select></label>'
        "</div></div>"
    )


def _row(pasted: Pasted, place: int) -> str:
    text = pasted.options[place] if place < len(pasted.options) else ""
    mine = " checked" if place in pasted.mine else ""
    given = " checked" if place in pasted.given else ""
    name = f"Option {letter(place)}"
    return (
        f'<li><span class="letter" aria-hidden="true">{letter(place)}</span>'
        f'<input type="text" value="{escape(text)}" aria-label="{name}">'
        f'<input type="checkbox" class="mine" aria-label="{name} is my answer"{mine}>'
        f'<input type="checkbox" class="given" aria-label="{name} is correct"{given}></li>'
    )


def explained_html(state: Explained, above: Above | None = None) -> str:
    """The question decided and explained, as far as it has come.

    `above` tells the headings of a line that decides it.
    """
    pasted = state.pasted
    if pasted is None or state.phase in ("paste", "correct"):
        return ""
    running = " running" if state.running else ""
    busy = ' aria-busy="true"' if state.running else ""
    judgement = judge_pasted(pasted, state.decision or Decision(), state.explanation)
    tail = explanation_tail_html(state.explanation, state.running, state.error)
    if state.phase == "deciding":
        dots = '<i class="dots" aria-hidden="true"></i>'
        tail = f'<p class="found">{dots}Looking for what decides it</p>'
    elif state.unfinished and not state.error:
        tail = '<p class="notice" role="status">Stopped before everything was explained.</p>' + tail
    return (
        f'<section class="explained{running}" data-step="{state.step}"{busy}>'
        f'<h2 class="stem" tabindex="-1">{inline(pasted.stem)}</h2>'
        f'<div aria-live="polite">{_decision(pasted, state.decision, above)}</div>'
        f"{judged_html(judgement)}{tail}</section>"
    )


def _decision(pasted: Pasted, decision: Decision | None, above: Above | None) -> str:
    if decision is None:
        return ""
    letters = " and ".join(letter(place) for place in decision.key)
    if decision.source == "undecided":
        head = "<b>Your notes do not decide this question.</b>"
        more = "The nearest lines:" if decision.citations else ""
    elif decision.source == "given":
        head, more = f"<b>{letters}</b> is right, says the key you pasted.", ""
    else:
        words = next(said for least, said in SURE if round(decision.confidence, 2) >= least)
        share = f"{decision.confidence:.0%}".replace("%", "\u00a0%")
        head = f"<b>{letters}</b> is right, by your notes: {words} ({share})."
        more = "The lines that decide it:" if decision.citations else ""
    if len(decision.key) > 1:
        head = head.replace("</b> is right", "</b> are right")
    mine = _mine(pasted, decision)
    more = f"<p>{more}</p>" if more else ""
    lines = lines_html(decision.citations, above)
    return f'<div class="decision"><p>{head}{mine}</p>{more}{lines}</div>'


def _mine(pasted: Pasted, decision: Decision) -> str:
    if not pasted.mine or decision.source == "undecided":
        return ""
    if set(pasted.mine) == set(decision.key):
        return ' <span class="right"><i aria-hidden="true">✓</i>So is your answer.</span>'
    letters = " and ".join(letter(place) for place in pasted.mine)
    return f' <span class="wrong"><i aria-hidden="true">✕</i>Your answer was {letters}.</span>'


def explain_actions_html(state: Explained) -> str:
    """The buttons under what is explained."""
    if state.phase in ("paste", "correct"):
        return ""
    if state.running:
        buttons = (
            '<button type="button" class="primary stop" data-do="explain-stop">Stop'
            "<kbd>Esc</kbd></button>"
        )
    else:
        again = '<button type="button" class="soft" data-do="explain-again">Try again</button>'
        buttons = (
            '<button type="button" class="primary" data-do="explain-new">Another question</button>'
            f"{again if state.unfinished else ''}"
            '<button type="button" class="soft" data-do="explain-edit">Edit this question</button>'
        )
    return f'<div class="actions"><div class="buttons">{buttons}</div></div>'
