"""How files reach the program from the page: one request per file, from this very page only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.errors import NoteproofError, NotesError
from ui.ports import Keeper

if TYPE_CHECKING:
    from ingest.preview import Preview
    from ingest.uploads import Added

PATH = "/notes"
VERSION = "/notes/version"
PREVIEW = "/notes/preview"
FOREIGN = "Only the page itself may add notes: open it at its own address and try again."


class NotesRoute:
    """`POST /notes?name=` keeps the body as a note, `POST /notes/preview?name=` only looks into it.

    `GET /notes/version` tells of changes.

    A request must come from the page: a header that no other site may send, and the same origin.
    While the page listens on this machine only, it must be asked for by a name of this machine,
    so that no name from elsewhere that points here will do.
    """

    def __init__(self, app: ASGIApp, notes: Keeper, host: str) -> None:
        self._app, self._notes = app, notes
        self._only_here = is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in (PATH, VERSION, PREVIEW):
            await self._app(scope, receive, send)
            return
        answer = await self._answer(scope, receive)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> JSONResponse:
        headers = Headers(scope=scope)
        if not self._from_page(headers):
            return JSONResponse({"problem": FOREIGN}, 403)
        if scope["path"] == VERSION and scope["method"] == "GET":
            return JSONResponse({"version": self._notes.version})
        if scope["path"] == VERSION or scope["method"] != "POST":
            return JSONResponse({"problem": "Notes are added by POST."}, 405)
        query = scope.get("query_string", b"").decode("latin-1")
        name = (parse_qs(query, errors="replace").get("name") or [""])[0]
        try:
            data = await self._read(headers, receive)
            told = await run_in_threadpool(self._work(scope["path"]), name, data)
        except NoteproofError as error:
            return JSONResponse({"problem": _sentence(str(error))}, 422)
        return JSONResponse(asdict(told))

    def _work(self, path: str) -> Callable[[str, bytes], Added | Preview]:
        return self._notes.preview if path == PREVIEW else self._notes.add

    async def _read(self, headers: Mapping[str, str], receive: Receive) -> bytes:
        """The body, no more of it than a note may have."""
        promised = headers.get("content-length", "")
        if promised.isdigit():
            self._notes.require_size(int(promised))
        data = bytearray()
        while True:
            message: Any = await receive()
            if message["type"] == "http.disconnect":
                raise NotesError("it did not arrive whole: try again")
            data += message.get("body", b"")
            self._notes.require_size(len(data))
            if not message.get("more_body"):
                return bytes(data)

    def _from_page(self, headers: Mapping[str, str]) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        if headers.get("x-noteproof") != "page":
            return False
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        if origin is not None and urlsplit(origin).netloc != host:
            return False
        return not self._only_here or is_loopback(urlsplit(f"//{host}").hostname or "")


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
