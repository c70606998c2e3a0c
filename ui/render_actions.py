"""The verdict on a card and the buttons of a quiz -> HTML. All text is escaped."""

from __future__ import annotations

from html import escape

from core.practice import Item
from ui.judged import key_words, letter
from ui.quiz_session import QuizSession


def actions_html(session: QuizSession) -> str:
    """The verdict and the buttons, within reach of a thumb."""
    tone, words = _verdict(session)
    buttons = "".join(
        f'<button type="button" class="{kind}" data-do="{do}"{keys}>{text}'
        f"{f'<kbd>{key}</kbd>' if key else ''}</button>"
        for kind, do, text, key in _buttons(session)
        for keys in [f' aria-keyshortcuts="{key}"' if key else ""]
    )
    return (
        f'<div class="actions {session.phase}"><p class="verdict {tone}" role="status" '
        f'aria-live="polite">{words}</p><div class="buttons">{buttons}</div></div>'
        if session.phase != "setup"
        else ""
    )


def _verdict(session: QuizSession) -> tuple[str, str]:
    card = session.last
    if session.checking:
        return "busy", (
            '<i class="dots" aria-hidden="true"></i>Solving this question again from its lines'
        )
    if card is None:
        return "", ""
    remark = f" <span>{escape(card.grade.remark)}</span>" if card.grade.remark else ""
    if card.grade.correct:
        return "right", f'<i aria-hidden="true">✓</i>Right.{remark}'
    words = f'<i aria-hidden="true">✕</i>Not right. <span>{escape(_right(card.item))}</span>'
    return "wrong", words + remark


def _right(item: Item) -> str:
    """The right answer as a sentence; of two only the letters, they are marked above it."""
    if len(item.key) > 1:
        return f"The right ones are {' and '.join(letter(place) for place in item.key)}."
    key = key_words(item)
    return f"It is {key}" if key.endswith((".", "!", "?")) else f"It is {key}."


def _buttons(session: QuizSession) -> list[tuple[str, str, str, str]]:
    """Class, action, text and key of each button."""
    flag = ("plain", "quiz-flag", "This question is wrong", "F")
    stop = ("primary stop", "quiz-stop", "Stop", "Esc")
    new = ("soft", "quiz-new", "New quiz", "")
    if session.checking or session.phase == "waiting":
        return [stop]
    match session.phase:
        case "asking":
            has_hint = session.item is not None and session.item.hint is not None
            hint = [("soft", "quiz-hint", "Hint", "H")] if has_hint and not session.hinted else []
            skip = [("soft", "quiz-skip", "Skip", "")] if session.error else []
            return [("primary", "quiz-check", "Check", "Enter"), *hint, *skip, flag]
        case "answered":
            explain = ("soft explain", "quiz-explain", "Explain", "E")
            halt = ("soft halt", "quiz-stop", "Stop", "Esc")
            talk = ("soft", "quiz-discuss", "Discuss", "")
            return [("primary", "quiz-next", "Next", "Enter"), explain, halt, talk, flag]
        case "ended" if session.missed:
            retry = ("primary", "quiz-retry", f"Retry missed ({len(session.missed)})", "")
            return [retry, ("soft", "quiz-variants", "New variants", ""), new]
        case "ended":
            return [("primary", "quiz-new", "New quiz", "")]
        case "stuck":
            again = [("soft", "quiz-next", "Try again", "")] if session.wanted else []
            score = [("soft", "quiz-end", "Show my score", "")] if session.played else []
            return [("primary", "quiz-new", "Change the choice", ""), *again, *score]
    return []
