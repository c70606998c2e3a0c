"""Size: generated notes are ingested, searched, changed and practised in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.errors import NoteproofError
from evals.scale_notes import write_notes
from evals.scale_stages import STAGES, peak
from retrieval.embedder import SearchEmbedder

ROOT = Path(__file__).parent.parent
_MIB = 1 << 20


def evaluate(passages: int, embedder: str, folder: Path | None = None) -> dict[str, Any]:
    """Time, memory, size, latency, recall, a change and practice of about `passages` passages."""
    with TemporaryDirectory(prefix="noteproof-scale-") as temporary:
        home = folder or Path(temporary)
        if not (home / "notes").exists():
            write_notes(home / "notes", passages)
        figures: dict[str, Any] = {}
        for stage in STAGES:
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


def _main(stage: str, embedder: str, home: Path) -> None:
    from evals.hash_embedder import HashEmbedder
    from retrieval.embedder import SentenceEmbedder

    model: SearchEmbedder = HashEmbedder() if embedder == "hash" else SentenceEmbedder()
    model.load()
    model.encode(["a text, so that all that the model needs is loaded"] * 64)
    print(json.dumps(STAGES[stage](model, home, peak() if embedder != "hash" else 0.0)))
    sys.stdout.flush()
    os._exit(0)  # a changed note is found before its index is made again: that is not waited for


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
