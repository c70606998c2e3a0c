"""The texts of an index -> vectors: only new ones are embedded, and sent only with consent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError, NoteproofError
from retrieval.embedder import SearchEmbedder, Vectors
from retrieval.store import Index

Keys = NDArray[np.uint64]


class ConsentNeeded(NoteproofError):
    """Texts would leave this machine, and nobody has agreed; `asked` says how many, and whereto."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(
            f"{asked} Agree by `python app.py index --yes`, or unset NOTEPROOF_EMBEDDING_MODEL."
        )


def embed(
    texts: Sequence[str],
    keys: Keys,
    embedder: SearchEmbedder,
    old: Index | None,
    may_send: bool,
    progress: Callable[[float], None],
) -> tuple[Vectors, int, int]:
    """Vectors of all texts, how many were embedded, how many came from the old index.

    Raises:
        ConsentNeeded: the embedder is remote and may not be sent them.
        ConfigError: its vectors are of another length than those of the old index.
    """
    known: dict[int, int] = {}
    rows: Vectors | None = None
    if old is not None:
        known = {int(key): row for row, key in enumerate(old.keys)}
        rows = np.vstack([old.passage_vectors.rows(), old.unit_vectors.rows()])
    missing = [i for i, key in enumerate(keys) if int(key) not in known]
    distinct = {int(keys[i]): texts[i] for i in missing}
    if embedder.goes_to and not may_send:
        raise _question(len(distinct), embedder)
    fresh = embedder.encode(list(distinct.values()), lambda done, total: progress(done / total))
    if missing:
        place = {key: row for row, key in enumerate(distinct)}
        fresh = fresh[[place[int(keys[i])] for i in missing]]
    if rows is None:
        return fresh, len(distinct), 0
    if missing and fresh.shape[1] != rows.shape[1]:
        raise ConfigError(
            f"{embedder.name} gives vectors of another length than when the index was made. Remove "
            "the folder `index` under NOTEPROOF_HOME and index again."
        )
    vectors = np.empty((len(texts), rows.shape[1]), np.float32)
    found = [i for i, key in enumerate(keys) if int(key) in known]
    vectors[found] = rows[[known[int(keys[i])] for i in found]]
    if missing:
        vectors[missing] = fresh
    return vectors, len(distinct), len(found)


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


def fingerprints(texts: Sequence[str]) -> Keys:
    """A 64-bit fingerprint of each text."""
    digests = (
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for text in texts
    )
    return np.frombuffer(b"".join(digests), np.uint64)
