"""Why a server could not be reached, as one line with the remedy."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx2


def why_unreachable(error: BaseException, name: str) -> str:
    """One line for what the certificate, the name, the proxy or the network is to blame for.

    Empty when none of them is: then nothing listens, or the server broke off.
    """
    causes = tuple(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return (
            f"The certificate of {name} cannot be verified. If it is your own or your company's, "
            "set SSL_CERT_FILE to the file of its certificates."
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return (
            f"{name} does not speak https as it should. If it is a plain server, let "
            "NOTEPROOF_OPENAI_BASE_URL begin with http://."
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return (
            f"The network knows no server of the name in {name}. Check "
            "NOTEPROOF_OPENAI_BASE_URL and the network."
        )
    if any(isinstance(cause, httpx2.ProxyError) for cause in causes):
        return (
            f"The proxy of your environment does not let {name} through. Check HTTPS_PROXY and "
            "NO_PROXY."
        )
    if any(isinstance(cause, httpx2.ConnectTimeout) for cause in causes):
        return f"{name} cannot be reached in time. Check the network, then ask again."
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        yield error
        seen.add(id(error))
        error = error.__cause__ or error.__context__
