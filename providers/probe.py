"""Which model servers answer on this machine, and whether a model does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx2

from core.errors import MalformedOutput, ModelUnavailable
from core.settings import Settings
from providers import make_rung
from providers.addresses import shown
from providers.base import ChatProvider
from providers.bedrock import BedrockProvider
from providers.ledger import Ledger
from providers.listing import check_settings, list_models
from providers.streaming import stream_text

SECONDS = 1.0
TRIAL_TOKENS = 16


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server may be. `api_key`, and what `base_url` holds of one, go there only."""

    name: str
    base_url: str = field(repr=False)
    api_key: str = field(default="none", repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    """One that answered, or was asked for by name: its models, or why it has none to offer.

    `base_url` may be shown.
    """

    name: str
    base_url: str
    models: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A model that answered: its first words, and how long it took to get ready and to say them.

    `who` is the AWS identity that asked, where there is one and it can be found out.
    """

    label: str
    text: str
    ready_ms: float
    first_token_ms: float
    who: str = ""


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
    return shown(address.base_url).replace("//localhost", "//127.0.0.1")


def _ask(address: Address, timeout: float) -> tuple[Server, bool]:
    """What a server says, and whether anything answers there."""
    base_url = shown(address.base_url)
    try:
        listed = list_models(address.base_url, address.api_key, timeout=timeout)
    except ModelUnavailable as error:
        silent = isinstance(error.__cause__, httpx2.HTTPError)
        return Server(address.name, base_url, problem=str(error)), not silent
    models = tuple(name for name in listed if name.isprintable())
    problem = "" if models else "It has no model yet."
    return Server(address.name, base_url, models, problem), True


def wrong_setting(settings: Settings) -> str:
    """Why the model that is set can never start, as one line with the remedy; empty if it may.

    Nobody is asked for that: it may still fail once it is.
    """
    if settings.llm == "openai":
        try:
            key = settings.openai_api_key.get_secret_value()
            check_settings(settings.openai_base_url, key)
        except ModelUnavailable as error:
            return str(error)
    if settings.llm == "bedrock" and not settings.bedrock_model:
        provider = make_rung(settings)
        provider.start()
        return provider.wait().detail
    return ""


def try_out(
    provider: ChatProvider,
    *,
    ledger: Ledger | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Trial:
    """Start a model and ask for a word; the call is counted in `ledger`.

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
    model = (ledger or Ledger()).watch(model, provider.state().goes_to)
    ready = clock()
    said, text = 0.0, ""
    for chunk in stream_text(model, [HumanMessage("Say OK.")]):
        text += chunk.text
        said = said or (clock() if text.strip() else 0.0)
    if not said:
        raise MalformedOutput(f"{provider.label} answered without a word. Set another model.")
    words = " ".join(text.split())
    who = provider.who() if isinstance(provider, BedrockProvider) else ""
    return Trial(provider.label, words, (ready - began) * 1e3, (said - ready) * 1e3, who)
