"""Which files are the notes, and what they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import NotesError


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the corpus. `name` is unique: its path under its corpus folder."""

    name: str
    path: Path


def find_sources(folders: Sequence[Path]) -> list[Source]:
    """Every file under the corpus folders, hidden ones left out, in order of name.

    Raises:
        NotesError: a folder does not exist, or there is no file at all.
    """
    sources: dict[str, Source] = {}
    seen: set[Path] = set()
    for folder in folders:
        for path, name in _files(folder):
            if path.resolve() in seen:
                continue
            seen.add(path.resolve())
            unique = name if name not in sources else f"{folder.resolve().name}/{name}"
            count = 2
            while unique in sources:
                unique = f"{folder.resolve().name}-{count}/{name}"
                count += 1
            sources[unique] = Source(unique, path)
    if not sources:
        shown = ", ".join(str(folder) for folder in folders)
        raise NotesError(f"There are no notes in {shown}: put .txt or .md files there.")
    return [sources[name] for name in sorted(sources)]


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    if folder.is_file():
        yield folder, folder.name
        return
    if not folder.is_dir():
        raise NotesError(f"There is no folder {folder}: create it, or name one with --corpus.")
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            yield path, relative.as_posix()


def corpus_key(folders: Sequence[Path]) -> str:
    """The name of a corpus's index folder: the same for the same folders."""
    resolved = "\0".join(sorted(str(folder.resolve()) for folder in folders))
    return hashlib.sha256(resolved.encode("utf-8", "surrogateescape")).hexdigest()[:16]
