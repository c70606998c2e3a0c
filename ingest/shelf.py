"""Where the notes lie, which the learner added, and which they left out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from core.errors import NotesError
from ingest.corpus import LocalFile, Place, Source, find_sources, holder, own_folder
from ingest.formats.kinds import kind_of
from ingest.left_out import LeftOut
from ingest.loaders import DIRECT, load_text
from ingest.uploads import Limits, OwnNotes, Removal


class Shelf:
    """The files of one corpus and of the learner's own folder. Any thread may use it."""

    def __init__(self, places: Sequence[Place], home: Path, limits: Limits) -> None:
        self._places, self._home = places, home
        self.own = OwnNotes(own_folder(home), home / "trash", limits, _require_readable)
        self._left_out = LeftOut(home / "left-out.json")
        self._listed: dict[str, Source] = {}

    def sources(self) -> list[Source]:
        """Every file but those left out.

        Raises:
            NotesError: a folder is missing, or nothing remains.
            NotesUnreachable: a remote folder cannot be listed.
            ConfigError: the list of those left out cannot be read.
        """
        out = self._left_out.all()
        found = [s for s in find_sources(self._places, self._home) if s.file.identity not in out]
        self._listed = {source.name: source for source in found}
        if not found:
            raise NotesError("Every note is left out: take one back under Sources, or add notes.")
        return found

    def left_out(self) -> tuple[tuple[str, str], ...]:
        """Identity and name of what is left out, in order of name."""
        return tuple(sorted(self._left_out.all().items(), key=lambda row: row[1]))

    def own_names(self) -> frozenset[str]:
        """Of the files as last listed, those that the learner added and may rename."""
        return frozenset(name for name, s in self._listed.items() if self._own_name(s))

    def within(self, names: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Which of these notes lie in an archive, and in which."""
        held = ((name, holder(name, self._listed)) for name in names)
        return tuple((name, archive) for name, archive in held if archive not in ("", name))

    def gone(self, names: Collection[str]) -> set[str]:
        """Which of these were removed by the learner, as far as can be told without a listing."""
        removed = {name for _, name in self.left_out()} | set(self.own.trashed())
        removed = {name for name in removed if not self.own.has(name)}
        return {name for name in names if holder(name, removed)}

    def rename(self, name: str, new: str) -> str:
        """Raises as `OwnNotes.rename`; NotesError when the learner did not add this note."""
        source = self._source(name)
        own = self._own_name(source) if source.name == name else ""
        if not own:
            raise NotesError(f"{name} lies in a folder of yours: rename the file there.")
        renamed = self.own.rename(own, new)
        del self._listed[name]
        self._listed[renamed] = Source(renamed, LocalFile(self.own.folder / renamed))
        return renamed

    def remove(self, name: str) -> Removal:
        """Of a note in an archive, the archive.

        Raises as `OwnNotes.remove`, and NotesError when there is no such note.
        """
        source = self._source(name)
        name = source.name
        own = self._own_name(source)
        if own:
            return replace(self.own.remove(own), name=name)
        self._left_out.add(source.file.identity, name)
        return Removal(name, identity=source.file.identity)

    def take_back(self, removal: Removal) -> str:
        """Raises as `OwnNotes.take_back`."""
        if removal.trash is not None:
            return self.own.take_back(removal)
        self._left_out.take_back(removal.identity)
        return removal.name

    def _source(self, name: str) -> Source:
        if not holder(name, self._listed):
            self.sources()
        found = holder(name, self._listed)
        if not found:
            raise NotesError(f"There is no note {name} any more: press Check again.")
        return self._listed[found]

    def _own_name(self, source: Source) -> str:
        """Its path under the folder of added notes; empty when it lies elsewhere."""
        file = source.file
        if not isinstance(file, LocalFile) or not file.path.is_relative_to(self.own.folder):
            return ""
        return file.path.relative_to(self.own.folder).as_posix()


def _require_readable(name: str, data: bytes) -> None:
    """By content. What needs a parser is parsed when it is indexed, apart from this process."""
    if kind_of(PurePath(name), data) in DIRECT and not load_text(PurePath(name), data).strip():
        raise NotesError("it holds no text")
