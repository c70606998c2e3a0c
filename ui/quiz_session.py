"""A quiz as a learner goes through it: immutable, kept in their session, every step pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from core.practice import Grade, Item, Recheck, Response, Scope
from core.text import strip_marker

Phase = Literal["setup", "waiting", "asking", "answered", "ended", "stuck"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One card to come: an item again, a variant of an item, or with neither a fresh one."""

    again: Item | None = None
    variant_of: str = ""

    @property
    def fresh(self) -> bool:
        return self.again is None and not self.variant_of


@dataclass(frozen=True, slots=True)
class Ready:
    """An item fetched ahead: for which quiz, and for which card of it."""

    quiz: int
    wanted: Wanted
    item: Item


@dataclass(frozen=True, slots=True)
class Played:
    """One card that was answered."""

    item: Item
    response: Response
    grade: Grade


@dataclass(frozen=True, slots=True)
class QuizSession:
    """Where a learner stands. `step` counts every change, `quiz` every quiz.

    `wanted` are the cards to come, without the one on the table (`item`, which came of
    `current`). `message` is a remark, `error` what went wrong; both end with the next step.
    """

    phase: Phase = "setup"
    scope: Scope = field(default_factory=Scope)
    wanted: tuple[Wanted, ...] = ()
    current: Wanted | None = None
    item: Item | None = None
    chosen: tuple[int, ...] = ()
    typed: str = ""
    hinted: bool = False
    shown_at: float = 0.0
    played: tuple[Played, ...] = ()
    checking: bool = False
    recheck: Recheck | None = None
    message: str = ""
    error: str = ""
    quiz: int = 0
    step: int = 0

    @property
    def total(self) -> int:
        """How many cards this quiz has, should all of them come."""
        return len(self.played) + len(self.wanted) + (self.phase == "asking")

    @property
    def number(self) -> int:
        """The place of the card on the table, from 1."""
        return len(self.played) + (self.phase != "answered")

    @property
    def right(self) -> int:
        return sum(card.grade.correct for card in self.played)

    @property
    def missed(self) -> tuple[Played, ...]:
        return tuple(card for card in self.played if not card.grade.correct)

    @property
    def last(self) -> Played | None:
        """The card on the table once it is answered."""
        return self.played[-1] if self.phase == "answered" else None

    def began(self, scope: Scope, wanted: Sequence[Wanted]) -> QuizSession:
        """A new quiz of these cards."""
        new = QuizSession(scope=scope, wanted=tuple(wanted), quiz=self.quiz + 1)
        return replace(new, phase="waiting", step=self.step + 1)

    def waiting(self, message: str) -> QuizSession:
        """No card is ready; `message` says what is being made."""
        return self._step(phase="waiting", item=None, message=message)

    def showing(self, item: Item, now: float) -> QuizSession:
        """The next wanted card is on the table."""
        current, *rest = self.wanted
        on_table = {"item": item, "current": current, "wanted": tuple(rest)}
        return self._step(**_card(phase="asking", shown_at=now, **on_table))

    def without_next(self) -> QuizSession:
        """The next wanted card cannot be had."""
        return replace(self, wanted=self.wanted[1:])

    def holding(self, chosen: Sequence[int], typed: str) -> QuizSession:
        """What is chosen, not checked yet."""
        if self.phase != "asking":
            return self
        return replace(self, chosen=tuple(chosen), typed=typed)

    def with_hint(self) -> QuizSession:
        return self._step(hinted=True)

    def answered(self, response: Response, grade: Grade) -> QuizSession:
        """The card on the table is graded, and saved."""
        if self.item is None:
            return self
        played = (*self.played, Played(self.item, response, grade))
        return self._step(phase="answered", played=played, recheck=None)

    def failed(self, error: str) -> QuizSession:
        """Something went wrong; the card stays, and without a card the quiz is stuck."""
        return self._step(error=error, checking=False, phase=self.phase if self.item else "stuck")

    def skipped(self) -> QuizSession:
        """The card on the table is put away without an answer."""
        return self._step(**_card(phase="waiting"))

    def being_checked(self) -> QuizSession:
        return self._step(checking=True, recheck=None)

    def after_recheck(self, recheck: Recheck | None) -> QuizSession:
        """Kept: the card stays, with the reason. Retired: it counts for nothing, and is replaced
        where a fresh one will do. None: the check was stopped."""
        if recheck is None or recheck.kept:
            return self._step(checking=False, recheck=recheck)
        played = self.played[:-1] if self.phase == "answered" else self.played
        again = (self.current,) if self.current is not None and self.current.fresh else ()
        gone = _card(phase="waiting", played=played, wanted=(*again, *self.wanted))
        reason = recheck.reason.removeprefix("Put aside: ")
        return self._step(**gone, message=f"Retired, you will not see it again: {reason}")

    def ended(self, message: str = "") -> QuizSession:
        """The quiz is over: a score, or the way back when nothing was played."""
        phase: Phase = "ended" if self.played else "stuck"
        return self._step(**_card(phase=phase, wanted=()), message=message)

    def to_setup(self) -> QuizSession:
        return QuizSession(scope=self.scope, quiz=self.quiz, step=self.step + 1)

    def by_topic(self) -> tuple[tuple[str, int, int], ...]:
        """Topic, right answers, cards; weakest first."""
        counts: dict[str, tuple[int, int]] = {}
        for card in self.played:
            right, cards = counts.get(topic(card.item), (0, 0))
            counts[topic(card.item)] = (right + card.grade.correct, cards + 1)
        rows = [(name, right, cards) for name, (right, cards) in counts.items()]
        return tuple(sorted(rows, key=lambda row: (row[1] / row[2], row[0])))

    def _step(self, **changes: Any) -> QuizSession:
        fresh: dict[str, Any] = {"step": self.step + 1, "error": "", "message": ""}
        return replace(self, **(fresh | changes))


def _card(**changes: Any) -> dict[str, Any]:
    """The table cleared of the last card, and what else changes."""
    clear: dict[str, Any] = {"item": None, "current": None, "chosen": (), "typed": ""}
    return clear | {"hinted": False, "checking": False, "recheck": None} | changes


def topic(item: Item) -> str:
    """What an item counts under: the last heading above its concept, else its domain.

    A path may begin with the name of the note, which is no heading.
    """
    notes = {citation.note for citation in item.citations}
    heading = strip_marker(item.path[-1]) if item.path and item.path[-1] not in notes else ""
    return heading.rstrip(" :") or item.domain or item.concept
