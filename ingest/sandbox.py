"""Parsers in a process of their own: what hangs, crashes or eats memory there ends one file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.errors import NotesError
from ingest.formats.loaded import TEXT_LIMIT, Loaded, ParseLimits

_ROOT = Path(__file__).resolve().parents[1]
_FILES = 200
"""Files after which a worker is replaced, so that what leaks does not gather."""
_FEW = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "MALLOC_ARENA_MAX": "2",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""Threads and arenas count as memory; a worker writes nothing."""

Member = tuple[str, bytes | str]


@dataclass(slots=True)
class Sandbox:
    """One worker, started with the first file, kept warm, replaced when it misbehaves.

    It may be used by one thread at a time. `module` is the worker's.
    """

    limits: ParseLimits = field(default_factory=ParseLimits)
    module: str = "ingest.parse_worker"
    _worker: subprocess.Popen[bytes] | None = None
    _served: int = 0

    def load(self, name: str, data: bytes) -> Loaded:
        """A file's text.

        Raises:
            NotesError: as `ingest.loaders.load`, or it took too long, too much, or the process.
        """
        reply, body = self._ask(name, data, unpack=False)
        pages = tuple((int(first), str(label)) for first, label in reply["pages"])
        return Loaded(body.decode("utf-8"), pages, str(reply["remark"]))

    def unpack(self, name: str, data: bytes) -> list[Member]:
        """The members of an archive, each with its bytes, or why it is not read.

        Raises:
            NotesError: as `ingest.formats.archive.members`, or as `load`.
        """
        reply, body = self._ask(name, data, unpack=True)
        found: list[Member] = []
        start = 0
        for member, told in reply["members"]:
            if isinstance(told, str):
                found.append((member, told))
            else:
                found.append((member, body[start : start + told]))
                start += told
        return found

    def close(self) -> None:
        """End the worker; the next file starts another."""
        worker, self._worker, self._served = self._worker, None, 0
        if worker is not None:
            worker.kill()
            worker.communicate()

    def _ask(self, name: str, data: bytes, *, unpack: bool) -> tuple[dict[str, Any], bytes]:
        worker = self._ready()
        exchange = _Exchange(worker, name, data, unpack, self._largest)
        exchange.thread.start()
        exchange.thread.join(self.limits.seconds)
        if exchange.thread.is_alive():
            self.close()
            exchange.thread.join()
            raise NotesError(
                f"it took longer than the {self.limits.seconds:g} s of NOTEPROOF_PARSE_SECONDS: "
                "split it, or raise the limit"
            )
        if exchange.reply is None:
            self.close()
            raise NotesError(
                "its parser crashed, or needed more than the "
                f"{self.limits.memory_mb:,} MB of NOTEPROOF_PARSE_MEMORY_MB: save it in another "
                "format, split it, or raise the limit"
            )
        if "problem" in exchange.reply:
            raise NotesError(str(exchange.reply["problem"]))
        return exchange.reply, exchange.body

    @property
    def _largest(self) -> int:
        """Bytes that an answer may have."""
        return int(max(4 * TEXT_LIMIT, self.limits.zip_mb * 1e6))

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._worker is not None and (self._worker.poll() is not None or self._served >= _FILES):
            self.close()
        if self._worker is None:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", self.module, json.dumps(asdict(self.limits))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env={**os.environ, **_FEW},
            )
        self._served += 1
        return self._worker


class _Exchange:
    """One request and its answer, in a thread that ends with the worker. No answer: it is None."""

    def __init__(
        self, worker: subprocess.Popen[bytes], name: str, data: bytes, unpack: bool, most: int
    ) -> None:
        self.reply: dict[str, Any] | None = None
        self.body = b""
        head = json.dumps({"name": name, "size": len(data), "unpack": unpack}).encode("ascii")
        self._worker, self._request, self._most = worker, head + b"\n" + data, most
        self.thread = threading.Thread(target=self._run, name="parse", daemon=True)

    def _run(self) -> None:
        requests, answers = self._worker.stdin, self._worker.stdout
        if requests is None or answers is None:
            return
        try:
            requests.write(self._request)
            requests.flush()
            reply = json.loads(answers.readline(self._most))
            size = int(reply["size"])
            body = answers.read(size) if size <= self._most else b""
        except (OSError, ValueError, LookupError, TypeError):
            return
        if len(body) == size:
            self.body, self.reply = body, reply
