"""A stand-in for AWS's STS: real HTTP on the loopback; it tells who asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.loopback import serving

ARN = "arn:aws:iam::123456789012:user/learner"


@dataclass
class StandIn:
    """What the server says next, and what it was asked."""

    status: int = 200
    body: str = (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<GetCallerIdentityResult><Arn>{ARN}</Arn></GetCallerIdentityResult>"
        "</GetCallerIdentityResponse>"
    )
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def standin_sts() -> Iterator[StandIn]:
    """Serve until the block ends."""
    standin = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            return None

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            standin.asked.append(self.rfile.read(length).decode())
            assert "Signature=" in self.headers["Authorization"]
            body = standin.body.encode()
            self.send_response(standin.status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler, threading.Event()) as port:
        standin.port = port
        yield standin
