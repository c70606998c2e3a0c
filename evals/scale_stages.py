"""What is measured of large notes, each stage for a process of its own."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import NoteproofError
from evals.measures import percentile
from evals.scale_notes import queries
from ingest.library import Library
from retrieval.embedder import Progress, SearchEmbedder, Vectors
from retrieval.retriever import Retriever

ASKED = 200
_LONGEST = 600


def _ingest(embedder: SearchEmbedder, home: Path, base: float) -> dict[str, Any]:
    from ui.terminal import progress_line

    stages: dict[str, float] = {}
    show = progress_line("indexing")
    before, current = time.perf_counter(), "reading"

    def timed(stage: str, share: float) -> None:
        nonlocal before, current
        now = time.perf_counter()
        stages[current] = stages.get(current, 0.0) + now - before
        before, current = now, stage
        show(stage, share)

    began = time.perf_counter()
    library = Library([home / "notes"], home, embedder)
    report = library.update(timed)
    seconds = time.perf_counter() - began
    embedding = stages.get("embedding", 0.0)
    return {
        "passages": sum(note.passages for note in report.notes),
        "lines": sum(note.lines for note in report.notes),
        "texts": report.embedded + report.reused,
        "ingest_s": seconds,
        "ingest_besides_embedding_s": seconds - embedding,
        "texts_per_s": report.embedded / embedding if embedding else None,
        "ingest_peak_mib": peak() - base,
    }


def _opened(embedder: SearchEmbedder, home: Path) -> Library:
    library = Library([home / "notes"], home, embedder)
    if not library.open_existing():
        raise NoteproofError("The index that was just made cannot be opened.")
    return library


def _search(embedder: SearchEmbedder, home: Path, base: float) -> dict[str, Any]:
    began = time.perf_counter()
    library = _opened(embedder, home)
    opened = time.perf_counter() - began
    index = library.retriever().index
    asked = queries(home / "notes", ASKED)
    vectors = {text: embedder.encode_query(text) for text in asked}
    retriever = Retriever(index, _Known(vectors))
    times = [_milliseconds(partial(retriever.search, text)) for text in asked]
    return {
        "open_s": opened,
        "query_ms_p50": percentile(times, 0.5),
        "query_ms_p95": percentile(times, 0.95),
        "search_peak_mib": peak() - base,
        "recall_passages_at_10": _recall(index.passage_vectors, list(vectors.values())),
        "recall_lines_at_10": _recall(index.unit_vectors, list(vectors.values())),
        "search": dict(index.manifest.search),
    }


def _change(embedder: SearchEmbedder, home: Path, base: float) -> dict[str, Any]:
    """How long after a note was saved its new line is found; the note is then as it was."""
    library = _opened(embedder, home)
    library.retriever().search("what is a quagga?")
    notes = sorted((home / "notes").iterdir())
    note = notes[len(notes) // 2]
    before = note.read_text(encoding="utf-8")
    try:
        note.write_text(f"{before}Quaggas\n\t- a quagga is a zebra with few stripes\n")
        began = time.perf_counter()
        library.changed()
        while not (best := library.retriever().search("what is a quagga?").lines) or (
            "quagga" not in best[0][0].text.lower()
        ):
            time.sleep(0.02)
            if time.perf_counter() - began > _LONGEST:
                raise NoteproofError("A changed note was never found.")
        return {"change_found_s": time.perf_counter() - began}
    finally:
        note.write_text(before, encoding="utf-8")


def _practise(embedder: SearchEmbedder, home: Path, base: float) -> dict[str, Any]:
    """How long the first item waits for the concept map and the past questions."""
    from quiz.concepts.domains import read_exam
    from quiz.workshop import Workshop
    from retrieval.remembered import RememberedEmbedder

    library = _opened(embedder, home)
    remembered = RememberedEmbedder(embedder, home / "items.npz")
    workshop = Workshop(library.retriever, library.note_lines, remembered, read_exam())
    began = time.perf_counter()
    maker = workshop.maker()
    return {
        "practice_ready_s": time.perf_counter() - began,
        "concepts": len(maker.known.concepts),
        "practice_peak_mib": peak() - base,
    }


def _recall(vectors: Any, asked: list[Any], block: int = 8192) -> float:
    """The share of the ten nearest rows, by exact search over stored vectors, that are found."""
    queries = np.stack(asked)
    scores = np.full((len(queries), 10), -np.inf)
    rows = np.full((len(queries), 10), -1)
    for start in range(0, len(vectors), block):
        part = np.arange(start, min(len(vectors), start + block))
        scores = np.hstack([scores, queries @ vectors.take(part).T])
        rows = np.hstack([rows, np.tile(part, (len(queries), 1))])
        best = np.argsort(-scores, axis=1, kind="stable")[:, :10]
        scores, rows = np.take_along_axis(scores, best, 1), np.take_along_axis(rows, best, 1)
    found = [set(vectors.nearest(query, 10).tolist()) for query in queries]
    wanted = [set(row[row >= 0].tolist()) for row in rows]
    return float(np.mean([len(f & w) / len(w) for f, w in zip(found, wanted, strict=True)]))


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def peak() -> float:
    """MiB of this process at its largest, files that it maps counted where it touched them."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Known:
    """Gives the vectors of questions embedded before, so that embedding is not timed."""

    name, goes_to = "known", ""

    def __init__(self, vectors: dict[str, Vectors]) -> None:
        self._vectors = vectors

    def load(self) -> None:
        """Nothing to load."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return np.stack([self._vectors[text] for text in texts])

    def encode_query(self, text: str) -> Vectors:
        return self._vectors[text]


STAGES = {"ingest": _ingest, "search": _search, "change": _change, "practise": _practise}
