"""moto's S3 on the loopback, which records every request and refuses those it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

REFUSAL = "<?xml version='1.0'?><Error><Code>{code}</Code><Message>no {key}</Message>{more}</Error>"


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@dataclass
class StandInS3:
    """Records what is `asked`.

    `refusals`: path -> (status, code, more XML), for GET. `before`: path -> what is called once,
    ahead of the next request for it.
    """

    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    refusals: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    before: dict[str, Callable[[], Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.asked.append((method, path))
        self.before.pop(path, lambda: None)()
        if method != "GET" or path not in self.refusals:
            return self._moto(environ, start)
        status, code, more = self.refusals[path]
        signed = environ.get("HTTP_AUTHORIZATION", "")
        start(status, [("Content-Type", "application/xml")])
        return [REFUSAL.format(code=code, key=signed, more=more).encode()]

    @property
    def _backend(self) -> Any:
        return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]

    def create(self, bucket: str) -> None:
        self._backend.create_bucket(bucket, "us-east-1")

    def put(self, bucket: str, objects: dict[str, str | bytes]) -> None:
        for key, body in objects.items():
            data = body.encode() if isinstance(body, str) else body
            self._backend.put_object(bucket, key, data)

    def remove(self, bucket: str, key: str) -> None:
        self._backend.delete_object(bucket, key)

    def read(self) -> list[str]:
        """The objects that were read since the last call."""
        paths = [path for _, path in self.asked if path.count("/") > 1]
        self.asked.clear()
        return paths


@contextmanager
def standin_s3(bucket: str) -> Iterator[StandInS3]:
    """A server with one empty bucket."""
    s3_backends.reset()
    standin = StandInS3()
    server = make_server("127.0.0.1", 0, standin, threaded=True, request_handler=Quiet)
    standin.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        standin.create(bucket)
        yield standin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
