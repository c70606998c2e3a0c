"""What became of notes between two indexings, told to what was made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.errors import ConfigError
from ingest.library_state import History
from retrieval.store import NoteInfo


@dataclass(frozen=True, slots=True)
class Moves:
    """Notes that have another name with the same content, that are gone, that are new."""

    renamed: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


def moves(before: Sequence[NoteInfo], after: Sequence[NoteInfo]) -> Moves:
    """What tells two states of a corpus apart, by name and content."""
    old = {note.name: note.sha256 for note in before}
    now = {note.name: note.sha256 for note in after}
    gone = sorted(old.keys() - now.keys())
    new = sorted(now.keys() - old.keys())
    renamed = []
    for name in list(gone):
        same = [other for other in new if old[name] and now[other] == old[name]]
        if same:
            # The notes of an archive share its content: they are told apart by their names.
            other = next(
                (o for o in same if PurePosixPath(o).name == PurePosixPath(name).name), same[0]
            )
            renamed.append((name, other))
            gone.remove(name)
            new.remove(other)
    return Moves(tuple(renamed), tuple(gone), tuple(new))


def follow(history: History, before: Sequence[NoteInfo], after: Sequence[NoteInfo]) -> str:
    """Let what was made of notes follow them. One line on what went wrong, if anything did."""
    found = moves(before, after)
    try:
        for old, new in found.renamed:
            history.renamed(old, new)
        for name in found.gone:
            history.removed(name)
        for name in [*found.new, *(new for _, new in found.renamed)]:
            history.returned(name)
    except ConfigError as error:
        return f"practice could not follow: {error}"
    return ""
