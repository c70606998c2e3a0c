"""Labels of past exam questions in notes: `Ques#4:`, `Anss:`, `Epln:`.

Read with one slip of the pen allowed, so no list of their misspellings is needed.
"""

from __future__ import annotations

import re
from typing import Literal

from rapidfuzz.distance import OSA

Label = Literal["question", "answer", "explanation"]

_LABEL = re.compile(r"([A-Za-z]{1,12})\s*[#.]?\s*\d{0,3}\s*[:)](?!//)\s*|#\s*\d{1,3}\s*:\s*")
_WORDS: dict[Label, tuple[str, ...]] = {
    "question": ("question", "ques", "quiz"),
    "answer": ("answer", "ans", "anss", "answers", "solution"),
    "explanation": ("explanation", "expl", "expln", "explain", "rationale", "reason"),
}


def read_label(text: str) -> tuple[Label, str] | None:
    """What a text begins: a question, an answer, an explanation; and the text after its label.

    >>> read_label("Asns: Softmax")
    ('answer', 'Softmax')
    """
    match = _LABEL.match(text)
    if match is None:
        return None
    word, rest = (match.group(1) or "ques").lower(), text[match.end() :]
    if word == "q":
        return "question", rest
    for label, known in _WORDS.items():
        if any(OSA.distance(word, name) <= (1 if len(word) > 2 else 0) for name in known):
            return label, rest
    return None


def without_label(text: str) -> str:
    """A text without the label it begins with."""
    found = read_label(text)
    return found[1] if found and found[1] else text
