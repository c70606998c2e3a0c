"""What practice asks of a model: a stem, a letter, a verdict."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.text import shorten
from prompts import load_prompt
from providers.base import ChatProvider
from providers.streaming import TextChunk, complete_text
from providers.turns import Turns
from quiz.letters import LETTERS, letter_shares

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

STEM_TOKENS = 70
RECALL_TOKENS = 12
WRONG_TOKENS = 120
STEM_LENGTH = 500
"""Characters of a past question that are needed to write wrong answers; some fill a page."""
TOP = 10


class Stopped(Exception):
    """The work was called off; nobody needs to be told."""


class PracticeCalls:
    """The model as practice sees it: in the background, giving way to whoever waits.

    A call that had to give way is made again. Setting `stop` ends the calls at once, for good.

    Raises:
        ModelUnavailable: by every method, when the model cannot answer.
        Stopped: by every method, once `stop` is set.
    """

    def __init__(
        self, provider: ChatProvider, turns: Turns, stop: threading.Event | None = None
    ) -> None:
        self._provider = provider
        self._turns = turns
        self._stop = stop or threading.Event()

    def _complete(
        self, messages: Sequence[BaseMessage], max_tokens: int, temperature: float, **options: Any
    ) -> TextChunk:
        while not self._stop.is_set():
            with self._turns.background(self._stop) as cancel:
                if cancel.is_set():
                    continue
                model = self._provider.chat_model(max_tokens=max_tokens, temperature=temperature)
                chunk = complete_text(model, messages, cancel=cancel, **options)
                if not cancel.is_set():
                    return chunk
        raise Stopped

    def scenario(self, field: str, facts: Sequence[str], temperature: float) -> str:
        """A situation in a field that calls for what the facts are about; its name is masked."""
        prompt = load_prompt("scenario", "field", "facts")
        listed = "\n".join(f"- {fact}" for fact in facts)
        messages = prompt.messages(field=field, facts=listed)
        text = self._complete(messages, STEM_TOKENS, temperature, stop=["\n\n"]).text
        return " ".join(text.split()).strip("\"' ")

    def vary(self, stem: str, answer: str, temperature: float) -> str:
        """The same question in another scenario, with the same answer."""
        prompt = load_prompt("vary", "stem", "answer")
        messages = prompt.messages(stem=stem, answer=answer)
        text = self._complete(messages, STEM_TOKENS, temperature, stop=["\n\n"]).text
        return " ".join(text.split()).strip("\"' ")

    def alternatives(self, stem: str, answer: str, temperature: float) -> list[str]:
        """Wrong answers of the form of the right one, unchecked; few or none when it fails."""
        prompt = load_prompt("alternatives", "stem", "answer")
        messages = prompt.messages(stem=shorten(stem, STEM_LENGTH), answer=answer)
        text = self._complete(messages, WRONG_TOKENS, temperature, stop=["\n\n"]).text
        return [line for line in text.splitlines() if line.strip()]

    def recall(self, stem: str) -> str:
        """What stands in a gap, from the model's own knowledge."""
        messages = load_prompt("recall", "stem").messages(stem=stem)
        return self._complete(messages, RECALL_TOKENS, 0.0, stop=["\n"]).text.strip()

    def choose(self, stem: str, options: Sequence[str], lines: str) -> tuple[float, ...]:
        """How likely each option is the answer, read from the first token; they add up to 1.

        With `lines`, from what they say; without, from the model's own knowledge.

        Raises:
            MalformedOutput: the model named no letter of an option.
        """
        listed = "\n".join(f"{LETTERS[i]}. {text}" for i, text in enumerate(options))
        if lines:
            prompt = load_prompt("solve", "lines", "stem", "options")
            messages = prompt.messages(lines=lines, stem=stem, options=listed)
        else:
            messages = load_prompt("guess", "stem", "options").messages(stem=stem, options=listed)
        chunk = self._complete(messages, 2, 0.0, top_logprobs=TOP)
        first = chunk.logprobs[0] if chunk.logprobs else None
        return letter_shares(chunk.text, first, len(options))
