"""LangChain's client of an OpenAI-compatible server, as every such provider opens it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served. `timeout` is seconds to its next token; `remedy` ends errors."""

    base_url: str
    api_key: str = field(repr=False)
    model: str
    label: str
    remedy: str
    timeout: float
    extra_body: tuple[tuple[str, object], ...] = ()


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
    service that invented them refuses both at once, and gets its own.
    """
    from langchain.chat_models import init_chat_model
    from pydantic import SecretStr

    timeout = httpx2.Timeout(endpoint.timeout, connect=CONNECT_SECONDS)
    plain, asynchronous = _clients(timeout, proxied=not is_loopback(endpoint.base_url))
    body = dict(endpoint.extra_body)
    if httpx2.URL(endpoint.base_url).host != "api.openai.com":
        body["max_tokens"] = max_tokens
    return init_chat_model(
        endpoint.model,
        model_provider="openai",
        name=endpoint.label,
        metadata={"remedy": endpoint.remedy},
        base_url=endpoint.base_url,
        api_key=SecretStr(endpoint.api_key),
        temperature=temperature,
        max_completion_tokens=max_tokens,
        timeout=timeout,
        stream_chunk_timeout=None,  # its asyncio.wait_for can swallow a cancellation
        max_retries=0,
        stream_usage=True,
        use_responses_api=False,
        extra_body=body,
        http_client=plain,
        http_async_client=asynchronous,
    )


def _clients(timeout: httpx2.Timeout, *, proxied: bool) -> tuple[httpx2.Client, httpx2.AsyncClient]:
    """They keep no idle connections: those would outlive the model, and belong to one loop."""
    limits, context = httpx2.Limits(max_keepalive_connections=0), _certificates()
    return (
        httpx2.Client(timeout=timeout, limits=limits, trust_env=proxied, verify=context),
        httpx2.AsyncClient(timeout=timeout, limits=limits, trust_env=proxied, verify=context),
    )


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes longer than all else here."""
    return httpx2.create_ssl_context()
