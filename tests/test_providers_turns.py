"""Whose turn it is: the learner's first, and the background's again afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from providers.turns import Turns
from tests.clock import PATIENCE

NEVER = 0.15


def started(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def entering(turns: Turns, stop: threading.Event | None = None) -> tuple[threading.Event, ...]:
    """Somebody in the background: events for its entry, its cancel being seen, and its end."""
    entered, cancelled, leave = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        with turns.background(stop) as cancel:
            entered.set()
            while not leave.is_set():
                if cancel.is_set():
                    cancelled.set()
                time.sleep(0.002)

    started(work)
    return entered, cancelled, leave


def test_the_background_waits_while_a_learner_does() -> None:
    turns = Turns()
    with turns.foreground():
        entered, _, leave = entering(turns)
        assert not entered.wait(NEVER)
    assert entered.wait(PATIENCE)
    leave.set()


def test_a_learner_cancels_what_runs_at_once_and_does_not_wait_for_it() -> None:
    turns = Turns()
    entered, cancelled, leave = entering(turns)
    assert entered.wait(PATIENCE)
    assert not cancelled.is_set()
    with turns.foreground():  # the background has not left yet
        assert cancelled.wait(PATIENCE)
    leave.set()


def test_what_was_cancelled_begins_anew_with_an_event_that_is_not_set() -> None:
    turns = Turns()
    with turns.background() as first:
        with turns.foreground():
            pass
        assert first.is_set()
    with turns.background() as second:
        assert not second.is_set()


def test_learners_within_learners_hold_the_background_until_the_last_has_gone() -> None:
    turns = Turns()
    with turns.foreground():
        with turns.foreground():
            entered, _, leave = entering(turns)
        assert not entered.wait(NEVER)
    assert entered.wait(PATIENCE)
    leave.set()


@pytest.mark.parametrize("before", [True, False], ids=["stopped before", "stopped in the wait"])
def test_who_is_stopped_does_not_wait_for_learners(before: bool) -> None:
    turns, stop = Turns(), threading.Event()
    if before:
        stop.set()
    with turns.foreground():
        entered, cancelled, leave = entering(turns, stop)
        assert entered.wait(PATIENCE if before else NEVER) is before
        stop.set()
        assert entered.wait(PATIENCE)
        assert cancelled.wait(PATIENCE)
    leave.set()


def test_a_failure_in_either_leaves_the_turn_free() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="oops"), turns.foreground():
        raise ValueError("oops")
    with pytest.raises(ValueError, match="oops"), turns.background():
        raise ValueError("oops")
    with turns.background() as cancel:
        assert not cancel.is_set()


def test_many_at_once_neither_lock_up_nor_run_beside_a_learner_who_came_first() -> None:
    turns, done, broken = Turns(), [], []

    def learner() -> None:
        for _ in range(20):
            with turns.foreground():
                time.sleep(0.0005)

    def maker() -> None:
        finished = 0
        while finished < 10:
            with turns.background() as cancel:
                with turns._free:  # a learner comes and cancels in one step
                    if turns._waiting and not cancel.is_set():
                        broken.append(turns._waiting)
                finished += not cancel.wait(0.0002)
        done.append(finished)

    threads = [started(work) for work in (learner, learner, maker, maker, learner, maker)]
    for thread in threads:
        thread.join(PATIENCE)
    assert done == [10, 10, 10]
    assert broken == []


def test_what_is_needed_next_goes_ahead_of_the_rest_of_the_background() -> None:
    turns = Turns()
    entered, cancelled, leave = entering(turns)
    assert entered.wait(PATIENCE)
    with turns.ahead():
        assert cancelled.wait(PATIENCE)
        with turns.background(ahead=True) as cancel:
            later, _, leave_later = entering(turns)
            assert not later.wait(NEVER)
            assert not cancel.is_set()
            with turns.foreground():
                assert cancel.is_set()
    assert later.wait(PATIENCE)
    leave.set()
    leave_later.set()
