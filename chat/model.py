"""What the chat asks of a model: terms, an answer, a verdict. Each call is counted."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chat.terms import picked
from core.types import Evidence
from prompts import load_prompt
from providers.base import ChatProvider
from providers.chunks import TextChunk, TokenLogprob
from providers.descent import Descent
from providers.traits import ModelTraits
from retrieval.evidence import render
from retrieval.units import heading

GENERAL_TOKENS = 220
TERMS_TOKENS = 24


@dataclass(slots=True)
class ModelCalls:
    """The calls made for one question. `prompt_tokens` and `completion_tokens` add up."""

    provider: ChatProvider
    cancel: threading.Event
    prompt_tokens: int = field(default=0, init=False)
    completion_tokens: int = field(default=0, init=False)
    descent: Descent = field(init=False)

    def __post_init__(self) -> None:
        self.descent = Descent(self.provider, self.cancel)

    def terms(self, question: str, offered: Sequence[str]) -> list[str]:
        """Which of the offered terms of the notes the question may mean."""
        prompt = load_prompt("terms", "headings", "question")
        messages = prompt.messages(headings="; ".join(offered), question=question)
        chunk = self.descent.complete(messages, max_tokens=TERMS_TOKENS)
        self._count(chunk)
        return picked(chunk.text, offered)

    def answer(self, question: str, evidence: Evidence, traits: ModelTraits) -> Iterator[TextChunk]:
        """Pieces of an answer that cites numbers of the evidence, which was packed for `traits`.

        Raises:
            PackAnew: another model than that would answer.
        """
        prompt = load_prompt("answer", "lines", "question")
        messages = prompt.messages(lines=render(evidence), question=question)
        return self._counted(
            self.descent.stream(messages, max_tokens=traits.answer_tokens, made_for=traits)
        )

    def general(self, question: str) -> Iterator[TextChunk]:
        """Pieces of an answer from the model's own knowledge."""
        messages = load_prompt("general", "question").messages(question=question)
        return self._counted(self.descent.stream(messages, max_tokens=GENERAL_TOKENS))

    def answers_question(self, question: str, evidence: Evidence, numbers: list[int]) -> float:
        """How likely (0..1) the lines with these numbers state what is asked.

        The probability of YES against NO at the first token; 1 or 0 by the word alone where
        the server gives no probabilities.
        """
        prompt = load_prompt("judge", "lines", "question")
        items = [item for item in evidence.items if item.number in numbers]
        lines = "\n".join(f"{heading(i.path, 2)}: {i.text}".lstrip(": ") for i in items)
        messages = prompt.messages(lines=lines, question=question)
        chunk = self.descent.complete(messages, max_tokens=2, top_logprobs=5)
        self._count(chunk)
        if chunk.logprobs:
            return _share_of_yes(chunk.logprobs[0])
        return 1.0 if chunk.text.strip().upper().startswith("Y") else 0.0

    def _counted(self, chunks: Iterator[TextChunk]) -> Iterator[TextChunk]:
        for chunk in chunks:
            self._count(chunk)
            yield chunk

    def _count(self, chunk: TextChunk) -> None:
        self.prompt_tokens += chunk.prompt_tokens
        self.completion_tokens += chunk.completion_tokens


def _share_of_yes(token: TokenLogprob) -> float:
    yes = no = 0.0
    for text, logprob in token.top or ((token.token, token.logprob),):
        word = text.strip().upper()
        if word in ("YES", "Y"):
            yes += math.exp(logprob)
        elif word in ("NO", "N"):
            no += math.exp(logprob)
    return yes / (yes + no) if yes + no else 0.0
