"""The models that an OpenAI-compatible server lists: the first thing that it is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx2

from core.errors import ModelBusy, ModelUnavailable
from providers.addresses import Address, keep_addresses_out_of_logs, read_address
from providers.client import certificates, is_loopback
from providers.pauses import advice, asked_pause
from providers.unreachable import why_unreachable

PROBE_SECONDS = 5.0
OTHERWISE = "or set NOTEPROOF_LLM=embedded or none."


def check_settings(base_url: str, api_key: str) -> Address:
    """Look at what is set, without asking the server.

    Raises:
        ModelUnavailable: the address is none, or no request can carry the key.
    """
    address = read_address(base_url)
    if not (api_key.isascii() and api_key.isprintable()) or api_key != api_key.strip():
        raise ModelUnavailable(
            "NOTEPROOF_OPENAI_API_KEY holds a space, a line break or a letter that no key has. "
            "Copy the key again."
        )
    return address


def list_models(base_url: str, api_key: str, *, timeout: float = PROBE_SECONDS) -> tuple[str, ...]:
    """The models that a server offers, in its order; `timeout` is in seconds.

    Raises:
        ModelUnavailable: nothing answers, the key is refused, or the answer is no list.
    """
    address = check_settings(base_url, api_key)
    keep_addresses_out_of_logs()
    try:
        response = httpx2.get(
            f"{address.url}/models",
            headers={"Authorization": f"Bearer {api_key or 'none'}"},
            auth=address.auth,
            params=address.params or None,
            timeout=timeout,
            trust_env=not is_loopback(address.url),
            verify=certificates(),
            follow_redirects=True,
        )
    except httpx2.HTTPError as error:
        raise ModelUnavailable(_unanswered(error, address.url)) from error
    _check(response, address.url)
    return _names(response, address.url)


def _unanswered(error: httpx2.HTTPError, base_url: str) -> str:
    if line := why_unreachable(error, base_url):
        return line
    if isinstance(error, httpx2.TimeoutException):
        return (
            f"{base_url} takes connections, but kept silent for too long. Look at that server's "
            f"log and start it again, {OTHERWISE}"
        )
    if isinstance(error, httpx2.TooManyRedirects | httpx2.UnsupportedProtocol):
        return (
            f"{base_url} sends its askers elsewhere. Set NOTEPROOF_OPENAI_BASE_URL to the address "
            "where the server itself is, usually ending in /v1."
        )
    return (
        f"Nothing answers at {base_url}. Start the server (for Ollama: `ollama serve`) or "
        "change NOTEPROOF_OPENAI_BASE_URL."
    )


def _check(response: httpx2.Response, base_url: str) -> None:
    status = response.status_code
    if status in (401, 403):
        raise ModelUnavailable(
            f"{base_url} refused the key. Set NOTEPROOF_OPENAI_API_KEY to a valid one."
        )
    if status == 429 or status >= 500:
        after = asked_pause(response.headers, datetime.now(UTC))
        raise ModelBusy(
            f"{base_url} cannot serve at this moment (HTTP {status}). {advice(after)} and ask "
            f"again, {OTHERWISE}",
            after=after,
        )
    if status != 200:
        raise ModelUnavailable(
            f"{base_url}/models answered HTTP {status}. Check that "
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
