"""Which options of a pasted question are right: as given, else as the notes decide, else open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from core.errors import MalformedOutput, ModelUnavailable
from core.practice import Decision, Pasted
from core.types import Citation, Evidence
from providers.base import ChatProvider
from providers.descent import PackAnew
from providers.traits import SMALL, ModelTraits
from quiz.explain.calls import ExplainCalls
from quiz.explain.decide_past import decide_by_past
from quiz.explain.option_lines import Asked, OptionLines
from retrieval.citations import cite
from retrieval.quoting import as_sentence
from retrieval.retriever import Retriever

WEIGHT = 1.5
"""How much the question counts beside the option in the choice of its lines."""
SURE = 0.6
"""How much of the probability the chosen option must have, over the shuffles."""
NEAR = 0.3
"""Cosine of the question to the nearest line on the chosen option, at least."""
ALONE = 0.5
"""Without a model: cosine and share of the question's rare words, added, at least."""
MARGIN = 0.3
"""And by how much they must be above those of the next option."""
DECIDING = 2
"""Lines cited for each option of the key."""


class Decider:
    """Decides pasted questions. `retriever` is asked anew for each."""

    def __init__(self, retriever: Callable[[], Retriever], provider: ChatProvider) -> None:
        self._retriever = retriever
        self._provider = provider

    def decide(self, pasted: Pasted, cancel: threading.Event | None = None) -> Decision:
        """The key that was given, else what the notes decide, else undecided."""
        if pasted.given:
            return Decision(pasted.given, "given", 1.0)
        if pasted.problems or len(pasted.options) < 2:
            return Decision()
        retriever = self._retriever()
        past = decide_by_past(pasted, retriever)
        if past is not None:
            return past
        calls = ExplainCalls(self._provider, cancel or threading.Event())
        while calls.ready and not calls.cancel.is_set():
            traits = calls.descent.traits
            try:
                return Found(pasted, retriever, traits).by_model(calls)
            except PackAnew:
                continue
            except (ModelUnavailable, MalformedOutput):
                break
        return Found(pasted, retriever, SMALL).by_lines()


class Found:
    """What the notes say of each option of one question, and how near that is to its stem.

    As much as a model with these `traits` reads.
    """

    def __init__(self, pasted: Pasted, retriever: Retriever, traits: ModelTraits) -> None:
        self._pasted, self._traits = pasted, traits
        self._count = pasted.select
        lines = OptionLines(retriever, pasted.stem)
        budget = traits.option_tokens
        self._evidence = [lines.anywhere(Asked(text), budget, WEIGHT) for text in pasted.options]
        self._near = [self._nearness(evidence, retriever) for evidence in self._evidence]
        self._covered = [self._coverage(evidence, retriever) for evidence in self._evidence]

    def by_model(self, calls: ExplainCalls) -> Decision:
        """The options that the model picks from the lines in both orders, one after the other.

        Raises:
            ModelUnavailable: the model cannot answer.
            MalformedOutput: it named none of the options.
            PackAnew: another model would answer.
        """
        if not self._possible():
            return self._open()
        left = list(range(len(self._pasted.options)))
        key: list[int] = []
        sure = 1.0
        while len(key) < self._count:
            orders = [left, left[::-1]]
            shares = [self._shares(order, calls) for order in orders]
            if calls.cancel.is_set():
                return self._open()
            picks = {max(left, key=lambda place: share[place]) for share in shares}
            pick = picks.pop()
            mean = sum(share[pick] for share in shares) / len(shares)
            if picks or mean < SURE or self._near[pick] < NEAR:
                return self._open(min(sure, mean))
            key.append(pick)
            left.remove(pick)
            sure = min(sure, mean)
        return self._decided(key, sure)

    def by_lines(self) -> Decision:
        """The options whose lines are clearly nearer to the question than those of the others.

        An option that the notes do not name might be right: then it is left open.
        """
        if not self._possible() or not all(evidence.items for evidence in self._evidence):
            return self._open()
        scores = [near + held for near, held in zip(self._near, self._covered, strict=True)]
        order = sorted(range(len(scores)), key=lambda place: -scores[place])
        last, after = scores[order[self._count - 1]], scores[order[self._count]]
        if last < ALONE or last - after < MARGIN:
            return self._open()
        return self._decided(order[: self._count], min(0.4 + (last - after) / 2, 0.9))

    def _possible(self) -> bool:
        """Whether so many options can be told from the rest, and the notes name enough."""
        named = sum(bool(evidence.items) for evidence in self._evidence)
        return 0 < self._count < len(self._evidence) and named >= self._count

    def _nearness(self, evidence: Evidence, retriever: Retriever) -> float:
        texts = [as_sentence(evidence, item).text for item in evidence.items]
        return max(retriever.nearness(self._pasted.stem, texts), default=0.0)

    def _coverage(self, evidence: Evidence, retriever: Retriever) -> float:
        stem, words = self._pasted.stem, retriever.vocabulary
        return max((words.coverage(stem, i.text) for i in evidence.items), default=0.0)

    def _shares(self, order: Sequence[int], calls: ExplainCalls) -> dict[int, float]:
        """How likely each option is the answer, asked in some order."""
        options = [self._pasted.options[place] for place in order]
        shares = calls.choose(self._pasted.stem, options, self._told(order), self._traits)
        return dict(zip(order, shares, strict=True))

    def _told(self, order: Sequence[int]) -> str:
        """What the notes say of the options, in the order of names: nothing tells the key."""
        rows = []
        for place in sorted(order, key=lambda n: self._pasted.options[n]):
            said = "; ".join(item.text for item in self._evidence[place].items)
            rows.append(f"{self._pasted.options[place]}: {said or '-'}")
        return "\n".join(rows)

    def _decided(self, key: Sequence[int], sure: float) -> Decision:
        places = tuple(sorted(key))
        return Decision(places, "notes", round(sure, 3), self._citations(places))

    def _open(self, sure: float = 0.0) -> Decision:
        """Undecided, with the nearest lines there are."""
        order = sorted(range(len(self._near)), key=lambda place: -self._near[place])
        return Decision((), "undecided", round(sure, 3), self._citations(order[:2]))

    def _citations(self, places: Sequence[int]) -> tuple[Citation, ...]:
        lines = [i.line for n in places for i in self._evidence[n].items[:DECIDING]]
        return tuple(cite(number, line) for number, line in enumerate(dict.fromkeys(lines), 1))
