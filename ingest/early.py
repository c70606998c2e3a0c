"""Saved changes of a large corpus are searchable at once, while its index is made again."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import NoteproofError
from ingest.assembling import assemble
from ingest.corpus import LocalFile, Source, holder
from ingest.embedding import embed
from ingest.files import digest, read_all
from ingest.reader import Reader
from ingest.reading import read_outline
from ingest.served import Served
from ingest.shelf import Shelf
from retrieval.embedder import SearchEmbedder, Vectors
from retrieval.journal import Keys
from retrieval.store import Index, KnownVectors, NoteInfo

FROM = 8_000
"""Texts; a smaller index is made again in about a second."""
MOST = 4_000
"""Texts of changed notes; more have to wait for the whole index."""
MOST_FILES = 50


class Early:
    """Changed notes -> a small index over the one that is served; nothing of it is saved.

    It reads what a `Renewal` will read again. Any thread may call. Notes that are not on this
    machine, or would have to be sent to an embedder that is not, wait for the renewal.
    """

    def __init__(
        self,
        shelf: Shelf,
        served: Served,
        embedder: SearchEmbedder,
        reader: Reader,
        max_note_mb: float,
    ) -> None:
        self._shelf, self._served, self._embedder = shelf, served, embedder
        self._reader, self._max_note_mb = reader, max_note_mb
        self._marks: dict[str, tuple[tuple[int, int], str]] = {}
        self._lock = threading.Lock()

    def applies(self) -> bool:
        """Whether what is served is large, and was made on this machine."""
        base = self._served.base
        if base is None or base.manifest.model != self._embedder.name:
            return False
        return len(base.keys) >= FROM and not self._embedder.goes_to

    def run(self) -> None:
        """Serve what differs from the index on disk. What fails is left to the renewal to tell."""
        with self._lock:
            base = self._served.base
            if base is None or not self.applies():
                return
            try:
                self._serve(base, self._served.listing(), self._shelf.sources())
            except NoteproofError:
                return

    def _serve(self, base: Index, listing: int, sources: Sequence[Source]) -> None:
        changed, gone = self._changes(base.manifest.notes, sources)
        if not changed and not gone:
            self._served.cover(base, None, ())
            return
        if len(changed) > MOST_FILES:
            return
        files = read_all(changed, self._reader, self._max_note_mb)
        outline = read_outline(files, lambda share: None)
        if len(outline.keys) > MOST:
            return
        known = KnownVectors(
            base.keys, base.passage_vectors, base.unit_vectors, base.manifest.dimension
        )
        vectors = embed(
            outline.texts, outline.keys, self._embedder, known, _Kept(), True, lambda share: None
        )
        fresh = assemble(outline, vectors, self._embedder, lambda stage, share: None)
        self._served.cover(base, fresh, gone)
        self._served.indexed(listing, [info.name for info in outline.infos])

    def _changes(
        self, known: Sequence[NoteInfo], sources: Sequence[Source]
    ) -> tuple[list[Source], set[str]]:
        """The files that are new or not what was indexed, and the notes that are of no file."""
        names = {source.name for source in sources}
        of_file: dict[str, list[NoteInfo]] = {}
        for info in known:
            of_file.setdefault(holder(info.name, names), []).append(info)
        gone = {info.name for info in of_file.pop("", ())}
        changed = []
        for source in sources:
            if not isinstance(source.file, LocalFile):
                continue
            mark, infos = self._mark(source.file), of_file.get(source.name, [])
            if not infos or any((info.sha256, info.size) != mark for info in infos):
                changed.append(source)
                gone.update(info.name for info in infos)
        return changed, gone

    def _mark(self, file: LocalFile) -> tuple[str, int]:
        """SHA-256 and size as the index has them; a file is read again when its time changes."""
        try:
            found = file.path.stat()
            if found.st_size > self._max_note_mb * 1e6:
                return "", found.st_size
            now = found.st_mtime_ns, found.st_size
            before, sha256 = self._marks.get(file.identity, ((0, 0), ""))
            if before != now:
                sha256 = digest(file.read())
                self._marks[file.identity] = now, sha256
            return sha256, found.st_size
        except OSError:
            return "", 0


class _Kept:
    """As `retrieval.journal.Journal`, in memory."""

    def __init__(self) -> None:
        self._rows: dict[int, Vectors] = {}
        self.dimension = 0

    def has(self, keys: Keys) -> NDArray[np.bool_]:
        return np.asarray([int(key) in self._rows for key in keys], np.bool_)

    def append(self, keys: Keys, vectors: Vectors) -> None:
        self._rows |= dict(zip(keys.tolist(), vectors, strict=True))
        self.dimension = vectors.shape[1]

    def take(self, keys: Keys) -> Vectors:
        return np.stack([self._rows[int(key)] for key in keys])
