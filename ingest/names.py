"""What a note may be called: a name from elsewhere becomes one that is safe on any system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePosixPath

from core.errors import NotesError

LONGEST = 150
"""Bytes of one part of a name: what is aside or numbered must fit into 255 too."""
DEEPEST = 8
_RESERVED = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.I)
_NUMBERED = re.compile(r" \(\d+\)$")


def safe_name(given: str) -> str:
    """The path of a note under its folder, with forward slashes.

    What cannot be seen is left out, what some system reserves becomes `_`, what is too long is cut.

    Raises:
        NotesError: it leads out of the folder, names a device, is hidden, or nothing is left.
    """
    path = unicodedata.normalize("NFC", given).replace("\\", "/")
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        raise NotesError("its name is a path of another place: give it a plain name")
    parts = [part for part in path.split("/") if part != "."]
    if not parts:
        raise NotesError("it has no name: rename it")
    if len(parts) > DEEPEST:
        raise NotesError(f"it lies more than {DEEPEST} folders deep: drop a folder further down")
    return "/".join(_safe_part(part) for part in parts)


def _safe_part(part: str) -> str:
    if part.strip() == "..":
        raise NotesError("its name leads out of the folder (..): give it a plain name")
    seen = "".join(c for c in part if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    name = _RESERVED.sub("_", " ".join(seen.split())).rstrip(". ")
    if name.startswith("."):
        raise NotesError("its name begins with a dot, which hides it: rename it")
    if not name:
        raise NotesError("it has no name: rename it")
    if _DEVICE.fullmatch(name.split(".")[0].strip()):
        raise NotesError(f"{name.split('.')[0]} is the name of a device on Windows: rename it")
    return _cut(name)


def _cut(name: str) -> str:
    """Within `LONGEST` bytes, its suffix kept."""
    suffix = PurePosixPath(name).suffix
    suffix = suffix if len(suffix.encode()) <= 16 else ""
    stem = name.removesuffix(suffix).encode()[: LONGEST - len(suffix.encode())]
    return stem.decode(errors="ignore").rstrip(". ") + suffix


def numbered(name: str, taken: Callable[[str], bool]) -> str:
    """The name, or the first of `name (2)`, `name (3)`, ... that is not taken."""
    if not taken(name):
        return name
    path = PurePosixPath(name)
    stem, count = _NUMBERED.sub("", path.stem), 2
    while taken(found := str(path.with_name(f"{stem} ({count}){path.suffix}"))):
        count += 1
    return found
