"""The pieces in which a model's answer comes, and what LangChain's say of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from providers.dialects import finish

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk


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
    `tool_input` is a piece of the JSON with which the model calls the tool it was given.
    """

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    logprobs: tuple[TokenLogprob, ...] | None = None
    finish: str = ""
    tool_input: str = ""

    @property
    def says(self) -> bool:
        """Whether it holds some of the answer."""
        return bool(self.text or self.tool_input)


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
        tool_input="".join(chunk.tool_input for chunk in chunks),
    )


def chunk_of(chunk: AIMessageChunk) -> TextChunk:
    """A piece as LangChain gives it."""
    usage = chunk.usage_metadata
    return TextChunk(
        text=str(chunk.text),
        prompt_tokens=usage["input_tokens"] if usage else 0,
        completion_tokens=usage["output_tokens"] if usage else 0,
        logprobs=_logprobs(chunk.response_metadata),
        finish=finish(chunk.response_metadata),
        tool_input="".join(call["args"] or "" for call in chunk.tool_call_chunks),
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
