"""A model's answer, piece by piece, with every failure told in one line."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import CancelledError, Future, wait
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from core.errors import ModelUnavailable
from providers.dialects import dialect, finish
from providers.failures import broken_off, explain, failure_classes, unfinished
from providers.hang_up import CALL, Call
from providers.stops import Cutter, take_blank

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

POLL_SECONDS = 0.05
HANG_UP_SECONDS = 2.0
_RUNNING: dict[Future[None], str] = {}
"""The streams under way, each with the name of its model."""


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """A token, its natural log probability, and the likeliest ones at its place, best first."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class TextChunk:
    """A piece of an answer. Token counts come with one of the last pieces, which may be empty.

    `finish` is the model's reason to end, such as `stop` or `length`, on the piece that has it.
    """

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    logprobs: tuple[TokenLogprob, ...] | None = None
    finish: str = ""


def stream_text(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    *,
    cancel: threading.Event | None = None,
    top_logprobs: int = 0,
    **options: Any,
) -> Generator[TextChunk, None, None]:
    """Stream an answer. `options` go to the model's `astream`, such as `stop=["\\n"]`.

    Closing the iterator, or setting `cancel` from any thread, closes the connection at once,
    even before the first token, so that the model stops. A model that gives no log
    probabilities is not asked for them.

    Raises:
        ModelUnavailable: it cannot be reached, refuses, breaks off, or keeps silent; ModelBusy
            when it may answer if asked again shortly.
        MalformedOutput: it sends what is no answer.
    """
    spoken = dialect(model._llm_type)
    if top_logprobs and spoken.logprobs:
        options |= {"logprobs": True, "top_logprobs": top_logprobs}
    cutter = None if spoken.blank_stops else take_blank(options)
    arrived: queue.SimpleQueue[TextChunk | None] = queue.SimpleQueue()
    pump = asyncio.run_coroutine_threadsafe(_pump(model, messages, options, arrived), _loop())
    _RUNNING[pump] = model.name or ""
    finished = ""
    try:
        while (chunk := _next(arrived, cancel)) is not None:
            if cutter:
                chunk, cut = _cut(chunk, cutter)
                if cut:
                    yield chunk
                    return
            finished = finished or chunk.finish
            yield chunk
        if not (cancel and cancel.is_set()):
            _raise_failure(pump, model, finished)
    finally:
        pump.cancel()
        _RUNNING.pop(pump, None)


def hang_up(name: str) -> None:
    """Close every connection to the models of this name at once."""
    pumps = [pump for pump, model in list(_RUNNING.items()) if model == name]
    for pump in pumps:
        pump.cancel()
    wait(pumps, HANG_UP_SECONDS)


def complete_text(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    *,
    cancel: threading.Event | None = None,
    top_logprobs: int = 0,
    **options: Any,
) -> TextChunk:
    """The whole answer as one chunk; errors as in `stream_text`. Cancelled: what came so far."""
    return joined(stream_text(model, messages, cancel=cancel, top_logprobs=top_logprobs, **options))


def joined(pieces: Iterable[TextChunk]) -> TextChunk:
    """All pieces of an answer as one."""
    chunks = tuple(pieces)
    logprobs = tuple(token for chunk in chunks for token in chunk.logprobs or ())
    return TextChunk(
        text="".join(chunk.text for chunk in chunks),
        prompt_tokens=max((chunk.prompt_tokens for chunk in chunks), default=0),
        completion_tokens=max((chunk.completion_tokens for chunk in chunks), default=0),
        logprobs=logprobs or None,
        finish="".join(chunk.finish for chunk in chunks),
    )


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of all streams: only a task can be interrupted while it waits to read."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="streams", daemon=True).start()
    return loop


async def _pump(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    options: dict[str, Any],
    arrived: queue.SimpleQueue[TextChunk | None],
) -> None:
    call = Call()
    CALL.set(call)
    try:
        # It is declared as an iterator; what comes is a generator, which can be closed.
        async with aclosing(model.astream(list(messages), **options)) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                arrived.put(_text_chunk(chunk))
    except asyncio.CancelledError:
        call.hang_up()
        raise
    finally:
        arrived.put(None)


def _next(
    arrived: queue.SimpleQueue[TextChunk | None], cancel: threading.Event | None
) -> TextChunk | None:
    while not (cancel and cancel.is_set()):
        try:
            return arrived.get(timeout=POLL_SECONDS)
        except queue.Empty:
            continue
    return None


def _cut(chunk: TextChunk, cutter: Cutter) -> tuple[TextChunk, bool]:
    text, cut = cutter.feed(chunk.text)
    if cut:
        return replace(chunk, text=text, finish="stop"), True
    return replace(chunk, text=text + cutter.rest() if chunk.finish else text), False


def _raise_failure(pump: Future[None], model: BaseChatModel, finished: str) -> None:
    try:
        pump.result()
    except CancelledError as error:
        raise ModelUnavailable(f"{model.name or 'The model'} has been closed.") from error
    except failure_classes() as error:
        raise explain(error, model) from error
    if not finished and dialect(model._llm_type).says_its_end:
        raise broken_off(model)
    if failure := unfinished(finished, model):
        raise failure


def _text_chunk(chunk: AIMessageChunk) -> TextChunk:
    usage = chunk.usage_metadata
    return TextChunk(
        text=str(chunk.text),
        prompt_tokens=usage["input_tokens"] if usage else 0,
        completion_tokens=usage["output_tokens"] if usage else 0,
        logprobs=_logprobs(chunk.response_metadata),
        finish=finish(chunk.response_metadata),
    )


def _logprobs(metadata: dict[str, Any]) -> tuple[TokenLogprob, ...] | None:
    """OpenAI's shape: `{"content": [{"token", "logprob", "top_logprobs": [...]}]}`."""
    given = (metadata.get("logprobs") or {}).get("content")
    if not given:
        return None
    return tuple(
        TokenLogprob(
            token=entry["token"],
            logprob=entry["logprob"],
            top=tuple((top["token"], top["logprob"]) for top in entry.get("top_logprobs") or ()),
        )
        for entry in given
    )
