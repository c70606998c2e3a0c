"""Objects that were read once, kept by their version, so that none is read twice."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from core.errors import ConfigError

_ASIDE = ".tmp"


@dataclass(frozen=True, slots=True)
class S3Cache:
    """One file an object, named by its key and ETag, in a folder for each corpus folder."""

    root: Path

    def path(self, address: str, key: str, etag: str) -> Path:
        return self._folder(address) / _digest(f"{key}\0{etag}")

    def read(self, path: Path, size: int) -> bytes | None:
        """What is kept there; None when there is nothing, or not all of it."""
        try:
            data = path.read_bytes()
        except OSError:
            return None
        return data if len(data) == size else None

    def write(self, path: Path, data: bytes) -> None:
        """Whole or not at all.

        Raises:
            ConfigError: it cannot be written, such as for want of space.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(suffix=_ASIDE, dir=path.parent)
            aside = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                aside.replace(path)
            finally:
                aside.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigError(
                f"What is read from S3 cannot be kept in {self.root} ({error.strerror or error}): "
                "make room there, or set NOTEPROOF_HOME to another folder."
            ) from error

    def sweep(self, address: str, keep: Collection[Path]) -> None:
        """Forget the versions that are no longer listed; what stays for now does no harm."""
        folder = self._folder(address)
        if not folder.is_dir():
            return
        for path in folder.iterdir():
            if path not in keep and path.suffix != _ASIDE:  # another process may write it now
                try:
                    path.unlink(missing_ok=True)
                except OSError:
                    return

    def _folder(self, address: str) -> Path:
        return self.root / _digest(address)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
