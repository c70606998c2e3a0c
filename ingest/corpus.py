"""Which files are the notes, and what they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
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


def find_sources(places: Sequence[Place], home: Path | None = None) -> list[Source]:
    """Every file under the corpus folders, hidden ones left out, in order of name.

    Those that the learner added lie in `own_folder(home)`, which need not be there. What else is
    in `home` is no note, even if a corpus folder holds it.

    Raises:
        NotesError: a folder does not exist, or there is no file at all.
        NotesUnreachable: a remote folder cannot be listed.
    """
    sources: dict[str, Source] = {}
    seen: set[str] = set()
    own = [own_folder(home)] if home is not None and own_folder(home).is_dir() else []
    for place in [*places, *own]:
        folder = place.resolve().name if isinstance(place, Path) else place.name
        for file, name in _files(place) if isinstance(place, Path) else place.files():
            if file.identity in seen or _is_generated(file, place, home):
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


def own_folder(home: Path) -> Path:
    """Where the notes lie that the learner added."""
    return home / "notes"


def _is_generated(file: NoteFile, place: Place, home: Path | None) -> bool:
    """Whether a file is Noteproof's own, in a `home` that lies in a corpus folder."""
    if home is None or not isinstance(place, Path) or not isinstance(file, LocalFile):
        return False
    inside = home.resolve()
    return not place.resolve().is_relative_to(inside) and file.path.resolve().is_relative_to(inside)


def holder(name: str, files: Container[str]) -> str:
    """Which of these files a note is of: itself, or the archive it lies in; empty: none."""
    places = (name, *map(str, PurePosixPath(name).parents))
    return next((place for place in places if place in files), "")


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
