"""Chat models: what `NOTEPROOF_LLM` or a session has chosen, and what stands in for it."""

from __future__ import annotations

from core.settings import Settings
from providers.base import ChatProvider, ModelState, NoModel
from providers.factories import FACTORIES
from providers.models import Models


def make_rung(settings: Settings) -> ChatProvider:
    """The provider that the settings name, by itself. It fetches nothing."""
    return FACTORIES[settings.llm](settings)


def make_provider(settings: Settings) -> ChatProvider:
    """The provider that the settings name, with what stands below it. Not yet started."""
    return Models(settings).ladder(settings.choice)


__all__ = ["ChatProvider", "ModelState", "Models", "NoModel", "make_provider", "make_rung"]
