"""The state of a provider that gets ready in a daemon thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from core.errors import ModelUnavailable
from providers.base import ModelState


class Readiness:
    """Runs one piece of work at a time and tells, from any thread, how far it is."""

    def __init__(self, state: ModelState) -> None:
        self._state = state
        self._changed = threading.Condition()
        self._running = False

    def get(self) -> ModelState:
        with self._changed:
            return self._state

    def set(self, state: ModelState) -> None:
        with self._changed:
            self._state = state
            self._changed.notify_all()

    def run(self, work: Callable[[], ModelState], first: ModelState) -> None:
        """Start `work` with state `first`, unless it runs already or has succeeded.

        `work` returns the final state. `ModelUnavailable` becomes `failed` with its message;
        any other exception is a bug: it is let through, and the state says so.
        """
        with self._changed:
            if self._running or self._state.phase == "ready":
                return
            self._running, self._state = True, first
        threading.Thread(target=self._run, args=(work,), name="model", daemon=True).start()

    def wait(self, timeout: float | None) -> ModelState:
        with self._changed:
            self._changed.wait_for(lambda: not self._running, timeout)
            return self._state

    def _run(self, work: Callable[[], ModelState]) -> None:
        final = ModelState("failed", "the model failed to start: the log says why")
        try:
            final = work()
        except ModelUnavailable as error:
            final = ModelState("failed", str(error))
        finally:
            with self._changed:
                self._running, self._state = False, final
                self._changed.notify_all()
