"""An outline and its vectors -> a whole index."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ingest.embedding import Embedded
from ingest.reading import Outline
from retrieval.build import build_vectors
from retrieval.store import FORMAT, Index, Manifest

Progress = Callable[[str, float], None]


def assemble(outline: Outline, vectors: Embedded, model: str, progress: Progress) -> Index:
    """The index of an outline: BM25 is counted, and vectors are arranged by their number."""
    passages = range(len(outline.passages))
    units = range(len(passages), len(outline.keys))
    tell, dimension = partial(progress, "arranging"), vectors.dimension
    words = outline.words(partial(progress, "counting words"))
    by_passage, told = build_vectors(vectors.take, passages, units, dimension, tell)
    by_unit, told_unit = build_vectors(vectors.take, units, units, dimension, tell)
    search = {"passages": told, "lines": told_unit}
    return Index(
        Manifest(model, dimension, outline.infos, FORMAT, search),
        outline.note_texts,
        outline.lines,
        outline.passages,
        outline.asked,
        by_passage,
        by_unit,
        outline.keys,
        outline.unit_lines,
        *words,
    )
