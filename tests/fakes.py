"""Stand-ins that are real classes: deterministic, recording, loud."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from core.errors import ModelUnavailable
from core.text import words
from providers.base import ModelState
from providers.traits import SMALL, ModelTraits
from retrieval.embedder import Progress, Vectors
from tests.clock import PATIENCE

DIMENSION = 64


class FakeEmbedder:
    """Hashed bags of lower-cased words, as float32 rows of length one: shared words are near.

    `calls` holds the texts of every call. `before` runs first, with the texts: to wait, or fail.
    With a large `dimension` hardly any two words meet by chance.
    """

    def __init__(
        self,
        name: str = "fake-64",
        before: Callable[[Sequence[str]], None] | None = None,
        dimension: int = DIMENSION,
    ) -> None:
        self.name = name
        self.dimension = dimension
        self.calls: list[list[str]] = []
        self._before = before

    @property
    def texts(self) -> list[str]:
        """Every text embedded so far."""
        return [text for call in self.calls for text in call]

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.calls.append(list(texts))
        if self._before:
            self._before(texts)
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for number, text in enumerate(texts):
            for word in words(text):
                place = zlib.crc32(word.encode("utf-8", "surrogatepass")) % self.dimension
                rows[number, place] += 1
            if progress:
                progress(number + 1, len(texts))
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    goes_to = ""

    def load(self) -> None:
        return None

    def encode_query(self, text: str) -> Vectors:
        row: Vectors = self.encode([text])[0]
        return row


@dataclass(frozen=True)
class Reply:
    """What a model says, in `pieces`; after `fail_after` of them it raises `error`.

    `top` gives the token probabilities of the first piece: token -> natural log.
    """

    text: str
    pieces: tuple[str, ...] = ()
    top: dict[str, float] = field(default_factory=dict)
    fail_after: int | None = None
    error: Exception = field(default_factory=lambda: ConnectionError("the model is gone"))
    prompt_tokens: int = 0
    finish: str = "stop"


class ScriptedModel(BaseChatModel):
    """A chat model that answers by rules: the first substring that stands in the prompt wins.

    `prompts` and `options` hold what every call was given. A prompt that no rule expects is an
    AssertionError.
    """

    rules: list[tuple[str, str | Reply]] = Field(default_factory=list)
    prompts: list[str] = Field(default_factory=list)
    options: list[dict[str, Any]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _reply(self, messages: list[BaseMessage], options: dict[str, Any]) -> Reply:
        prompt = "\n".join(str(message.text) for message in messages)
        self.prompts.append(prompt)
        self.options.append(options)
        for expected, reply in self.rules:
            if expected in prompt:
                return Reply(reply) if isinstance(reply, str) else reply
        raise AssertionError(f"no rule expects this prompt:\n{prompt}")

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply = self._reply(messages, {**kwargs, "stop": stop})
        pieces = reply.pieces or _pieces(reply.text)
        for number, piece in enumerate(pieces):
            if number == reply.fail_after:
                raise reply.error
            metadata = _logprobs(piece, reply.top) if number == 0 and reply.top else {}
            yield ChatGenerationChunk(
                message=AIMessageChunk(content=piece, response_metadata=metadata)
            )
        if reply.fail_after is not None and reply.fail_after >= len(pieces):
            raise reply.error
        prompt_tokens = reply.prompt_tokens or len(words(self.prompts[-1]))
        counts = UsageMetadata(
            input_tokens=prompt_tokens,
            output_tokens=len(pieces),
            total_tokens=prompt_tokens + len(pieces),
        )
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                usage_metadata=counts,
                response_metadata={"finish_reason": reply.finish},
                chunk_position="last",
            )
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        chunks = [chunk.message for chunk in self._stream(messages, stop, run_manager, **kwargs)]
        message = AIMessage(content="".join(str(chunk.text) for chunk in chunks))
        return ChatResult(generations=[ChatGeneration(message=message)])


class Held(ScriptedModel):
    """Takes in every prompt, and says nothing until it is `let_go`, a minute at most.

    `waited_out` counts the replies that took the minute. Who holds a model lets it go in the end,
    or the thread of its reply outlives the test.
    """

    let_go: threading.Event = Field(default_factory=threading.Event)
    waited_out: int = 0

    def _reply(self, messages: list[BaseMessage], options: dict[str, Any]) -> Reply:
        reply = super()._reply(messages, options)
        if not self.let_go.wait(PATIENCE):
            self.waited_out += 1
        return reply


def _pieces(text: str) -> tuple[str, ...]:
    """Words with the space before them, as models send them."""
    parts = text.split(" ")
    return tuple(part if number == 0 else f" {part}" for number, part in enumerate(parts))


def _logprobs(piece: str, top: dict[str, float]) -> dict[str, Any]:
    ordered = sorted(top.items(), key=lambda pair: -pair[1])
    tokens = [{"token": token, "logprob": logprob} for token, logprob in ordered]
    said = {"token": piece, "logprob": top.get(piece, ordered[0][1]), "top_logprobs": tokens}
    return {"logprobs": {"content": [said]}}


class FakeProvider:
    """A provider of one scripted model, in whatever phase a test sets; `asked` holds its calls."""

    label = "scripted"
    traits: ModelTraits = SMALL

    def __init__(self, model: ScriptedModel | None = None, state: ModelState | None = None) -> None:
        self.model = model or ScriptedModel()
        self.now = state or ModelState("ready", "scripted")
        self.asked: list[dict[str, float]] = []
        self.started = 0
        self.closed = 0

    def state(self) -> ModelState:
        return self.now

    def start(self) -> None:
        self.started += 1

    def wait(self, timeout: float | None = None) -> ModelState:
        return self.now

    def chat_model(self, *, max_tokens: int, temperature: float = 0.0) -> BaseChatModel:
        if self.now.phase != "ready":
            raise ModelUnavailable(f"The scripted model is not ready: {self.now.detail}")
        self.asked.append({"max_tokens": max_tokens, "temperature": temperature})
        return self.model

    def close(self) -> None:
        self.closed += 1
