"""One question on its way: what is known so far, the clock, and the events it gives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from chat.events import Answered, Drafting, Event, EvidenceFound, SentenceReady
from chat.model import ModelCalls
from chat.nearest import nearest
from core.text import words
from core.types import Answer, Citation, Sentence, Timings
from proof.sentences import Draft, SentenceStream
from providers.chunks import TextChunk
from retrieval.citations import renumber
from retrieval.retriever import Retrieval, Retriever

MAX_SENTENCES = 4
REFUSAL = "not in notes"


@dataclass(slots=True)
class Course:
    """`asked` is the question as the model reads it; `began` is what `clock` said at the start."""

    question: str
    asked: str
    calls: ModelCalls
    clock: Callable[[], float]
    began: float
    evidence_ms: float = 0.0
    first_token_ms: float | None = None
    notice: str = ""
    answered_by: str = "extractive"
    remote: bool = False
    sentences: list[Sentence] = field(default_factory=list)
    nearest: tuple[Citation, ...] = ()

    @property
    def cancel(self) -> threading.Event:
        """Set when the learner has stopped it."""
        return self.calls.cancel

    def elapsed(self) -> float:
        """Milliseconds since the question."""
        return (self.clock() - self.began) * 1000

    def sign(self) -> None:
        """Remember whose words the sentences are, and why, if it is not the model that is set."""
        descent = self.calls.descent
        self.answered_by, self.notice, self.remote = descent.by, descent.notice, descent.remote

    def add(self, sentence: Sentence) -> None:
        """One more sentence of the answer; what was said already is not said again."""
        if words(sentence.text) not in [words(said.text) for said in self.sentences]:
            self.sentences.append(sentence)

    def cut(self, error: Exception) -> None:
        """Mark that the model broke off after some sentences."""
        self.notice = f"The model broke off; what it had said until then is kept. {error}"

    def found(self, retrieval: Retrieval, retriever: Retriever) -> EvidenceFound:
        """What to show before any model speaks."""
        self.nearest = nearest(retrieval, retriever)
        if not self.evidence_ms:
            self.evidence_ms = self.elapsed()
        return EvidenceFound(retrieval.hits, self.nearest, self.elapsed())

    def drafts(self, pieces: Iterator[TextChunk]) -> Iterator[Drafting | Draft]:
        """The model's words as they come, and each sentence once it is whole.

        A refusal is never shown as a draft, and what its token limit broke off is no sentence.
        """
        stream, shown, count, cut = SentenceStream(), "", 0, False
        for piece in pieces:
            cut = cut or piece.finish == "length"
            if not piece.text:
                continue
            if self.first_token_ms is None:
                self.first_token_ms = self.elapsed()
            shown += piece.text
            if not REFUSAL.startswith(shown.strip().lower()[: len(REFUSAL)]):
                yield Drafting(shown)
            for draft in stream.feed(piece.text):
                count += 1
                yield draft
            if count >= MAX_SENTENCES:
                return
        yield from stream.close(cut=cut)

    def finish(self, *, from_notes: bool = True) -> Iterator[Event]:
        """The sentences, then the whole answer."""
        yield Drafting("")
        self.sentences = renumber(self.sentences)
        for sentence in self.sentences:
            yield SentenceReady(sentence)
        yield Answered(
            Answer(
                self.question,
                tuple(self.sentences),
                self.nearest,
                not self.sentences,
                self.answered_by,
                self.notice,
                from_notes,
                Timings(
                    self.evidence_ms,
                    self.first_token_ms,
                    self.elapsed(),
                    self.calls.prompt_tokens,
                    self.calls.completion_tokens,
                ),
                self.remote,
            )
        )
