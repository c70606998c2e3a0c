"""The models that may answer, best first: the one the learner set, and what stands in for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from providers.base import ChatProvider, ModelState
from providers.breaker import Breaker
from providers.ledger import Ledger
from providers.traits import ModelTraits

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LOADING_SECONDS = 15.0
"""How long a learner waits for a lower rung to load; the lines of the notes are on the screen."""
POLL_SECONDS = 0.1


@dataclass(slots=True)
class Rung:
    """A provider, and how it has been doing. `trouble` is what it failed with last."""

    provider: ChatProvider
    breaker: Breaker
    trouble: str = ""

    def failed(self, error: Exception) -> None:
        self.trouble = str(error)
        self.breaker.failed()


class Ladder:
    """A `ChatProvider` over rungs; each provider given is one, its calls counted in `ledger`.

    Its label and its `chat_model` are those of the rung that is set: work in the background stops
    when that one fails. What a learner waits for goes down the rungs, by a `Descent`. `pause` waits
    some seconds, or until the event is set.

    >>> ladder = Ladder((OpenAIProvider(url, key), EmbeddedProvider(...)))  # doctest: +SKIP
    """

    def __init__(
        self,
        rungs: Sequence[ChatProvider | Rung],
        *,
        ledger: Ledger | None = None,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[threading.Event, float], object] = threading.Event.wait,
    ) -> None:
        self.rungs = tuple(r if isinstance(r, Rung) else Rung(r, Breaker(clock)) for r in rungs)
        self.ledger = ledger or Ledger()
        self.pause = pause
        self._set, *self._lower = (rung.provider for rung in self.rungs)

    @classmethod
    def over(cls, provider: ChatProvider) -> Ladder:
        """The provider itself if it is one; any other is a ladder of one rung."""
        return provider if isinstance(provider, Ladder) else cls((provider,))

    @property
    def label(self) -> str:
        return self._set.label

    @property
    def traits(self) -> ModelTraits:
        return self._set.traits

    def state(self) -> ModelState:
        """That of the highest ready rung; with none, of one that is loading for the one set."""
        first = self._set.state()
        if first.phase == "ready":
            return first
        lower = [(provider.label, provider.state()) for provider in self._lower]
        for label, state in lower:
            if state.phase == "ready":
                why = first.detail or first.phase
                return ModelState("ready", f"{label} for now: {why}")
        loading = (state for _, state in lower if state.phase == "loading")
        return next(loading, first) if first.phase == "failed" else first

    def start(self) -> None:
        """Begin with the rung that is set; if it fails, the next one gets ready in its place."""
        self._set.start()
        if self._lower:
            threading.Thread(target=self.wait, name="ladder", daemon=True).start()

    def wait(self, timeout: float | None = None) -> ModelState:
        if self._set.wait(timeout).phase == "failed":
            for provider in self._lower:
                if provider.state().phase == "missing":
                    provider.start()
                if provider.wait(timeout).phase == "ready":
                    break
        return self.state()

    def chat_model(self, *, max_tokens: int, temperature: float = 0.0) -> BaseChatModel:
        return self.model_of(self.rungs[0], max_tokens=max_tokens, temperature=temperature)

    def model_of(self, rung: Rung, *, max_tokens: int, temperature: float) -> BaseChatModel:
        """As `chat_model`, of a rung."""
        model = rung.provider.chat_model(max_tokens=max_tokens, temperature=temperature)
        return self.ledger.watch(model, rung.provider.state().goes_to)

    def close(self) -> None:
        for provider in (self._set, *self._lower):
            provider.close()

    def why_not(self, rung: Rung, cancel: threading.Event) -> str:
        """Why a rung cannot be asked now; empty when it can.

        A lower one is started and waited for. The one that is set, if it had failed, is started
        again for the next time: its server may be back.
        """
        state = rung.provider.state()
        if rung is not self.rungs[0]:
            state = _loaded(rung.provider, cancel)
        elif self._lower and state.phase == "failed":
            rung.provider.start()
        if state.phase != "ready":
            return state.detail or state.phase
        return "" if rung.breaker.allows() else rung.trouble


def _loaded(provider: ChatProvider, cancel: threading.Event) -> ModelState:
    if provider.state().phase == "missing":
        provider.start()
    until = time.monotonic() + LOADING_SECONDS
    while (state := provider.wait(POLL_SECONDS)).phase == "loading":
        if cancel.is_set() or time.monotonic() > until:
            break
    return state
