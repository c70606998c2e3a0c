"""Notes that a test writes, indexed with stand-in vectors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ingest.library import Library
from retrieval.retriever import Retriever
from tests.fakes import FakeEmbedder


def retriever_over(folder: Path, notes: Mapping[str, str]) -> Retriever:
    """A search over notes (name to text) written to an empty folder."""
    (folder / "notes").mkdir()
    for name, text in notes.items():
        (folder / "notes" / name).write_text(text)
    library = Library([folder / "notes"], folder / "home", FakeEmbedder())
    library.update()
    return library.retriever()
