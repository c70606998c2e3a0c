"""Notes of the learner's own folders that are left out: their files stay as they are."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path

from core.errors import ConfigError


class LeftOut:
    """File identities and the names they were shown under, in a small file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def all(self) -> dict[str, str]:
        """Identity -> name.

        Raises:
            ConfigError: the file is there, and cannot be read or is not such a list.
        """
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"{self._path} cannot be read ({error}): move it aside to take all notes back in."
            ) from error
        if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
            raise ConfigError(f"{self._path} is not a list of notes: move it aside.")
        return found

    def add(self, identity: str, name: str) -> None:
        with self._lock:
            self._write({**self.all(), identity: name})

    def take_back(self, identity: str) -> None:
        with self._lock:
            self._write({i: name for i, name in self.all().items() if i != identity})

    def _write(self, rows: Mapping[str, str]) -> None:
        aside = self._path.with_suffix(".tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps(rows, indent=1), encoding="utf-8")
            aside.replace(self._path)
        except OSError as error:
            raise ConfigError(
                f"{self._path} cannot be written ({error.strerror or error}): make room there, or "
                "set NOTEPROOF_HOME to another folder."
            ) from error
