"""What explaining and deciding ask of a model while a learner waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.types import Evidence
from prompts import load_prompt
from providers.base import ChatProvider
from providers.chunks import TextChunk
from providers.descent import Descent
from providers.traits import ModelTraits
from quiz.letters import LETTERS, letter_shares
from retrieval.evidence import render

TOP = 10


@dataclass(slots=True)
class ExplainCalls:
    """The model as an explanation sees it. Setting `cancel` from any thread ends a call at once.

    Raises:
        ModelUnavailable: by every method, when the model cannot answer.
    """

    provider: ChatProvider
    cancel: threading.Event
    descent: Descent = field(init=False)

    def __post_init__(self) -> None:
        self.descent = Descent(self.provider, self.cancel)

    @property
    def ready(self) -> bool:
        """Whether a model can be asked."""
        return self.descent.ready()

    def describe(self, option: str, evidence: Evidence, traits: ModelTraits) -> Iterator[TextChunk]:
        """Pieces of what is said on an option from its lines, which cites their numbers.

        Raises:
            PackAnew: another model would answer than the lines were chosen for, by its `traits`.
        """
        name = "explain" if traits.tier == "small" else "explain_more"
        messages = load_prompt(name, "option", "lines").messages(
            option=option, lines=render(evidence)
        )
        most = traits.sentence_tokens
        return self.descent.stream(messages, max_tokens=most, made_for=traits, stop=["\n"])

    def choose(
        self, stem: str, options: Sequence[str], lines: str, traits: ModelTraits
    ) -> tuple[float, ...]:
        """How likely each option is the answer by the lines; they add up to 1.

        Raises:
            MalformedOutput: the model named no letter of an option.
            PackAnew: as by `describe`.
        """
        listed = "\n".join(f"{LETTERS[i]}. {text}" for i, text in enumerate(options))
        prompt = load_prompt("solve", "lines", "stem", "options")
        messages = prompt.messages(lines=lines, stem=stem, options=listed)
        chunk = self.descent.complete(messages, max_tokens=2, made_for=traits, top_logprobs=TOP)
        first = chunk.logprobs[0] if chunk.logprobs else None
        return letter_shares(chunk.text, first, len(options))
