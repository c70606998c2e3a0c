"""Parsers apart: a hang, crash, bomb or trick ends one file, with one line on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import NotesError
from ingest.formats.loaded import ParseLimits
from ingest.sandbox import Sandbox
from tests.clock import until
from tests.format_files import every_format

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux only")


@pytest.fixture
def wild() -> Iterator[Sandbox]:
    sandbox = Sandbox(ParseLimits(seconds=120, memory_mb=512), "tests.misbehaving_worker")
    yield sandbox
    sandbox.close()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("exit", "its parser crashed"),
        ("segfault", "its parser crashed"),
        pytest.param("memory", "more memory than NOTEPROOF_PARSE_MEMORY_MB", marks=LINUX),
        ("bug", "its parser crashed"),
        ("network", "its parser crashed"),
        ("resolve", "its parser crashed"),
        ("program", "its parser crashed"),
        ("write", "its parser crashed"),
    ],
)
def test_what_misbehaves_ends_alone(wild: Sandbox, name: str, said: str) -> None:
    with pytest.raises(NotesError, match=said) as caught:
        wild.load(f"{name}.pdf", b"data")
    assert "\n" not in str(caught.value)
    assert wild.load("sibling.pdf", b"data").text.isdigit()
    assert not Path("/tmp/noteproof-must-not-be-there").exists()


def test_a_hang_is_ended_in_time(wild: Sandbox) -> None:
    wild.load("first.pdf", b"data")
    wild.limits = ParseLimits(seconds=0.5)
    start = time.monotonic()
    with pytest.raises(NotesError, match=r"longer than the 0.5 s of NOTEPROOF_PARSE_SECONDS"):
        wild.load("hang.pdf", b"data")
    assert time.monotonic() - start < 120  # it hangs for ten minutes
    wild.limits = ParseLimits(seconds=120)
    assert wild.load("sibling.pdf", b"data").text.isdigit()


def test_what_a_parser_prints_is_no_answer(wild: Sandbox) -> None:
    assert wild.load("noise.pdf", b"data").text.isdigit()


def test_one_worker_serves_many_files(wild: Sandbox) -> None:
    assert len({wild.load(f"{n}.pdf", b"data" * n).text for n in range(20)}) == 1


def test_a_worker_killed_between_files_is_replaced(wild: Sandbox) -> None:
    pid = int(wild.load("a.pdf", b"data").text)
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: not _runs(pid))
    assert int(wild.load("a.pdf", b"data").text) != pid


def test_a_worker_does_not_outlive_its_parent() -> None:
    script = (
        "import os\nfrom ingest.sandbox import Sandbox\ns = Sandbox()\n"
        "s.module = 'tests.misbehaving_worker'\n"
        "print(s.load('a.pdf', b'').text, flush=True)\nos._exit(1)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=300
    )
    pid = int(done.stdout)
    assert until(lambda: not _runs(pid))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and " Z " in status.read_text())


@pytest.mark.parametrize("memory_mb", [512, 1024])
def test_every_format_is_read_within_the_limits(memory_mb: int) -> None:
    sandbox = Sandbox(ParseLimits(memory_mb=memory_mb))
    try:
        for name, data in every_format().items():
            assert sandbox.load(name, data).text.strip(), name
    finally:
        sandbox.close()


def test_a_worker_says_what_the_loaders_say() -> None:
    sandbox = Sandbox()
    try:
        with pytest.raises(NotesError, match="it is no .pdf file"):
            sandbox.load("a.pdf", b"text")
    finally:
        sandbox.close()
