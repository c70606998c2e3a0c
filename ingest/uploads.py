"""The learner's own copies: what may be added, renamed and removed, so that nothing is lost."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from core.errors import NotesError
from ingest.managed_folder import ManagedFolder, writing
from ingest.names import numbered, safe_name

KEPT_DAYS = 30
"""For so long a removed note lies in the trash; then the next one that is removed ends it."""
_DAY = "%Y%m%d"
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
        self._files = ManagedFolder(folder)
        self._check = check
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Every note here, by its path under the folder."""
        return self._files.names()

    def has(self, name: str) -> bool:
        return self._files.find(name) is not None

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
        same = next((n for n, sha in known.items() if sha == digest), "") or self._files.same(data)
        if same:
            return Added(same, "same")
        self._check(name, data)
        with self._lock, writing(self.folder):
            self._require_room(len(data))
            kept = numbered(name, lambda n: n in known or (self.folder / n).exists())
            self._files.write(kept, data)
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
        with self._lock, writing(self.folder):
            if target.exists() and not target.samefile(path):
                raise NotesError(f"There is a note {new} already: choose another name.")
            path.replace(self._files.place(new))
        return new

    def remove(self, name: str) -> Removal:
        """Move a note to the trash, and forget what has lain there for `KEPT_DAYS`.

        Raises:
            NotesError: it is not here.
            ConfigError: the trash cannot be written.
        """
        path = self._required(name)
        with self._lock, writing(self.trash):
            aside = self.trash / f"{time.strftime(_DAY + '-%H%M%S')}-{secrets.token_hex(4)}"
            place = aside / name
            place.parent.mkdir(parents=True)
            shutil.move(path, place)
            self._empty()
        return Removal(name, place)

    def take_back(self, removal: Removal) -> str:
        """Move a note out of the trash; numbered if its name is taken. Returns its name.

        Raises:
            NotesError: it is not there any more.
            ConfigError: the folder cannot be written.
        """
        if removal.trash is None or not removal.trash.is_file():
            raise NotesError(f"{removal.name} is not in the trash any more: add it again.")
        with self._lock, writing(self.folder):
            name = numbered(removal.name, lambda n: (self.folder / n).exists())
            shutil.move(removal.trash, self._files.place(name))
        return name

    def _empty(self) -> None:
        last = time.strftime(_DAY, time.localtime(time.time() - KEPT_DAYS * 86400))
        for folder in self.trash.iterdir():
            day = folder.name.partition("-")[0]
            if len(day) == len(last) and day.isdecimal() and day < last:
                shutil.rmtree(folder, ignore_errors=True)

    def _required(self, name: str) -> Path:
        path = self._files.find(name)
        if path is None:
            raise NotesError(f"{name} is not among the notes you added: press Check again.")
        return path

    def _require_room(self, size: int) -> None:
        sizes = self._files.sizes()
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
