"""What the page and the commands need of the rest, so that naming it imports nothing heavy."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from chat.events import Event
from core.practice import Decision, Explanation, Grade, Item, Pasted, Recheck, Response, Scope
from core.types import Turn

if TYPE_CHECKING:
    from chat.about import About
    from ingest.library_state import Holding, LibraryState
    from ingest.preview import Preview
    from ingest.uploads import Added, Removal
    from providers.base import ModelState
    from retrieval.retriever import Retrieval, Retriever
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


class Finder(Protocol):
    """Finds passages for a question; `chat.chain.AskChain` is one, and an `Asker` too."""

    def search(self, question: str, history: Sequence[Turn] = (), *, k: int = 8) -> Retrieval: ...


class Shelf(Protocol):
    """The learner's notes; `ingest.library.Library` is one."""

    def state(self) -> LibraryState: ...

    def sources(self) -> Sequence[NoteInfo]: ...

    def places(self) -> Sequence[str]:
        """Where the notes lie."""

    def holding(self) -> Holding:
        """What is known of the sources beside their index."""

    def note_lines(self, note: str) -> Sequence[str]: ...

    def retriever(self) -> Retriever: ...

    def start(self) -> None: ...

    def consent(self) -> None:
        """Send the notes to the embedding model after all; returns at once."""

    def keep_old(self) -> None:
        """Send nothing, and go on with the index there is."""


class Keeper(Protocol):
    """What the page does to the notes; `ingest.library.Library` is one.

    Raises NoteproofError with a message for the learner.
    """

    @property
    def version(self) -> int:
        """Grows with every change that the page should show."""

    def require_size(self, size: int) -> None:
        """Raises when a file of so many bytes is too large to be added."""

    def preview(self, name: str, data: bytes) -> Preview:
        """What a question set would give; no questions when the file is none."""

    def add(self, name: str, data: bytes) -> Added: ...

    def rename(self, name: str, new: str) -> str: ...

    def remove(self, name: str) -> Removal: ...

    def take_back(self, removal: Removal) -> str: ...


class Describer(Protocol):
    """Tells what a note is about; `chat.abouts.Abouts` is one."""

    def of(self, note: str) -> About | None:
        """What is known now; more may be made from now on. None: there is no such note."""

    def waiting(self, note: str) -> str:
        """One line on what is being made; empty when nothing more will come."""


class Model(Protocol):
    """The part of a `providers.base.ChatProvider` that the page shows."""

    @property
    def label(self) -> str: ...

    def state(self) -> ModelState: ...

    def start(self) -> None: ...


class Trainer(Protocol):
    """Gives items, grades and explains; `study.practice.Practice` is one.

    Every method may be called from any thread, and raises NoteproofError with a message for the
    learner.
    """

    def topics(self) -> Sequence[str]:
        """Names of what can be practised, as suggestions for `Scope.topic`."""

    def domains(self) -> Sequence[str]: ...

    def prepare(self, scope: Scope) -> None:
        """Begin to make items for a scope in the background; returns at once."""

    def next(self, scope: Scope) -> Item | None:
        """An item that is ready, never shown before, now noted as shown; None: none is ready."""

    def making(self, scope: Scope) -> str:
        """One line on what is being made for the scope; empty when nothing more will come."""

    def why_none(self, scope: Scope) -> str:
        """One line: why there is nothing to practise in this scope, and what to do."""

    def variant(self, item_id: str) -> Item | None:
        """A fresh item on the same concept, noted as shown; None: none is ready."""

    def retired(self, item_id: str) -> bool:
        """Whether an item must not be dealt any more, such as when its note was removed."""

    def submit(self, response: Response) -> Grade:
        """Grade and save, in this order of appearance: it is on disk when this returns."""

    def explain(
        self, item_id: str, response: Response, cancel: threading.Event | None = None
    ) -> Iterator[Explanation]:
        """First what is known, then fuller and fuller; the last one is `done`."""

    def recheck(self, item_id: str, cancel: threading.Event | None = None) -> Recheck:
        """ "This question is wrong": solve it anew, then keep or retire it."""


class Explainer(Protocol):
    """Explains a pasted question; `quiz.explain.pasted.PastedExplainer` is one."""

    def parse(self, text: str) -> Pasted:
        """Never raises; what is unclear is in `problems`."""

    def decide(self, pasted: Pasted, cancel: threading.Event | None = None) -> Decision:
        """The key that was given, else what the notes decide, else undecided."""

    def explain(
        self, pasted: Pasted, decision: Decision, cancel: threading.Event | None = None
    ) -> Iterator[Explanation]:
        """As `Trainer.explain`, for every option of the pasted question."""
