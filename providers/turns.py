"""Whose turn it is: what the learner waits for goes before what is made in the background."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

POLL_SECONDS = 0.05


class Turns:
    """Shared by all who use one model.

    A call in the background is cancelled as soon as somebody waits for an answer, and begins
    again when nobody does. Of the background, what is needed next goes `ahead` of the rest.
    """

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._waiting = self._ahead = 0
        self._working: dict[threading.Event, bool] = {}

    @contextmanager
    def foreground(self) -> Iterator[None]:
        """While a learner waits: work in the background stops. May be entered by many at once."""
        with self._free:
            self._waiting += 1
            for cancel in self._working:
                cancel.set()
        try:
            yield
        finally:
            with self._free:
                self._waiting -= 1
                self._free.notify_all()

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """While background work that is needed next goes on: what is not `ahead` stops."""
        with self._free:
            self._ahead += 1
            for cancel, ahead in self._working.items():
                if not ahead:
                    cancel.set()
        try:
            yield
        finally:
            with self._free:
                self._ahead -= 1
                self._free.notify_all()

    @contextmanager
    def background(
        self, stop: threading.Event | None = None, *, ahead: bool = False
    ) -> Iterator[threading.Event]:
        """Waits until no learner does; the event is set when one comes: end the call then.

        It is set too when `stop` is; the wait ends with it. Work `ahead` does not wait for any
        other in the background.
        """
        cancel = _Either(stop)
        with self._free:
            while (self._waiting or (self._ahead and not ahead)) and not cancel.is_set():
                self._free.wait(POLL_SECONDS if stop else None)
            self._working[cancel] = ahead
        try:
            yield cancel
        finally:
            with self._free:
                self._working.pop(cancel, None)


class _Either(threading.Event):
    """Set by itself, or with another."""

    def __init__(self, other: threading.Event | None) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        return super().is_set() or (self._other is not None and self._other.is_set())
