"""Notes -> index: only what changed is embedded again, and the switch is atomic."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath

from core.errors import IndexMissing, NotesError
from ingest.corpus import Source
from ingest.embedding import count_texts, embed, fingerprints
from ingest.loaders import load_text
from ingest.passages import Note, read_note
from retrieval.embedder import SearchEmbedder
from retrieval.store import FORMAT, Index, IndexStore, Manifest, NoteInfo
from retrieval.units import passage_text, units_of
from retrieval.vectors import VectorIndex

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did; `sent_to` names the server that has read the embedded texts."""

    notes: tuple[NoteInfo, ...]
    embedded: int = 0
    reused: int = 0
    unchanged: bool = False
    messages: tuple[str, ...] = ()
    sent_to: str = ""

    @property
    def sent(self) -> str:
        """One line on what has left this machine; empty when nothing has."""
        if not (self.sent_to and self.embedded):
            return ""
        return f"{count_texts(self.embedded)} of your notes sent to {self.sent_to}."

    @property
    def problems(self) -> list[NoteInfo]:
        return [note for note in self.notes if note.problem]


@dataclass(slots=True)
class Indexer:
    """Keeps the index of some notes up to date."""

    store: IndexStore
    embedder: SearchEmbedder
    max_note_mb: float = 20.0
    progress: Progress = field(default=lambda stage, share: None)

    def update(
        self, sources: Sequence[Source], *, damaged: bool = False, consented: bool = False
    ) -> IndexReport:
        """Bring the index in line with the files. One that is `damaged` is made again, whole.

        An index made with a remote model is the consent to send it what changes.

        Raises:
            ConsentNeeded: all texts would be sent to a remote model; nothing was.
            NotesError: not one file can be read; the previous index, if any, stays.
            NotesUnreachable: where they lie is out of reach; the previous index stays.
            ConfigError: the index cannot be written.
            ModelUnavailable: the embedding model cannot be reached; the previous index stays.
        """
        previous = self.store.manifest()
        messages = list(_reasons_to_rebuild(self.store, previous, self.embedder.name))
        if damaged and not messages:
            messages = ["The index was damaged: it is made again."]
        known = {} if messages or previous is None else {n.name: n for n in previous.notes}
        files = [self._read(source) for source in sources]
        infos = tuple(info for info, _ in files)
        if previous and not messages and _same(known, infos):
            return IndexReport(previous.notes, unchanged=True)
        notes = [(info, read_note(info.name, text)) for info, text in files if text is not None]
        notes = [(info, note) for info, note in notes if note.lines]
        if not notes:
            raise NotesError(_nothing_readable(infos))
        old = self._load_old() if known else None
        may_send = consented or old is not None
        index, embedded, reused = self._build(files, [note for _, note in notes], old, may_send)
        self.progress("saving", 1.0)
        self.store.save(index)
        sent_to = self.embedder.goes_to
        return IndexReport(index.manifest.notes, embedded, reused, False, tuple(messages), sent_to)

    def _load_old(self) -> Index | None:
        try:
            return self.store.load()
        except IndexMissing:
            return None

    def _read(self, source: Source) -> tuple[NoteInfo, str | None]:
        """A file's text, or why there is none."""
        try:
            size = source.file.size()
            if size > self.max_note_mb * 1e6:
                raise NotesError(
                    f"it has {size / 1e6:.0f} MB, more than the {self.max_note_mb:g} MB of "
                    "NOTEPROOF_MAX_NOTE_MB: split it, or raise the limit"
                )
            data = source.file.read()
        except OSError as error:
            return NoteInfo(source.name, problem=f"it cannot be opened ({error.strerror})"), None
        except NotesError as error:
            return NoteInfo(source.name, size=size, problem=str(error)), None
        digest = hashlib.sha256(data).hexdigest()
        try:
            text = load_text(PurePath(source.name), data)
        except NotesError as error:
            return NoteInfo(source.name, digest, len(data), problem=str(error)), None
        if not text.strip():
            return NoteInfo(source.name, digest, len(data), problem="it is empty"), None
        return NoteInfo(source.name, digest, len(data)), text

    def _build(
        self,
        files: Sequence[tuple[NoteInfo, str | None]],
        notes: list[Note],
        old: Index | None,
        may_send: bool,
    ) -> tuple[Index, int, int]:
        lines = tuple(line for note in notes for line in note.lines)
        passages = tuple(passage for note in notes for passage in note.passages)
        asked = frozenset((n.name, number) for n in notes for number in n.asked)
        texts = [passage_text(passage) for passage in passages] + units_of(lines, asked)[1]
        keys = fingerprints(texts)
        vectors, embedded, reused = embed(
            texts, keys, self.embedder, old, may_send, partial(self.progress, "embedding")
        )
        dimension = int(vectors.shape[1])
        by_name = {note.name: note for note in notes}
        infos = tuple(_describe(info, by_name.get(info.name)) for info, _ in files)
        index = Index(
            Manifest(self.embedder.name, dimension, infos, FORMAT),
            {info.name: tuple(text.splitlines()) for info, text in files if text is not None},
            lines,
            passages,
            asked,
            VectorIndex.build(vectors[: len(passages)], dimension),
            VectorIndex.build(vectors[len(passages) :], dimension),
            keys,
        )
        return index, embedded, reused


def _same(known: dict[str, NoteInfo], infos: Sequence[NoteInfo]) -> bool:
    """Whether the files are those that the index was made from."""
    before = {name: (note.sha256, note.size) for name, note in known.items()}
    return before == {info.name: (info.sha256, info.size) for info in infos}


def _reasons_to_rebuild(store: IndexStore, previous: Manifest | None, model: str) -> Sequence[str]:
    if previous is None:
        if store.folder.exists() and any(store.folder.iterdir()):
            return ["The index was made by another version of Noteproof: it is made again."]
        return []
    if previous.model != model:
        return [
            f"The index was made with the embedding model {previous.model}; "
            f"it is made again with {model}."
        ]
    return []


def _nothing_readable(infos: Sequence[NoteInfo]) -> str:
    reasons = "; ".join(f"{info.name}: {info.problem or 'no text'}" for info in infos[:3])
    return f"None of the {len(infos)} files can be used ({reasons}). Add .txt or .md notes."


def _describe(info: NoteInfo, note: Note | None) -> NoteInfo:
    if note is None:
        return info
    questions = sum(passage.kind == "question" for passage in note.passages)
    counts = (len(note.lines), len(note.passages), questions)
    return NoteInfo(info.name, info.sha256, info.size, *counts)
