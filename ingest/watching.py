"""Saved changes are noticed: the folders of notes are watched while the page is served."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from watchfiles import Change, watch

from ingest.corpus import is_hidden

DEBOUNCE_MS = 300
"""A burst of changes is one, when no more come for `STEP_MS`, or after so long."""
STEP_MS = 60
LOOK_MS = 1000
"""So often it is looked whether the folders are still those that are watched."""
_LOG = logging.getLogger("noteproof.watching")
_Mark = tuple[int, ...]


class Watcher:
    """Calls `changed` after every burst of changes in some folders, from a thread of its own.

    Folders may vanish and come back. Where the system cannot tell of changes, it looks itself.
    """

    def __init__(self, places: Sequence[Path], changed: Callable[[], None]) -> None:
        self._places, self._changed = tuple(places), changed
        self._stop = threading.Event()
        self._polling = False
        self._seen = self._marks()
        self._thread = threading.Thread(target=self._work, name="watching", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop watching. Idempotent."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                self._watch([place for place in self._places if place.is_dir()])
            except (OSError, RuntimeError) as error:
                if not self._polling:
                    _LOG.info("changes are looked for, not told by the system: %s", error)
                self._polling = True
                self._stop.wait(LOOK_MS / 1000)
            self._seen = self._marks()
            if not self._stop.is_set():
                self._changed()

    def _watch(self, folders: Sequence[Path]) -> None:
        """Until a folder comes or goes. What changed before the system tells of it counts too."""
        while not folders:
            if self._stop.wait(LOOK_MS / 1000) or self._marks() != self._seen:
                return
        told = False
        for found in watch(
            *folders,
            watch_filter=self._matters,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=self._stop,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=self._polling or None,
            poll_delay_ms=LOOK_MS // 2,
        ):
            if self._marks() != self._seen or self._stop.is_set() or self._removed(found):
                return
            if found or not told:
                told = True
                self._changed()

    def _removed(self, found: Iterable[tuple[Change, str]]) -> bool:
        """Whether a place went, even if another of the same name and number stands there again."""
        roots = {str(root) for place in self._places for root in (place, place.resolve())}
        return any(change is Change.deleted and path in roots for change, path in found)

    def _marks(self) -> list[_Mark]:
        """What a place is now: another folder of the same name is another place."""
        return [_mark(place) for place in self._places]

    def _matters(self, change: Change, path: str) -> bool:
        """Hidden files are no notes: editors write them aside while they save."""
        for place in self._places:
            for root in (place, place.resolve()):
                if Path(path).is_relative_to(root):
                    return not is_hidden(Path(path).relative_to(root))
        return True


def _mark(place: Path) -> _Mark:
    """Nothing when it is not there; a single file is told by its time and size."""
    try:
        found = place.stat()
    except OSError:
        return ()
    if place.is_dir():
        return (found.st_dev, found.st_ino)
    return (found.st_ino, found.st_mtime_ns, found.st_size)
