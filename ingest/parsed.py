"""Texts that a parser has read, kept so that no file is parsed twice. Losing them costs time."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.formats.loaded import Loaded

_VERSION = 2
"""To be raised when a format gives another text than before."""
_ASIDE = ".tmp"


@dataclass(slots=True)
class ParsedTexts:
    """One JSON file for each content under `folder`; without a folder nothing is kept."""

    folder: Path | None = None
    _used: set[str] = field(default_factory=set)

    def key(self, name: str, data: bytes, how: str) -> str:
        """The same for the same content under a name of the same suffix, read in the same way."""
        about = f"{_VERSION}\0{PurePosixPath(name).suffix.lower()}\0{how}\0".encode()
        return hashlib.sha256(about + data).hexdigest()

    def get(self, key: str) -> Loaded | None:
        """What was kept, or None when there is nothing whole."""
        if self.folder is None:
            return None
        self._used.add(key)
        try:
            row = json.loads((self.folder / key).read_text(encoding="ascii"))
            pages = tuple((int(first), str(label)) for first, label in row["pages"])
            return Loaded(str(row["text"]), pages, str(row["remark"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def put(self, key: str, loaded: Loaded) -> None:
        """Keep it, whole or not at all; what cannot be kept is parsed again next time."""
        if self.folder is None:
            return
        row = {"text": loaded.text, "pages": loaded.pages, "remark": loaded.remark}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(suffix=_ASIDE, dir=self.folder)
            aside = Path(name)
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    json.dump(row, file)
                aside.replace(self.folder / key)
            finally:
                aside.unlink(missing_ok=True)
        except OSError:
            return

    def sweep(self) -> None:
        """Forget what was not asked for since the last sweep: its file is gone, or has changed."""
        used, self._used = self._used, set()
        if self.folder is None or not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if path.name not in used and path.suffix != _ASIDE:  # another process may write it now
                try:
                    path.unlink(missing_ok=True)
                except OSError:
                    return
