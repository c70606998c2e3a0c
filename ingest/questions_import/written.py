"""Imported questions -> the lines in which `ingest.questions` finds past questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from ingest.formats.loaded import Loaded

MOST_OPTIONS = 8
_SHOWN = 5
_TWO = re.compile(r"\b(?:two|2)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Imported:
    """One question; `options` are all there were, the `answers` among them."""

    stem: str
    answers: tuple[str, ...]
    options: tuple[str, ...] = ()
    explanation: str = ""

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
    return Loaded(f"{text}\n" if good else "", (), _remark(bad, len(rows)))


def _remark(bad: Sequence[NotUnderstood], total: int) -> str:
    if not bad:
        return ""
    shown = "; ".join(f"{row.where}: {row.why}" for row in bad[:_SHOWN])
    more = f"; and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
    return f"{len(bad)} of {total} questions not understood ({shown}{more})"


def one_line(text: str, between: str = " ") -> str:
    """Text on one line; lines that end without a mark are parted by `between`."""
    lines: Iterable[str] = (" ".join(line.split()) for line in text.splitlines())
    joined = ""
    for line in filter(None, lines):
        mark = " " if joined.endswith((".", "!", "?", ":", ";", ",")) else between
        joined += (mark if joined else "") + line
    return joined
