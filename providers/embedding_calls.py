"""One call of a Bedrock embedding model, made again while it is busy; its errors become ours."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx2
import numpy as np
from numpy.typing import NDArray

from core.errors import MalformedOutput, ModelBusy, ModelUnavailable, NoteproofError
from providers.addresses import shown
from providers.aws_failures import aws_classes, explain_aws
from providers.bedrock import BedrockAccess, open_client
from providers.embedding_shapes import Purpose, shape_of
from providers.traits import short_name

if TYPE_CHECKING:
    from tenacity import RetryCallState

Vectors = NDArray[np.float32]
Failures = tuple[type[Exception], ...]
Pause = Callable[[threading.Event, float], object]

LONGEST_PAUSE = 20.0
REMEDY = "Try again, or unset NOTEPROOF_EMBEDDING_MODEL to embed on this machine."
# What the table of errors says of the chat model, as it is for this one.
_OURS = (
    ("NOTEPROOF_BEDROCK_MODEL", "NOTEPROOF_EMBEDDING_MODEL"),
    ("InvokeModelWithResponseStream", "InvokeModel"),
    ("Ask again, raise NOTEPROOF_MODEL_TIMEOUT, or choose a smaller model.", REMEDY),
    ("Ask again", "Try again"),
    ("ask again", "try again"),
)


class EmbeddingCalls:
    """A model of Bedrock, by InvokeModel. Safe to call from several threads.

    Raises:
        ConfigError: `access.model` is no embedding model that it can ask.
    """

    def __init__(self, access: BedrockAccess, pause: Pause) -> None:
        self.shape = shape_of(access.model)
        self.region = access.region
        self._access = access
        self._pause = pause
        self._client: Any = None
        self._lock = threading.Lock()

    def open(self) -> None:
        """Find region and credentials; nothing is asked of Bedrock.

        Raises:
            ModelUnavailable: there are none, or an address that is none.
        """
        with self._lock:
            if self._client is not None:
                return
            import botocore.exceptions  # noqa: F401  # its classes are known once it is loaded

            failures: Failures = (*aws_classes(), ValueError, httpx2.InvalidURL)
            try:
                self._client = open_client(self._access)
            except failures as error:
                raise self._explained(error) from error
            self.region = self._client.meta.region_name

    def patiently(
        self, texts: list[str], purpose: Purpose, over: threading.Event, stop: Any
    ) -> Vectors:
        """The vectors of a few texts, each of length one.

        While the model is busy it is asked again, with jitter, until `stop` says so; `over` ends
        a pause.

        Raises:
            ModelUnavailable: one line with the remedy. MalformedOutput: an answer that is none.
        """
        from tenacity import Retrying, retry_if_exception_type
        from tenacity.wait import wait_random_exponential

        jitter = wait_random_exponential(0.5, max=LONGEST_PAUSE)

        def pause(state: RetryCallState) -> float:
            failure = state.outcome.exception() if state.outcome else None
            asked = failure.after or 0.0 if isinstance(failure, ModelBusy) else 0.0
            return max(jitter(state), min(asked, LONGEST_PAUSE))

        def sleep(seconds: float) -> None:
            self._pause(over, seconds)

        again = Retrying(
            retry=retry_if_exception_type(ModelBusy),
            stop=stop,
            wait=pause,
            sleep=sleep,
            reraise=True,
        )
        return again(self._invoke, texts, purpose)

    def _invoke(self, texts: list[str], purpose: Purpose) -> Vectors:
        body = json.dumps(self.shape.request(texts, purpose))
        failures: Failures = (*aws_classes(), ValueError, LookupError, TypeError, AttributeError)
        try:
            given = self._client.invoke_model(
                modelId=self._access.model,
                body=body,
                accept="application/json",
                contentType="application/json",
            )
            read = self.shape.vectors(json.loads(given["body"].read()))
            rows = np.asarray(read, np.float32)
            if rows.ndim != 2 or len(rows) != len(texts) or not np.isfinite(rows).all():
                raise ValueError("not one vector for each text")
        except failures as error:
            raise self._explained(error) from error
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)

    def _explained(self, error: Exception) -> NoteproofError:
        where = f"Bedrock, {self.region}" if self.region else "Bedrock"
        name = f"{short_name(self._access.model)} ({where})"
        told = explain_aws(error, name, REMEDY)
        if told is None and self._client is None:
            url = shown(self._access.endpoint_url)
            return ModelUnavailable(
                f"NOTEPROOF_BEDROCK_ENDPOINT_URL={url} is no address. It "
                "looks like https://bedrock-runtime.eu-central-1.amazonaws.com; mostly it is empty."
            )
        if told is None:
            return malformed(self._access.model, type(error).__name__)
        line = str(told)
        for theirs, ours in _OURS:
            line = line.replace(theirs, ours)
        told.args = (line,)
        return told


def malformed(model: str, what: str) -> NoteproofError:
    """For an answer that is none."""
    return MalformedOutput(f"{model} sent something that is no embedding ({what}). {REMEDY}")
