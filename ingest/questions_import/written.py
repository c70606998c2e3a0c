"""Imported questions -> the lines in which `ingest.questions` finds past questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from ingest.formats.loaded import Loaded

MOST_OPTIONS = 8
MOST_ANSWERS = 2
"""Right options that a practice question may have."""
_SHOWN = 5
_TWO = re.compile(r"\b(?:two|2)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Imported:
    """One question; `options` are all there were, the `answers` among them.

    `where` is the place in the file, such as a row.
    """

    stem: str
    answers: tuple[str, ...]
    options: tuple[str, ...] = ()
    explanation: str = ""
    where: str = ""

    def lines(self) -> list[str]:
        """`Ques:`, the options by letters, `Ans:`, `Expl:`."""
        stem = self.stem
        if len(self.answers) == 2 and not _TWO.search(stem):
            stem += " (Select TWO.)"
        listed = zip(ascii_uppercase, self.options[:MOST_OPTIONS], strict=False)
        said = [f"Expl: {self.explanation}"] if self.explanation else []
        letters = [f"\t{letter}. {option}" for letter, option in listed]
        return [f"Ques: {stem}", *letters, f"Ans: {'; '.join(self.answers)}", *said]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A row or card that gave no question, and why."""

    where: str
    why: str


def write(rows: Sequence[Imported | NotUnderstood]) -> Loaded:
    """All that was understood as a text, the rest as its remark."""
    good = [row for row in rows if isinstance(row, Imported)]
    bad = [row for row in rows if isinstance(row, NotUnderstood)]
    text = "\n\n".join("\n".join(question.lines()) for question in good)
    many = [
        NotUnderstood(row.where, f"{len(row.answers)} right answers")
        for row in good
        if len(row.answers) > MOST_ANSWERS
    ]
    said = (
        _remark(bad, f"of {len(rows)} questions not understood"),
        _remark(
            many,
            f"of {len(rows)} questions kept, but not practised: only one or two answers can be"
            " right there",
        ),
    )
    return Loaded(f"{text}\n" if good else "", (), "; ".join(filter(None, said)))


def _remark(left_out: Sequence[NotUnderstood], what: str) -> str:
    if not left_out:
        return ""
    shown = "; ".join(f"{row.where}: {row.why}" for row in left_out[:_SHOWN])
    more = f"; and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
    return f"{len(left_out)} {what} ({shown}{more})"


def one_line(text: str, between: str = " ") -> str:
    """Text on one line; lines that end without a mark are parted by `between`."""
    lines: Iterable[str] = (" ".join(line.split()) for line in text.splitlines())
    joined = ""
    for line in filter(None, lines):
        mark = " " if joined.endswith((".", "!", "?", ":", ";", ",")) else between
        joined += (mark if joined else "") + line
    return joined
