"""The texts of an index -> vectors: only new ones are embedded, and sent only with consent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError, NoteproofError
from retrieval.embedder import SearchEmbedder, Vectors
from retrieval.journal import Keys
from retrieval.store import KnownVectors

STEP = 4096
"""Texts embedded before their vectors are safe on disk: under a minute on a laptop."""


class ConsentNeeded(NoteproofError):
    """Texts would leave this machine, and nobody has agreed; `asked` says how many, and whereto."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(
            f"{asked} Agree by `python app.py index --yes`, or unset NOTEPROOF_EMBEDDING_MODEL."
        )


class Kept(Protocol):
    """Where vectors are kept while they are made; see `retrieval.journal.Journal`."""

    dimension: int

    def has(self, keys: Keys) -> NDArray[np.bool_]: ...
    def append(self, keys: Keys, vectors: Vectors) -> None: ...
    def take(self, keys: Keys) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors by row, wherever they are kept; `fresh` were embedded now, `reused` taken over."""

    dimension: int
    fresh: int
    reused: int
    keys: Keys
    journal: Kept
    known: KnownVectors | None
    places: NDArray[np.int64]
    """Row in `known` of each text; -1: it is in the journal."""

    def take(self, rows: NDArray[np.int64]) -> Vectors:
        """The vectors of some rows, shape (len(rows), dimension)."""
        vectors = np.empty((len(rows), self.dimension), np.float32)
        places = self.places[rows]
        new = np.flatnonzero(places < 0)
        if len(new):
            vectors[new] = self.journal.take(self.keys[rows[new]])
        if self.known is not None:
            size = len(self.known.passages)
            passages = np.flatnonzero((places >= 0) & (places < size))
            vectors[passages] = self.known.passages.take(places[passages])
            units = np.flatnonzero(places >= size)
            vectors[units] = self.known.units.take(places[units] - size)
        return vectors


def embed(
    texts: Sequence[str],
    keys: Keys,
    embedder: SearchEmbedder,
    known: KnownVectors | None,
    journal: Kept,
    may_send: bool,
    progress: Callable[[float], None],
) -> Embedded:
    """Vectors of all texts; those in neither `known` nor the journal are embedded, and kept there.

    Raises:
        ConsentNeeded: the embedder is remote and may not be sent them.
        ConfigError: its vectors are of another length than those of the old index.
    """
    places = _places(keys, known)
    missing = np.flatnonzero((places < 0) & ~journal.has(keys))
    distinct = missing[np.sort(np.unique(keys[missing], return_index=True)[1])]
    if embedder.goes_to and not may_send:
        raise _question(len(distinct), embedder)
    dimension = known.dimension if known else journal.dimension
    if journal.dimension not in (0, dimension):
        raise _other_length(embedder)
    for start in range(0, len(distinct), STEP):
        rows = distinct[start : start + STEP]

        def tell(done: int, total: int, start: int = start) -> None:
            progress((start + done) / len(distinct))

        fresh = embedder.encode([texts[int(row)] for row in rows], tell)
        if dimension not in (0, fresh.shape[1]):
            raise _other_length(embedder)
        dimension = int(fresh.shape[1])
        journal.append(keys[rows], fresh)
    if not dimension:
        dimension = int(embedder.encode([]).shape[1])
    reused = len(texts) - len(missing)
    return Embedded(dimension, len(distinct), reused, keys, journal, known, places)


def _other_length(embedder: SearchEmbedder) -> ConfigError:
    return ConfigError(
        f"{embedder.name} gives vectors of another length than when the index was made. Remove "
        "the folder `index` under NOTEPROOF_HOME and index again."
    )


def _places(keys: Keys, known: KnownVectors | None) -> NDArray[np.int64]:
    """The row in `known` of each key, or -1."""
    if known is None or not len(known.keys):
        return np.full(len(keys), -1)
    order = np.argsort(known.keys, kind="stable")
    at = np.searchsorted(known.keys, keys, sorter=order).clip(max=len(order) - 1)
    rows = order[at]
    return np.where(known.keys[rows] == keys, rows, -1)


def _question(count: int, embedder: SearchEmbedder) -> ConsentNeeded:
    """What somebody has to agree to; the server is known for certain once it is loaded."""
    embedder.load()
    model = embedder.name.partition(":")[2] or embedder.name
    return ConsentNeeded(
        f"{count_texts(count)} of your notes would be sent to {embedder.goes_to} ({model}) to "
        "index them."
    )


def count_texts(count: int) -> str:
    """`1 text`, `1,830 texts`."""
    return f"{count:,} text{'s' if count != 1 else ''}"


def fingerprint(text: str) -> bytes:
    """Eight bytes that tell a text from every other."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def fingerprints(texts: Iterable[str]) -> Keys:
    """A 64-bit fingerprint of each text."""
    digests = bytearray()
    for text in texts:
        digests += fingerprint(text)
    return np.frombuffer(digests, np.uint64)
