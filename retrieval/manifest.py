"""What an index was made from and with, and what its files must be like."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from retrieval.generation import FileSeal, as_json, dump_rows, read_rows

FORMAT = 5
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class NoteInfo:
    """A source as the learner sees it; `problem` says why one could not be read.

    `remark` is one line on what of it was not understood.
    """

    name: str
    sha256: str = ""
    size: int = 0
    lines: int = 0
    passages: int = 0
    questions: int = 0
    problem: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made from and with; `search` says how passages and lines are searched."""

    model: str
    dimension: int
    notes: tuple[NoteInfo, ...]
    format: int = FORMAT
    search: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, FileSeal] = field(default_factory=dict, compare=False, repr=False)


def write_manifest(folder: Path, manifest: Manifest, files: Mapping[str, FileSeal]) -> None:
    """Write it beside its `files`, with a checksum of its own."""
    row = asdict(replace(manifest, files={})) | {"files": as_json(files)}
    dump_rows(folder / _MANIFEST, [row | {"seal": _seal(row)}])


def _seal(row: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(row).encode()).hexdigest()


def read_manifest(generation: Path) -> Manifest | None:
    """The manifest of a generation; None when it is damaged or of another format."""
    try:
        row = next(read_rows(generation / _MANIFEST))
        if row.pop("seal") != _seal(row):
            return None
        notes = tuple(NoteInfo(**note) for note in row.pop("notes"))
        files = {name: FileSeal(**value) for name, value in row.pop("files").items()}
        manifest = Manifest(notes=notes, files=files, **row)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, StopIteration):
        return None
    return manifest if manifest.format == FORMAT else None
