"""A model's answer, piece by piece, with every failure told in one line."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import CancelledError, Future, wait
from contextlib import aclosing
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from core.errors import MalformedOutput, ModelUnavailable
from providers.chunks import TextChunk, chunk_of, joined
from providers.dialects import dialect
from providers.failures import broken_off, explain, failure_classes, unfinished
from providers.hang_up import CALL, Call
from providers.stops import Cutter, take_stops
from providers.thoughts import Thoughts
from providers.tools import tool_options

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from pydantic import BaseModel

POLL_SECONDS = 0.05
HANG_UP_SECONDS = 2.0
_RUNNING: dict[Future[None], str] = {}
"""The streams under way, each with the name of its model."""


def stream_text(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    *,
    cancel: threading.Event | None = None,
    top_logprobs: int = 0,
    tool: type[BaseModel] | None = None,
    **options: Any,
) -> Generator[TextChunk, None, None]:
    """Stream an answer. `options` go to the model's `astream`, such as `stop=["\\n"]`.

    Closing the iterator, or setting `cancel` from any thread, closes the connection at once,
    even before the first token, so that the model stops. A model that gives no log
    probabilities is not asked for them. With a `tool` the answer is its input. Thoughts are no
    part of an answer.

    Raises:
        ModelUnavailable: it cannot be reached, refuses, breaks off, or keeps silent; ModelBusy
            when it may answer if asked again shortly.
        MalformedOutput: it sends what is no answer.
    """
    spoken, thoughts = dialect(model), Thoughts()
    if top_logprobs and spoken.logprobs:
        options |= {"logprobs": True, "top_logprobs": top_logprobs}
    if tool:
        options |= tool_options(model, tool)
    cutter = take_stops(options, spoken)
    arrived: queue.SimpleQueue[TextChunk | None] = queue.SimpleQueue()
    pump = asyncio.run_coroutine_threadsafe(_pump(model, messages, options, arrived), _loop())
    _RUNNING[pump] = model.name or ""
    finished, said = "", False
    try:
        while (chunk := _next(arrived, cancel)) is not None:
            chunk = _without_thoughts(chunk, thoughts)
            if cutter:
                chunk, cut = _cut(chunk, cutter)
                if cut:
                    yield chunk
                    return
            finished, said = finished or chunk.finish, said or chunk.says
            yield chunk
        if cancel and cancel.is_set():
            return
        _raise_failure(pump, model, finished)
        if finished == "length" and not said and (spoken.thinks or thoughts.met):
            raise MalformedOutput(
                f"{model.name or 'The model'} came to no answer: its thoughts took all the "
                "tokens it has. Ask again, or set a model that thinks less."
            )
        if rest := thoughts.rest():
            yield TextChunk(rest)
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
    """The whole answer as one chunk; `options` and errors as in `stream_text`.

    Cancelled: what came so far.
    """
    return joined(stream_text(model, messages, cancel=cancel, top_logprobs=top_logprobs, **options))


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
                arrived.put(chunk_of(chunk))
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


def _without_thoughts(chunk: TextChunk, thoughts: Thoughts) -> TextChunk:
    text = thoughts.feed(chunk.text)
    if chunk.finish:
        text += thoughts.rest()
    thinking = thoughts.met and not text
    return replace(chunk, text=text, logprobs=None if thinking else chunk.logprobs)


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
    if not finished and dialect(model).says_its_end:
        raise broken_off(model)
    if failure := unfinished(finished, model):
        raise failure
