"""Time in tests: what is waited for, and what a piece of work costs.

A machine may be busy and stand still for seconds. Nothing here fails for that: who waits does so
with patience, and a cost is the processor's, compared with that of a smaller piece of the work.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

PATIENCE = 60.0
"""Seconds to wait for what must happen: a longer wait costs nothing when it does."""
SILENCES = (0.3, 3.0, 30.0)
"""Limits on a silence, tried one after another by `patiently`."""
CHEAP = 0.3
"""Seconds of the processor below which nobody minds how a cost grows."""
STEP, MOST = 8, 24
"""Of a work `STEP` times as large: a linear cost is `STEP` times as large, a quadratic one 64."""


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.01)
    return bool(holds())


def patiently(check: Callable[[float], None]) -> None:
    """Make a check with a short limit on a silence, and with longer ones if it fails.

    For what must arrive before a silence is given up: on a busy machine it may come too late for
    a short limit, and broken code fails with all of them.
    """
    for limit in SILENCES[:-1]:
        with suppress(AssertionError):
            return check(limit)
    return check(SILENCES[-1])


def processor_seconds(work: Callable[[], object]) -> float:
    """What a work costs this thread.

    The garbage collector rests: late in a run it takes seconds to look at what others have left.
    """
    with _uncollected():
        begun = time.thread_time()
        work()
        return time.thread_time() - begun


def quickest(work: Callable[[], object], times: int) -> float:
    """Seconds that a work takes when nothing comes between: the shortest of some runs."""

    def once() -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    with _uncollected():
        return min(once() for _ in range(times))


def is_linear(work: Callable[[int], object], size: int) -> bool:
    """Whether the cost of a work grows with its size, and not with the square of it.

    >>> is_linear(lambda size: "x" * size, 10_000)
    True
    """
    cost = processor_seconds(lambda: work(size))
    if cost < CHEAP:
        return True
    less = min(processor_seconds(lambda: work(size // STEP)) for _ in range(3))
    again = processor_seconds(lambda: work(size)) if cost < 30 * CHEAP else cost
    return min(cost, again) < max(CHEAP, MOST * less)


@contextmanager
def _uncollected() -> Iterator[None]:
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
