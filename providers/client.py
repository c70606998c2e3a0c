"""LangChain's client of an OpenAI-compatible server, as every such provider opens it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import httpx2

from core.errors import ModelUnavailable
from providers.addresses import Address, keep_addresses_out_of_logs, read_address
from providers.dialects import THINKS
from providers.traits import SMALL, ModelTraits

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served. `timeout` is seconds to its next token; `remedy` ends errors."""

    base_url: str = field(repr=False)
    api_key: str = field(repr=False)
    model: str
    label: str
    remedy: str
    timeout: float
    extra_body: tuple[tuple[str, object], ...] = ()
    traits: ModelTraits = SMALL


def is_loopback(url: str) -> bool:
    """Whether the server is this machine: then no proxy of the environment may stand between."""
    host = httpx2.URL(url).host
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_chat(endpoint: Endpoint, *, max_tokens: int, temperature: float) -> BaseChatModel:
    """A streaming chat model. Retries are off: the next lower rung is the retry.

    `max_tokens` is sent under both of its names, for servers know the one or the other; the
    service that invented them refuses both at once, and gets its own. A model that thinks gets
    room for its thoughts.

    Raises:
        ModelUnavailable: the base URL is no address, or the certificates cannot be read.
    """
    from langchain.chat_models import init_chat_model
    from pydantic import SecretStr

    timeout = httpx2.Timeout(endpoint.timeout, connect=CONNECT_SECONDS)
    address = read_address(endpoint.base_url)
    plain, asynchronous = _clients(timeout, address)
    keep_addresses_out_of_logs()
    body, traits = dict(endpoint.extra_body), endpoint.traits
    room = traits.room(max_tokens)
    if httpx2.URL(address.url).host != "api.openai.com" and not traits.bare:
        body["max_tokens"] = room
    return init_chat_model(
        endpoint.model,
        model_provider="openai",
        name=endpoint.label,
        metadata={
            "remedy": endpoint.remedy,
            "secrets": address.secrets,
            THINKS: traits.reasons,
        },
        base_url=address.url,
        api_key=SecretStr(endpoint.api_key),
        temperature=None if traits.bare else temperature,
        max_completion_tokens=room,
        timeout=timeout,
        stream_chunk_timeout=None,  # its asyncio.wait_for can swallow a cancellation
        max_retries=0,
        stream_usage=True,
        use_responses_api=False,
        extra_body=body,
        http_client=plain,
        http_async_client=asynchronous,
    )


def _clients(timeout: httpx2.Timeout, address: Address) -> tuple[httpx2.Client, httpx2.AsyncClient]:
    """They keep no idle connections: those would outlive the model, and belong to one loop."""
    options: dict[str, Any] = {
        "timeout": timeout,
        "limits": httpx2.Limits(max_keepalive_connections=0),
        "trust_env": not is_loopback(address.url),
        "verify": certificates(),
        "auth": address.auth,
        "params": address.params,
    }
    return httpx2.Client(**options), httpx2.AsyncClient(**options)


@cache
def certificates() -> ssl.SSLContext:
    """Read once: it takes longer than all else here.

    Raises:
        ModelUnavailable: what the environment names as the file of certificates is none.
    """
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        raise ModelUnavailable(
            "The file that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read as certificates. Set "
            "it to one that can, or to nothing."
        ) from error
