"""A folder on disk that holds whole files only, and that no name and no link leads out of."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from core.errors import ConfigError, NotesError

STALE = 3600.0
"""Seconds after which a file written aside belongs to nobody any more."""


class ManagedFolder:
    """Files by their paths under the folder, which is made when first needed.

    Hidden files and links are none of them.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        return [path.relative_to(self.path).as_posix() for path in self._files()]

    def sizes(self) -> list[int]:
        """Bytes of each file."""
        return [path.stat().st_size for path in self._files()]

    def find(self, name: str) -> Path | None:
        """Where a file lies; None when there is none of this name in here."""
        parts = PurePosixPath(name).parts
        path = self.path.joinpath(*parts)
        if not parts or any(part.startswith((".", "/")) for part in parts) or path.is_symlink():
            return None
        inside = path.resolve().is_relative_to(self.path.resolve())
        return path if inside and path.is_file() else None

    def same(self, data: bytes) -> str:
        """The name of a file with this very content; empty if there is none."""
        for path in self._files():
            if path.stat().st_size == len(data) and path.read_bytes() == data:
                return path.relative_to(self.path).as_posix()
        return ""

    def place(self, name: str) -> Path:
        """Where a file of this name may be put; its folders are made.

        Raises:
            NotesError: another file or a link stands where its folder would be.
            OSError: the disk refuses.
        """
        target = self.path / name
        if any(parent.is_file() for parent in target.parents):
            raise NotesError(f"A note lies where {name} needs a folder: choose another name.")
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(self.path.resolve()):
            raise NotesError(f"The folder of {name} is a link to another place: choose another.")
        return target

    def write(self, name: str, data: bytes) -> None:
        """Aside, then in place by one rename: a killed process leaves no half of a file.

        Raises as `place`.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        self._sweep()
        target = self.place(name)
        aside = self.path / f".{secrets.token_hex(8)}.part"
        try:
            with aside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)

    def _files(self) -> Iterator[Path]:
        for path in sorted(self.path.rglob("*")) if self.path.is_dir() else ():
            hidden = any(part.startswith(".") for part in path.relative_to(self.path).parts)
            if not hidden and path.is_file() and not path.is_symlink():
                yield path

    def _sweep(self) -> None:
        for path in self.path.glob(".*.part"):
            if time.time() - path.stat().st_mtime > STALE:
                path.unlink(missing_ok=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Failures of the disk become a ConfigError with a next step."""
    try:
        yield
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written ({error.strerror or error}): make room there, or set "
            "NOTEPROOF_HOME to another folder."
        ) from error
