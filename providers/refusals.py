"""What a learner reads when an OpenAI-compatible server refuses: by status, and by its words."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import ModelBusy, ModelUnavailable
from providers.aws_remedies import TOO_LONG
from providers.pauses import advice

BUSY = (408, 409, 425, 429)
KEY_REFUSED = "{name} refused the key. Set NOTEPROOF_OPENAI_API_KEY to a valid one."


@dataclass(frozen=True, slots=True)
class Refusal:
    """`statuses`: any of them, or all when empty, with 0 for an error inside a stream.

    `words`: any stands in the server's code, type or message. `line` may name `{name}` and
    `{wait}`. `busy` tells that asking again may help.
    """

    statuses: tuple[int, ...]
    words: tuple[str, ...]
    line: str
    busy: bool = False


# The more exact rows stand first.
REFUSALS = (
    Refusal(
        (402, 403, 429, 0),
        (
            "insufficient_quota",
            "exceeded your current quota",
            "credit balance",
            "insufficient balance",
            "insufficient credits",
        ),
        "The account of {name} has no quota or credit left. Look at its plan and billing, or set "
        "NOTEPROOF_LLM=embedded or none.",
    ),
    Refusal(
        (0, 400, 413, 422, 429),
        ("request too large", "request_too_large"),
        TOO_LONG,
    ),
    Refusal(
        (0, 400, 422, 500),
        (
            "context size",
            "context length",
            "context window",
            "context_length_exceeded",
            "prompt is too long",
            "too many tokens",
        ),
        TOO_LONG,
    ),
    Refusal((413,), (), TOO_LONG),
    Refusal(
        (0, 400, 403),
        ("content_filter", "content_policy", "content management policy", "content policy"),
        "The filter of {name} blocked this question. Ask in other words.",
    ),
    Refusal((400,), ("api key not valid", "invalid api key", "invalid_api_key"), KEY_REFUSED),
    Refusal((401,), (), KEY_REFUSED),
    Refusal((402,), (), "{name} wants to be paid first. Look at the plan and billing of its key."),
    Refusal(
        (403,),
        (),
        "{name} refused the key: it may not use this model. Set NOTEPROOF_OPENAI_API_KEY to one "
        "that may, or NOTEPROOF_OPENAI_MODEL to another model.",
    ),
    Refusal(
        (404,),
        (),
        "{name} is not there. Set NOTEPROOF_OPENAI_MODEL to a model that the server lists.",
    ),
    Refusal((429,), (), "{name} wants a pause (HTTP 429). {wait} and ask again.", busy=True),
    Refusal(
        (503,),
        ("loading model", "model is loading"),
        "{name} is still loading its model. {wait} and ask again.",
        busy=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the server sent: its HTTP status, its code and type, its words, its pause in seconds."""

    status: int
    code: str
    message: str
    after: float | None = None


def refused(told: Told, name: str, remedy: str) -> ModelUnavailable:
    """One clear line; `ModelBusy` when asking again may help."""
    status, after, words = told.status, told.after, f"{told.code} {told.message}".lower()
    for row in REFUSALS:
        if row.statuses and status not in row.statuses:
            continue
        if not row.words or any(word in words for word in row.words):
            line = row.line.format(name=name, wait=advice(after))
            return ModelBusy(line, after=after) if row.busy else ModelUnavailable(line)
    if status in BUSY or status >= 500:
        do = f"{advice(after)} and ask again." if after else remedy
        return ModelBusy(f"{name} failed (HTTP {status}). {do}", after=after)
    return ModelUnavailable(f"{name} reported: {_first_line(told)}. {remedy}")


def _first_line(told: Told) -> str:
    """What can be read of it; a web page cannot."""
    line = next(iter(told.message.strip().splitlines()), "")[:200].rstrip(". ")
    if line and not line.startswith(("<", "{")):
        return line
    return f"HTTP {told.status}" if told.status else "an error"
