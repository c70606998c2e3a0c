"""Chat models: one factory each, chosen by `NOTEPROOF_LLM`."""

from __future__ import annotations

from collections.abc import Callable

from core.settings import Settings
from providers.base import ChatProvider, ModelState, NoModel
from providers.ladder import Ladder


def _embedded(settings: Settings, *, may_fetch: bool = True) -> ChatProvider:
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
    "embedded": _embedded,
    "openai": _openai,
    "bedrock": _bedrock,
    "none": _none,
}


def make_rung(settings: Settings) -> ChatProvider:
    """The provider that the settings name, by itself. It fetches nothing."""
    if settings.llm == "embedded":
        return _embedded(settings, may_fetch=False)
    return FACTORIES[settings.llm](settings)


def make_provider(settings: Settings) -> ChatProvider:
    """The provider that the settings name, not yet started. Heavy imports wait for it.

    Below a server stands the embedded model, if its file is on this machine.
    """
    rung = FACTORIES[settings.llm](settings)
    if settings.llm in ("embedded", "none"):
        return Ladder((rung,))
    return Ladder((rung, _embedded(settings, may_fetch=False)))


__all__ = ["FACTORIES", "ChatProvider", "ModelState", "NoModel", "make_provider", "make_rung"]
