"""The stem of a pasted question: where it asks, how many options it asks for, its number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SELECT = re.compile(
    r"""\b(?:select|choose|pick|mark|check|identify|which|what)\s+
    (?:(?:the|any|exactly|only|best|correct|right|your)\s+){0,3}
    (?:(?P<word>one|two|three|four|five)\b
    | (?P<digit>[1-9])\b(?=\s*(?:[).:\]]|$|(?:(?:best|correct|right)\s+)?
      (?:answers?|options?|choices|responses?|solutions|actions|steps|services|of\b|that\b))))
    | \(\s*(?P<bare>one|two|three|four|five|[1-9])\s+(?:correct\s+)?(?:answers?|options?|choices)
    | \b(?:all|any)\s+(?:of\s+the\s+\w+\s+)?(?:that|which)\s+(?P<all>appl(?:y|ies))\b
    | \b(?:select|choose|pick|check|mark)\s+(?:(?P<every>all)(?=\s*(?:[).:]|$|(?:the\s+)?
      (?:correct|right|valid|true|answers|options)\b))|(?P<more>(?:one|1)\s+or\s+more)\b)""",
    re.I | re.X,
)
_STRESSED = re.compile(r"\b(TWO|THREE|FOUR)\b")
_QUESTION = re.compile(r"\?[\s)\]\"'”’*_]*$")
_COLON = re.compile(r":[\s)\]\"'”’*_]*$")
_PLACE = re.compile(r"[\[(]?\s*\d{1,4}\s*/\s*\d{1,4}\s*[\])]?\s*[:.]?(?:\s+|$)")
_HASH = re.compile(r"#\s*\d{1,4}\s*[:.)-]?(?:\s+|$)")
_WORD = re.compile(
    r"""(?:new\s+)?(?P<word>[A-Za-z]{1,9})\s*(?:no\.?|number)?\s*(?P<before>[:.\#]*)\s*
    (?P<number>\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?)?\s*(?P<sign>[:.)\]\u2013-]*)(?:\s+|$)""",
    re.I | re.X,
)
_TOPIC = re.compile(r"topic\s+\d+\s*[:.-]?(?:\s+|$)", re.I)
_BARE = re.compile(r"(\d{1,3})\s?[.)](?!\d)\s*(?=\S)")
_BULLET = re.compile(r"[-*•]\s+")
_NUMBERED = re.compile(
    r"^\W{0,4}(?:question|ques|q)\s*(?:no\.?|number)?\s*[#:]?\s*(\d{1,4})(?:\s*[:.)]|\s*$)",
    re.I,
)
_QUESTION_WORDS = ("question", "ques", "quiz", "questions")
TRUE_FALSE = re.compile(r"\W*(?:true\s*(?:or|/)\s*false|t\s*/\s*f)\b", re.I)


def is_question(line: str) -> bool:
    """Whether a line ends with a question mark."""
    return bool(_QUESTION.search(line[-12:]))


def asks(line: str, *, firmly: bool = False) -> bool:
    """Whether options may follow a line: 'Which ...?', '(Select TWO)', and unless `firmly` ':'."""
    if is_question(line) or asked_number(line[-60:]) is not None:
        return True
    return not firmly and (bool(_COLON.search(line[-12:])) or "___" in line)


def asked_number(text: str) -> int | None:
    """How many options a stem asks for: 2 for 'Select TWO', 0 for all that apply, else None."""
    found = list(_SELECT.finditer(text))
    if not found:
        stressed = _STRESSED.search(text)
        return _NUMBERS[stressed.group(1).lower()] if stressed else None
    said = next(value for value in found[-1].groups() if value).lower()
    return _NUMBERS.get(said) or (int(said) if said.isdigit() else 0)


def is_true_false(stem: str) -> bool:
    """Whether a stem is a statement to be called true or false."""
    return bool(TRUE_FALSE.match(stem))


def question_numbers(lines: Sequence[str]) -> list[str]:
    """The different numbers that lines give to questions: 'Question 1:', 'Q2.'."""
    found = (_NUMBERED.match(line) for line in lines)
    return list(dict.fromkeys(match.group(1) for match in found if match))


def without_number(stem: str) -> str:
    """A stem without 'Question 12:', 'Q3.', '#11:', '[12/65]' or '4.' before it."""
    for _ in range(5):
        if (bullet := _BULLET.match(stem)) and _number_end(stem[bullet.end() :]):
            stem = stem[bullet.end() :]
        cut = _number_end(stem)
        if not cut:
            break
        stem = stem[cut:].lstrip()
    return stem


def _number_end(stem: str) -> int:
    for pattern in (_PLACE, _HASH, _TOPIC):
        if match := pattern.match(stem):
            return match.end()
    match = _WORD.match(stem)
    if match and _is_question_word(match.group("word").lower()):
        named = match.group("word").lower() != "q"
        if match.group("sign") or (match.group("number") and named) or match.group("before"):
            return match.end()
    bare = _BARE.match(stem)
    if bare is None:
        return 0
    following = re.compile(rf"^\s*{int(bare.group(1)) + 1}\s?[.)]", re.M)
    return 0 if following.search(stem, bare.end()) else bare.end()


def _is_question_word(word: str) -> bool:
    return word == "q" or any(
        OSA.distance(word, name) <= (1 if len(word) > 3 else 0) for name in _QUESTION_WORDS
    )
