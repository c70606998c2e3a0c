"""Chat models: one factory each, chosen by `NOTEPROOF_LLM`."""

from __future__ import annotations

from collections.abc import Callable

from core.settings import Settings
from providers.base import ChatProvider, ModelState, NoModel


def _embedded(settings: Settings) -> ChatProvider:
    from providers.embedded import EmbeddedProvider
    from providers.model_files import QWEN

    return EmbeddedProvider(
        QWEN,
        settings.model_folder,
        settings.model_url,
        threads=settings.threads,
        timeout=settings.model_timeout,
    )


def _openai(settings: Settings) -> ChatProvider:
    from providers.openai_compatible import OpenAIProvider

    return OpenAIProvider(
        settings.openai_base_url,
        settings.openai_api_key.get_secret_value(),
        settings.openai_model,
        timeout=settings.model_timeout,
    )


def _none(settings: Settings) -> ChatProvider:
    return NoModel()


FACTORIES: dict[str, Callable[[Settings], ChatProvider]] = {
    "embedded": _embedded,
    "openai": _openai,
    "none": _none,
}


def make_provider(settings: Settings) -> ChatProvider:
    """The provider that the settings name, not yet started. Heavy imports wait for it."""
    return FACTORIES[settings.llm](settings)


__all__ = ["FACTORIES", "ChatProvider", "ModelState", "NoModel", "make_provider"]
