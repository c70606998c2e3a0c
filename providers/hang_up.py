"""Ends a request of boto3 at once, from any thread, even before the first byte of its answer.

boto3 waits in a thread that nothing can interrupt, and closing its stream waits for that thread.
What does end the wait is to shut the socket down; so each call knows its connection.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from contextvars import ContextVar
from http.client import HTTPConnection
from typing import Any

_LOCK = threading.Lock()


class Call:
    """One request, from its first byte to the end of its answer."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._socket: socket.socket | None = None
        self._ended = False

    def uses(self, connection: Any) -> None:
        """The request goes over this connection now; a pool may have lent it to others before."""
        with _LOCK:
            self._connection, self._socket = connection, connection.sock
            connection.call = self
            if self._ended:
                self._shut()

    def hang_up(self) -> None:
        """End it, now or as soon as it has a connection. Idempotent."""
        with _LOCK:
            self._ended = True
            if self._connection is not None and self._connection.call is self:
                self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # the other side was faster
                self._socket.shutdown(socket.SHUT_RDWR)


CALL: ContextVar[Call | None] = ContextVar("CALL", default=None)


def watch(client: Any) -> None:
    """Let requests of this client be hung up on: each belongs to the `CALL` it is made in."""
    from botocore.awsrequest import (
        AWSHTTPConnection,
        AWSHTTPConnectionPool,
        AWSHTTPSConnection,
        AWSHTTPSConnectionPool,
    )

    class Watched(HTTPConnection):
        call: Call | None = None

        def getresponse(self, *args: Any, **named: Any) -> Any:
            if call := CALL.get():
                call.uses(self)
            return super().getresponse(*args, **named)

    # botocore has no types, so that mypy takes its classes for Any.
    class Connection(Watched, AWSHTTPConnection):  # type: ignore[misc]
        pass

    class SecureConnection(Watched, AWSHTTPSConnection):  # type: ignore[misc]
        pass

    class Pool(AWSHTTPConnectionPool):  # type: ignore[misc]
        ConnectionCls = Connection

    class SecurePool(AWSHTTPSConnectionPool):  # type: ignore[misc]
        ConnectionCls = SecureConnection

    # boto3 has no public way to its connections; the version is pinned, the tests hang up.
    pools = client._endpoint.http_session._pool_classes_by_scheme
    pools.update({"http": Pool, "https": SecurePool})
