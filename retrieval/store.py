"""The index on disk: whole generations, written aside and switched in by one rename."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import ConfigError, IndexMissing
from retrieval.generation import check
from retrieval.index import Index, KnownVectors, read_index, read_vectors, write_index
from retrieval.journal import Journal
from retrieval.manifest import FORMAT, Manifest, NoteInfo, read_manifest

__all__ = ["FORMAT", "Index", "IndexStore", "KnownVectors", "Manifest", "NoteInfo"]
_POINTER = "current"
_JOURNAL = "journal"
_WAIT = 0.2
"""Seconds between two looks at a lock that another process holds."""


class IndexStore:
    """Generations of one corpus's index under `folder`; readers see the last whole one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def manifest(self) -> Manifest | None:
        """The current manifest, or None when there is no index of this format."""
        generation = self._current()
        return read_manifest(generation) if generation else None

    def load(self) -> Index:
        """Read the current generation, once more when another process replaced it meanwhile.

        Raises:
            IndexMissing: there is none yet, or it is damaged.
        """
        while True:
            generation = self._current()
            manifest = read_manifest(generation) if generation else None
            try:
                if generation is None or manifest is None:
                    raise IndexMissing("There is no index yet: run `python app.py index`.")
                return read_index(generation, manifest)
            except IndexMissing:
                if self._current() == generation:
                    raise

    def known_vectors(self) -> KnownVectors | None:
        """The vectors of the current generation if they are sound, whatever else is damaged."""
        generation = self._current()
        manifest = read_manifest(generation) if generation else None
        if generation is None or manifest is None:
            return None
        try:
            return read_vectors(generation, manifest)
        except IndexMissing:
            return None

    def damage(self) -> str:
        """What is wrong with the current generation, in a few words; empty when nothing is."""
        generation = self._current()
        manifest = read_manifest(generation) if generation else None
        try:
            if generation is not None and manifest is not None:
                check(generation, manifest.files, whole=True)
        except IndexMissing as error:
            return str(error).partition("(")[2].rpartition(")")[0]
        return ""

    def unfinished(self) -> bool:
        """Whether a run that was stopped has left vectors to go on with."""
        return (self.folder / _JOURNAL).exists()

    def is_new(self) -> bool:
        """Whether nothing was ever indexed here, or not to its end."""
        if not self.folder.exists():
            return True
        return all(path.name == _JOURNAL for path in self.folder.iterdir())

    @contextmanager
    def journal(self, model: str) -> Iterator[Journal]:
        """Vectors of this run and of one that was stopped; removed when the block ends well.

        Raises:
            ConfigError: it cannot be written, such as for want of space.
        """
        with self._writing():
            journal = Journal(self.folder / _JOURNAL, model)
            done = False
            try:
                yield journal
                done = True
            finally:
                journal.close(remove=done)

    @contextmanager
    def lock(self, wait: Callable[[], None] | None = None) -> Iterator[None]:
        """Only one process writes at a time; `wait` is called while another one does.

        Raises:
            ConfigError: the lock cannot be made.
        """
        path = self.folder.with_name(f"{self.folder.name}.lock")
        with self._writing():
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path)
            while True:
                try:
                    lock.acquire(timeout=_WAIT)
                    break
                except Timeout:
                    if wait is not None:
                        wait()
        try:
            yield
        finally:
            lock.release()

    def tidy(self) -> None:
        """Remove what a killed run left behind, when the current generation needs none of it."""
        generation = self._current()
        if generation is not None:
            (self.folder / _JOURNAL).unlink(missing_ok=True)
            self._sweep(keep=generation.name)

    def save(self, index: Index) -> None:
        """Write a new generation and switch to it. Killed at any moment, the old one serves.

        Raises:
            ConfigError: it cannot be written, such as for want of space.
        """
        with self._writing():
            self._save(index)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ConfigError(
                f"The index cannot be written to {self.folder} ({error.strerror or error}): make "
                "room there, or set NOTEPROOF_HOME to another folder."
            ) from error

    def _save(self, index: Index) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns():x}-{os.getpid()}"
        aside = self.folder / f"{name}.tmp"
        aside.mkdir()
        try:
            write_index(aside, index)
            aside.replace(self.folder / name)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        pointer = self.folder / f"{_POINTER}.{name}.tmp"
        pointer.write_text(name, encoding="ascii")
        pointer.replace(self.folder / _POINTER)
        self._sweep(keep=name)

    def _current(self) -> Path | None:
        try:
            generation = self.folder / (self.folder / _POINTER).read_text(encoding="ascii")
            return generation if generation.is_dir() else None
        except (OSError, ValueError):
            return None

    def _sweep(self, keep: str) -> None:
        """Remove older generations and what killed runs left behind.

        A process that has one open keeps its files until it is done (POSIX); one that is only
        opening it begins again with the new one: see `load`.
        """
        for path in self.folder.iterdir():
            if path.name in (keep, _POINTER, _JOURNAL):
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
