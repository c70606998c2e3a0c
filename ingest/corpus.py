"""Which files are the notes, and what they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol

from core.errors import NotesError


class NoteFile(Protocol):
    """A file, wherever it lies."""

    @property
    def identity(self) -> str:
        """The same for the same file, in whatever way it was found."""

    def size(self) -> int:
        """In bytes. Raises OSError."""

    def read(self) -> bytes:
        """All of it.

        Raises:
            OSError, NotesError: this file cannot be read; others may be.
            NotesUnreachable: nor can any other beside it.
        """


class Remote(Protocol):
    """A folder that is not on this machine; `str` gives its address."""

    @property
    def name(self) -> str:
        """The last part of its address."""

    def files(self) -> Iterable[tuple[NoteFile, str]]:
        """Every file below with its path there, hidden ones left out. Raises as `find_sources`."""


Place = Path | Remote


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on this machine."""

    path: Path

    @property
    def identity(self) -> str:
        return str(self.path.resolve())

    def size(self) -> int:
        return self.path.stat().st_size

    def read(self) -> bytes:
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the corpus. `name` is unique: its path under its corpus folder."""

    name: str
    file: NoteFile


def find_sources(places: Sequence[Place]) -> list[Source]:
    """Every file under the corpus folders, hidden ones left out, in order of name.

    Raises:
        NotesError: a folder does not exist, or there is no file at all.
        NotesUnreachable: a remote folder cannot be listed.
    """
    sources: dict[str, Source] = {}
    seen: set[str] = set()
    for place in places:
        folder = place.resolve().name if isinstance(place, Path) else place.name
        for file, name in _files(place) if isinstance(place, Path) else place.files():
            if file.identity in seen:
                continue
            seen.add(file.identity)
            unique = name if name not in sources else f"{folder}/{name}"
            count = 2
            while unique in sources:
                unique = f"{folder}-{count}/{name}"
                count += 1
            sources[unique] = Source(unique, file)
    if not sources:
        shown = ", ".join(str(place) for place in places)
        raise NotesError(f"There are no notes in {shown}: put .txt or .md files there.")
    return [sources[name] for name in sorted(sources)]


def is_hidden(path: PurePath) -> bool:
    """Whether a path under a corpus folder is left out."""
    return any(part.startswith(".") for part in path.parts)


def _files(folder: Path) -> Iterator[tuple[LocalFile, str]]:
    if folder.is_file():
        yield LocalFile(folder), folder.name
        return
    if not folder.is_dir():
        raise NotesError(f"There is no folder {folder}: create it, or name one with --corpus.")
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not is_hidden(relative):
            yield LocalFile(path), relative.as_posix()


def place_key(place: Place) -> str:
    """The full address of a corpus folder."""
    return str(place.resolve()) if isinstance(place, Path) else str(place)


def corpus_key(places: Sequence[Place]) -> str:
    """The name of a corpus's index folder: the same for the same folders."""
    resolved = "\0".join(sorted(place_key(place) for place in places))
    return hashlib.sha256(resolved.encode("utf-8", "surrogateescape")).hexdigest()[:16]
