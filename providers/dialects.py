"""In what the protocols of chat models differ, as far as a stream of text has to know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """Told by LangChain's `_llm_type`.

    `says_its_end`: a stream without a reason to end has broken off. `logprobs`: it gives them,
    and may be asked for them. `blank_stops`: a stop sequence may be white space.
    """

    says_its_end: bool
    logprobs: bool
    blank_stops: bool


DIALECTS = {
    "openai-chat": Dialect(says_its_end=True, logprobs=True, blank_stops=True),
    # Claude refuses a stop sequence of white space.
    "amazon_bedrock_converse_chat": Dialect(says_its_end=True, logprobs=False, blank_stops=False),
}
OTHER = Dialect(says_its_end=False, logprobs=True, blank_stops=True)
FINISH = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length"}


def dialect(llm_type: str) -> Dialect:
    """How a model of this type speaks."""
    return DIALECTS.get(llm_type, OTHER)


def finish(metadata: dict[str, object]) -> str:
    """Why an answer ended, in OpenAI's words where they have one; empty when it has not."""
    given = str(metadata.get("finish_reason") or metadata.get("stopReason") or "")
    return FINISH.get(given, given)
