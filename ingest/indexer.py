"""Notes -> index: only what changed is embedded again, and the switch is atomic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from core.errors import NotesError
from ingest.assembling import Progress, assemble
from ingest.corpus import Source
from ingest.embedding import count_texts, embed
from ingest.files import read_all
from ingest.reader import Reader
from ingest.reading import Read, read_outline
from retrieval.embedder import SearchEmbedder
from retrieval.store import Index, IndexStore, KnownVectors, Manifest, NoteInfo


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
    reader: Reader = field(default_factory=Reader)

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
        with self.store.lock(lambda: self.progress("waiting for another process", 0.0)):
            return self._update(sources, damaged, consented)

    def _update(self, sources: Sequence[Source], damaged: bool, consented: bool) -> IndexReport:
        previous = self.store.manifest()
        messages = list(_reasons_to_rebuild(self.store, previous, self.embedder.name))
        afresh = bool(messages) or previous is None
        if damaged and not afresh:
            messages = [f"The index was damaged{_named(self.store.damage())}: it is made again."]
        if self.store.unfinished():
            messages.append("The last run was stopped before its end: it goes on from there.")
        tell = partial(self.progress, "opening")
        files = read_all(sources, self.reader, self.max_note_mb, tell)
        self.reader.forget_others()
        infos = tuple(info for info, _ in files)
        if previous and not afresh and not damaged and _same(previous.notes, infos):
            self.store.tidy()
            return IndexReport(previous.notes, unchanged=True)
        known = None if afresh else self.store.known_vectors()
        index, counts = self._build(files, known, consented or known is not None)
        report = IndexReport(index.manifest.notes, *counts, False, tuple(messages))
        return replace(report, sent_to=self.embedder.goes_to)

    def _build(
        self,
        files: list[Read],
        known: KnownVectors | None,
        may_send: bool,
    ) -> tuple[Index, tuple[int, int]]:
        """The index, saved, and how many texts were embedded and how many taken over."""
        outline = read_outline(files, partial(self.progress, "reading"))
        if not outline.passages:
            raise NotesError(_nothing_readable(outline.infos))
        files.clear()  # their texts are in the outline, and may be large
        with self.store.journal(self.embedder.name) as journal:
            vectors = embed(
                outline.texts,
                outline.keys,
                self.embedder,
                known,
                journal,
                may_send,
                partial(self.progress, "embedding"),
            )
            index = assemble(outline, vectors, self.embedder, self.progress)
            self.progress("saving", 1.0)
            self.store.save(index)
        return index, (vectors.fresh, vectors.reused)


def _same(known: Sequence[NoteInfo], infos: Sequence[NoteInfo]) -> bool:
    """Whether the files are those that the index was made from."""
    before = {note.name: (note.sha256, note.size, note.problem) for note in known}
    return before == {info.name: (info.sha256, info.size, info.problem) for info in infos}


def _named(damage: str) -> str:
    return f" ({damage})" if damage else ""


def _reasons_to_rebuild(store: IndexStore, previous: Manifest | None, model: str) -> Sequence[str]:
    if previous is None:
        if not store.is_new():
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
