"""The learner's own copies: a folder that Noteproof manages. Whole files only, nothing lost."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from core.errors import ConfigError, NotesError
from ingest.names import numbered, safe_name

STALE = 3600.0
"""Seconds after which a file written aside belongs to nobody any more."""
Check = Callable[[str, bytes], None]
"""Raises NotesError when a note of this name and content cannot be read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of the folder: megabytes of one note and of all, and how many."""

    note_mb: float = 20.0
    notes: int = 5000
    total_mb: float = 5000.0


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file: `name` is what it is called now, or what has the same content."""

    name: str
    outcome: Literal["added", "numbered", "same"]


@dataclass(frozen=True, slots=True)
class Removal:
    """A note that was taken away: its file lies in the `trash`, or it is left out by `identity`."""

    name: str
    trash: Path | None = None
    identity: str = ""


class OwnNotes:
    """The managed folder and its trash. Any thread may use it; it is made when first needed."""

    def __init__(self, folder: Path, trash: Path, limits: Limits, check: Check) -> None:
        self.folder, self.trash, self.limits = folder, trash, limits
        self._check = check
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Every note here, by its path under the folder."""
        return [path.relative_to(self.folder).as_posix() for path in self._files()]

    def has(self, name: str) -> bool:
        return self._place(name) is not None

    def trashed(self) -> list[str]:
        """Names of the notes in the trash."""
        files = self.trash.glob("*/**/*") if self.trash.is_dir() else ()
        return ["/".join(p.relative_to(self.trash).parts[1:]) for p in files if p.is_file()]

    def add(self, given: str, data: bytes, known: dict[str, str] | None = None) -> Added:
        """Keep a file under a safe name. `known` are names of other notes and their SHA-256.

        Raises:
            NotesError: the name, the size, the number or the content will not do; says why.
            ConfigError: the folder cannot be written.
        """
        name, known = safe_name(given), known or {}
        self.require_size(len(data))
        if not data.strip():
            raise NotesError("it is empty")
        digest = hashlib.sha256(data).hexdigest()
        same = next((n for n, sha in known.items() if sha == digest), "") or self._same(data)
        if same:
            return Added(same, "same")
        self._check(name, data)
        with self._lock, _explained(self.folder):
            self._require_room(len(data))
            kept = numbered(name, lambda n: n in known or (self.folder / n).exists())
            self._write(kept, data)
        return Added(kept, "added" if kept == name else "numbered")

    def require_size(self, size: int) -> None:
        """Raises NotesError when a file is larger than a note may be."""
        if size > self.limits.note_mb * 1e6:
            raise NotesError(
                f"it has {size / 1e6:,.1f} MB, more than the {self.limits.note_mb:g} MB of "
                "NOTEPROOF_MAX_NOTE_MB: split it, or raise the limit"
            )

    def rename(self, name: str, given: str) -> str:
        """Give a note another name; its suffix stays when none is given. Returns the new name.

        Raises:
            NotesError: it is not here, or the new name will not do or is taken.
            ConfigError: the folder cannot be written.
        """
        path = self._required(name)
        new = safe_name(given.strip())
        if not PurePosixPath(new).suffix:
            new += PurePosixPath(name).suffix
        target = self.folder / new
        if new == name:
            return name
        with self._lock, _explained(self.folder):
            if target.exists() and not target.samefile(path):
                raise NotesError(f"There is a note {new} already: choose another name.")
            if any(parent.is_file() for parent in target.parents):
                raise NotesError(f"A note lies where {new} needs a folder: choose another name.")
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        return new

    def remove(self, name: str) -> Removal:
        """Move a note to the trash.

        Raises:
            NotesError: it is not here.
            ConfigError: the trash cannot be written.
        """
        path = self._required(name)
        with self._lock, _explained(self.trash):
            aside = self.trash / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}"
            place = aside / name
            place.parent.mkdir(parents=True)
            shutil.move(path, place)
        return Removal(name, place)

    def take_back(self, removal: Removal) -> str:
        """Move a note out of the trash; numbered if its name is taken. Returns its name.

        Raises:
            NotesError: it is not there any more.
            ConfigError: the folder cannot be written.
        """
        if removal.trash is None or not removal.trash.is_file():
            raise NotesError(f"{removal.name} is not in the trash any more: add it again.")
        with self._lock, _explained(self.folder):
            name = numbered(removal.name, lambda n: (self.folder / n).exists())
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(removal.trash, self.folder / name)
        return name

    def _files(self) -> Iterator[Path]:
        for path in sorted(self.folder.rglob("*")) if self.folder.is_dir() else ():
            hidden = any(part.startswith(".") for part in path.relative_to(self.folder).parts)
            if not hidden and path.is_file() and not path.is_symlink():
                yield path

    def _place(self, name: str) -> Path | None:
        parts = PurePosixPath(name).parts
        path = self.folder.joinpath(*parts)
        if not parts or any(part.startswith((".", "/")) for part in parts) or path.is_symlink():
            return None
        inside = path.resolve().is_relative_to(self.folder.resolve())
        return path if inside and path.is_file() else None

    def _required(self, name: str) -> Path:
        path = self._place(name)
        if path is None:
            raise NotesError(f"{name} is not among the notes you added: press Check again.")
        return path

    def _same(self, data: bytes) -> str:
        """The name of a note here with this very content; empty if there is none."""
        for path in self._files():
            if path.stat().st_size == len(data) and path.read_bytes() == data:
                return path.relative_to(self.folder).as_posix()
        return ""

    def _require_room(self, size: int) -> None:
        sizes = [path.stat().st_size for path in self._files()]
        if len(sizes) >= self.limits.notes:
            raise NotesError(
                f"there are {len(sizes):,} added notes, as many as NOTEPROOF_MAX_NOTES allows: "
                "remove some, or raise the limit"
            )
        if sum(sizes) + size > self.limits.total_mb * 1e6:
            raise NotesError(
                f"the added notes would have more than the {self.limits.total_mb:g} MB of "
                "NOTEPROOF_MAX_NOTES_MB: remove some, or raise the limit"
            )

    def _write(self, name: str, data: bytes) -> None:
        """Aside, then in place by one rename: a killed process leaves no half of a file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        target = self.folder / name
        if any(parent.is_file() for parent in target.parents):
            raise NotesError("a note lies where its folder would be: rename it")
        aside = self.folder / f".{secrets.token_hex(8)}.part"
        try:
            with aside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.parent.resolve().is_relative_to(self.folder.resolve()):
                raise NotesError("its folder is a link to another place: drop the file alone")
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)

    def _sweep(self) -> None:
        for path in self.folder.glob(".*.part"):
            if time.time() - path.stat().st_mtime > STALE:
                path.unlink(missing_ok=True)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Failures of the disk, told with a next step."""
    try:
        yield
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written ({error.strerror or error}): make room there, or set "
            "NOTEPROOF_HOME to another folder."
        ) from error
