"""What a library tells of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Phase = Literal["empty", "indexing", "asking", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class LibraryState:
    """`progress` is 0..1 while indexing; `detail` is one line for the learner.

    While `asking`, notes would leave this machine and wait for consent; `serves` tells whether
    there is an index to go on with. `goes_to` names the server to which every question is sent to
    be embedded; empty: none is.
    """

    phase: Phase
    detail: str = ""
    progress: float | None = None
    serves: bool = False
    goes_to: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """What is known of the sources beside their index.

    `own` are the notes the learner added, `reading` those not indexed yet, `left_out` pairs of
    identity and name, `indexed` says when each note was read last, `within` pairs of a note and
    the archive that it lies in.
    """

    own: frozenset[str] = frozenset()
    reading: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    indexed: tuple[tuple[str, datetime], ...] = ()
    within: tuple[tuple[str, str], ...] = ()


class History(Protocol):
    """What was made of notes, and follows them; `study.note_history.NoteHistory` is one."""

    def renamed(self, old: str, new: str) -> None: ...

    def removed(self, name: str) -> None: ...

    def returned(self, name: str) -> None: ...


class NoHistory:
    """Nothing was made of the notes."""

    def renamed(self, old: str, new: str) -> None:
        return None

    def removed(self, name: str) -> None:
        return None

    def returned(self, name: str) -> None:
        return None


def count_notes(count: int) -> str:
    """`1 note`, `2 notes`."""
    return f"{count} note{'s' if count != 1 else ''}"
