"""A small deterministic world behind the page: notes, an asker that follows a script, a model."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from chat.events import Answered, Drafting, Event, EvidenceFound, SentenceReady
from core.errors import NoteproofError
from core.text import words
from core.types import Answer, Citation, Hit, Passage, Sentence, Timings, Turn
from providers.base import ModelState
from retrieval.embedder import Progress, Vectors

HOSTILE = (
    "<script>window.hacked = 1</script>",
    "<img src=http://outside.invalid/a.png onerror=window.hacked=2>",
    "[click](javascript:window.hacked=3)",
    "![pixel](http://outside.invalid/b.png)",
    "__label__positive <channel_name> RECORD<X> ${window.hacked=4} {{constructor}}",
    '"\' onmouseover=window.hacked=5 x="',
)


class HashEmbedder:
    """Words hashed into a vector: texts that share words are near each other."""

    name = "hash-64"

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        rows = np.full((len(texts), 64), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                row[zlib.crc32(word.encode()) % 64] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    goes_to = ""

    def load(self) -> None:
        return None

    def encode_query(self, text: str) -> Vectors:
        return self.encode([text])[0]


class FakeModel:
    """A chat provider whose state a test sets."""

    label = "scripted"

    def __init__(self, state: ModelState | None = None) -> None:
        self.now = state or ModelState("ready", "scripted")
        self.started = 0

    def state(self) -> ModelState:
        return self.now

    def start(self) -> None:
        self.started += 1


@dataclass
class Asked:
    """One call of `ScriptedAsker.stream`."""

    question: str
    history: tuple[Turn, ...]
    notes: frozenset[str] | None
    from_notes: bool
    cancel: threading.Event | None


@dataclass
class ScriptedAsker:
    """Streams by what the question holds: `slow`, `nothing`, `fail`, `break`, `hostile`.

    `cite` gives the citations; every call is kept in `calls`, stops in `stopped`.
    """

    cite: Callable[[], tuple[Citation, ...]]
    pause: float = 0.01
    calls: list[Asked] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        notes: Collection[str] | None = None,
        from_notes: bool = True,
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        only = None if notes is None else frozenset(notes)
        self.calls.append(Asked(question, tuple(history), only, from_notes, cancel))
        if "fail" in question:
            raise NoteproofError("The question is too long: <b>shorten</b> it.")
        if not from_notes:
            own = Sentence("Paris, as far as I know [1].", supported=False)
            yield Answered(Answer(question, (own,), answered_by="scripted", from_notes=False))
            return
        citations = self.cite()
        yield EvidenceFound((_hit(citations[0]),), citations, 38.0)
        if "nothing" in question:
            yield Answered(Answer(question, nearest=citations[:2], abstained=True))
            return
        yield from self._answer(question, citations, cancel or threading.Event())

    def _answer(
        self, question: str, citations: tuple[Citation, ...], cancel: threading.Event
    ) -> Iterator[Event]:
        first = Sentence("Firehose delivers **streams** to `S3`.", citations[:1])
        second = Sentence("It needs no servers.", citations[1:2])
        if "hostile" in question:
            second = Sentence(" ".join(HOSTILE), citations[2:3])
        said: list[Sentence] = []
        steps = 1500 if "slow" in question else 3
        for sentence in (first, second):
            for step in range(1, steps):
                if cancel.wait(self.pause * (5 if "slow" in question and said else 1)):
                    self.stopped.append(question)
                    yield Answered(Answer(question, tuple(said), answered_by="scripted"))
                    return
                if said or step < 6:
                    yield Drafting(f"draft of {' '.join(['word'] * min(step, 30))}")
                if not said and step >= 6:
                    break
            if "break" in question and said:
                raise NoteproofError("The model server went away: start it again.")
            said.append(sentence)
            yield SentenceReady(sentence)
        yield Answered(
            Answer(
                question,
                tuple(said),
                answered_by="scripted",
                timings=Timings(38.0, 900.0, 2345.0),
            )
        )


def _hit(citation: Citation) -> Hit:
    path = ("Streaming data", "Amazon Data Firehose")
    line = citation.first_line
    return Hit(Passage("p", citation.note, path, line, line + 5, citation.quote), 3.0)
