"""Lines that name an answer: 'My answer: B', 'Correct answers: A and C', 'Anss: Softmax'.

Labels are read with one slip of the pen allowed, as in notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from rapidfuzz.distance import OSA

from quiz.paste.marks import marks_of, unmark

Role = Literal["mine", "key", "select"]

_OWN = frozenset("my your i you mine me user".split())
_RIGHT = frozenset("correct right".split())
_CHOSEN = frozenset("selected chosen selection picked".split())
_DID = frozenset("chose picked selected answered said went put marked think guessed guess".split())
_ANSWER = frozenset("answer answers ans anss key solution solutions".split())
_CHOICE = frozenset("option options choice choices response pick".split())
_FILL = frozenset(
    "the and but so with for that one it it's its final official suggested actual only".split()
)
_ALONE = frozenset(("answer", "answers", "ans", "anss"))
_KNOWN = _OWN | _RIGHT | _CHOSEN | _DID | _ANSWER | _CHOICE | _FILL
_MISSPELT = ("answer", "answers", "anss", "correct", "selected", "solution")

_WORD = re.compile(r"\s*([A-Za-z]+(?:['’][a-z]+)?)(?:\(s\))?")
_SIGN = re.compile(
    r"\.?\s*(?:#?\s*(?P<number>\d{1,3})\s*(?=[:=]))?\s*"
    r"(?P<sign>[:=]|(?:is|are|was|were|(?:should|must|would)\s+be)\b\s*:?|[-\u2013\u2014](?=\s)|$)?\s*",
    re.I,
)
_SELECT = re.compile(r"select\s*[:=]\s*(\d{1,2}|all)", re.I)
_IS_RIGHT = re.compile(
    r"(?:option\s+)?([A-H])\s+(?:is|was)\s+(?:the\s+)?(?:correct|right)(?:\s+(?:one|answer|option))?[.!]?",
    re.I,
)
_LETTERS = re.compile(r"(?<![\w'])[A-Za-z]")
_NAME = re.compile(r"[(\[]?(?<!\w)([A-Za-z]|\d{1,2})(?!\w)[)\]]?")
_BETWEEN = re.compile(r"\s*(?:,|;|&|\+|/|\band\b|\bor\b)\s*(?:and\s+|or\s+)?|\s+", re.I)
_BEFORE = re.compile(r"(?:(?:options?|choices?|letters?|numbers?|both|only)\s+)+", re.I)
_AFTER = re.compile(
    r"\s*(?:$|[^\w\s+#%$€-](?!\d)|-(?!\w)|(?:because|since|as|but|which|is|was|are|were|correct|incorrect|wrong|"
    r"right|instead|though|however|not)\b)",
    re.I,
)
_NO_ANSWER = frozenset(
    ("none", "skipped", "not answered", "unanswered", "no answer", "n/a", "-", "empty", "blank")
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one label says. `firm` is whether words, not only letters, may follow it."""

    role: Role
    value: str
    number: str = ""
    firm: bool = True


@dataclass(frozen=True, slots=True)
class Names:
    """Letters or numbers of options, and what stands after them."""

    names: tuple[str, ...]
    rest: str


def statements_of(line: str) -> list[Statement]:
    """Every answer that a line names, or an empty list. An empty value: it stands elsewhere."""
    rest = line.strip("()[]*_• \t")
    if select := _SELECT.fullmatch(rest):
        return [Statement("select", select.group(1).lower())]
    if right := _IS_RIGHT.fullmatch(rest):
        return [Statement("key", right.group(1))]
    found: list[Statement] = []
    label = _label(rest)
    for _ in range(6):
        if label is None:
            break
        value, label_after = _next_label(label.value)
        if value or label_after is None:
            found += _said(label, value)
        label = label_after
    return found


def names_in(value: str) -> Names | None:
    """'B', '(b) and d', '1, 3', 'B because ...'; None when a value begins with other words."""
    before = _BEFORE.match(value)
    place = before.end() if before else 0
    names: list[str] = []
    ends: list[int] = []
    while len(names) < 12 and (match := _NAME.match(value, place)):
        names.append(match.group(1))
        ends.append(match.end())
        between = _BETWEEN.match(value, match.end())
        if between is None:
            break
        place = between.end()
    while names and not _may_follow(value[ends[-1] :], names[-1]):
        names.pop()
        ends.pop()
    return Names(tuple(names), value[ends[-1] :].strip()) if names else None


def _may_follow(rest: str, name: str) -> bool:
    """Whether a name ends here: 'A company' and '2 nodes' begin with none, 'B-tree' neither."""
    return bool(_AFTER.match(rest)) or (
        rest[:1].isspace() and name.lower() not in "ai" and not name.isdigit()
    )


def is_bare(value: str) -> bool:
    """Whether a value is nothing but letters or numbers of options."""
    names = names_in(value)
    return names is not None and not names.rest


def is_no_answer(value: str) -> bool:
    """Whether a value says that nothing was chosen."""
    return value.casefold().strip(" .()") in _NO_ANSWER or value == "-"


def _next_label(value: str) -> tuple[str, Statement | None]:
    """A value up to the next label in it: 'B (incorrect). Correct answer: D' holds one."""
    for word in islice(_LETTERS.finditer(value), 40):
        head = value[: word.start()].rstrip(" ,;.|/-–—")
        if head and names_in(head) is None:
            break
        label = _label(value[word.start() :])
        if label is not None and (label.firm or is_bare(label.value)):
            return head, label
    return value, None


def _said(statement: Statement, value: str) -> list[Statement]:
    """A statement with its own value; 'Your answer: B (correct)' says two things."""
    marks = marks_of(value)
    bare = ""
    if not marks:
        bare, marks = unmark(value)
    found = [Statement(statement.role, bare, statement.number, statement.firm)]
    if statement.role == "mine" and "key" in marks:
        found.append(Statement("key", bare))
    return found


def _label(line: str) -> Statement | None:
    spoken: list[str] = []
    place = 0
    while len(spoken) < 8 and (match := _WORD.match(line, place)):
        known = _known(match.group(1).lower().replace("’", "'"))
        if not known:
            break
        spoken.append(known)
        place = match.end()
    role = _role(frozenset(spoken))
    sign = _SIGN.match(line, place)
    if role is None or sign is None:
        return None
    value = line[sign.end() :].strip()
    mark = sign.group("sign") or ""
    firm = bool(mark and mark not in "-–—") or not value or spoken[0] == "i"
    if value.endswith("?") or not (firm or names_in(value)):
        return None
    if not value and not mark and len(spoken) == 1 and spoken[0] not in _ALONE:
        return None
    return Statement(role, value, sign.group("number") or "", firm)


def _known(word: str) -> str:
    if word in _KNOWN:
        return word
    near = (name for name in _MISSPELT if len(word) > 3 and OSA.distance(word, name) <= 1)
    return next(near, "")


def _role(spoken: frozenset[str]) -> Role | None:
    if spoken & {"mine", "me"} and not spoken & _DID:
        return "mine"
    if spoken & _OWN:
        return "mine" if spoken & (_DID | _ANSWER | _CHOICE | _CHOSEN) else None
    if spoken & _RIGHT:
        return "key"
    if spoken & _CHOSEN:
        return "mine"
    return "key" if spoken & _ANSWER else None
