"""How a model is called while a learner waits, and what happens when it fails."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any

from core.errors import MalformedOutput, ModelBusy, ModelUnavailable
from providers.base import ChatProvider
from providers.chunks import TextChunk, joined
from providers.ladder import Ladder, Rung
from providers.streaming import stream_text
from providers.traits import SMALL, ModelTraits

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

ATTEMPTS = 3
"""A busy model is asked so often, as long as nothing of its answer has come."""
PATIENCE_SECONDS = 4.0
"""No new attempt begins after a learner has waited so long for the first token."""
PAUSES = ((0.2, 1.0), (0.5, 2.0))
"""Seconds between attempts, drawn from these ranges, so that not all come back at once."""


class PackAnew(ModelUnavailable):
    """The rung that would answer now reads another amount than the messages were made for."""


class Descent:
    """The calls of one piece of work, such as a question, on their way down a ladder.

    They stay on the rung that answers; one that fails is left for the next lower one, and not
    tried again. `by` names the rung whose words came last, or will; `why` tells what was wrong
    with the first that was left; `remote_tokens` are what models on other machines counted.
    Setting `cancel` ends a call at once.
    """

    def __init__(self, provider: ChatProvider, cancel: threading.Event) -> None:
        self.remote_tokens = 0
        self._ladder = Ladder.over(provider)
        self._cancel = cancel
        self._left = list(self._ladder.rungs)
        self._rung: Rung | None = None
        self._spoke: Rung | None = None
        self.why = ""

    @property
    def by(self) -> str:
        rung = self._spoke or self._rung
        return rung.provider.label if rung else ""

    @property
    def traits(self) -> ModelTraits:
        """Those of the rung that will be asked next; it may have to load for that."""
        return self._rung.provider.traits if self.ready() and self._rung else SMALL

    @property
    def remote(self) -> bool:
        """Whether that rung is on another machine."""
        rung = self._spoke or self._rung
        return bool(rung and rung.provider.state().goes_to)

    @property
    def notice(self) -> str:
        """One line on why the rung that is set did not answer; empty when it did."""
        lower = self._spoke is not None and self._spoke is not self._ladder.rungs[0]
        return f"Answered by {self.by}: {self.why}" if lower else ""

    def ready(self) -> bool:
        """Whether a rung is left that can be asked; it may have to load for that."""
        while self._rung is None and self._left:
            rung = self._left.pop(0)
            why = self._ladder.why_not(rung, self._cancel)
            if why:
                self.why = self.why or why
            else:
                self._rung = rung
        return self._rung is not None

    def stream(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        made_for: ModelTraits | None = None,
        **options: Any,
    ) -> Generator[TextChunk, None, None]:
        """As `stream_text`. Before the first token a busy model is asked again, and a failing one
        left for the next; after it a failure is raised, and the next call asks the next rung.

        Messages that are `made_for` some traits go to no rung that has others.

        Raises:
            ModelUnavailable, MalformedOutput: the last rung failed, or one in the middle.
            PackAnew: the next rung has other traits than the messages are made for.
        """
        while True:
            rung, told = self._next(), False
            if made_for and rung.provider.traits != made_for:
                raise PackAnew(self.why)
            try:
                early, rest = self._begin(rung, messages, max_tokens, temperature, options)
                with closing(rest):
                    for chunk in chain(early, rest):
                        if rung.provider.state().goes_to:
                            self.remote_tokens += chunk.prompt_tokens + chunk.completion_tokens
                        if chunk.says and not told:
                            told, self._spoke = True, rung
                        yield chunk
            except (ModelUnavailable, MalformedOutput) as error:
                self._leave(rung, error)
                if told or not self.ready():
                    raise
            except GeneratorExit:
                rung.breaker.worked()
                raise
            else:
                if told or not self._cancel.is_set():
                    rung.breaker.worked()
                return

    def complete(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        **options: Any,
    ) -> TextChunk:
        """The whole answer as one chunk; one that breaks off is had from the next rung.

        `options` and errors are those of `stream`.
        """
        while True:
            try:
                return joined(
                    self.stream(messages, max_tokens=max_tokens, temperature=temperature, **options)
                )
            except PackAnew:
                raise
            except (ModelUnavailable, MalformedOutput):
                if not self.ready():
                    raise

    def _next(self) -> Rung:
        if not self.ready() or self._rung is None:
            raise ModelUnavailable(self.why)
        return self._rung

    def _leave(self, rung: Rung, error: Exception) -> None:
        rung.failed(error)
        self.why = self.why or str(error)
        self._rung = None

    def _begin(
        self,
        rung: Rung,
        messages: Sequence[BaseMessage],
        max_tokens: int,
        temperature: float,
        options: dict[str, Any],
    ) -> tuple[list[TextChunk], Generator[TextChunk, None, None]]:
        """The pieces up to the first token, and what will follow."""
        from tenacity import RetryCallState, Retrying, retry_if_exception_type
        from tenacity.stop import stop_after_attempt, stop_before_delay
        from tenacity.wait import wait_chain, wait_random

        def begin() -> tuple[list[TextChunk], Generator[TextChunk, None, None]]:
            model = self._ladder.model_of(rung, max_tokens=max_tokens, temperature=temperature)
            rest = stream_text(model, messages, cancel=self._cancel, **options)
            return list(_until_text(rest)), rest

        usual = wait_chain(*(wait_random(*pause) for pause in PAUSES))

        def pause(state: RetryCallState) -> float:
            """A server that names its pause gets no less; one too long for PATIENCE ends it."""
            error = state.outcome.exception() if state.outcome else None
            asked = error.after if isinstance(error, ModelBusy) else None
            return max(usual(state), asked or 0.0)

        again = Retrying(
            retry=retry_if_exception_type(ModelBusy),
            stop=stop_after_attempt(ATTEMPTS) | stop_before_delay(PATIENCE_SECONDS),
            wait=pause,
            sleep=self._pause,
            reraise=True,
        )
        return again(begin)

    def _pause(self, seconds: float) -> None:
        self._ladder.pause(self._cancel, seconds)


def _until_text(chunks: Iterator[TextChunk]) -> Iterator[TextChunk]:
    for chunk in chunks:
        yield chunk
        if chunk.says:
            return
