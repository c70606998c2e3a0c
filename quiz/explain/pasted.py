"""A pasted question: taken apart, decided, every option explained from the notes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from core.practice import Decision, Explanation, Pasted
from providers.base import ChatProvider
from providers.traits import SMALL
from providers.turns import Turns
from quiz.explain.calls import ExplainCalls
from quiz.explain.decide import Decider
from quiz.explain.explaining import Explaining, Told, Verdict, quoted
from quiz.explain.option_lines import Asked, OptionLines
from quiz.paste.parse import parse_question
from retrieval.retriever import Retriever


class PastedExplainer:
    """Explains pasted questions. `turns` are shared by all who use the model."""

    def __init__(
        self,
        retriever: Callable[[], Retriever],
        provider: ChatProvider,
        turns: Turns | None = None,
    ) -> None:
        self._retriever = retriever
        self._provider = provider
        self._turns = turns or Turns()
        self._decider = Decider(retriever, provider)

    def parse(self, text: str) -> Pasted:
        """Never raises; what is unclear is in `problems`."""
        return parse_question(text)

    def decide(self, pasted: Pasted, cancel: threading.Event | None = None) -> Decision:
        """The key that was given, else what the notes decide, else undecided.

        Raises:
            IndexMissing: there is no index, and no key was given.
        """
        with self._turns.foreground():
            return self._decider.decide(pasted, cancel)

    def explain(
        self, pasted: Pasted, decision: Decision, cancel: threading.Event | None = None
    ) -> Iterator[Explanation]:
        """The lines on every option at once, then fuller and fuller; the last one is `done`.

        Raises:
            IndexMissing: there is no index.
        """
        with self._turns.foreground():
            retriever = self._retriever()
            course = Explaining(
                pasted.stem,
                told_options(pasted, decision, retriever),
                lambda: retriever,
                ExplainCalls(self._provider, cancel or threading.Event()),
            )
            yield from course.run()


def told_options(pasted: Pasted, decision: Decision, retriever: Retriever) -> tuple[Told, ...]:
    """Every option with its verdict and the best line on it, if the notes have one."""
    lines = OptionLines(retriever, pasted.stem)
    told = []
    for place, text in enumerate(pasted.options):
        option = Told(Asked(text), _verdict(decision, place), place in pasted.mine)
        known = quoted(lines.about(option.asked, SMALL.option_tokens, option.weight))
        told.append(Told(option.asked, option.verdict, option.chosen, known))
    return tuple(told)


def _verdict(decision: Decision, place: int) -> Verdict:
    if decision.source == "undecided":
        return "undecided"
    return "right" if place in decision.key else "wrong"
