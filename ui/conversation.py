"""A conversation as the page shows it: immutable, kept in the learner's session."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chat.events import Answered, Drafting, Event, EvidenceFound, SentenceReady
from chat.nearest import best_line
from core.types import Answer, Citation, Hit, Sentence, Turn
from retrieval.citations import cite

MAX_TURNS = 12


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what has arrived of its answer.

    A `prepared` one was not asked: it is what a conversation is to begin with.
    """

    question: str
    from_notes: bool = True
    hits: tuple[Hit, ...] = ()
    nearest: tuple[Citation, ...] = ()
    found_ms: float | None = None
    sentences: tuple[Sentence, ...] = ()
    draft: str = ""
    answer: Answer | None = None
    error: str = ""
    prepared: bool = False

    @property
    def running(self) -> bool:
        return self.answer is None and not self.error

    @property
    def tokens(self) -> int:
        """What a remote model counted for the answer, read and written; 0 for any other."""
        if self.answer is None or not self.answer.remote:
            return 0
        return self.answer.timings.prompt_tokens + self.answer.timings.completion_tokens

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every distinct citation so far, in order of number."""
        found = {c.number: c for s in self.sentences for c in s.citations}
        return tuple(found[number] for number in sorted(found))

    @property
    def found(self) -> tuple[Citation, ...]:
        """What the notes hold on the question: the nearest lines, then each passage's best."""
        lines = [cite(0, line) for line in map(best_line, self.hits) if line is not None]
        places: dict[tuple[str, int], Citation] = {}
        for citation in (*self.nearest, *lines):
            places.setdefault((citation.note, citation.first_line), citation)
        return tuple(places.values())

    def after(self, event: Event) -> Exchange:
        """This exchange once `event` has happened."""
        match event:
            case EvidenceFound(hits, nearest, milliseconds):
                return replace(self, hits=hits, nearest=nearest, found_ms=milliseconds)
            case Drafting(text):
                return replace(self, draft=text)
            case SentenceReady(sentence):
                return replace(self, sentences=(*self.sentences, sentence), draft="")
            case Answered(answer):
                return replace(self, answer=answer, sentences=answer.sentences, draft="")


@dataclass(frozen=True, slots=True)
class Conversation:
    """All exchanges, oldest first; `error` is what is wrong with the question in the box."""

    exchanges: tuple[Exchange, ...] = ()
    error: str = ""

    @property
    def last(self) -> Exchange | None:
        return self.exchanges[-1] if self.exchanges else None

    def without_last(self) -> Conversation:
        return Conversation(self.exchanges[:-1])

    def with_last(self, exchange: Exchange) -> Conversation:
        return Conversation((*self.exchanges[:-1], exchange))

    def asking(self, exchange: Exchange) -> Conversation:
        return Conversation((*self.exchanges, exchange))

    def turns(self) -> tuple[Turn, ...]:
        """The history a follow-up is read with: only what came from the notes."""
        turns: list[Turn] = []
        for exchange in self.exchanges:
            if exchange.from_notes and exchange.answer is not None:
                turns.append(Turn("user", exchange.question))
                if exchange.answer.text:
                    turns.append(Turn("assistant", exchange.answer.text))
        return tuple(turns[-MAX_TURNS:])
