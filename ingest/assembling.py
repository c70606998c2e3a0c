"""An outline and its vectors -> a whole index."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from ingest.embedding import Embedded
from ingest.reading import Outline
from retrieval.build import build_vectors, trial_questions
from retrieval.embedder import SearchEmbedder, Vectors
from retrieval.store import FORMAT, Index, Manifest

Progress = Callable[[str, float], None]


def assemble(
    outline: Outline, vectors: Embedded, embedder: SearchEmbedder, progress: Progress
) -> Index:
    """The index of an outline: BM25 is counted, and vectors are arranged by their number.

    A large one is tried with questions that are made of its texts, and embedded as such.
    """
    passages = range(len(outline.passages))
    units = range(len(passages), len(outline.keys))
    tell, dimension = partial(progress, "arranging"), vectors.dimension
    words = outline.words(partial(progress, "counting words"))

    @cache
    def trials() -> Vectors:
        asked = trial_questions(outline.texts, units)
        return np.stack([embedder.encode_query(text) for text in asked])

    by_passage, told = build_vectors(vectors.take, passages, trials, dimension, tell)
    by_unit, told_unit = build_vectors(vectors.take, units, trials, dimension, tell)
    search = {"passages": told, "lines": told_unit}
    return Index(
        Manifest(embedder.name, dimension, outline.infos, FORMAT, search),
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
