"""What a column or a JSON key holds, by the usual spellings of its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Part = Literal["question", "key", "explanation", "options", "wrong", "correct_text"]

_NAMES: dict[Part, frozenset[str]] = {
    "question": frozenset("question questions questiontext stem prompt ques q front".split()),
    "key": frozenset(
        """
        answer answers correct correctanswer correctanswers correctoption correctoptions key
        answerkey solution right rightanswer ans back answerindex correctindex correctanswerindex
        correctchoice correctresponse
        """.split()
    ),
    "explanation": frozenset(
        """
        explanation explanations overallexplanation expl rationale reason feedback why comment
        comments justification extra notes
        """.split()
    ),
    "options": frozenset("options choices answeroptions alternatives possibleanswers".split()),
    "wrong": frozenset(
        "incorrectanswers wronganswers incorrect wrong distractors incorrectoptions".split()
    ),
}
_OPTION = re.compile(r"(?:(?:answer)?(?:option|choice|alternative)|answer)?([a-h]|[1-8])")
_WRONG = re.compile(r"(?:distractor|wrong|incorrect|(?:wrong|incorrect)(?:answer|option))([1-8])")


def plain(name: str) -> str:
    """A name's letters and digits."""
    return re.sub(r"[\W_]+", "", name.casefold())


def part_of(name: str) -> Part | None:
    """What stands under this name; None for anything else, single options too."""
    key = plain(name)
    return next((part for part, names in _NAMES.items() if key in names), None)


def option_of(name: str) -> str:
    """The letter or digit of a column that holds one option, or empty."""
    match = _OPTION.fullmatch(plain(name))
    return match[1] if match else ""


def is_wrong(name: str) -> bool:
    """Whether a column holds one wrong option."""
    return _WRONG.fullmatch(plain(name)) is not None


def is_set(names: Iterable[str]) -> bool:
    """Whether these names are those of a question set."""
    parts = {part_of(name) for name in names}
    return {"question", "key"} <= parts
