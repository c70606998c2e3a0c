"""In what the protocols of chat models differ, as far as a stream of text has to know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True, slots=True)
class Dialect:
    """Told by LangChain's `_llm_type`, and by whether the model thinks before its first word.

    `says_its_end`: a stream without a reason to end has broken off. `logprobs`: it gives them,
    and may be asked for them. `blank_stops`: a stop sequence may be white space. `stops`: it may
    be given any; one would end the thoughts of a model that thinks aloud.
    """

    says_its_end: bool
    logprobs: bool
    blank_stops: bool
    stops: bool = True
    thinks: bool = False


DIALECTS = {
    "openai-chat": Dialect(says_its_end=True, logprobs=True, blank_stops=True),
    # Claude refuses a stop sequence of white space.
    "amazon_bedrock_converse_chat": Dialect(says_its_end=True, logprobs=False, blank_stops=False),
}
OTHER = Dialect(says_its_end=False, logprobs=True, blank_stops=True)
FINISH = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "stop",
    "tool_calls": "stop",
    "max_tokens": "length",
}
THINKS = "thinks"
"""In the metadata of a model: whether its first words are thoughts."""


def dialect(model: BaseChatModel) -> Dialect:
    """How a model speaks."""
    known = DIALECTS.get(model._llm_type, OTHER)
    if (model.metadata or {}).get(THINKS):
        return replace(known, logprobs=False, stops=False, thinks=True)
    return known


def finish(metadata: dict[str, object]) -> str:
    """Why an answer ended, in OpenAI's words where they have one; empty when it has not."""
    given = str(metadata.get("finish_reason") or metadata.get("stopReason") or "")
    return FINISH.get(given, given)
