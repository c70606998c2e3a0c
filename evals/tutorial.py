"""The pipeline a tutorial would give, to be measured against.

A splitter of 1000 characters with 200 of overlap, the same embedding model in FAISS, the four
nearest passages stuffed into a prompt of the usual wording, the same chat model.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from langchain_core.messages import HumanMessage, SystemMessage

from providers.base import ChatProvider
from providers.streaming import stream_text
from retrieval.embedder import Embedder
from retrieval.vectors import VectorIndex

SIZE, OVERLAP, PASSAGES, MAX_TOKENS = 1000, 200, 4, 256
_SYSTEM = (
    "You are an assistant for question-answering tasks. Use the following pieces of retrieved "
    "context to answer the question. If you don't know the answer, just say that you don't "
    "know. Use three sentences maximum and keep the answer concise.\n\n"
)


@dataclass(frozen=True, slots=True)
class Timed:
    """An answer and when it came, in milliseconds since the question."""

    text: str
    first_token_ms: float
    total_ms: float
    prompt_tokens: int


def split(text: str) -> Iterator[str]:
    """Pieces of at most SIZE characters, cut at line ends where possible, overlapping."""
    start = 0
    while start < len(text):
        end = min(start + SIZE, len(text))
        if end < len(text):
            cut = text.rfind("\n", start + SIZE // 2, end)
            end = cut + 1 if cut > 0 else end
        if piece := text[start:end].strip():
            yield piece
        if end == len(text):
            return
        start = max(end - OVERLAP, start + 1)


class Tutorial:
    """Split, embed, retrieve four, stuff, ask."""

    def __init__(
        self, texts: Mapping[str, str], embedder: Embedder, provider: ChatProvider
    ) -> None:
        self._pieces = [piece for text in texts.values() for piece in split(text)]
        vectors = embedder.encode(self._pieces)
        self._index = VectorIndex.build(vectors, vectors.shape[1])
        self._embedder, self._provider = embedder, provider

    def ask(self, question: str) -> Timed:
        """Answer one question, waiting for the last token."""
        began = time.perf_counter()
        scores = self._index.scores(self._embedder.encode([question])[0])
        best = np.argsort(-scores, kind="stable")[:PASSAGES]
        context = "\n\n".join(self._pieces[row] for row in best)
        messages = [SystemMessage(_SYSTEM + context), HumanMessage(question)]
        first, text, prompt_tokens = 0.0, "", 0
        model = self._provider.chat_model(max_tokens=MAX_TOKENS)
        for chunk in stream_text(model, messages):
            if chunk.text and not first:
                first = (time.perf_counter() - began) * 1000
            text += chunk.text
            prompt_tokens += chunk.prompt_tokens
        return Timed(text, first, (time.perf_counter() - began) * 1000, prompt_tokens)
