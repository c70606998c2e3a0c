"""A model behind any OpenAI-compatible server: Ollama, LM Studio, llama-server, vLLM."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import httpx2

from core.errors import ModelUnavailable
from providers.base import ModelState
from providers.client import Endpoint, is_loopback, open_chat
from providers.readiness import Readiness

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PROBE_SECONDS = 5.0
OTHERWISE = "or set NOTEPROOF_LLM=embedded or none."


class OpenAIProvider:
    """Looks at the server's list of models before it calls itself ready."""

    def __init__(
        self, base_url: str, api_key: str, model: str = "", *, timeout: float = 60.0
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._model = model
        self._timeout = timeout
        self._readiness = Readiness(ModelState("missing", "not asked yet"))

    @property
    def label(self) -> str:
        return f"{self._model or 'first model'} ({self._base_url})"

    def state(self) -> ModelState:
        return self._readiness.get()

    def start(self) -> None:
        first = ModelState("loading", f"asking {self._base_url}")
        self._readiness.run(self._get_ready, first)

    def wait(self, timeout: float | None = None) -> ModelState:
        return self._readiness.wait(timeout)

    def chat_model(self, *, max_tokens: int, temperature: float = 0.0) -> BaseChatModel:
        state = self.state()
        if state.phase != "ready":
            not_yet = f"{self._base_url} has not answered yet: wait a little and ask again."
            raise ModelUnavailable(state.detail if state.phase == "failed" else not_yet)
        endpoint = Endpoint(
            base_url=self._base_url,
            api_key=self._api_key,
            model=self._model,
            label=self.label,
            remedy=f"Look at that server's log and start it again, {OTHERWISE}",
            timeout=self._timeout,
        )
        return open_chat(endpoint, max_tokens=max_tokens, temperature=temperature)

    def close(self) -> None:
        self._readiness.wait(PROBE_SECONDS)
        self._readiness.set(ModelState("missing", "closed"))

    def _get_ready(self) -> ModelState:
        there = list_models(self._base_url, self._api_key)
        if self._model and not _has(there, self._model):
            raise ModelUnavailable(
                f"{self._base_url} has no model {self._model}. Set NOTEPROOF_OPENAI_MODEL to one "
                f"of: {', '.join(there) or 'none there; for Ollama: `ollama pull <model>`'}."
            )
        if not there:
            raise ModelUnavailable(
                f"{self._base_url} has no model. Add one (for Ollama: `ollama pull <model>`), "
                + OTHERWISE
            )
        self._model = self._model or there[0]
        import_module("langchain_openai")  # takes seconds, better here than in a question
        remote = "" if is_loopback(self._base_url) else self._base_url
        return ModelState("ready", self.label, goes_to=remote)


def list_models(base_url: str, api_key: str, *, timeout: float = PROBE_SECONDS) -> tuple[str, ...]:
    """The models that a server offers, in its order.

    Raises:
        ModelUnavailable: nothing answers, the key is refused, or the answer is no list.
    """
    try:
        response = httpx2.get(
            f"{base_url}/models",
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=timeout,
            trust_env=not is_loopback(base_url),
            follow_redirects=True,
        )
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
        raise ModelUnavailable(
            f"NOTEPROOF_OPENAI_BASE_URL={base_url} is no address ({error}). It looks like "
            "http://127.0.0.1:11434/v1."
        ) from error
    except httpx2.HTTPError as error:
        raise ModelUnavailable(
            f"Nothing answers at {base_url}. Start the server (for Ollama: `ollama serve`) or "
            "change NOTEPROOF_OPENAI_BASE_URL."
        ) from error
    _check(response, base_url)
    return _names(response, base_url)


def _check(response: httpx2.Response, base_url: str) -> None:
    if response.status_code in (401, 403):
        raise ModelUnavailable(
            f"{base_url} refused the key. Set NOTEPROOF_OPENAI_API_KEY to a valid one."
        )
    if response.status_code != 200:
        raise ModelUnavailable(
            f"{base_url}/models answered HTTP {response.status_code}. Check that "
            f"NOTEPROOF_OPENAI_BASE_URL ends as the server wants it, usually in /v1, {OTHERWISE}"
        )


def _names(response: httpx2.Response, base_url: str) -> tuple[str, ...]:
    try:
        return tuple(str(entry["id"]) for entry in response.json()["data"] or ())
    except (ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(
            f"{base_url}/models did not answer with a list of models. Check that "
            f"NOTEPROOF_OPENAI_BASE_URL is an OpenAI-compatible address, usually ending in /v1."
        ) from error


def _has(there: tuple[str, ...], wanted: str) -> bool:
    """Whether `wanted` is listed; Ollama lists `name:latest` for `name`."""
    return wanted in there or f"{wanted}:latest" in there
