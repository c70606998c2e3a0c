"""What names tell of models, and what each is given to read and to write."""

from __future__ import annotations

import pytest

from providers.base import NoModel
from providers.bedrock import BedrockAccess, BedrockProvider
from providers.embedded import EmbeddedProvider
from providers.ladder import Ladder
from providers.openai_compatible import OpenAIProvider
from providers.traits import (
    BEDROCK,
    LARGE,
    MEDIUM,
    SERVED,
    SMALL,
    THINKING_TOKENS,
    bedrock_traits,
    served_traits,
)


@pytest.mark.parametrize(
    ("model", "tier", "flags"),
    [
        ("amazon.nova-micro-v1:0", "medium", "caches tools"),
        ("eu.amazon.nova-pro-v1:0", "large", "caches tools"),
        ("amazon.nova-canvas-v1:0", "small", ""),
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", "large", "caches tools"),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "medium", "caches tools"),
        ("anthropic.claude-3-haiku-20240307-v1:0", "medium", "tools"),
        ("anthropic.claude-3-5-sonnet-20240620-v1:0", "large", "tools"),
        ("anthropic.claude-v2:1", "medium", ""),
        ("meta.llama3-1-8b-instruct-v1:0", "medium", ""),
        ("meta.llama3-1-70b-instruct-v1:0", "large", ""),
        ("us.meta.llama3-2-1b-instruct-v1:0", "small", ""),
        ("meta.llama3-8b-instruct-v1:0", "medium", ""),
        ("mistral.mistral-large-2402-v1:0", "large", "tools"),
        ("mistral.mistral-7b-instruct-v0:2", "medium", ""),
        ("mistral.ministral-3-3b-instruct", "small", ""),
        ("cohere.command-r-plus-v1:0", "large", ""),
        ("cohere.command-r-v1:0", "medium", ""),
        ("us.deepseek.r1-v1:0", "large", "reasons"),
        ("deepseek.v3-v1:0", "large", "tools"),
        ("openai.gpt-oss-20b-1:0", "medium", "reasons"),
        ("openai.gpt-oss-120b-1:0", "large", "reasons"),
        ("qwen.qwen3-32b-v1:0", "large", "reasons"),
        ("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-lite-v1:0", "medium",
         "caches tools"),
        ("arn:aws:bedrock:us-east-1:1:provisioned-model/x7y8", "small", ""),
        ("somebody.new-model-v1:0", "small", ""),
        ("", "small", ""),
    ],
)  # fmt: skip
def test_models_of_bedrock(model: str, tier: str, flags: str) -> None:
    check(bedrock_traits(model), tier, flags)


@pytest.mark.parametrize(
    ("model", "tier", "flags"),
    [
        ("gpt-4o", "large", ""),
        ("gpt-4o-mini-2024-07-18", "medium", ""),
        ("openai/gpt-4.1", "large", ""),
        ("gpt-5", "large", "reasons bare"),
        ("gpt-5-mini", "medium", "reasons bare"),
        ("gpt-5-chat-latest", "large", ""),
        ("o3-mini", "large", "reasons bare"),
        ("o4-mini", "large", "reasons bare"),
        ("claude-sonnet-4-5", "large", ""),
        ("anthropic/claude-3-5-haiku-latest", "medium", ""),
        ("gemini-2.5-flash", "large", "reasons"),
        ("gemini-2.0-flash", "medium", ""),
        ("deepseek-chat", "large", ""),
        ("deepseek-reasoner", "large", "reasons"),
        ("deepseek-r1:1.5b", "small", "reasons"),
        ("deepseek-r1:70b", "large", "reasons"),
        ("gpt-oss:20b", "medium", "reasons"),
        ("gpt-oss:120b", "large", "reasons"),
        ("llama3.1:8b", "medium", ""),
        ("llama3.2", "small", ""),
        ("llama3.2:3b", "small", ""),
        ("meta-llama/Llama-3.3-70B-Instruct", "large", ""),
        ("qwen2.5:0.5b", "small", ""),
        ("qwen2.5:32b-instruct", "large", ""),
        ("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "small", ""),
        ("qwen3:8b", "medium", "reasons"),
        ("qwen3:30b-a3b-instruct-2507-q4_K_M", "large", ""),
        ("qwen/qwen3-4b-thinking-2507", "medium", "reasons"),
        ("qwen3-coder:30b", "large", ""),
        ("phi4-mini-reasoning:3.8b", "small", "reasons"),
        ("mixtral:8x7b", "large", ""),
        ("tinyllama-1.1b-chat", "small", ""),
        ("gemma4:e2b", "small", ""),
        ("model-2b5", "small", ""),
        ("my-model", "small", ""),
        ("", "small", ""),
    ],
)
def test_models_behind_a_server(model: str, tier: str, flags: str) -> None:
    check(served_traits(model), tier, flags)


def check(found: object, tier: str, flags: str) -> None:
    names = {"caches": "caches_system", "tools": "uses_tools"}
    told = {names.get(flag, flag) for flag in flags.split()}
    flagged = ("caches_system", "uses_tools", "reasons", "bare")
    assert found.tier == tier
    assert {flag for flag in flagged if getattr(found, flag)} == told


def test_what_is_not_known_gets_what_the_smallest_reads() -> None:
    assert bedrock_traits("x.y") == served_traits("x") == NoModel().traits == SMALL
    assert (SMALL.evidence_tokens, SMALL.option_tokens, SMALL.sentence_tokens) == (230, 45, 45)
    assert (SMALL.answer_tokens, SMALL.facts, SMALL.stem_words) == (140, 2, 35)


def test_a_larger_model_is_given_no_less() -> None:
    sizes = ("evidence_tokens", "answer_tokens", "option_tokens", "sentence_tokens", "sentences",
             "facts", "stem_words", "solver_facts", "fact_length")  # fmt: skip
    for name in sizes:
        small, medium, large = (getattr(tier, name) for tier in (SMALL, MEDIUM, LARGE))
        assert small <= medium <= large, name


@pytest.mark.parametrize("model", [*BEDROCK.values(), *SERVED.values()])
def test_all_that_is_given_fits(model: object) -> None:
    """Evidence, 600 tokens of instructions, and an answer with its thoughts."""
    assert model.evidence_tokens + 600 + model.room(model.answer_tokens) <= model.context_tokens
    solved = 5 * (model.solver_facts * model.fact_length / 3 + 20)
    assert solved + 5 * model.option_tokens <= model.context_tokens


def test_who_thinks_gets_room_for_it() -> None:
    assert served_traits("deepseek-r1").room(2) == 2 + THINKING_TOKENS
    assert served_traits("gpt-4o").room(2) == 2


def test_every_provider_has_them() -> None:
    bedrock = BedrockProvider(BedrockAccess("amazon.nova-pro-v1:0"))
    server = OpenAIProvider("http://127.0.0.1:9/v1", "key", "llama3.1:8b")
    assert bedrock.traits == bedrock_traits("amazon.nova-pro-v1:0")
    assert server.traits == served_traits("llama3.1:8b")
    assert EmbeddedProvider.traits == SMALL
    assert Ladder((bedrock, server)).traits == bedrock.traits
