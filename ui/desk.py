"""What a session works with: its model, and what asks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.model_choice import ModelChoice
from core.settings import Settings
from providers.ledger import Ledger

if TYPE_CHECKING:
    from chat.chain import AskChain
    from providers.ladder import Ladder
    from quiz.explain.pasted import PastedExplainer
    from study.practice import Practice


@dataclass(frozen=True, slots=True)
class Desk:
    """Sessions with other models sit at other desks, over the same notes, items and attempts."""

    choice: ModelChoice
    ledger: Ledger
    model: Ladder
    asker: AskChain
    trainer: Practice
    explainer: PastedExplainer

    def __deepcopy__(self, memo: dict[int, Any]) -> Desk:
        """Itself: Gradio copies what a session begins with, and models are shared."""
        return self


Desks = Callable[[ModelChoice, Ledger], Desk]
"""Makes a desk. It starts nothing, and costs nothing."""


class Seats:
    """Where sessions sit down, and move to another desk. Any thread may use it."""

    def __init__(self, settings: Settings, first: Desk, desks: Desks) -> None:
        self.settings, self.first = settings, first
        self._desks, self._choice = desks, first.choice

    def __deepcopy__(self, memo: dict[int, Any]) -> Seats:
        """Itself: Gradio copies `sit`, and with it would copy what is remembered."""
        return self

    def sit(self) -> Desk:
        """A desk for a new session, with a ledger of its own."""
        return self._desks(self._choice, Ledger(self.first.ledger))

    def move(self, desk: Desk, choice: ModelChoice) -> Desk:
        """Another desk for the session that sits at `desk`."""
        return self._desks(choice, desk.ledger)

    def remember(self, choice: ModelChoice) -> None:
        """New sessions begin with this choice."""
        self._choice = choice
