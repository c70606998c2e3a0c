"""Texts -> unit vectors by a model of Amazon Bedrock: Titan and Cohere Embed, over InvokeModel.

langchain-aws's BedrockEmbeddings is not used: it refuses a text that is too long, sends one text
after another to Titan, and writes the trace of every throttled call to the log.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import lru_cache

import numpy as np

from core.errors import NoteproofError
from core.settings import Settings
from providers.bedrock import BedrockAccess
from providers.embedding_calls import EmbeddingCalls, Pause, Vectors, malformed

Progress = Callable[[int, int], None]

PREFIX = "bedrock:"
AT_ONCE = 8
"""Calls at the same time, below the ten connections that boto3 keeps."""
ATTEMPTS = 10
"""Of a call for the index: throttled for about a minute, it is given up."""
QUESTION_SECONDS = 4.0
"""So long a question is asked again when the model is busy; somebody waits."""
SILENCE_SECONDS = 15.0
"""After so long without an answer a call has failed: embedding takes parts of a second."""


class BedrockEmbedder:
    """An embedder of `retrieval`, remote. Nothing is sent before `encode` or `encode_query`.

    Safe to call from several threads. What a failed `encode` had already got is not sent again.

    Raises:
        ConfigError: `access.model` is no embedding model that it can ask.
    """

    def __init__(self, access: BedrockAccess, *, pause: Pause = threading.Event.wait) -> None:
        self.name = PREFIX + access.model
        self._model = access.model
        self._calls = EmbeddingCalls(access, pause)
        self._kept: dict[str, Vectors] = {}
        self.encode_query = lru_cache(256)(self._encode_query)

    @property
    def goes_to(self) -> str:
        """The service that reads the texts; its region is known once loaded, or set."""
        region = self._calls.region
        return f"Amazon Bedrock in {region}" if region else "Amazon Bedrock"

    def load(self) -> None:
        """Find region and credentials; nothing is asked of Bedrock.

        Raises:
            ModelUnavailable: there are none, or an address that is none.
        """
        self._calls.open()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Texts of the notes: float32 of shape (len(texts), dimension), rows of length one.

        Raises:
            ModelUnavailable: one line with the remedy. MalformedOutput: an answer that is none.
        """
        if not texts:
            return np.empty((0, 0), np.float32)
        self.load()
        kept, self._kept = self._kept, {}
        rows = {text: kept[text] for text in texts if text in kept}
        todo = [text for text in dict.fromkeys(texts) if text not in rows]
        try:
            for batch, vectors in self._in_parallel(_cut_up(todo, self._calls.shape.at_once)):
                rows.update(zip(batch, vectors, strict=True))
                if progress:
                    progress(len(rows), len(texts))
        except NoteproofError:
            self._kept = rows
            raise
        if len({row.shape for row in rows.values()}) > 1:
            raise malformed(self._model, "vectors of unequal length")
        return np.stack([rows[text] for text in texts])

    def _encode_query(self, text: str) -> Vectors:
        """One question: float32 of shape (dimension,) and length one; the last ones are kept.

        Raises:
            ModelUnavailable: one line with the remedy. MalformedOutput: an answer that is none.
        """
        from tenacity.stop import stop_before_delay

        self.load()
        nobody_stops = threading.Event()
        vectors = self._calls.patiently(
            [text], "query", nobody_stops, stop_before_delay(QUESTION_SECONDS)
        )
        row: Vectors = vectors[0]
        return row

    def _in_parallel(self, batches: list[list[str]]) -> Iterator[tuple[list[str], Vectors]]:
        """Each batch with its vectors, as they come. The first failure ends all of them."""
        from tenacity.stop import stop_after_attempt, stop_when_event_set

        over = threading.Event()
        stop = stop_after_attempt(ATTEMPTS) | stop_when_event_set(over)
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="embed")
        try:
            calls = {
                pool.submit(self._calls.patiently, b, "document", over, stop): b for b in batches
            }
            for call in as_completed(calls):
                yield calls[call], call.result()
        finally:
            over.set()
            pool.shutdown(cancel_futures=True)


def make_embedder(settings: Settings) -> BedrockEmbedder:
    """The embedder that `NOTEPROOF_EMBEDDING_MODEL=bedrock:...` names; nothing is opened yet.

    Raises:
        ConfigError: it is no embedding model that can be asked.
    """
    return BedrockEmbedder(
        BedrockAccess(
            settings.embedding_model.removeprefix(PREFIX),
            region=settings.bedrock_region,
            profile=settings.bedrock_profile,
            endpoint_url=settings.bedrock_endpoint_url,
            timeout=min(settings.model_timeout, SILENCE_SECONDS),
        )
    )


def _cut_up(texts: list[str], size: int) -> list[list[str]]:
    return [texts[start : start + size] for start in range(0, len(texts), size)]
