"""Size: generated notes are ingested and searched in processes of their own, and measured."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from core.errors import NoteproofError
from evals.measures import percentile
from evals.scale_notes import queries, write_notes
from retrieval.embedder import Progress, SearchEmbedder, Vectors
from retrieval.retriever import Retriever

ROOT = Path(__file__).parent.parent
ASKED = 200
_MIB = 1 << 20
_LONGEST = 600


def evaluate(passages: int, embedder: str, folder: Path | None = None) -> dict[str, Any]:
    """Time, memory, size, latency, recall of notes of about `passages` passages, and a change."""
    with TemporaryDirectory(prefix="noteproof-scale-") as temporary:
        home = folder or Path(temporary)
        if not (home / "notes").exists():
            write_notes(home / "notes", passages)
        figures: dict[str, Any] = {}
        for stage in _STAGES:
            figures |= _apart(stage, embedder, home)
        size = sum(p.stat().st_size for p in (home / "index").rglob("*") if p.is_file())
        told = {"embedder": embedder, "search": figures.pop("search")}
        return {"figures": figures | {"index_mib": size / _MIB}, **told}


def _apart(stage: str, embedder: str, home: Path) -> dict[str, Any]:
    """A stage in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "evals.scale", stage, embedder, str(home)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise NoteproofError(f"The {stage} of generated notes failed: see above.")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _ingest(embedder: SearchEmbedder, home: Path, base: float) -> dict[str, Any]:
    from ingest.library import Library
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
        "ingest_peak_mib": _peak() - base,
    }


def _search(embedder: SearchEmbedder, home: Path, base: float) -> dict[str, Any]:
    from ingest.library import Library

    library = Library([home / "notes"], home, embedder)
    began = time.perf_counter()
    if not library.open_existing():
        raise NoteproofError("The index that was just made cannot be opened.")
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
        "search_peak_mib": _peak() - base,
        "recall_passages_at_10": _recall(index.passage_vectors, list(vectors.values())),
        "recall_lines_at_10": _recall(index.unit_vectors, list(vectors.values())),
        "search": dict(index.manifest.search),
    }


def _change(embedder: SearchEmbedder, home: Path, base: float) -> dict[str, Any]:
    """How long after a note was saved its new line is found; the note is then as it was."""
    from ingest.library import Library

    library = Library([home / "notes"], home, embedder)
    if not library.open_existing():
        raise NoteproofError("The index that was just made cannot be opened.")
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


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _peak() -> float:
    """MiB of this process at its largest, files that it maps counted where it touched them."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _main(stage: str, embedder: str, home: Path) -> None:
    from evals.hash_embedder import HashEmbedder
    from retrieval.embedder import SentenceEmbedder

    model: SearchEmbedder = HashEmbedder() if embedder == "hash" else SentenceEmbedder()
    model.load()
    model.encode(["a text, so that all that the model needs is loaded"] * 64)
    print(json.dumps(_STAGES[stage](model, home, _peak() if embedder != "hash" else 0.0)))
    sys.stdout.flush()
    os._exit(0)  # a changed note is found before its index is made again: that is not waited for


_STAGES = {"ingest": _ingest, "search": _search, "change": _change}


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
