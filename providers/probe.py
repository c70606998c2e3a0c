"""Which model servers answer on this machine, and whether a model does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx2

from core.errors import MalformedOutput, ModelUnavailable
from providers.base import ChatProvider
from providers.openai_compatible import list_models
from providers.streaming import stream_text

SECONDS = 1.0
TRIAL_TOKENS = 16


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server may be. `api_key` is sent there and nowhere else."""

    name: str
    base_url: str
    api_key: str = "none"


@dataclass(frozen=True, slots=True)
class Server:
    """One that answered, or was asked for by name: its models, or why it has none to offer."""

    name: str
    base_url: str
    models: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A model that answered: its first words, and how long it took to get ready and to say them."""

    label: str
    text: str
    ready_ms: float
    first_token_ms: float


USUAL = (
    Address("Ollama", "http://127.0.0.1:11434/v1"),
    Address("LM Studio", "http://127.0.0.1:1234/v1"),
    Address("llama-server", "http://127.0.0.1:8080/v1"),
    Address("vLLM", "http://127.0.0.1:8000/v1"),
)


def find_servers(
    named: Address, usual: Sequence[Address] = USUAL, *, timeout: float = SECONDS
) -> tuple[Server, ...]:
    """The named server, whatever became of it, then the usual ones that answer; asked at once."""
    others = [address for address in usual if _place(address) != _place(named)]
    with ThreadPoolExecutor(len(others) + 1) as pool:
        asked = tuple(pool.map(lambda address: _ask(address, timeout), [named, *others]))
    return tuple(server for n, (server, answers) in enumerate(asked) if answers or n == 0)


def _place(address: Address) -> str:
    return address.base_url.rstrip("/").replace("//localhost", "//127.0.0.1")


def _ask(address: Address, timeout: float) -> tuple[Server, bool]:
    """What a server says, and whether anything answers there."""
    base_url = address.base_url.rstrip("/")
    try:
        listed = list_models(base_url, address.api_key, timeout=timeout)
    except ModelUnavailable as error:
        silent = isinstance(error.__cause__, httpx2.HTTPError | httpx2.InvalidURL)
        return Server(address.name, base_url, problem=str(error)), not silent
    models = tuple(name for name in listed if name.isprintable())
    problem = "" if models else "It has no model yet."
    return Server(address.name, base_url, models, problem), True


def try_out(provider: ChatProvider, *, clock: Callable[[], float] = time.perf_counter) -> Trial:
    """Start a model and ask for a word.

    Its few tokens are read to their end: the embedded engine takes 30 s to close on a call that
    was hung up a moment before.

    Raises:
        ModelUnavailable: it does not get ready, or fails.
        MalformedOutput: it answers without a word.
    """
    from langchain_core.messages import HumanMessage

    began = clock()
    provider.start()
    provider.wait()
    model = provider.chat_model(max_tokens=TRIAL_TOKENS)
    ready = clock()
    said, text = 0.0, ""
    for chunk in stream_text(model, [HumanMessage("Say OK.")]):
        text += chunk.text
        said = said or (clock() if text.strip() else 0.0)
    if not said:
        raise MalformedOutput(f"{provider.label} answered without a word. Set another model.")
    words = " ".join(text.split())
    return Trial(provider.label, words, (ready - began) * 1e3, (said - ready) * 1e3)
