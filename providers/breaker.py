"""A circuit breaker: what failed again and again is left alone for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable

FAILURES = 3
"""So many in a row, and it is left alone."""
REST_SECONDS = 60.0


class Breaker:
    """Counts failures in a row. `clock` gives seconds that never run backwards.

    >>> breaker = Breaker(clock=lambda: 0.0)
    >>> for _ in range(FAILURES):
    ...     breaker.failed()
    >>> breaker.allows()
    False
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0

    def allows(self) -> bool:
        """Whether to call now. After the rest one caller is let through, the others rest on."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + REST_SECONDS
            return True

    def worked(self) -> None:
        """A call came back: all is forgotten."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """A call did not come back."""
        with self._lock:
            self._failures += 1
            self._until = self._clock() + REST_SECONDS
