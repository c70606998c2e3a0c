"""One factory for each `NOTEPROOF_LLM`. Heavy imports wait for the provider's start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.settings import Settings
from providers.base import ChatProvider, NoModel

if TYPE_CHECKING:
    from providers.embedded import EmbeddedProvider


def embedded(settings: Settings, *, may_fetch: bool = False) -> EmbeddedProvider:
    """The model inside Noteproof; its file is fetched only where that is allowed."""
    from providers.embedded import EmbeddedProvider
    from providers.model_files import QWEN

    return EmbeddedProvider(
        QWEN,
        settings.model_folder,
        settings.model_url,
        threads=settings.threads,
        timeout=settings.model_timeout,
        may_fetch=may_fetch,
    )


def _openai(settings: Settings) -> ChatProvider:
    from providers.openai_compatible import OpenAIProvider

    return OpenAIProvider(
        settings.openai_base_url,
        settings.openai_api_key.get_secret_value(),
        settings.openai_model,
        timeout=settings.model_timeout,
    )


def _bedrock(settings: Settings) -> ChatProvider:
    from providers.bedrock import BedrockAccess, BedrockProvider

    return BedrockProvider(
        BedrockAccess(
            settings.bedrock_model,
            region=settings.bedrock_region,
            profile=settings.bedrock_profile,
            endpoint_url=settings.bedrock_endpoint_url,
            guardrail=settings.bedrock_guardrail,
            timeout=settings.model_timeout,
        )
    )


def _none(settings: Settings) -> ChatProvider:
    return NoModel()


FACTORIES: dict[str, Callable[[Settings], ChatProvider]] = {
    "embedded": embedded,
    "openai": _openai,
    "bedrock": _bedrock,
    "none": _none,
}
