"""A stand-in for an OpenAI-compatible server: real HTTP on the loopback, failing on demand."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal

from tests.loopback import serving

Mode = Literal[
    "ok",
    "dies",  # connection reset after two tokens
    "ends",  # a clean end after two tokens, without a finish_reason
    "garbage",  # broken JSON inside the stream
    "shape",  # `surprise`: JSON, but not a completion
    "html",  # a web page
    "error_event",  # an error inside the stream
    "slow",  # silent after two tokens
    "silent",  # silent before the first token
    "401",
    "404",
    "429",
    "500",
    "too_long",
]
REFUSALS: dict[str, tuple[int, str]] = {
    "401": (401, "Invalid API key"),
    "404": (404, "model 'x' not found"),
    "429": (429, "slow down"),
    "500": (500, "internal error"),
    "too_long": (400, "request (9000 tokens) exceeds the available context size (4096 tokens)"),
}


@dataclass
class StandIn:
    """What the server does next, and what it has seen."""

    mode: Mode = "ok"
    modes: list[Mode] = field(default_factory=list)  # of the next answers; the last one stays
    answer: tuple[str, ...] = ("Amazon", " S3", " stores", " objects", ".")
    models: tuple[str, ...] = ("small", "large")
    surprise: str = "[1]"
    script: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    mind: Callable[[list[str]], tuple[str, ...]] | None = None  # prompt's turns -> pieces
    models_body: bytes | None = None
    refusal: tuple[int, str] | None = None  # status and body of every answer to a question
    refusal_headers: dict[str, str] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    scheme: str = "http"
    port: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)

    @property
    def base_url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/v1"


@contextmanager
def standin_openai(mode: Mode = "ok", tls: ssl.SSLContext | None = None) -> Iterator[StandIn]:
    """Serve until the block ends; then `base_url` is an address where nothing answers."""
    standin = StandIn(mode, scheme="https" if tls else "http")
    with serving(_handler(standin), standin.released, tls) as port:
        standin.port = port
        yield standin


def _event(text: str, finish: str | None = None, logprobs: bool = False) -> dict[str, Any]:
    choice: dict[str, Any] = {
        "index": 0,
        "delta": {"role": "assistant", "content": text},
        "finish_reason": finish,
    }
    if logprobs and text:
        top = [{"token": text, "logprob": -0.1}, {"token": "?", "logprob": -2.5}]
        choice["logprobs"] = {"content": [{"token": text, "logprob": -0.1, "top_logprobs": top}]}
    return {"id": "1", "object": "chat.completion.chunk", "model": "small", "choices": [choice]}


def _answer(standin: StandIn, request: dict[str, Any]) -> tuple[str, ...]:
    """What the script says to the system prompt; loud when it has nothing on it."""
    if standin.mind:
        return standin.mind([str(message["content"]) for message in request["messages"]])
    if not standin.script:
        return standin.answer
    told = str(request["messages"][0]["content"])
    found = next((reply for part, reply in standin.script if part in told), None)
    assert found is not None, f"the script has no reply to: {told}"
    return found


def _handler(standin: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            return None

        def do_GET(self) -> None:
            standin.paths.append(self.path)
            standin.keys.append(self.headers.get("Authorization", ""))
            if standin.mode in REFUSALS:
                return self._refuse()
            listed = {"object": "list", "data": [{"id": name} for name in standin.models]}
            body = json.dumps(listed).encode()
            return self._send(200, standin.models_body if standin.models_body else body)

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            request = json.loads(self.rfile.read(length))
            standin.requests.append(request)
            standin.paths.append(self.path)
            if standin.modes:
                standin.mode = standin.modes.pop(0)
            standin.keys.append(self.headers.get("Authorization", ""))
            if standin.refusal:
                status, said = standin.refusal
                kind = "text/html" if said.startswith("<") else "application/json"
                return self._send(status, said.encode(), kind)
            if standin.mode in REFUSALS:
                return self._refuse()
            if standin.mode == "html":
                return self._send(200, b"<html><h1>Welcome</h1></html>", "text/html")
            try:
                self._stream(request)
            except (BrokenPipeError, ConnectionResetError):
                standin.hung_up.set()
            return None

        def _stream(self, request: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            if standin.mode != "ends":
                self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.close_connection = True
            for n, text in enumerate(_answer(standin, request)):
                if standin.mode == "silent" or (n == 2 and standin.mode != "ok"):
                    return self._misbehave()
                self._data(json.dumps(_event(text, logprobs=bool(request.get("logprobs")))))
            self._data(json.dumps(_event("", "stop")))
            usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
            self._data(json.dumps({"id": "1", "choices": [], "usage": usage}))
            return self._data("[DONE]")

        def _misbehave(self) -> None:
            if standin.mode == "garbage":
                self._data('{"id": "1", "choices": [{"del')
            elif standin.mode == "shape":
                self._data(standin.surprise)
            elif standin.mode == "error_event":
                self._data('{"error": {"message": "the GPU fell out"}}')
            elif standin.mode in ("slow", "silent"):
                self._wait_for_hang_up()

        def _wait_for_hang_up(self) -> None:
            """Comment lines are no tokens; writing them tells when the client has gone."""
            while not standin.released.is_set():
                self.connection.setblocking(False)
                try:
                    gone = self.connection.recv(1) == b""
                except BlockingIOError:
                    gone = False
                self.connection.setblocking(True)
                if gone:
                    standin.hung_up.set()
                    return
                time.sleep(0.01)

        def _data(self, payload: str) -> None:
            self.wfile.write(f"data: {payload}\n\n".encode())
            self.wfile.flush()

        def _refuse(self) -> None:
            status, message = REFUSALS[standin.mode]
            error = {"error": {"message": message, "type": "error", "code": status}}
            self._send(status, json.dumps(error).encode())

        def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in standin.refusal_headers.items() if status >= 400 else ():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler
