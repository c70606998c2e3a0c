"""A stand-in for Amazon Bedrock: real HTTP on the loopback, failing on demand."""

from __future__ import annotations

import json
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal
from urllib.parse import unquote

from tests.loopback import serving
from tests.standin_bedrock_embeddings import embeddings
from tests.standin_bedrock_tools import filled, forced_tool, tool_start

Mode = Literal[
    "ok",
    "cut",  # the connection ends after two pieces, in the middle of a frame
    "ends",  # a clean end after two pieces, without the word why
    "half",  # a clean end in the middle of a frame
    "garbled",  # a frame with a wrong checksum
    "text",  # a body that is no event stream
    "shape",  # a well-formed frame that holds no JSON
    "exception",  # `exception` inside the stream
    "slow",  # silent after two pieces
    "headers",  # silent after the headers
    "silent",  # silent before the headers
]


@dataclass
class StandIn:
    """What the server does next, and what it has seen."""

    mode: Mode = "ok"
    answer: tuple[str, ...] = ("Amazon", " S3", " stores", " objects", ".")
    mind: Callable[[list[str]], tuple[str, ...]] | None = None  # prompt's turns -> pieces
    tool_input: tuple[str, ...] | None = None  # of a forced tool; None: the answer, filled in
    ignores_tools: bool = False
    thoughts: tuple[str, ...] = ()
    stop_reason: str = "end_turn"
    refusal: tuple[int, str, str] | None = None  # status, error type, message
    throttled: int = 0  # so many requests more are
    refusal_headers: dict[str, str] = field(default_factory=dict)
    refusals: int | None = None  # so many, then it answers; None: it always refuses
    exception: tuple[str, str] = ("throttlingException", "Too many requests")
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    port: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def standin_bedrock(mode: Mode = "ok") -> Iterator[StandIn]:
    """Serve until the block ends; then `url` is an address where nothing answers."""
    standin = StandIn(mode)
    with serving(_handler(standin), standin.released) as port:
        standin.port = port
        yield standin


def frame(headers: dict[str, str], payload: bytes) -> bytes:
    """One message of `application/vnd.amazon.eventstream`, with both of its checksums."""
    packed = b"".join(
        struct.pack("!B", len(name))
        + name.encode()
        + struct.pack("!BH", 7, len(value))
        + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack("!II", 16 + len(packed) + len(payload), len(packed))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + packed + payload
    return message + struct.pack("!I", zlib.crc32(message))


def event(kind: str, payload: dict[str, Any]) -> bytes:
    headers = {
        ":event-type": kind,
        ":content-type": "application/json",
        ":message-type": "event",
    }
    return frame(headers, json.dumps(payload).encode())


def _delta(index: int, delta: dict[str, Any]) -> bytes:
    return event("contentBlockDelta", {"contentBlockIndex": index, "delta": delta})


def _answer(standin: StandIn, request: dict[str, Any]) -> tuple[str, ...]:
    if standin.mind is None:
        return standin.answer
    blocks = [*request["system"], *(b for m in request["messages"] for b in m["content"])]
    return standin.mind([block["text"] for block in blocks if "text" in block])


def _handler(standin: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            return None

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            request = json.loads(self.rfile.read(length))
            standin.requests.append(request)
            standin.headers.append(dict(self.headers.items()))
            standin.paths.append(unquote(self.path))
            if standin.refusal and standin.refusals != 0:
                standin.refusals = standin.refusals and standin.refusals - 1
                return self._refuse(*standin.refusal)
            if standin.throttled > 0:
                standin.throttled -= 1
                return self._refuse(429, "ThrottlingException", "Too many requests, please wait.")
            if standin.mode == "silent":
                return self._wait_for_hang_up()
            if self.path.endswith("/converse"):
                return self._whole()
            if self.path.endswith("/invoke"):
                return self._embed(request)
            assert self.path.endswith("/converse-stream"), self.path
            try:
                self._stream(_answer(standin, request), request)
            except (BrokenPipeError, ConnectionResetError):
                standin.hung_up.set()
            return None

        def _whole(self) -> None:
            content = [{"text": "".join(standin.answer)}]
            body = {
                "output": {"message": {"role": "assistant", "content": content}},
                "stopReason": standin.stop_reason,
                "usage": {"inputTokens": 7, "outputTokens": 5, "totalTokens": 12},
                "metrics": {"latencyMs": 1},
            }
            self._send(200, {}, json.dumps(body).encode())

        def _embed(self, request: dict[str, Any]) -> None:
            try:
                answer = embeddings(unquote(self.path).split("/")[2], request)
            except ValueError as error:
                return self._refuse(400, "ValidationException", str(error))
            body = b"<html>proxy</html>" if standin.mode == "text" else json.dumps(answer).encode()
            return self._send(200, {}, body)

        def _stream(self, pieces: tuple[str, ...], request: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/vnd.amazon.eventstream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            if standin.mode == "headers":
                return self._wait_for_hang_up()
            self._chunk(event("messageStart", {"role": "assistant"}))
            for thought in standin.thoughts:
                self._chunk(_delta(0, {"reasoningContent": {"text": thought}}))
            index, reason = int(bool(standin.thoughts)), standin.stop_reason
            if index:
                self._chunk(event("contentBlockStop", {"contentBlockIndex": 0}))
            deltas = [_delta(index, {"text": piece}) for piece in pieces]
            tool = None if standin.ignores_tools else forced_tool(request)
            if tool:
                self._chunk(event("contentBlockStart", tool_start(tool)))
                told = filled(tool, "".join(pieces))
                given = told if standin.tool_input is None else standin.tool_input
                deltas = [_delta(0, {"toolUse": {"input": piece}}) for piece in given]
                reason = "tool_use" if reason == "end_turn" else reason
            for n, delta in enumerate(deltas):
                if n == 2 and standin.mode != "ok":
                    return self._misbehave(delta)
                self._chunk(delta)
            self._chunk(event("contentBlockStop", {"contentBlockIndex": index}))
            self._chunk(event("messageStop", {"stopReason": reason}))
            usage = {"inputTokens": 7, "outputTokens": 5, "totalTokens": 12}
            self._chunk(event("metadata", {"usage": usage, "metrics": {"latencyMs": 1}}))
            return self._chunk(b"")

        def _misbehave(self, next_frame: bytes) -> None:
            if standin.mode == "slow":
                return self._wait_for_hang_up()
            if standin.mode == "cut":
                self.wfile.write(f"{len(next_frame):x}\r\n".encode() + next_frame[:20])
                self.close_connection = True
                return None
            if standin.mode == "exception":
                kind, message = standin.exception
                headers = {
                    ":exception-type": kind,
                    ":content-type": "application/json",
                    ":message-type": "exception",
                }
                self._chunk(frame(headers, json.dumps({"message": message}).encode()))
            elif standin.mode == "half":
                self._chunk(next_frame[:20])
            elif standin.mode == "garbled":
                self._chunk(next_frame[:-1] + bytes([next_frame[-1] ^ 1]))
            elif standin.mode == "text":
                self._chunk(b"<html><h1>Welcome to the proxy of your company</h1></html>")
            elif standin.mode == "shape":
                headers = {":event-type": "contentBlockDelta", ":message-type": "event"}
                self._chunk(frame(headers, b"[1"))
            return self._chunk(b"")

        def _wait_for_hang_up(self) -> None:
            self.close_connection = True
            while not standin.released.is_set():
                self.connection.setblocking(False)
                try:
                    gone = self.connection.recv(1) == b""
                except BlockingIOError:
                    gone = False
                except ConnectionResetError:
                    gone = True
                self.connection.setblocking(True)
                if gone:
                    standin.hung_up.set()
                    return
                time.sleep(0.01)

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def _refuse(self, status: int, kind: str, message: str) -> None:
            headers = {"x-amzn-RequestId": "11111111-2222-3333-4444-555555555555"}
            headers |= standin.refusal_headers
            if kind:
                headers["x-amzn-ErrorType"] = f"{kind}:http://internal.amazon.com/coral/"
            page = message.startswith("<")  # of a proxy in between
            body = message if page else json.dumps({"message": message})
            self._send(status, headers, body.encode())

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler
