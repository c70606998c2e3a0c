"""An embedder that remembers: texts embedded once are not embedded again, across restarts."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from retrieval.embedder import Embedder, Progress, Vectors

_KEY = 16


class RememberedEmbedder:
    """Wraps an embedder with a store of vectors by text, at `path` (one `.npz`, no pickle).

    A file that is missing, damaged, or of another model is as good as empty. All methods may be
    called from any thread.
    """

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[bytes, Vectors] | None = None
        self._used: set[bytes] = set()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """As `Embedder.encode`; only texts never met before are embedded."""
        keys = [_key(text) for text in texts]
        with self._lock:
            if self._known is None:
                self._known = self._read()
            known = self._known
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        fresh = self._embedder.encode(list(missing.values()), progress)
        with self._lock:
            known.update(zip(missing, fresh, strict=True))
            self._used.update(keys)
            if not keys:
                return fresh
            return np.stack([known[key] for key in keys])

    def save(self) -> None:
        """Write down what was used since the start; what was not is forgotten."""
        with self._lock:
            kept = {key: self._known[key] for key in self._used} if self._known else {}
        if not kept:
            return
        keys = np.frombuffer(b"".join(kept), np.uint8).reshape(len(kept), _KEY)
        aside = self._path.with_suffix(".tmp.npz")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(aside, model=np.asarray(self.name), keys=keys, rows=np.stack(list(kept.values())))
        aside.replace(self._path)

    def _read(self) -> dict[bytes, Vectors]:
        try:
            with self._path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                if str(file["model"]) != self.name:
                    return {}
                return {
                    key.tobytes(): row for key, row in zip(file["keys"], file["rows"], strict=True)
                }
        except (OSError, ValueError, LookupError, EOFError, BadZipFile):
            return {}


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_KEY).digest()
