"""A server's address: what of it may be shown, and what only its requests carry."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import quote

import httpx2
from pydantic import SecretStr

from core.errors import ModelUnavailable

LIKE = "It looks like http://127.0.0.1:11434/v1."
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Address:
    """`url` is without user info and query: those go with each request, as `auth` and `params`.

    `secrets` are the forms in which a server may echo them.
    """

    url: str
    auth: httpx2.BasicAuth | None
    params: httpx2.QueryParams
    secrets: tuple[SecretStr, ...] = ()

    def __repr__(self) -> str:
        return f"Address({self.url})"


def shown(url: str) -> str:
    """The address without user info and query; of what is none, nothing that may be a secret.

    >>> shown("https://me:secret@host/v1?api_key=secret")
    'https://host/v1'
    """
    parsed = _parsed(url)
    if parsed is None:
        return HIDDEN if any(mark in url for mark in "@?#") else url
    return _bare(parsed)


def read_address(url: str) -> Address:
    """Take an address apart.

    Raises:
        ModelUnavailable: it is none.
    """
    parsed = _parsed(url)
    if parsed is None:
        raise ModelUnavailable(f"NOTEPROOF_OPENAI_BASE_URL={shown(url)} is no address. {LIKE}")
    name, password = parsed.username, parsed.password
    auth = httpx2.BasicAuth(name, password) if name or password else None
    told = [name if not password else "", password, *parsed.params.values()]
    if auth:
        signed = next(auth.auth_flow(httpx2.Request("GET", _bare(parsed))))
        told.append(signed.headers["Authorization"].removeprefix("Basic "))
    forms = {form for value in told if value for form in (value, quote(value, safe=""))}
    secrets = tuple(SecretStr(form) for form in sorted(forms, key=len, reverse=True))
    return Address(_bare(parsed), auth, parsed.params, secrets)


def keep_addresses_out_of_logs() -> None:
    """The clients log the whole address of each request, and openai's also what is asked."""
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    logging.getLogger("openai").setLevel(logging.INFO)


def _bare(parsed: httpx2.URL) -> str:
    return str(parsed.copy_with(userinfo=b"", query=None, fragment=None)).rstrip("/")


def _parsed(url: str) -> httpx2.URL | None:
    try:
        parsed = httpx2.URL(url.strip())
    except httpx2.InvalidURL:
        return None
    usable = parsed.scheme in ("http", "https") and parsed.host and "%" not in parsed.host
    return parsed if usable and (parsed.port or 80) <= 65535 else None
