"""What practice asks of a model: a stem, a letter, a verdict."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from core.text import shorten
from prompts import load_prompt
from providers.base import ChatProvider
from providers.chunks import TextChunk
from providers.streaming import complete_text
from providers.traits import ModelTraits
from providers.turns import Turns
from quiz.forms import Filled, Scenario, Variant, WrongAnswers, read_form
from quiz.letters import LETTERS, letter_shares

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

TOKENS_PER_WORD = 2
"""Of a stem, at most."""
RECALL_TOKENS = 12
WRONG_TOKENS = 120
FORM_TOKENS = 60
"""What a form takes beside the words that are filled in."""
STEM_LENGTH = 500
"""Characters of a past question that are needed to write wrong answers; some fill a page."""
TOP = 10


class Stopped(Exception):
    """The work was called off; nobody needs to be told."""


class PracticeCalls:
    """The model as practice sees it: in the background, giving way to whoever waits.

    A call that had to give way is made again. Setting `stop` ends the calls at once, for good.
    `provider` may be changed between two calls.

    Raises:
        ModelUnavailable: by every method, when the model cannot answer.
        MalformedOutput: by every method, when it sends what is no answer.
        Stopped: by every method, once `stop` is set.
    """

    def __init__(
        self, provider: ChatProvider, turns: Turns, stop: threading.Event | None = None
    ) -> None:
        self.provider = provider
        self._turns = turns
        self._stop = stop or threading.Event()
        self._ahead = False

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """While what is made is needed next: its calls go before others in the background."""
        with self._turns.ahead():
            self._ahead = True
            try:
                yield
            finally:
                self._ahead = False

    @property
    def traits(self) -> ModelTraits:
        """How much the model is given to read and to write."""
        return self.provider.traits

    def _written(
        self,
        messages: Sequence[BaseMessage],
        form: type[Filled],
        max_tokens: int,
        temperature: float,
    ) -> Filled | str:
        """What the model writes: the form, filled in, or free text where it uses no tools.

        Raises:
            MalformedOutput: it filled in the form wrongly, or not at all.
        """
        if not self.traits.uses_tools:
            return self._complete(messages, max_tokens, temperature, stop=["\n\n"]).text
        said = self._complete(messages, max_tokens + FORM_TOKENS, temperature, tool=form)
        return read_form(form, said.tool_input)

    def _complete(
        self, messages: Sequence[BaseMessage], max_tokens: int, temperature: float, **options: Any
    ) -> TextChunk:
        while not self._stop.is_set():
            with self._turns.background(self._stop, ahead=self._ahead) as cancel:
                if cancel.is_set():
                    continue
                model = self.provider.chat_model(max_tokens=max_tokens, temperature=temperature)
                chunk = complete_text(model, messages, cancel=cancel, **options)
                if not cancel.is_set():
                    return chunk
        raise Stopped

    def scenario(self, field: str, facts: Sequence[str], temperature: float) -> str:
        """A situation in a field that calls for what the facts are about; its name is masked."""
        prompt, most = load_prompt("scenario", "field", "facts", "words"), self.traits.stem_words
        listed = "\n".join(f"- {fact}" for fact in facts)
        messages = prompt.messages(field=field, facts=listed, words=str(most))
        told = self._written(messages, Scenario, TOKENS_PER_WORD * most, temperature)
        return _in_one_line(told if isinstance(told, str) else told.scenario)

    def vary(self, stem: str, answer: str, temperature: float) -> str:
        """The same question in another scenario, with the same answer."""
        prompt = load_prompt("vary", "stem", "answer")
        messages = prompt.messages(stem=stem, answer=answer)
        most = TOKENS_PER_WORD * self.traits.stem_words
        told = self._written(messages, Variant, most, temperature)
        return _in_one_line(told if isinstance(told, str) else told.question)

    def alternatives(self, stem: str, answer: str, temperature: float) -> list[str]:
        """Wrong answers of the form of the right one, unchecked; few or none when it fails."""
        prompt = load_prompt("alternatives", "stem", "answer")
        messages = prompt.messages(stem=shorten(stem, STEM_LENGTH), answer=answer)
        told = self._written(messages, WrongAnswers, WRONG_TOKENS, temperature)
        lines = told.splitlines() if isinstance(told, str) else told.answers
        return [line for line in lines if line.strip()]

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


def _in_one_line(text: str) -> str:
    return " ".join(text.split()).strip("\"' ")
