"""What is known of models by their names: how much each reads and writes, and how it is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

Tier = Literal["small", "medium", "large"]

THINKING_TOKENS = 1000
"""Room for the thoughts of a model that thinks before its first word."""


@dataclass(frozen=True, slots=True)
class ModelTraits:
    """What a model is given to read and to write; tokens, unless it says otherwise.

    `context_tokens`: what it can read at most. `evidence_tokens`: lines for a question;
    `option_tokens`: for one option of an item. `answer_tokens`, `sentence_tokens`: what it may say
    on them, `sentences` on an option. `facts`: told for a scenario of `stem_words` words at most.
    `solver_facts`, of `fact_length` characters: what the solver reads of an option.
    `caches_system`: takes a cache point after the system text. `uses_tools`: writes items by a
    tool. `reasons`: thinks before its first word. `bare`: takes no temperature, no stop
    sequences, and `max_completion_tokens` alone.
    """

    tier: Tier
    context_tokens: int
    evidence_tokens: int
    answer_tokens: int
    option_tokens: int
    sentence_tokens: int
    sentences: int
    facts: int
    stem_words: int
    solver_facts: int
    fact_length: int
    caches_system: bool = False
    uses_tools: bool = False
    reasons: bool = False
    bare: bool = False

    def room(self, max_tokens: int) -> int:
        """The limit to set, so that the answer itself may have `max_tokens`."""
        return max_tokens + (THINKING_TOKENS if self.reasons else 0)


SMALL = ModelTraits("small", 4096, 230, 140, 45, 45, 2, 2, 35, 2, 120)
"""As measured with 1.5 billion parameters on two cores; safe for whatever is not known."""
MEDIUM = ModelTraits("medium", 8192, 900, 220, 140, 110, 3, 3, 45, 3, 180)
LARGE = ModelTraits("large", 32_768, 2000, 300, 300, 140, 3, 4, 60, 4, 260)


def _of(tier: ModelTraits, thousands: int, **more: Any) -> ModelTraits:
    """A tier with a context of so many thousand tokens."""
    return _within(tier, thousands * 1000, **more)


def _within(tier: ModelTraits, context: int, **more: Any) -> ModelTraits:
    """A tier with such a context, of which evidence takes a quarter at most."""
    evidence = min(tier.evidence_tokens, context // 4)
    return replace(tier, context_tokens=context, evidence_tokens=evidence, **more)


_TOOLS = {"uses_tools": True}
_CLAUDE = {"caches_system": True, "uses_tools": True}
_THINKS = {"reasons": True}
_THINKS_BARE = {"reasons": True, "bare": True}

# By the longest prefix of the plain id. Contexts and thinking are those of langchain-aws's model
# profiles, caching and tool choice of AWS's lists: docs.aws.amazon.com/bedrock/latest/userguide/
# prompt-caching.html, conversation-inference-supported-models-features.html and
# /APIReference/API_runtime_ToolChoice.html.
BEDROCK: dict[str, ModelTraits] = {
    "": SMALL,
    "amazon.nova-": _of(MEDIUM, 128, **_CLAUDE),
    "amazon.nova-lite": _of(MEDIUM, 300, **_CLAUDE),
    "amazon.nova-2-lite": _of(MEDIUM, 1000, **_CLAUDE),
    "amazon.nova-pro": _of(LARGE, 300, **_CLAUDE),
    "amazon.nova-premier": _of(LARGE, 1000, **_CLAUDE),
    "amazon.nova-canvas": SMALL,
    "amazon.nova-reel": SMALL,
    "amazon.nova-sonic": SMALL,
    "anthropic.claude-": _of(LARGE, 200, **_CLAUDE),
    "anthropic.claude-v2": _of(MEDIUM, 100),
    "anthropic.claude-instant": _of(MEDIUM, 100),
    "anthropic.claude-3-": _of(LARGE, 200, **_TOOLS),
    "anthropic.claude-3-haiku": _of(MEDIUM, 200, **_TOOLS),
    "anthropic.claude-3-5-haiku": _of(MEDIUM, 200, **_CLAUDE),
    "anthropic.claude-3-7-sonnet": _of(LARGE, 200, **_CLAUDE),
    "anthropic.claude-haiku": _of(MEDIUM, 200, **_CLAUDE),
    "cohere.command-r-": _of(MEDIUM, 128),
    "cohere.command-r-plus": _of(LARGE, 128),
    "deepseek.r1": _of(LARGE, 128, **_THINKS),
    "deepseek.v3": _of(LARGE, 163, **_TOOLS),
    "google.gemma-3-": _of(MEDIUM, 128),
    "meta.llama3-": _of(MEDIUM, 8),
    "meta.llama3-1-": _of(MEDIUM, 128),
    "meta.llama3-2-": _of(MEDIUM, 128),
    "meta.llama3-3-": _of(LARGE, 128),
    "meta.llama4-": _of(MEDIUM, 1000),
    "minimax.": _of(LARGE, 196, **_THINKS),
    "mistral.magistral": _of(MEDIUM, 128, **_THINKS),
    "mistral.ministral": _of(MEDIUM, 128),
    "mistral.mistral-7b": _of(MEDIUM, 32),
    "mistral.mixtral": _of(MEDIUM, 32),
    "mistral.mistral-small": _of(MEDIUM, 32),
    "mistral.mistral-large": _of(LARGE, 32, **_TOOLS),
    "mistral.mistral-large-3": _of(LARGE, 262, **_TOOLS),
    "mistral.pixtral-large": _of(LARGE, 128),
    "moonshot": _of(LARGE, 262, **_THINKS),
    "nvidia.nemotron-nano": _of(MEDIUM, 128, **_THINKS),
    "nvidia.nemotron-super": _of(LARGE, 262, **_THINKS),
    "openai.gpt-oss-": _of(MEDIUM, 128, **_THINKS),
    "openai.gpt-oss-120b": _of(LARGE, 128, **_THINKS),
    "openai.gpt-": _of(LARGE, 1000, **_TOOLS, **_THINKS),
    "qwen.qwen3-": _of(LARGE, 131),
    "qwen.qwen3-32b": _of(LARGE, 32, **_THINKS),
    "writer.palmyra-x": _of(LARGE, 122, **_THINKS),
    "xai.grok": _of(LARGE, 500, **_TOOLS, **_THINKS),
    "zai.glm-": _of(LARGE, 202, **_THINKS),
}

# By the longest prefix of the name without its publisher. Contexts are those that the services
# name; a model that runs at home is taken to be opened with less. A size in the name tells more
# than the name: see `served_traits`.
SERVED: dict[str, ModelTraits] = {
    "": SMALL,
    "claude-": _of(LARGE, 200),
    "claude-3-haiku": _of(MEDIUM, 200),
    "claude-3-5-haiku": _of(MEDIUM, 200),
    "claude-haiku": _of(MEDIUM, 200),
    "command-r": _of(LARGE, 128),
    "deepseek-chat": _of(LARGE, 64),
    "deepseek-r1": replace(MEDIUM, reasons=True),
    "deepseek-reasoner": _of(LARGE, 64, **_THINKS),
    "deepseek-v3": _of(LARGE, 64),
    "gemini-": _of(LARGE, 1000, **_THINKS),
    "gemini-1": _of(MEDIUM, 1000),
    "gemini-2.0": _of(MEDIUM, 1000),
    "gemma3": MEDIUM,
    "gpt-3.5": _of(MEDIUM, 16),
    "gpt-4": _of(LARGE, 8),
    "gpt-4-turbo": _of(LARGE, 128),
    "gpt-4o": _of(LARGE, 128),
    "gpt-4o-mini": _of(MEDIUM, 128),
    "gpt-4.1": _of(LARGE, 1000),
    "gpt-4.1-mini": _of(MEDIUM, 1000),
    "gpt-4.1-nano": _of(MEDIUM, 1000),
    "gpt-5": _of(LARGE, 272, **_THINKS_BARE),
    "gpt-5-mini": _of(MEDIUM, 272, **_THINKS_BARE),
    "gpt-5-nano": _of(MEDIUM, 272, **_THINKS_BARE),
    "gpt-5-chat": _of(LARGE, 128),
    "gpt-6": _of(LARGE, 1000, **_THINKS_BARE),
    "gpt-oss": replace(MEDIUM, reasons=True),
    "grok-": _of(LARGE, 128, **_THINKS),
    "llama3": MEDIUM,
    "llama3.2": SMALL,
    "llama3.3": LARGE,
    "magistral": replace(MEDIUM, reasons=True),
    "mistral": MEDIUM,
    "mistral-large": _of(LARGE, 128),
    "o1": _of(LARGE, 128, **_THINKS_BARE),
    "o3": _of(LARGE, 200, **_THINKS_BARE),
    "o4": _of(LARGE, 200, **_THINKS_BARE),
    "phi4": MEDIUM,
    "qwen2.5": MEDIUM,
    "qwen3": replace(MEDIUM, reasons=True),
    "qwen3-coder": MEDIUM,
    "qwq": replace(LARGE, reasons=True),
}

# Where an inference profile may send a request: `eu.anthropic.claude-...`.
_GEOGRAPHY = re.compile(r"^(us|eu|apac|ap|us-gov|ca|sa|jp|au|in|amer|global)\.")
_RELEASE = re.compile(r"(-\d{8})?(-v\d+)?(:\w+)*$")
# Billions of parameters: `8b`, `1.5b`, `8x7b`; not the active ones of `30b-a3b`.
_SIZE = re.compile(r"(?<![a-z\d.])(?:(\d+)x)?(\d+(?:\.\d+)?)b(?![a-z\d])")
_THINKER = re.compile(r"thinking|reason")
_TALKER = re.compile(r"instruct")
_FLAGS = ("caches_system", "uses_tools", "reasons", "bare")


def plain_id(model: str) -> str:
    """The model's own id, without ARN and geography; an ARN may hold an opaque one.

    >>> plain_id("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-lite-v1:0")
    'amazon.nova-lite-v1:0'
    """
    return _GEOGRAPHY.sub("", model.rpartition("/")[2] if model.startswith("arn:") else model)


def short_name(model: str) -> str:
    """The plain id without date and version, as labels show it."""
    return _RELEASE.sub("", plain_id(model), count=1)


def vendor(model: str) -> str:
    """Who made the model, such as `anthropic`; `unknown` where the id does not say."""
    made_by, dot, _ = plain_id(model).partition(".")
    return made_by if dot else "unknown"


def bedrock_traits(model: str) -> ModelTraits:
    """Those of a model of Bedrock, by its id or the ARN that names it."""
    return _by_size(_longest(BEDROCK, plain_id(model)), plain_id(model))


def served_traits(model: str) -> ModelTraits:
    """Those of a model behind an OpenAI-compatible server, by its name there.

    >>> [served_traits(name).tier for name in ("qwen2.5:1.5b", "llama3.1:8b", "Qwen/Qwen3-32B")]
    ['small', 'medium', 'large']
    """
    name = model.rpartition("/")[2].lower()
    found = _by_size(_longest(SERVED, name), name)
    if _THINKER.search(name):
        return replace(found, reasons=True)
    return replace(found, reasons=False) if _TALKER.search(name) else found


def _longest(table: dict[str, ModelTraits], name: str) -> ModelTraits:
    return table[max((prefix for prefix in table if name.startswith(prefix)), key=len)]


def _by_size(known: ModelTraits, name: str) -> ModelTraits:
    """A size in a name decides on the tier."""
    found = _SIZE.search(name)
    if not found:
        return known
    billions = int(found[1] or 1) * float(found[2])
    tier = SMALL if billions < 4 else MEDIUM if billions < 30 else LARGE
    if tier.tier == known.tier:
        return known
    context = tier.context_tokens if known is SMALL else known.context_tokens
    return _within(tier, context, **{flag: getattr(known, flag) for flag in _FLAGS})
