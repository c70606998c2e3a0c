"""One generation of an index as files: written with checksums, verified, read lazily when large."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import IndexMissing
from retrieval.packed import Arrays

SMALL_FILE = 1 << 20
"""Bytes; up to this an array is read into memory, a larger one is mapped."""
WHOLE_FILE = 1 << 26
"""Bytes; of a larger file, opening an index reads samples, and indexing reads all."""
_SAMPLE = 1 << 16
_SAMPLES = 64


@dataclass(frozen=True, slots=True)
class FileSeal:
    """What a file of a generation must be like: bytes, SHA-256, and SHA-256 of samples."""

    size: int
    sha256: str
    samples: str


def seal(path: Path) -> FileSeal:
    """The seal of a file that is on disk."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileSeal(path.stat().st_size, digest, _samples(path))


def check(folder: Path, seals: Mapping[str, FileSeal], *, whole: bool = False) -> None:
    """Compare the files with their seals; those above `WHOLE_FILE` by samples, unless `whole`.

    Raises:
        IndexMissing: a file is absent, or is not what was written; the message names it.
    """
    for name, wanted in seals.items():
        path = folder / name
        try:
            sound = path.stat().st_size == wanted.size and (
                seal(path) == wanted
                if whole or wanted.size <= WHOLE_FILE
                else _samples(path) == wanted.samples
            )
        except OSError as error:
            raise IndexMissing(
                f"The index is damaged ({name} cannot be read): index again."
            ) from error
        if not sound:
            raise IndexMissing(f"The index is damaged ({name} has changed): index again.")


def _samples(path: Path) -> str:
    """SHA-256 over the begin, the end and places between, which tells most damage at once."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        for place in range(_SAMPLES):
            file.seek(max(0, size - _SAMPLE) * place // (_SAMPLES - 1))
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()


def save_arrays(folder: Path, arrays: Arrays) -> None:
    """Write each array to a file of its own, and see it on the disk."""
    for name, values in arrays.items():
        with (folder / f"{name}.npy").open("wb") as file:
            np.save(file, values, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())


def read_arrays(folder: Path, names: Iterable[str]) -> Arrays:
    """Arrays by name. Raises OSError or ValueError."""
    arrays: Arrays = {}
    for name in names:
        path = folder / f"{name}.npy"
        large = path.stat().st_size > SMALL_FILE
        arrays[name] = np.load(path, mmap_mode="r" if large else None, allow_pickle=False)
    return arrays


def settle(folder: Path) -> dict[str, FileSeal]:
    """Seals of all files in a folder, each of which is on the disk by then."""
    seals = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        seals[path.name] = seal(path)
    return seals


def dump_rows(path: Path, rows: Iterable[Any]) -> None:
    """JSON lines, on the disk when this returns."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_rows(path: Path) -> Iterator[Any]:
    """What `dump_rows` wrote, row by row."""
    with path.open(encoding="utf-8") as file:
        for row in file:
            yield json.loads(row)


def as_json(seals: Mapping[str, FileSeal]) -> dict[str, Any]:
    """Seals as the manifest holds them."""
    return {name: asdict(value) for name, value in seals.items()}
