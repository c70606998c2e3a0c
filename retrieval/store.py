"""The index on disk: whole generations, written aside and switched in by one rename."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError, IndexMissing
from core.types import Line, Passage
from retrieval.vectors import VectorIndex

FORMAT = 2
_POINTER = "current"
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class NoteInfo:
    """A source as the learner sees it; `problem` says why one could not be read."""

    name: str
    sha256: str = ""
    size: int = 0
    lines: int = 0
    passages: int = 0
    questions: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made from and with."""

    model: str
    dimension: int
    notes: tuple[NoteInfo, ...]
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Index:
    """A whole index in memory. `asked` are (note, line) of the stems of past questions."""

    manifest: Manifest
    texts: dict[str, tuple[str, ...]]
    lines: tuple[Line, ...]
    passages: tuple[Passage, ...]
    asked: frozenset[tuple[str, int]]
    passage_vectors: VectorIndex
    unit_vectors: VectorIndex
    keys: NDArray[np.uint64] = field(repr=False)

    @property
    def usable(self) -> list[NoteInfo]:
        return [note for note in self.manifest.notes if not note.problem]


class IndexStore:
    """Generations of one corpus's index under `folder`; readers see the last whole one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def manifest(self) -> Manifest | None:
        """The current manifest, or None when there is no index of this format."""
        generation = self._current()
        return _read_manifest(generation) if generation else None

    def load(self) -> Index:
        """Read the current generation.

        Raises:
            IndexMissing: there is none yet, or it is damaged.
        """
        generation = self._current()
        manifest = _read_manifest(generation) if generation else None
        if generation is None or manifest is None:
            raise IndexMissing("There is no index yet: run `python app.py index`.")
        try:
            texts = {r["note"]: tuple(r["lines"]) for r in _rows(generation / "texts.jsonl")}
            lines = tuple(_line(row, texts) for row in _rows(generation / "lines.jsonl"))
            asked = {(r[0], r[1]) for r in _rows(generation / "asked.jsonl")}
            passages = tuple(_passage(row) for row in _rows(generation / "passages.jsonl"))
            keys = np.load(generation / "keys.npy", allow_pickle=False)
        except (OSError, ValueError, LookupError, TypeError, EOFError) as error:
            raise IndexMissing(f"The index is damaged ({error}): index again.") from error
        passage_vectors = VectorIndex.load(generation / "passages.faiss")
        unit_vectors = VectorIndex.load(generation / "units.faiss")
        if len(keys) != len(passage_vectors) + len(unit_vectors):
            raise IndexMissing("The index is damaged (its parts differ): index again.")
        return Index(
            manifest,
            texts,
            lines,
            passages,
            frozenset(asked),
            passage_vectors,
            unit_vectors,
            keys,
        )

    def save(self, index: Index) -> None:
        """Write a new generation and switch to it. Killed at any moment, the old one serves.

        Raises:
            ConfigError: it cannot be written, such as for want of space.
        """
        try:
            self._save(index)
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
            _write(aside, index)
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
        """Remove older generations and what killed runs left behind."""
        for path in self.folder.iterdir():
            if path.name in (keep, _POINTER):
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _write(folder: Path, index: Index) -> None:
    _dump(folder / "texts.jsonl", ({"note": n, "lines": t} for n, t in index.texts.items()))
    _dump(folder / "lines.jsonl", ((r.note, r.number, r.path, r.page) for r in index.lines))
    _dump(folder / "asked.jsonl", sorted(index.asked))
    _dump(folder / "passages.jsonl", (asdict(passage) for passage in index.passages))
    np.save(folder / "keys.npy", index.keys, allow_pickle=False)
    index.passage_vectors.save(folder / "passages.faiss")
    index.unit_vectors.save(folder / "units.faiss")
    _dump(folder / _MANIFEST, [asdict(index.manifest)])


def _dump(path: Path, rows: Iterable[Any]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _rows(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for row in file:
            yield json.loads(row)


def _line(row: Sequence[Any], texts: dict[str, tuple[str, ...]]) -> Line:
    note, number, path, page = row
    return Line(note, number, texts[note][number - 1], tuple(path), page)


def _passage(row: dict[str, Any]) -> Passage:
    return Passage(**{**row, "path": tuple(row["path"])})


def _read_manifest(generation: Path) -> Manifest | None:
    try:
        row = next(_rows(generation / _MANIFEST))
        notes = tuple(NoteInfo(**note) for note in row.pop("notes"))
        manifest = Manifest(notes=notes, **row)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, StopIteration):
        return None
    return manifest if manifest.format == FORMAT else None
