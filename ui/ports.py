"""What the page needs of the rest, so that building it imports nothing heavy."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from chat.events import Event
from core.types import Turn

if TYPE_CHECKING:
    from ingest.library import LibraryState
    from providers.base import ModelState
    from retrieval.retriever import Retriever
    from retrieval.store import NoteInfo


class Asker(Protocol):
    """Answers a question from the notes, event by event.

    Setting `cancel` stops the model; the stream then ends with an `Answered` that holds what
    there is. Raises NoteproofError with a message for the learner.
    """

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        notes: Collection[str] | None = None,
        from_notes: bool = True,
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]: ...


class Shelf(Protocol):
    """The learner's notes; `ingest.library.Library` is one."""

    def state(self) -> LibraryState: ...

    def sources(self) -> Sequence[NoteInfo]: ...

    def note_lines(self, note: str) -> Sequence[str]: ...

    def retriever(self) -> Retriever: ...

    def start(self) -> None: ...


class Model(Protocol):
    """The part of a `providers.base.ChatProvider` that the page shows."""

    @property
    def label(self) -> str: ...

    def state(self) -> ModelState: ...

    def start(self) -> None: ...
