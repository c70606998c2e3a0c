"""A worker whose parsers do what a file's name says."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import time
from pathlib import PurePath
from typing import Any

from ingest import parse_worker
from ingest.formats.loaded import Loaded, ParseLimits


def load(path: PurePath, data: bytes, limits: ParseLimits) -> Loaded:
    """Misbehave, or give the process's number."""
    done: Any = ""
    match path.stem:
        case "hang":
            time.sleep(600)
        case "exit":
            os._exit(3)
        case "segfault":
            ctypes.string_at(0)
        case "memory":
            done = [bytearray(50_000_000) for _ in range(1000)]
        case "noise":
            print("noise" * 10_000, flush=True)
            os.write(1, b"noise")
        case "garbage":
            os.write(7, b"garbage\n")
        case "network":
            socket.create_connection(("127.0.0.1", 9))
        case "resolve":
            socket.getaddrinfo("example.org", 80)
        case "program":
            subprocess.run(["true"], check=False)
        case "write":
            PurePath("x")
            open("/tmp/noteproof-must-not-be-there", "w")  # noqa: PTH123, SIM115
        case "bug":
            raise RuntimeError("not foreseen")
    return Loaded(f"{os.getpid()}{done}")


parse_worker.load = load

if __name__ == "__main__":
    parse_worker.main()
