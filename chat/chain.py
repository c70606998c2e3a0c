"""Question + history -> evidence, a draft, checked sentences, an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress

from chat.course import Course
from chat.events import Drafting, Event
from chat.extractive import best_lines, extract
from chat.model import ModelCalls
from chat.query import as_asked, check_question, stand_alone
from chat.terms import candidates, wanted
from core.errors import MalformedOutput, ModelUnavailable
from core.types import Evidence, EvidenceLine, Line, Sentence, Turn
from proof.claims import names_unknown, tells_more
from proof.sentences import Draft
from proof.support import SupportCheck
from providers.base import ChatProvider
from providers.traits import SMALL
from providers.turns import Turns
from retrieval.citations import resolve
from retrieval.evidence import pack
from retrieval.quoting import as_sentence, found_nothing
from retrieval.retriever import Retrieval, Retriever

ENOUGH = 0.35
"""How sure the judge must be that lines which prove every sentence answer the question."""
SURE = 0.85
"""How sure it must be of the best lines, when the model itself found no answer in them."""
ALONE = 0.6
"""How sure it must then be of one of them, for it to be shown."""


class AskChain:
    """Answers from the notes, by the model if it is ready, else by the best lines.

    `retriever` is asked anew for every question, so that a renewed index serves at once.
    `evidence_tokens` is how much the model reads; 0: as its traits say.
    """

    def __init__(
        self,
        retriever: Callable[[], Retriever],
        provider: ChatProvider,
        *,
        turns: Turns | None = None,
        evidence_tokens: int = 0,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._retriever = retriever
        self._provider = provider
        self._turns = turns or Turns()
        self._budget = evidence_tokens
        self._clock = clock

    def warm_up(self) -> None:
        """Let a ready model read its instructions once, so that questions find them read."""
        calls = ModelCalls(self._provider, threading.Event())
        with suppress(ModelUnavailable, MalformedOutput):
            nothing = Evidence((EvidenceLine(1, Line("", 1, "-"), "-"),))
            calls.answers_question("-", nothing, [1])
            calls.terms("-", ["-"])
            next(calls.answer("-", nothing, calls.descent.traits), None)

    def search(
        self, question: str, history: Sequence[Turn] = (), *, k: int = 8, use_model: bool = True
    ) -> Retrieval:
        """Hits for a question, with the model's terms when words fail and it is ready."""
        query = stand_alone(check_question(question), history)
        retrieval = self._retriever().search(query, k)
        if use_model and wanted(retrieval, self._retriever().vocabulary):
            calls = ModelCalls(self._provider, threading.Event())
            if calls.descent.ready():
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
        with self._turns.foreground():
            yield from self._stream(question, history, notes, from_notes, cancel)

    def _stream(
        self,
        question: str,
        history: Sequence[Turn],
        notes: Collection[str] | None,
        from_notes: bool,
        cancel: threading.Event | None,
    ) -> Iterator[Event]:
        began, question = self._clock(), check_question(question)
        calls = ModelCalls(self._provider, cancel or threading.Event())
        course = Course(question, as_asked(question, history), calls, self._clock, began)
        if not from_notes:
            yield from self._answer_freely(course)
            return
        query = stand_alone(question, history)
        retriever = self._retriever()
        retrieval = retriever.search(query, notes=notes)
        yield course.found(retrieval, retriever)
        while retrieval.lines and calls.descent.ready():
            try:
                yield from self._by_model(course, retriever, retrieval, notes)
                return
            except (ModelUnavailable, MalformedOutput) as error:
                if course.sentences:
                    course.cut(error)
                    yield from course.finish()
                    return
                yield Drafting("")
        course.notice = self._why_no_model(calls)
        yield from self._by_lines(course, retriever, retrieval)

    def _why_no_model(self, calls: ModelCalls) -> str:
        state, why = self._provider.state(), calls.descent.why
        if state.phase == "off":
            return ""
        if state.phase == "ready":
            return f"Answered without a model: {why}" if why else ""
        not_ready = (why or state.detail or state.phase).rstrip(".")
        return f"Answered without a model, which is not ready: {not_ready}."

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
        course: Course,
        retriever: Retriever,
        retrieval: Retrieval,
        notes: Collection[str] | None,
    ) -> Iterator[Event]:
        if wanted(retrieval, retriever.vocabulary) and not course.cancel.is_set():
            better = self._search_again(retrieval, course.calls, 8, notes)
            if better is not None and better.lines:
                retrieval = better
                yield course.found(retrieval, retriever)
        traits = course.calls.descent.traits
        evidence = pack(retrieval, retriever, self._budget or traits.evidence_tokens)
        check = SupportCheck(retrieval.query, evidence, retriever.vocabulary)
        course.sign()
        for event in course.drafts(course.calls.answer(course.asked, evidence, traits)):
            course.sign()
            if isinstance(event, Draft):
                verdict = check.check(event.text, event.cited)
                if verdict.supported and (verdict.news or not course.sentences):
                    course.add(Sentence(event.text, resolve(evidence, verdict.numbers)))
            else:
                yield event
        if not course.cancel.is_set():
            course.sentences = self._judged(course, retrieval, evidence)
        yield from course.finish()

    def _judged(self, course: Course, retrieval: Retrieval, evidence: Evidence) -> list[Sentence]:
        """The sentences if their lines answer the question; lines that do, if there are any."""
        asked, judge = course.asked, course.calls.answers_question
        if course.sentences:
            numbers = [c.number for s in course.sentences for c in s.citations]
            sure = judge(asked, evidence, numbers)
            return course.sentences if sure >= ENOUGH else []
        vocabulary = self._retriever().vocabulary
        if found_nothing(retrieval) or names_unknown(course.question, vocabulary):
            return []
        numbers = [
            item.number
            for item in evidence.items
            if item.number in best_lines(retrieval, evidence) and tells_more(item, asked)
        ]
        if not numbers or judge(asked, evidence, numbers) < SURE:
            return []
        alone = [n for n in numbers if judge(asked, evidence, [n]) >= ALONE]
        chosen = alone or numbers
        return [as_sentence(evidence, item) for item in evidence.items if item.number in chosen]

    def _by_lines(
        self, course: Course, retriever: Retriever, retrieval: Retrieval
    ) -> Iterator[Event]:
        course.answered_by, course.remote = "extractive", False
        evidence = pack(retrieval, retriever, self._budget or SMALL.evidence_tokens)
        course.sentences = list(extract(retrieval, evidence))
        yield from course.finish()

    def _answer_freely(self, course: Course) -> Iterator[Event]:
        if not course.calls.descent.ready():
            detail = course.calls.descent.why or "no model is set up"
            raise ModelUnavailable(
                f"An answer without your notes needs a model ({detail}). Set NOTEPROOF_LLM to "
                "`embedded` or `openai`, or wait until it is ready."
            )
        course.sign()
        try:
            for event in course.drafts(course.calls.general(course.question)):
                course.sign()
                if isinstance(event, Draft):
                    course.sentences.append(Sentence(event.text, supported=False))
                else:
                    yield event
        except (ModelUnavailable, MalformedOutput) as error:
            if not course.sentences:
                raise
            course.cut(error)
        yield from course.finish(from_notes=False)
