"""The other side of `ingest.sandbox`: reads one file after another, with no network and no disk.

On standard input and output: a line of JSON, then as many bytes as it says.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from pathlib import PurePath
from typing import Any, BinaryIO

from core.errors import NotesError
from ingest.formats.archive import members
from ingest.loaders import NO_MEMORY, ParseLimits, load

_GRACE = 5.0
"""Seconds after which a worker whose parent is gone ends itself."""
_NETWORK = frozenset({"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"})
_PROGRAMS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"})
_CHANGES = frozenset(
    {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "shutil.rmtree"}
)


def main() -> None:
    """Serve requests until the input ends."""
    limits = ParseLimits(**json.loads(sys.argv[1]))
    requests, answers = _streams()
    bound_memory(limits.memory_mb)
    forbid(programs=not limits.ocr)
    while head := requests.readline():
        request = json.loads(head)
        data = requests.read(request["size"])
        faulthandler.dump_traceback_later(limits.seconds + _GRACE, exit=True)
        reply, body = _answer(request, data, limits)
        faulthandler.cancel_dump_traceback_later()
        answers.write(json.dumps(reply | {"size": len(body)}).encode("ascii") + b"\n")
        answers.write(body)
        answers.flush()


def _answer(
    request: dict[str, Any], data: bytes, limits: ParseLimits
) -> tuple[dict[str, Any], bytes]:
    try:
        if request["unpack"]:
            return _unpack(data, limits)
        loaded = load(PurePath(request["name"]), data, limits)
    except NotesError as error:
        return {"problem": str(error)}, b""
    except MemoryError:
        return {"problem": NO_MEMORY}, b""
    return {"pages": loaded.pages, "remark": loaded.remark}, loaded.text.encode("utf-8")


def _unpack(data: bytes, limits: ParseLimits) -> tuple[dict[str, Any], bytes]:
    found = members(data, limits)
    told = [(name, len(b) if isinstance(b, bytes) else b) for name, b in found]
    return {"members": told}, b"".join(b for _, b in found if isinstance(b, bytes))


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes, out of the reach of parsers that print."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nowhere, stream)
    return requests, answers


def bound_memory(megabytes: int) -> None:
    """Let this process have no more memory, where the system can bound it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        try:
            hard = resource.getrlimit(kind)[1]
            most = megabytes << 20
            if hard != resource.RLIM_INFINITY:
                most = min(most, hard)
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS
            continue
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def forbid(*, programs: bool) -> None:
    """No network, no writing, and no other programs from here on; there is no way back."""
    refused = _NETWORK | _CHANGES | (_PROGRAMS if programs else frozenset())
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def guard(event: str, told: tuple[Any, ...]) -> None:
        if event in refused:
            raise PermissionError(f"{event} is not for a file that is being read")
        if event == "open" and told[0] != os.devnull and isinstance(told[0], str | bytes):
            mode, flags = told[1], told[2]
            if (isinstance(flags, int) and flags & writing) or set(mode or "") & set("wax+"):
                raise PermissionError("writing is not for a file that is being read")

    sys.addaudithook(guard)


if __name__ == "__main__":
    main()
