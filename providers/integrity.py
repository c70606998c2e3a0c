"""Whether a file holds the bytes its publisher signed off, found out once."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

from core.errors import ModelUnavailable
from providers.sources import CHUNK, check_stop


def verify(path: Path, sha256: str, stop: threading.Event) -> None:
    """Read the whole file once.

    Raises:
        ModelUnavailable: another SHA-256 (the file is deleted), or stopped.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            check_stop(stop)
            digest.update(chunk)
    if digest.hexdigest() != sha256:
        path.unlink()
        raise ModelUnavailable(
            f"{path.name} did not have its publisher's SHA-256 and was deleted. "
            "`python app.py models --fetch` fetches it afresh."
        )


def remember(path: Path, sha256: str) -> None:
    """So that later starts need not read a gigabyte again."""
    path.with_name(f"{path.name}.ok").write_text(json.dumps(_fingerprint(path, sha256)))


def is_remembered(path: Path, sha256: str) -> bool:
    """Whether this very file, by size and time of change, has been verified before."""
    note = path.with_name(f"{path.name}.ok")
    try:
        return bool(json.loads(note.read_text()) == _fingerprint(path, sha256))
    except (FileNotFoundError, ValueError):
        return False


def _fingerprint(path: Path, sha256: str) -> dict[str, object]:
    found = path.stat()
    return {"sha256": sha256, "size": found.st_size, "mtime_ns": found.st_mtime_ns}
