"""A job in the background: never twice at a time, and again when that was asked for."""

from __future__ import annotations

import threading

import pytest

from ingest.background import Background

SECONDS = 60


class Job:
    """Counts its runs; each waits until `go` is released once."""

    def __init__(self) -> None:
        self.runs = 0
        self.begun, self.go = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self) -> None:
        self.runs += 1
        self.begun.release()
        assert self.go.acquire(timeout=SECONDS)


def test_nothing_runs_before_it_is_asked_for() -> None:
    job = Job()
    Background(job, "test-job").wait()
    assert job.runs == 0


def test_a_start_while_it_runs_is_the_same_run() -> None:
    job = Job()
    background = Background(job, "test-job")
    background.start()
    assert job.begun.acquire(timeout=SECONDS)
    background.start()
    job.go.release()
    background.wait(SECONDS)
    assert job.runs == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "test-job"]


def test_again_while_it_runs_is_one_run_more_however_often() -> None:
    job = Job()
    background = Background(job, "test-job")
    background.again()
    assert job.begun.acquire(timeout=SECONDS)
    background.again()
    background.again()
    job.go.release(2)
    background.wait(SECONDS)
    assert job.runs == 2


def test_what_is_done_starts_anew() -> None:
    job = Job()
    job.go.release(2)
    background = Background(job, "test-job")
    for runs in (1, 2):
        background.start()
        background.wait(SECONDS)
        assert job.runs == runs


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_broke_off_starts_anew() -> None:
    begun, go, runs = threading.Semaphore(0), threading.Semaphore(0), []

    def job() -> None:
        runs.append(len(runs))
        begun.release()
        assert go.acquire(timeout=SECONDS)
        if len(runs) == 1:
            raise RuntimeError("unforeseen")

    background = Background(job, "test-job")
    background.start()
    assert begun.acquire(timeout=SECONDS)
    background.again()
    go.release(2)
    background.wait(SECONDS)
    background.start()
    background.wait(SECONDS)
    assert runs == [0, 1]
