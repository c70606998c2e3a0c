"""A file -> its notes: one, or one for each member of an archive; text here, the rest apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.errors import NotesError
from ingest.formats.kinds import kind_of
from ingest.formats.loaded import Loaded, ParseLimits
from ingest.loaders import DIRECT, load
from ingest.parsed import ParsedTexts
from ingest.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class ReadNote:
    """A note of a file: its text, or the problem why there is none."""

    name: str
    loaded: Loaded | None = None
    problem: str = ""


@dataclass(slots=True)
class Reader:
    """Reads files one after another; close it when no more are near. One thread at a time.

    What failed is remembered while it lives, so that a file that hangs is not tried again.
    """

    limits: ParseLimits = field(default_factory=ParseLimits)
    max_note_mb: float = 20.0
    kept: ParsedTexts = field(default_factory=ParsedTexts)
    sandbox: Sandbox | None = None
    _failed: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, data: bytes) -> list[ReadNote]:
        """The notes of a file, never none. An archive's are named `archive.zip/path`."""
        try:
            if kind_of(PurePosixPath(name), data) == "zip":
                return list(self._members(name, data))
        except NotesError as error:
            return [ReadNote(name, problem=str(error))]
        return [self._one(name, data)]

    def forget_others(self) -> None:
        """All files there are were read: what is kept of any other is forgotten."""
        self.kept.sweep()

    def close(self) -> None:
        """End the process of the parsers; the next file starts another."""
        if self.sandbox is not None:
            self.sandbox.close()

    def _members(self, name: str, data: bytes) -> Iterator[ReadNote]:
        found = self._apart().unpack(name, data)
        if not found:
            yield ReadNote(name, problem="it is empty")
        for member, content in found:
            full = f"{name}/{member}"
            if isinstance(content, str):
                yield ReadNote(full, problem=content)
            elif len(content) > self.max_note_mb * 1e6:
                told = (
                    f"it has {len(content) / 1e6:.0f} MB, more than the {self.max_note_mb:g} MB of "
                    "NOTEPROOF_MAX_NOTE_MB: split it, or raise the limit"
                )
                yield ReadNote(full, problem=told)
            else:
                yield self._one(full, content)

    def _one(self, name: str, data: bytes) -> ReadNote:
        try:
            loaded = self._loaded(name, data)
        except NotesError as error:
            return ReadNote(name, problem=str(error))
        if not loaded.text.strip():
            return ReadNote(name, problem=loaded.remark or "it is empty")
        return ReadNote(name, loaded)

    def _loaded(self, name: str, data: bytes) -> Loaded:
        path = PurePosixPath(name)
        if kind_of(path, data) in DIRECT:
            return load(path, data, self.limits)
        key = self.kept.key(name, data, f"ocr={self.limits.ocr}")
        if problem := self._failed.get(key):
            raise NotesError(problem)
        if (known := self.kept.get(key)) is not None:
            return known
        try:
            loaded = self._apart().load(name, data)
        except NotesError as error:
            self._failed[key] = str(error)
            raise
        self.kept.put(key, loaded)
        return loaded

    def _apart(self) -> Sandbox:
        if self.sandbox is None:
            self.sandbox = Sandbox(self.limits)
        return self.sandbox
