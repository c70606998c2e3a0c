"""What every test stands on: no network, none of the developer's settings, the shared folder."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from core.settings import PREFIX, Settings
from tests.clock import PATIENCE

if TYPE_CHECKING:
    from retrieval.embedder import SentenceEmbedder

hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

KEPT = {"NOTEPROOF_MODELS"}
SHARED = Path(__file__).resolve().parents[2] / "shared"
LOCAL_NAMES = {"", "localhost", "ip6-localhost"}


class NetworkBlocked(RuntimeError):
    """A test tried to leave this machine. No code under test catches it."""


class _Guard:
    """Stands in for what opens connections; lets everything through while `open`."""

    def __init__(self) -> None:
        self.open = False
        self._connect = socket.socket.connect
        self._connect_ex = socket.socket.connect_ex
        self._sendto = socket.socket.sendto
        self._getaddrinfo = socket.getaddrinfo

    def install(self, patch: pytest.MonkeyPatch) -> None:
        guard = self

        def connect(self: socket.socket, address: Any) -> None:
            guard.check(self.family, address)
            guard._connect(self, address)

        def connect_ex(self: socket.socket, address: Any) -> int:
            guard.check(self.family, address)
            return guard._connect_ex(self, address)

        def sendto(self: socket.socket, data: Any, *rest: Any) -> int:
            guard.check(self.family, rest[-1])
            return guard._sendto(self, data, *rest)

        def getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else host or ""
            guard.check(socket.AF_INET, (name, 0))
            return guard._getaddrinfo(host, *rest, **named)

        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        patch.setattr(socket.socket, "sendto", sendto)
        patch.setattr(socket, "getaddrinfo", getaddrinfo)

    def check(self, family: int, address: Any) -> None:
        if self.open or family not in (socket.AF_INET, socket.AF_INET6):
            return
        host = str(address[0])
        if host not in LOCAL_NAMES and not _is_loopback(host):
            raise NetworkBlocked(f"A test must not reach {host}: only the loopback is open.")


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture(scope="session", autouse=True)
def _guard() -> Iterator[_Guard]:
    """Closes the network, and takes the developer's settings away from the whole session."""
    guard = _Guard()
    with pytest.MonkeyPatch.context() as patch:
        guard.install(patch)
        for name in list(os.environ):
            if name in ("PORT", "HOST") or (name.startswith(PREFIX) and name not in KEPT):
                patch.delenv(name)
        patch.setitem(Settings.model_config, "env_file", None)
        yield guard


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    """What the program gives up after a few seconds, a busy machine may not answer so soon.

    A test that is about such a limit sets its own. Of a call that is made again, only the pauses
    count, so that their number does not hang on the machine.
    """
    import tenacity

    from providers.listing import list_models
    from providers.probe import find_servers

    with pytest.MonkeyPatch.context() as patch:
        for function in (list_models, find_servers):
            patch.setitem(function.__kwdefaults__, "timeout", PATIENCE)
        patch.setattr("providers.identity.SECONDS", PATIENCE)
        pauses = property(lambda state: state.idle_for)
        patch.setattr(tenacity.RetryCallState, "seconds_since_start", pauses)
        yield


@pytest.fixture(autouse=True)
def _network(request: pytest.FixtureRequest, _guard: _Guard) -> Iterator[None]:
    """Opens the network for a test that may have to fetch what it needs."""
    _guard.open = any(request.node.get_closest_marker(name) for name in ("model", "browser"))
    yield
    _guard.open = False


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real notes and questions beside the project; without it, a skip."""
    if not (SHARED / "notes").is_dir():
        pytest.skip("needs the folder ../shared with real notes and questions, which is absent")
    return SHARED


@pytest.fixture(scope="session")
def embedder() -> SentenceEmbedder:
    """The real embedding model, loaded once; for tests marked `embedding`."""
    from retrieval.embedder import SentenceEmbedder

    model = SentenceEmbedder()
    model.load()
    return model
