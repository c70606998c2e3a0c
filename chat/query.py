"""A question with its history -> a query that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.errors import NoteproofError
from core.text import words
from core.types import Turn

MAX_QUESTION = 2000
"""Characters; longer texts are pastes, and no retriever finds one thing in them."""

_POINTING = frozenset(
    """
    it its it's they them their theirs he she this these those there here same similar other
    others another else former latter such both
    """.split()
)
_NAME = re.compile(r"(?<=\s)\w*[A-Z0-9]\w+")
_LEADING_IN = frozenset(["and", "or", "but", "so", "then", "also"])


def check_question(question: str) -> str:
    """The question without surrounding white space.

    Raises:
        NoteproofError: it is empty or too long.
    """
    question = question.replace("\0", " ").strip()
    if not words(question):
        raise NoteproofError("Type a question first.")
    if len(question) > MAX_QUESTION:
        raise NoteproofError(
            f"The question has {len(question):,} characters; at most {MAX_QUESTION:,} are read. "
            "Ask for one thing at a time."
        )
    return question


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """The query to search with: a follow-up takes along the question before it.

    A question that names its own subject is left as it is, whatever was said before.
    """
    before = _question_before(history)
    return f"{before} {question}" if before and follows_up(question) else question


def as_asked(question: str, history: Sequence[Turn]) -> str:
    """The question as a model reads it: a follow-up tells what it follows."""
    before = _question_before(history)
    if not before or not follows_up(question):
        return question
    return f"{question} (This follows the question: {before})"


def _question_before(history: Sequence[Turn]) -> str:
    turns = (turn.content.strip() for turn in reversed(history) if turn.role == "user")
    return next(turns, "")[:MAX_QUESTION]


def follows_up(question: str) -> bool:
    """Whether a question leans on what was said: it goes on, points back, or is a fragment.

    One that names something (a capital or a digit past its first word) stands alone, unless it
    begins by going on.
    """
    found = words(question)
    if not found or len(found) <= 2 or found[0] in _LEADING_IN:
        return True
    if _NAME.search(question):
        return False
    return len(found) <= 3 or found[-1] == "that" or any(word in _POINTING for word in found)
