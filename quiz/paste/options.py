"""Which rows of a pasted text are its options: the last consistent run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from quiz.paste.marks import Mark, unmark
from quiz.paste.rows import Kind, Row, place_of
from quiz.paste.stem import asks, is_question
from quiz.paste.text import is_chat, normal, tidy

MOST_PLAIN = 8
_ORDERED: tuple[Kind, ...] = ("upper", "lower", "number")
_LEAP = 3
"""Letters or numbers that a list may skip; 'E. coli' under option A goes on with it."""
_WRAPPED = 40
"""A line at least this long may go on in the next; a shorter one is a whole option."""
_PAIRS = ({"true", "false"}, {"yes", "no"})


@dataclass(frozen=True, slots=True)
class Run:
    """The rows (0-based) that begin an option each."""

    kind: Kind
    members: tuple[int, ...]

    @property
    def first(self) -> int:
        """The row of the first option."""
        return self.members[0]

    @property
    def last(self) -> int:
        """The row of the last option."""
        return self.members[-1]


@dataclass(frozen=True, slots=True)
class Found:
    """An option: its text without letter and marks, its letter as pasted, what the marks say."""

    text: str
    name: str
    marks: frozenset[Mark]


def find_run(rows: Sequence[Row]) -> Run | None:
    """The options: letters before numbers before boxes, bullets and plain lines; but a run that
    stands after a later question comes first. None when there is no run of two.
    """
    found = [_ordered(rows, kind) for kind in _ORDERED]
    found += [_unordered(rows, "box"), _unordered(rows, "bullet"), _plain(rows), _pair(rows)]
    runs = [run for run in found if run is not None]
    best: Run | None = None
    for run in runs:
        if any(_holds(other, run, rows) for other in runs):
            continue
        if best is None or (run.first > best.last and _question_between(rows, best, run)):
            best = run
    return best


def lone_option(rows: Sequence[Row]) -> Run | None:
    """The one row that begins like a first option, after a question."""
    asked = next((index for index, row in enumerate(rows) if _row_asks(row)), len(rows))
    begun = [
        at for at, row in enumerate(rows) if at > asked and row.name and not place_of(row.name)
    ]
    return Run(rows[begun[-1]].kind, (begun[-1],)) if begun else None


def options_of(rows: Sequence[Row], run: Run) -> tuple[list[Found], str]:
    """Every option with the lines that go on with it, and text that belongs to none."""
    found: list[Found] = []
    left = ""
    spaced = False
    for start, end in pairwise((*run.members, len(rows))):
        row = rows[start]
        near, far = _continued(rows[start + 1 : end])
        if end == len(rows) and not spaced:
            far, left = [], tidy(" ".join(far))
        spaced = spaced or bool(far)
        text, marks = unmark(tidy(" ".join([row.text, *near, *far])))
        found.append(Found(text, row.name, row.marks | marks))
    return found, left


def _continued(rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """The lines right under an option, and those after a blank line."""
    near: list[str] = []
    far: list[str] = []
    lines = near
    for row in rows:
        if row.kind == "blank":
            lines = far
        elif row.kind == "cut" or row.valued or (row.kind == "plain" and is_chat(row.raw)):
            break
        elif row.kind != "answer":
            lines.append(row.raw)
    return near, far


def _ordered(rows: Sequence[Row], kind: Kind) -> Run | None:
    places = [index for index, row in enumerate(rows) if row.kind == kind]
    start = _start([place_of(rows[index].name) for index in places], kind)
    if start is None:
        return None
    while start and _repeats(rows, places[start - 1], places[start]):
        start -= 1
    members = [places[start]]
    for index in places[start + 1 :]:
        if place_of(rows[index].name) - place_of(rows[members[-1]].name) <= _LEAP:
            members.append(index)
    return Run(kind, tuple(members)) if len(members) > 1 else None


def _start(order: Sequence[int], kind: Kind) -> int | None:
    """Where the last list begins: A before B, else A before C, else (letters) B before C."""
    pairs = list(enumerate(pairwise(order)))
    begun = [at for at, (one, two) in pairs if (one, two) == (0, 1)]
    skipped = [at for at, (one, two) in pairs if one == 0 < two <= _LEAP]
    beheaded = [at for at, (one, two) in pairs if two == one + 1 and kind != "number"]
    found = begun or skipped or beheaded[:1]
    return found[-1] if found else None


def _repeats(rows: Sequence[Row], before: int, here: int) -> bool:
    """Whether A stands twice in one list, rather than in a list of the stem."""
    same = (rows[before].name, rows[before].style) == (rows[here].name, rows[here].style)
    return same and not any(map(_row_asks, rows[before:here]))


def _unordered(rows: Sequence[Row], kind: Kind) -> Run | None:
    members: list[int] = []
    for index in range(len(rows) - 1, -1, -1):
        if rows[index].kind == kind:
            members.append(index)
        elif members and _breaks(rows, index):
            break
    members = [index for index in reversed(members) if rows[index].style == rows[members[-1]].style]
    asking = [at for at, index in enumerate(members) if is_question(rows[index].text)]
    if asking and asking[-1] + 1 < len(members):
        members = members[asking[-1] + 1 :]
    return Run(kind, tuple(members)) if len(members) > 1 else None


def _breaks(rows: Sequence[Row], index: int) -> bool:
    """Whether a bullet list ends before this row: it asks, or is a paragraph of its own."""
    row = rows[index]
    if row.kind != "plain":
        return bool(row.name) and is_question(row.text)
    above = index == 0 or rows[index - 1].kind == "blank"
    return asks(row.raw) or (above and rows[index + 1].kind == "blank")


def _plain(rows: Sequence[Row]) -> Run | None:
    for index in range(len(rows) - 1, -1, -1):
        if not _row_asks(rows[index]):
            continue
        members = _plain_below(rows, index)
        if members or is_question(rows[index].raw):
            listed = not any(_is_verse(rows[member].raw) for member in members)
            return Run("plain", members) if listed and 2 <= len(members) <= MOST_PLAIN else None
    return None


def _is_verse(line: str) -> bool:
    """Whether a line is of a poem, a sentence or a table rather than of a list."""
    return line.endswith(",") or line.startswith("|")


def _plain_below(rows: Sequence[Row], index: int) -> tuple[int, ...]:
    """Lines without marks under a row; one in lower case goes on with a long one."""
    members: list[int] = []
    for below in range(index + 1, len(rows)):
        row = rows[below]
        if row.kind == "blank" or (row.kind == "answer" and not row.valued):
            continue
        if row.kind != "plain" or is_chat(row.raw):
            break
        if members and row.raw[0].islower() and len(rows[below - 1].raw) >= _WRAPPED:
            continue
        members.append(below)
        if len(members) > MOST_PLAIN:
            break
    return tuple(members)


def _pair(rows: Sequence[Row]) -> Run | None:
    """True and False, or yes and no, each on a line of its own under any stem."""
    plain = [index for index, row in enumerate(rows) if row.kind == "plain"]
    last = [index for index in plain if not is_chat(rows[index].raw)][-2:]
    return Run("plain", tuple(last)) if {normal(rows[i].raw) for i in last} in _PAIRS else None


def _holds(other: Run, run: Run, rows: Sequence[Row]) -> bool:
    """Whether a run is a list inside the options of another one."""
    if other.kind not in _ORDERED or other.kind == run.kind or other.first >= run.first:
        return False
    between = any(rows[at].kind == run.kind for at in range(other.first + 1, other.last))
    return between and not _question_between(rows, other, run)


def _question_between(rows: Sequence[Row], before: Run, after: Run) -> bool:
    between = rows[before.last + 1 : after.first]
    return any(row.kind == "plain" and asks(row.raw, firmly=True) for row in between)


def _row_asks(row: Row) -> bool:
    return row.kind not in ("blank", "cut") and not row.valued and asks(row.raw)
