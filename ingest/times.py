"""When each note was indexed last: kept beside the index, and worth no more than it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from retrieval.store import NoteInfo


class IndexTimes:
    """Name -> SHA-256 and time, in a small file. What cannot be read or written is not known."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, tuple[str, str]] | None = None

    def all(self) -> dict[str, datetime]:
        """Aware times, in UTC."""
        return {name: datetime.fromisoformat(at) for name, (_, at) in self._known().items()}

    def note(self, notes: Sequence[NoteInfo], now: datetime) -> None:
        """These are indexed; those whose content has not changed since were indexed before."""
        known, at = self._known(), now.astimezone(UTC).isoformat(timespec="seconds")
        read = [note for note in notes if not note.problem]
        rows = {n.name: known[n.name] for n in read if known.get(n.name, ("",))[0] == n.sha256}
        rows = {n.name: rows.get(n.name, (n.sha256, at)) for n in read}
        if rows == known:
            return
        self._rows = rows
        aside = self._path.with_suffix(".tmp")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps(rows), encoding="utf-8")
            aside.replace(self._path)

    def _known(self) -> dict[str, tuple[str, str]]:
        if self._rows is None:
            self._rows = _read(self._path)
        return self._rows


def _read(path: Path) -> dict[str, tuple[str, str]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        rows = {str(name): (str(sha), str(at)) for name, (sha, at) in found.items()}
        for _, at in rows.values():
            datetime.fromisoformat(at)
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return rows
