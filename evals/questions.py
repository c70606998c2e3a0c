"""Questions with gold lines, as JSON lines: id, question, kind, gold, answer, history."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from core.errors import ConfigError
from core.types import Turn


class Gold(BaseModel):
    """Lines that answer; entries of one `group` are alternatives, every group is needed."""

    file: str
    start_line: int
    end_line: int
    quote: str = ""
    group: int = 0

    def overlaps(self, note: str, first: int, last: int) -> bool:
        return note == self.file and first <= self.end_line and last >= self.start_line


class GoldTurn(BaseModel):
    """One message of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


class GoldQuestion(BaseModel):
    """One question of an evaluation file."""

    id: str
    question: str
    kind: str = "question"
    gold: list[Gold] = []
    answer: str = ""
    history: list[GoldTurn] | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        return tuple(Turn(turn.role, turn.content) for turn in self.history or [])

    @property
    def groups(self) -> set[int]:
        return {gold.group for gold in self.gold}

    def groups_hit(self, ranges: Iterable[tuple[str, int, int]]) -> set[int]:
        """Groups of which some entry is covered by one of the ranges (note, first, last)."""
        found = list(ranges)
        return {gold.group for gold in self.gold if any(gold.overlaps(*one) for one in found)}


def read_questions(path: Path) -> list[GoldQuestion]:
    """Read an evaluation file.

    Raises:
        ConfigError: it is absent, or a line is not a question; the message names the line.
    """
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}).") from error
    questions = []
    for number, row in enumerate(rows, 1):
        if row.strip():
            try:
                questions.append(GoldQuestion.model_validate_json(row))
            except (ValidationError, json.JSONDecodeError) as error:
                raise ConfigError(f"{path}, line {number} is not a question: {error}") from error
    return questions
