"""Question + history -> evidence, a draft, checked sentences, an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from chat.events import Answered, Drafting, Event, EvidenceFound, SentenceReady
from chat.extractive import as_sentence, best_lines, extract, found_nothing
from chat.model import ModelCalls
from chat.query import as_asked, check_question, stand_alone
from chat.sentences import Draft, SentenceStream
from chat.support import SupportCheck
from chat.terms import candidates
from core.errors import MalformedOutput, ModelUnavailable
from core.types import (
    Answer,
    Citation,
    Evidence,
    EvidenceLine,
    Line,
    Sentence,
    Timings,
    Turn,
)
from providers.base import ChatProvider
from retrieval.citations import cite, renumber, resolve
from retrieval.evidence import pack
from retrieval.retriever import Retrieval, Retriever

NEAREST = 3
MAX_SENTENCES = 4
ENOUGH = 0.55
"""How sure the judge must be that the proven lines answer the question."""
SURE = 0.85
"""How sure it must be of lines alone, when the model itself found no answer in them."""
REFUSAL = "not in notes"


@dataclass(slots=True)
class _Course:
    """One question on its way: what is known so far, and the clock."""

    question: str
    cancel: threading.Event
    clock: Callable[[], float]
    began: float
    evidence_ms: float = 0.0
    first_token_ms: float | None = None
    notice: str = ""
    answered_by: str = "extractive"
    asked: str = ""
    sentences: list[Sentence] = field(default_factory=list)

    def elapsed(self) -> float:
        return (self.clock() - self.began) * 1000


class AskChain:
    """Answers from the notes, by the model if it is ready, else by the best lines.

    `retriever` is asked anew for every question, so that a renewed index serves at once.
    """

    def __init__(
        self,
        retriever: Callable[[], Retriever],
        provider: ChatProvider,
        *,
        evidence_tokens: int = 230,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._retriever = retriever
        self._provider = provider
        self._budget = evidence_tokens
        self._clock = clock

    def warm_up(self) -> None:
        """Let a ready model read its instructions once, so that questions find them read."""
        calls = ModelCalls(self._provider, threading.Event())
        with suppress(ModelUnavailable, MalformedOutput):
            nothing = Evidence((EvidenceLine(1, Line("", 1, "-"), "-"),))
            calls.answers_question("-", nothing, [1])
            calls.terms("-", ["-"])
            next(calls.answer("-", nothing), None)

    def search(
        self, question: str, history: Sequence[Turn] = (), *, k: int = 8, use_model: bool = True
    ) -> Retrieval:
        """Hits for a question, with the model's terms when words fail and it is ready."""
        query = stand_alone(check_question(question), history)
        retrieval = self._retriever().search(query, k)
        if use_model and retrieval.unsure and self._ready():
            calls = ModelCalls(self._provider, threading.Event())
            return self._search_again(retrieval, calls, k, None) or retrieval
        return retrieval

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        notes: Collection[str] | None = None,
        from_notes: bool = True,
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Answer, as events; the last is `Answered`.

        `notes` restricts to some sources. Setting `cancel` stops the model; what was checked
        until then is the answer.

        Raises:
            NoteproofError: the question is empty or too long, or there is no index.
            ModelUnavailable: an answer without notes is wanted and no model is ready.
        """
        course = _Course(
            check_question(question), cancel or threading.Event(), self._clock, self._clock()
        )
        calls = ModelCalls(self._provider, course.cancel)
        if not from_notes:
            yield from self._answer_freely(course, calls)
            return
        query = stand_alone(course.question, history)
        course.asked = as_asked(course.question, history)
        retriever = self._retriever()
        retrieval = retriever.search(query, notes=notes)
        course.evidence_ms = course.elapsed()
        yield _found(retrieval, course)
        if self._ready() and retrieval.lines:
            course.answered_by = self._provider.label
            try:
                yield from self._by_model(course, calls, retriever, retrieval, notes)
            except (ModelUnavailable, MalformedOutput) as error:
                course.notice = f"Answered without a model: {error}"
                yield Drafting("")
                yield from self._by_lines(course, calls, retriever, retrieval)
        else:
            course.notice = self._why_no_model()
            yield from self._by_lines(course, calls, retriever, retrieval)

    def _ready(self) -> bool:
        return self._provider.state().phase == "ready"

    def _why_no_model(self) -> str:
        state = self._provider.state()
        if state.phase in ("off", "ready"):
            return ""
        return f"Answered without a model, which is not ready: {state.detail or state.phase}."

    def _search_again(
        self, before: Retrieval, calls: ModelCalls, k: int, notes: Collection[str] | None
    ) -> Retrieval | None:
        """The same with the terms that the model picks from the notes, or None if it has none."""
        try:
            terms = calls.terms(before.query, candidates(before))
        except (ModelUnavailable, MalformedOutput):
            return None
        if not terms:
            return None
        return self._retriever().search(before.query, k, notes=notes, hint=", ".join(terms))

    def _by_model(
        self,
        course: _Course,
        calls: ModelCalls,
        retriever: Retriever,
        retrieval: Retrieval,
        notes: Collection[str] | None,
    ) -> Iterator[Event]:
        if retrieval.unsure and not course.cancel.is_set():
            better = self._search_again(retrieval, calls, 8, notes)
            if better is not None and better.lines:
                retrieval = better
                yield _found(retrieval, course)
        evidence = pack(retrieval, retriever, self._budget)
        check = SupportCheck(retrieval.query, evidence, retriever.vocabulary)
        for event in self._draft(course, calls.answer(course.asked, evidence)):
            if isinstance(event, Draft):
                verdict = check.check(event.text, event.cited)
                if verdict.supported:
                    course.sentences.append(
                        Sentence(event.text, resolve(evidence, verdict.numbers))
                    )
            else:
                yield event
        if not course.cancel.is_set():
            course.sentences = self._judged(course, calls, retrieval, evidence)
        yield from self._finish(course, calls, retrieval)

    def _draft(self, course: _Course, pieces: Iterator[str]) -> Iterator[Drafting | Draft]:
        """The model's words as they come, and each sentence once it is whole."""
        stream, shown, count = SentenceStream(), "", 0
        for piece in pieces:
            if course.first_token_ms is None:
                course.first_token_ms = course.elapsed()
            shown += piece
            if not REFUSAL.startswith(shown.strip().lower()[: len(REFUSAL)]):
                yield Drafting(shown)
            for draft in stream.feed(piece):
                count += 1
                yield draft
            if count >= MAX_SENTENCES:
                return
        yield from stream.close()

    def _judged(
        self, course: _Course, calls: ModelCalls, retrieval: Retrieval, evidence: Evidence
    ) -> list[Sentence]:
        """The sentences if their lines answer the question; lines that do, if there are any."""
        if course.sentences:
            numbers = [c.number for s in course.sentences for c in s.citations]
            sure = calls.answers_question(course.asked, evidence, numbers)
            return course.sentences if sure >= ENOUGH else []
        if found_nothing(retrieval):
            return []
        numbers = best_lines(retrieval, evidence)
        if calls.answers_question(course.asked, evidence, numbers) < SURE:
            return []
        alone = [
            n for n in numbers if calls.answers_question(course.asked, evidence, [n]) >= ENOUGH
        ]
        chosen = alone or numbers
        return [as_sentence(evidence, item) for item in evidence.items if item.number in chosen]

    def _by_lines(
        self, course: _Course, calls: ModelCalls, retriever: Retriever, retrieval: Retrieval
    ) -> Iterator[Event]:
        course.answered_by = "extractive"
        course.sentences = list(extract(retrieval, pack(retrieval, retriever, self._budget)))
        yield from self._finish(course, calls, retrieval)

    def _answer_freely(self, course: _Course, calls: ModelCalls) -> Iterator[Event]:
        if not self._ready():
            detail = self._provider.state().detail or "no model is set up"
            raise ModelUnavailable(
                f"An answer without your notes needs a model ({detail}). Set NOTEPROOF_LLM to "
                "`embedded` or `openai`, or wait until it is ready."
            )
        course.answered_by = self._provider.label
        for event in self._draft(course, calls.general(course.question)):
            if isinstance(event, Draft):
                course.sentences.append(Sentence(event.text, supported=False))
            else:
                yield event
        yield from self._finish(course, calls, None)

    def _finish(
        self, course: _Course, calls: ModelCalls, retrieval: Retrieval | None
    ) -> Iterator[Event]:
        yield Drafting("")
        course.sentences = renumber(course.sentences)
        for sentence in course.sentences:
            yield SentenceReady(sentence)
        yield Answered(
            Answer(
                course.question,
                tuple(course.sentences),
                _nearest(retrieval) if retrieval else (),
                not course.sentences,
                course.answered_by,
                course.notice,
                retrieval is not None,
                Timings(
                    course.evidence_ms,
                    course.first_token_ms,
                    course.elapsed(),
                    calls.prompt_tokens,
                    calls.completion_tokens,
                ),
            )
        )


def _found(retrieval: Retrieval, course: _Course) -> EvidenceFound:
    return EvidenceFound(retrieval.hits, _nearest(retrieval), course.elapsed())


def _nearest(retrieval: Retrieval) -> tuple[Citation, ...]:
    """The closest lines, numbered from 1."""
    return tuple(cite(n, line) for n, (line, _) in enumerate(retrieval.lines[:NEAREST], 1))
