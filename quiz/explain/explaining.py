"""Options explained one by one: what their lines say, then what the model makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from core.errors import IndexMissing, MalformedOutput, ModelUnavailable
from core.practice import Explanation, OptionNote
from core.types import Citation, Evidence, Sentence
from proof.sentences import Draft, SentenceStream
from proof.support import SupportCheck
from providers.chunks import TextChunk
from quiz.explain.calls import ExplainCalls
from quiz.explain.option_lines import Asked, OptionLines
from quiz.explain.option_words import OptionWords
from retrieval.citations import renumber, resolve
from retrieval.quoting import as_sentence
from retrieval.retriever import Retriever

KEY_WEIGHT, OTHER_WEIGHT = 1.0, 0.3
"""How much the question counts in what is said of a right option, and of another."""
REFUSAL = "not in notes"
Verdict = Literal["right", "wrong", "undecided"]


@dataclass(frozen=True, slots=True)
class Told:
    """An option to be explained. `known` is what is said of it before any model speaks."""

    asked: Asked
    verdict: Verdict
    chosen: bool = False
    known: tuple[Sentence, ...] = ()

    @property
    def weight(self) -> float:
        """How much the question counts in what is said of it."""
        return KEY_WEIGHT if self.verdict == "right" else OTHER_WEIGHT


@dataclass(slots=True)
class Explaining:
    """One question on its way: its options, and what has been said of each so far."""

    stem: str
    options: Sequence[Told]
    retriever: Callable[[], Retriever]
    calls: ExplainCalls
    summary: Sequence[Sentence] = ()
    notice: str = ""
    said: dict[int, list[Sentence]] = field(default_factory=dict, init=False)
    draft: str = field(default="", init=False)

    def now(self, *, done: bool = False) -> Explanation:
        """What there is to show; each place in the notes is numbered once."""
        rows = [list(self._row(place)) for place in range(len(self.options))]
        summary = list(self._summary())
        numbered = iter(renumber([s for row in (*rows, summary) for s in row]))
        notes = tuple(
            OptionNote(told.verdict, tuple(islice(numbered, len(row))), silent=not row)
            for told, row in zip(self.options, rows, strict=True)
        )
        by = self.calls.descent.by if self.said else "extractive"
        draft = "" if done else self.draft
        tokens = self.calls.descent.remote_tokens if done else 0
        return Explanation(notes, tuple(numbered), draft, by, self.notice, done, tokens)

    def run(self) -> Iterator[Explanation]:
        """What is known; then, with a ready model, fuller and fuller. The last one is `done`."""
        yield self.now()
        if not self.calls.ready:
            self.notice = why_no_model(self.calls)
        elif self.options and not self.calls.cancel.is_set():
            try:
                yield from self._by_model()
                self.notice = self.calls.descent.notice
            except (ModelUnavailable, MalformedOutput, IndexMissing) as error:
                self.notice = f"The model did not explain everything: {error}"
        yield self.now(done=True)

    def _by_model(self) -> Iterator[Explanation]:
        """The chosen wrong option first, then the right ones, then the others."""
        lines = OptionLines(self.retriever(), self.stem)
        for place in sorted(range(len(self.options)), key=self._order):
            while not self.calls.cancel.is_set():
                try:
                    yield from self._explain(place, lines)
                    break
                except (ModelUnavailable, MalformedOutput):
                    self.draft = ""
                    if not self.calls.ready:
                        raise
                    if place in self.said:
                        break

    def _explain(self, place: int, lines: OptionLines) -> Iterator[Explanation]:
        """One option, from as many lines as the model reads that will answer now."""
        asked, traits = self.options[place].asked, self.calls.descent.traits
        evidence = lines.about(asked, traits.option_tokens, self.options[place].weight)
        if not evidence.items:
            return
        words = drafts(self.calls.describe(asked.subject, evidence, traits), traits.sentences)
        for found in self._proven(words, asked, evidence, lines.retriever):
            if isinstance(found, str):
                self.draft = found
            else:
                self.said.setdefault(place, []).append(found)
            yield self.now()
        self.draft = ""

    def _order(self, place: int) -> tuple[int, int]:
        told = self.options[place]
        return (1 if told.verdict == "right" else 0 if told.chosen else 2, place)

    def _proven(
        self,
        words: Iterator[str | Draft],
        asked: Asked,
        evidence: Evidence,
        retriever: Retriever,
    ) -> Iterator[str | Sentence]:
        """The draft as it grows, and each sentence that its lines support."""
        names = OptionWords.of(asked.subject, retriever.vocabulary)
        excused = asked.subject if names.whole else ""
        check = SupportCheck(excused, evidence, retriever.vocabulary)
        for found in words:
            if isinstance(found, str):
                yield found
                continue
            verdict = check.check(found.text, found.cited)
            if verdict.supported and names.leads(found.text) and (verdict.news or not names.whole):
                yield Sentence(found.text, resolve(evidence, verdict.numbers))

    def _row(self, place: int) -> Iterator[Sentence]:
        """What is said of an option; of a chosen wrong one, what the right one is too.

        A right option that cites its proof keeps its rationale: the model's words are the summary.
        """
        told = self.options[place]
        kept = told.known if told.verdict == "right" and told.asked.own else ()
        yield from kept or self.said.get(place) or told.known
        if told.chosen and told.verdict == "wrong":
            right = [n for n in self._right() if not self.options[n].chosen and self.said.get(n)]
            for sentence in (self.said[n][0] for n in right[:1]):
                yield replace(sentence, text=f"The right one differs: {sentence.text}")

    def _summary(self) -> Iterator[Sentence]:
        """Why the key holds: what the model says of each right option, else what is known."""
        yield from self.summary
        if any(place in self.said for place in self._right()):
            for place in self._right():
                yield from self.said.get(place) or self.options[place].known

    def _right(self) -> list[int]:
        return [n for n, told in enumerate(self.options) if told.verdict == "right"]


def drafts(pieces: Iterator[TextChunk], most: int) -> Iterator[str | Draft]:
    """The model's words as they grow, and each sentence once it is whole; `most` of them.

    What is broken off in the middle, by the model or by its token limit, is no sentence.
    """
    stream, shown, count, cut = SentenceStream(), "", 0, False
    for piece in pieces:
        cut = cut or piece.finish == "length"
        if not piece.text:
            continue
        shown += piece.text
        yield "" if REFUSAL.startswith(shown.strip()[: len(REFUSAL)].lower()) else shown
        for found in stream.feed(piece.text):
            count += 1
            yield found
        if count >= most:
            return
    if stream.rest.rstrip().endswith((".", "!", "?", "]")):
        yield from stream.close(cut=cut)


def why_no_model(calls: ExplainCalls) -> str:
    """Why no model explains; empty when none is wanted."""
    state = calls.provider.state()
    if state.phase == "off":
        return ""
    if state.phase == "ready":
        return f"Explained without a model: {calls.descent.why}"
    not_ready = (calls.descent.why or state.detail or state.phase).rstrip(".")
    return f"Explained without a model, which is not ready: {not_ready}."


def quoted(evidence: Evidence) -> tuple[Sentence, ...]:
    """The best line of some evidence under its heading; () when there is none."""
    return tuple(as_sentence(evidence, item) for item in evidence.items[:1])


def cited(text: str, citations: Sequence[Citation]) -> tuple[Sentence, ...]:
    """A sentence that the notes have proven already; () when there is nothing to say."""
    if not citations:
        return ()
    return (Sentence(text or citations[0].quote.strip(), tuple(citations)),)
