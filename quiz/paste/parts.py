"""The parts of a pasted question: stem, options, and every line that names an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quiz.paste.answers import Statement, is_bare, names_in
from quiz.paste.options import Found, find_run, lone_option, options_of
from quiz.paste.rows import Row
from quiz.paste.stem import asked_number, is_true_false, without_number
from quiz.paste.text import normal

_PACKED = re.compile(r"[A-Z]{2,6}\W*$")


@dataclass(frozen=True, slots=True)
class Parts:
    """`left` is text after the options that belongs to none; `asked` how many to choose, 0 for
    all that apply, None when it is not said.
    """

    stem: str
    options: list[Found]
    left: str
    statements: list[Statement]
    asked: int | None


def parts_of(rows: Sequence[Row]) -> Parts:
    """The question ends at the first answer or explanation that has options before it."""
    ends = [index for index, row in enumerate(rows) if row.kind == "cut" or row.valued]
    for end in (*ends[:4], len(rows)):
        run = find_run(rows[:end])
        if run is not None:
            break
    else:
        end = next((index for index, row in enumerate(rows) if row.kind == "cut"), len(rows))
        run = lone_option(rows[:end])
    first = run.first if run else end
    explained = next((at for at in range(end, len(rows)) if rows[at].kind == "cut"), len(rows))
    said = [
        one
        for at, row in enumerate(rows)
        for one in row.statements
        if _is_meant(one, at < first, at > explained)
    ]
    options, left = options_of(rows[:end], run) if run else ([], "")
    stem = _stem(rows[:first])
    if not options and is_true_false(stem):
        options = [Found("True", "", frozenset()), Found("False", "", frozenset())]
    return Parts(stem, options, left, said, _asked(stem, said))


def _is_meant(one: Statement, in_stem: bool, explained: bool) -> bool:
    """Words after a label name an answer only under the options; in an explanation, none do."""
    if explained:
        return bool(_PACKED.match(one.value)) or is_bare(one.value)
    sure = one.role == "select" or normal(one.value) in ("true", "false")
    return sure or not in_stem or names_in(one.value) is not None


def _asked(stem: str, said: Sequence[Statement]) -> int | None:
    named = next((one.value for one in said if one.role == "select"), "")
    if not named:
        return asked_number(stem)
    return 0 if named == "all" else int(named)


def _stem(rows: Sequence[Row]) -> str:
    """The rows above the options, without the answers among them."""
    end = len(rows)
    while end and (rows[end - 1].kind == "blank" or _is_bare_label(rows[end - 1])):
        end -= 1
    lines: list[str] = []
    for row in rows[:end]:
        if row.valued and all(_is_meant(one, True, False) for one in row.statements):
            continue
        if row.joined and lines:
            lines[-1] = f"{lines[-1]} {row.raw}"
        elif row.raw or (lines and lines[-1]):
            lines.append(row.raw)
    return without_number("\n".join(lines).strip()).strip()


def _is_bare_label(row: Row) -> bool:
    return row.kind == "answer" and not row.valued
