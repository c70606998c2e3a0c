"""What models were asked, where that went, and the tokens they counted."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.language_models import BaseChatModel

KEPT = 20
"""The last texts that left the machine, kept for the learner to look at."""


@dataclass(frozen=True, slots=True)
class Spent:
    """The calls of one model. `goes_to` is empty for one on this machine.

    `characters` are what it was sent. `uncounted` are calls of which it told no tokens, such as
    those that were stopped.
    """

    model: str
    goes_to: str
    calls: int = 0
    characters: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    uncounted: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """A text that left the machine."""

    at: datetime
    goes_to: str
    text: str


class Ledger:
    """Counts the calls of a session, and in `whole` those of all. Any thread may use it."""

    def __init__(
        self, whole: Ledger | None = None, *, now: Callable[[], datetime] = datetime.now
    ) -> None:
        self._whole, self._now = whole, now
        self._spent: dict[tuple[str, str], Spent] = {}
        self._sent: deque[Sent] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def spent(self) -> tuple[Spent, ...]:
        """One row for each model and place, in order of their first calls."""
        with self._lock:
            return tuple(self._spent.values())

    def sent(self) -> tuple[Sent, ...]:
        """The last texts that left the machine, newest first."""
        with self._lock:
            return tuple(reversed(self._sent))

    @property
    def remote_tokens(self) -> int:
        """What models on other machines have counted, read and written."""
        rows = (row for row in self.spent() if row.goes_to)
        return sum(row.prompt_tokens + row.completion_tokens for row in rows)

    def asked(self, model: str, goes_to: str, text: str) -> None:
        """A call begins."""
        with self._lock:
            row = self._spent.get((model, goes_to)) or Spent(model, goes_to)
            told = replace(row, calls=row.calls + 1, characters=row.characters + len(text))
            self._spent[model, goes_to] = replace(told, uncounted=row.uncounted + 1)
            if goes_to:
                self._sent.append(Sent(self._now(), goes_to, text))
        if self._whole:
            self._whole.asked(model, goes_to, text)

    def counted(self, model: str, goes_to: str, prompt: int, completion: int) -> None:
        """A call that began has told its tokens."""
        with self._lock:
            row = self._spent[model, goes_to]
            self._spent[model, goes_to] = replace(
                row,
                prompt_tokens=row.prompt_tokens + prompt,
                completion_tokens=row.completion_tokens + completion,
                uncounted=row.uncounted - 1,
            )
        if self._whole:
            self._whole.counted(model, goes_to, prompt, completion)

    def watch(self, model: BaseChatModel, goes_to: str) -> BaseChatModel:
        """The model, its calls counted here."""
        # Of a model of Bedrock, LangChain tells the plain id; prices differ by geography.
        as_set = str(getattr(model, "model_id", ""))
        return model.model_copy(update={"callbacks": [_counter()(self, goes_to, as_set)]})


@cache
def _counter() -> Callable[[Ledger, str, str], BaseCallbackHandler]:
    """LangChain's own way to be told of calls; it is heavy, and imported when a model is there."""
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import LLMResult

    class Counter(BaseCallbackHandler):
        """Tells a ledger of one call after the other."""

        run_inline = True

        def __init__(self, ledger: Ledger, goes_to: str, model: str) -> None:
            self._ledger, self._goes_to, self._model = ledger, goes_to, model

        def on_chat_model_start(
            self,
            serialized: dict[str, Any],
            messages: list[list[BaseMessage]],
            *,
            metadata: dict[str, Any] | None = None,
            **_: Any,
        ) -> None:
            told = (metadata or {}).get("ls_model_name")
            self._model = self._model or str(told or "model")
            text = "\n\n".join(str(message.text) for turn in messages for message in turn)
            self._ledger.asked(self._model, self._goes_to, text)

        def on_llm_end(self, response: LLMResult, **_: Any) -> None:
            for generation in (one for several in response.generations for one in several):
                message = getattr(generation, "message", None)
                if usage := getattr(message, "usage_metadata", None):
                    told = usage["input_tokens"], usage["output_tokens"]
                    self._ledger.counted(self._model, self._goes_to, *told)

        def on_llm_error(self, error: BaseException, **told: Any) -> None:
            if isinstance(response := told.get("response"), LLMResult):
                self.on_llm_end(response)

    return Counter
