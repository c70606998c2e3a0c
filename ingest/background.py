"""A job in the background that never runs twice at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Background:
    """Runs a job in a thread of its own, and once more if that was asked for meanwhile."""

    def __init__(self, job: Callable[[], None], name: str) -> None:
        self._job, self._name = job, name
        self._lock = threading.Lock()
        self._running = self._again = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Run the job; nothing if it runs already. Returns at once."""
        with self._lock:
            if self._running:
                return
            self._running = True
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def again(self) -> None:
        """As `start`; a job that runs already is followed by another. Returns at once."""
        with self._lock:
            self._again = True
        self.start()

    def wait(self, timeout: float | None = None) -> None:
        """Until the job is done, or so many seconds have passed."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        running = True
        while running:
            with self._lock:
                self._again = running = False
            try:
                self._job()
                running = True
            finally:
                with self._lock:
                    running = self._running = running and self._again
