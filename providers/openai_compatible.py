"""A model behind any OpenAI-compatible server: Ollama, LM Studio, llama-server, vLLM."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from core.errors import ModelUnavailable
from providers.addresses import shown
from providers.base import ModelState
from providers.client import Endpoint, is_loopback, open_chat
from providers.listing import OTHERWISE, PROBE_SECONDS, check_settings, list_models
from providers.readiness import Readiness
from providers.traits import ModelTraits, served_traits

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class OpenAIProvider:
    """Looks at the server's list of models before it calls itself ready."""

    def __init__(
        self, base_url: str, api_key: str, model: str = "", *, timeout: float = 60.0
    ) -> None:
        self._base_url = base_url
        self._shown = shown(base_url)
        self._api_key = api_key or "none"
        self._model = model
        self._timeout = timeout
        self._readiness = Readiness(ModelState("missing", "not asked yet"))

    @property
    def label(self) -> str:
        return f"{self._model or 'first model'} ({self._shown})"

    @property
    def traits(self) -> ModelTraits:
        return served_traits(self._model)

    def state(self) -> ModelState:
        return self._readiness.get()

    def start(self) -> None:
        try:
            check_settings(self._base_url, self._api_key)
        except ModelUnavailable as error:
            self._readiness.set(ModelState("failed", str(error)))
        else:
            first = ModelState("loading", f"asking {self._shown}")
            self._readiness.run(self._get_ready, first)

    def wait(self, timeout: float | None = None) -> ModelState:
        return self._readiness.wait(timeout)

    def chat_model(self, *, max_tokens: int, temperature: float = 0.0) -> BaseChatModel:
        state = self.state()
        if state.phase != "ready":
            not_yet = f"{self._shown} has not answered yet: wait a little and ask again."
            raise ModelUnavailable(state.detail if state.phase == "failed" else not_yet)
        endpoint = Endpoint(
            base_url=self._base_url,
            api_key=self._api_key,
            model=self._model,
            label=self.label,
            remedy=f"Look at that server's log and start it again, {OTHERWISE}",
            timeout=self._timeout,
            traits=self.traits,
        )
        return open_chat(endpoint, max_tokens=max_tokens, temperature=temperature)

    def close(self) -> None:
        self._readiness.wait(PROBE_SECONDS)
        self._readiness.set(ModelState("missing", "closed"))

    def _get_ready(self) -> ModelState:
        there = list_models(self._base_url, self._api_key)
        if self._model and not _has(there, self._model):
            raise ModelUnavailable(
                f"{self._shown} has no model {self._model}. Set NOTEPROOF_OPENAI_MODEL to one "
                f"of: {', '.join(there) or 'none there; for Ollama: `ollama pull <model>`'}."
            )
        if not there:
            raise ModelUnavailable(
                f"{self._shown} has no model. Add one (for Ollama: `ollama pull <model>`), "
                + OTHERWISE
            )
        self._model = self._model or there[0]
        import_module("langchain_openai")  # takes seconds, better here than in a question
        remote = "" if is_loopback(self._shown) else self._shown
        return ModelState("ready", self.label, goes_to=remote)


def _has(there: tuple[str, ...], wanted: str) -> bool:
    """Whether `wanted` is listed; Ollama lists `name:latest` for `name`."""
    return wanted in there or f"{wanted}:latest" in there
