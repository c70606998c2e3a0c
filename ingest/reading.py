"""Texts of notes -> what an index is made from, as columns: little memory for many lines."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.types import Line, Passage
from ingest.embedding import fingerprint
from ingest.formats.loaded import Loaded
from ingest.passages import read_note
from retrieval.columns import LineTable, PassageTable
from retrieval.journal import Keys
from retrieval.lexical import LexicalIndex
from retrieval.packed import NoteTexts
from retrieval.store import NoteInfo
from retrieval.units import IndexTexts, iter_units, passage_text

Read = tuple[NoteInfo, Loaded | None]
_TOLD = 5000


@dataclass(frozen=True, slots=True)
class Outline:
    """Notes read whole. `keys` are fingerprints of `texts`: passages first, then units."""

    infos: tuple[NoteInfo, ...]
    note_texts: NoteTexts
    lines: LineTable
    passages: PassageTable
    asked: frozenset[tuple[str, int]]
    unit_lines: NDArray[np.int32]
    keys: Keys
    texts: Sequence[str]

    def words(
        self, progress: Callable[[float], None] = lambda _: None
    ) -> tuple[LexicalIndex, LexicalIndex]:
        """BM25 over passages and over units."""

        def told(texts: Iterable[str], before: int) -> Iterator[str]:
            for done, text in enumerate(texts, before):
                if done % _TOLD == 0:
                    progress(done / len(self.keys) / 2)  # the other half is BM25's own
                yield text

        passages = (passage_text(passage) for passage in self.passages)
        units = (text for _, text in iter_units(self.lines, self.asked))
        found = LexicalIndex(told(passages, 0)), LexicalIndex(told(units, len(self.passages)))
        progress(1.0)
        return found


def read_outline(files: Sequence[Read], progress: Callable[[float], None]) -> Outline:
    """Outline the notes one after the other, and cut them into passages."""
    passages: list[Passage] = []
    asked: set[tuple[str, int]] = set()
    infos: list[NoteInfo] = []

    def read_lines() -> Iterator[Line]:
        for done, (info, loaded) in enumerate(files, 1):
            infos.append(info)
            if loaded is None:
                continue
            note = read_note(info.name, loaded.text, loaded.pages)
            passages.extend(note.passages)
            asked.update((note.name, number) for number in note.asked)
            questions = sum(passage.kind == "question" for passage in note.passages)
            lines, cut = len(note.lines), len(note.passages)
            infos[-1] = replace(info, lines=lines, passages=cut, questions=questions)
            progress(done / len(files))
            yield from note.lines

    texts = NoteTexts.of((i.name, found.text.splitlines()) for i, found in files if found)
    table = LineTable.of(read_lines(), texts)
    cut = PassageTable.of(passages, texts)
    passages.clear()
    unit_lines, keys = array("i"), bytearray()
    for passage in cut:
        keys += fingerprint(passage_text(passage))
    for row, text in iter_units(table, asked):
        unit_lines.append(row)
        keys += fingerprint(text)
    units = np.frombuffer(unit_lines, np.int32)
    return Outline(
        tuple(infos),
        texts,
        table,
        cut,
        frozenset(asked),
        units,
        np.frombuffer(keys, np.uint64),
        IndexTexts(cut, table, unit_lines),
    )
