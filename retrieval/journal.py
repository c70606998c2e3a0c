"""Vectors kept while an index is being made: a run that was killed goes on where it stopped."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors import Vectors

Keys = NDArray[np.uint64]
_MARK = b"noteproof-1"
_HEAD = struct.Struct("<II")
_DIGEST = 16


class Journal:
    """An append-only file of (fingerprint of a text, its vector), in blocks with a checksum.

    One writer at a time. A file of another model, or the part after the first damaged block, is
    forgotten. Vectors stay on disk; memory holds only where each is.
    """

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._start = hashlib.blake2b(model.encode(), digest_size=_DIGEST).digest()
        self._keys, self._places = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        self._order: NDArray[np.int64] | None = None
        self.dimension = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("a+b", buffering=0)
        self._file.truncate(self._read())

    def __len__(self) -> int:
        return len(self._keys)

    def has(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of these texts have a vector here."""
        return np.isin(keys, self._keys)

    def append(self, keys: Keys, vectors: Vectors) -> None:
        """Keep these vectors, shape (len(keys), dimension), for good. Raises OSError."""
        if not len(keys):
            return
        self.dimension = vectors.shape[1]
        body = keys.tobytes() + np.ascontiguousarray(vectors, np.float32).tobytes()
        head = b"" if self._file.seek(0, os.SEEK_END) else _MARK + self._start
        begin = self._file.tell() + len(head) + _HEAD.size
        block = _HEAD.pack(len(keys), self.dimension) + body
        data = memoryview(head + block + _digest(block))
        while data:
            data = data[self._file.write(data) :]
        os.fsync(self._file.fileno())
        self._remember(keys, begin)

    def take(self, keys: Keys) -> Vectors:
        """The vectors of these texts, in order."""
        rows = np.empty((len(keys), self.dimension), np.float32)
        if self._order is None:
            self._order = np.argsort(self._keys, kind="stable")
        at = np.searchsorted(self._keys, keys, sorter=self._order)
        for row, place in zip(rows, self._places[self._order[at]], strict=True):
            self._file.seek(int(place))
            row[:] = np.frombuffer(self._file.read(4 * self.dimension), np.float32)
        return rows

    def close(self, *, remove: bool) -> None:
        """Let go of the file; `remove` when what it held is in an index, or nothing is."""
        self._file.close()
        if remove or not len(self):
            self._path.unlink(missing_ok=True)

    def _remember(self, keys: Keys, begin: int) -> None:
        vectors = begin + keys.nbytes
        width = 4 * self.dimension
        places = vectors + width * np.arange(len(keys))
        self._keys = np.concatenate([self._keys, keys])
        self._places = np.concatenate([self._places, places])
        self._order = None

    def _read(self) -> int:
        """Take in the whole blocks; the length of the file up to their end."""
        self._file.seek(0)
        if _exactly(self._file, len(_MARK) + _DIGEST) != _MARK + self._start:
            return 0
        whole = self._file.tell()
        size = self._path.stat().st_size
        while len(head := _exactly(self._file, _HEAD.size)) == _HEAD.size:
            count, dimension = _HEAD.unpack(head)
            length = count * (8 + 4 * dimension)
            if self.dimension not in (0, dimension) or whole + length > size:
                break
            body = _exactly(self._file, length)
            if _exactly(self._file, _DIGEST) != _digest(head + body):
                break
            self.dimension = dimension
            self._remember(np.frombuffer(body, np.uint64, count), whole + _HEAD.size)
            whole = self._file.tell()
        return whole


def _digest(block: bytes) -> bytes:
    return hashlib.blake2b(block, digest_size=_DIGEST).digest()


def _exactly(file: BinaryIO, count: int) -> bytes:
    """As many bytes as there are, up to `count`: one read may give fewer."""
    parts = []
    while count and (part := file.read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
