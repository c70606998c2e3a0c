"""The model that runs inside Noteproof: llama.cpp's own server on the loopback."""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import MalformedOutput, ModelUnavailable
from providers.base import ModelState
from providers.client import Endpoint, open_chat
from providers.model_files import ModelFile, fetch, status
from providers.readiness import Readiness
from providers.streaming import complete_text, hang_up
from providers.traits import SMALL

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONTEXT_TOKENS = 4096
# A prompt is read in batches, and a closed stream is noticed between them only: with the
# engine's 2048 a stopped prompt of 850 tokens blocks the next for 22 s, with 64 for 2 s, and
# reading is as fast.
BATCH_TOKENS = 64
# Prompts that share a prefix with an earlier one are read from where they differ. This memory
# keeps prefixes that alternate: 28 KB a token, so some 9,000 tokens.
CACHE_MB = 256


class EmbeddedProvider:
    """Serves the model file; fetches it first where it `may_fetch`, else stays `missing` without.

    >>> provider = EmbeddedProvider(QWEN, folder, url)  # doctest: +SKIP
    >>> provider.start()
    >>> provider.wait().phase
    'ready'
    """

    traits = SMALL

    def __init__(
        self,
        file: ModelFile,
        folder: Path,
        url: str,
        *,
        threads: int = 0,
        timeout: float = 60.0,
        may_fetch: bool = True,
    ) -> None:
        self.label = f"{file.name.removesuffix('.gguf').split('-instruct')[0]} (embedded)"
        self._file, self._folder, self._url = file, folder, url
        self._threads = threads or os.cpu_count() or 1
        self._timeout = timeout
        self.may_fetch = may_fetch
        self._stop = threading.Event()
        self._server: Any = None
        self._endpoint: Endpoint | None = None
        there = status(file, folder).phase == "present"
        self._readiness = Readiness(
            ModelState("missing", "not started" if there else "not fetched")
        )

    def state(self) -> ModelState:
        return self._readiness.get()

    def start(self) -> None:
        self._stop.clear()
        there = status(self._file, self._folder).phase == "present"
        if not there and not self.may_fetch:
            return
        first = ModelState("loading", "loading") if there else ModelState("fetching", "fetching", 0)
        self._readiness.run(self._get_ready, first)

    def wait(self, timeout: float | None = None) -> ModelState:
        return self._readiness.wait(timeout)

    def chat_model(self, *, max_tokens: int, temperature: float = 0.0) -> BaseChatModel:
        state, endpoint = self.state(), self._endpoint
        if endpoint is None or state.phase != "ready":
            not_yet = f"The embedded model is not ready ({state.detail}): wait and ask again."
            raise ModelUnavailable(state.detail if state.phase == "failed" else not_yet)
        return open_chat(endpoint, max_tokens=max_tokens, temperature=temperature)

    def close(self) -> None:
        self._stop.set()
        self._readiness.wait(None)
        if self._endpoint is not None:
            hang_up(self.label)
            _until_free(self._endpoint)
        self._server, self._endpoint = None, None
        self._readiness.set(ModelState("missing", "closed"))

    def _get_ready(self) -> ModelState:
        path = fetch(
            self._file, self._folder, self._url, on_progress=self._show_fetching, stop=self._stop
        )
        self._readiness.set(ModelState("loading", "loading"))
        secret = secrets.token_urlsafe()
        self._server = serve(path, secret, self._threads)
        self._endpoint = Endpoint(
            base_url=f"{self._server.listening_address}/v1",
            api_key=secret,
            model=self._file.name,
            label=self.label,
            remedy="Restart Noteproof; if it happens again, set NOTEPROOF_LLM=none.",
            timeout=self._timeout,
            extra_body=(("cache_prompt", True),),
        )
        import_module("langchain_openai")  # takes seconds, better here than in a question
        return ModelState("ready", self.label)

    def _show_fetching(self, done: int, total: int) -> None:
        share = done / total
        self._readiness.set(ModelState("fetching", f"fetching {share:.0%}", share))


def _until_free(endpoint: Endpoint) -> None:
    """Wait until the engine has noticed that nobody listens: it reads a prompt in batches.

    Closed before, it would wait for its stream for half a minute. It works for one at a time, so
    that its answer to the next means that it is free.
    """
    from langchain_core.messages import HumanMessage

    with suppress(ModelUnavailable, MalformedOutput):
        complete_text(open_chat(endpoint, max_tokens=1, temperature=0.0), [HumanMessage("-")])


def serve(path: Path, secret: str, threads: int) -> Any:
    """A running server; it stops when the object goes.

    Raises:
        ModelUnavailable: the engine is not installed, or cannot load the file.
    """
    try:
        xllamacpp = import_module("xllamacpp")
    except ImportError as error:
        raise ModelUnavailable(
            f"The embedded engine cannot be imported ({error}). Run `make run` again, or set "
            "NOTEPROOF_LLM=openai or none."
        ) from error
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [secret]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.n_parallel, params.n_ctx = 1, CONTEXT_TOKENS
    params.n_batch = params.n_ubatch = BATCH_TOKENS
    params.cache_ram_mib = CACHE_MB
    params.verbosity, params.ui, params.endpoint_slots = -1, False, False
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelUnavailable(
            f"The model {path.name} could not be loaded ({error}). Close other programs if memory "
            "is short, or set NOTEPROOF_LLM=none."
        ) from error
