"""Zip archives: how much they may hold, and which members are read. Nothing is written to disk."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from core.errors import NotesError
from ingest.formats.loaded import ParseLimits
from ingest.formats.markdown import without_id

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LONG_NAME, _LONG_PART = 400, 200
_SMALL = 10_000_000
"""Bytes up to which nobody minds the ratio."""
_LINK, _ENCRYPTED = 0o120000, 0x1
_XML = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm", ".vml")
_ENTITIES = tuple("<!ENTITY".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
_DTDS = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))

Member = tuple[str, bytes | str]
"""Its name and its bytes, or, as text, why it is not read."""


@contextmanager
def opened(data: bytes, limits: ParseLimits) -> Iterator[zipfile.ZipFile]:
    """An archive whose count, size and ratio are within the limits; damage becomes one line.

    Sizes are those declared: zipfile reads no more of a member than it declares.

    Raises:
        NotesError: it is damaged, locked, or holds too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive.infolist(), len(data), limits)
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise NotesError("it is damaged: save or download it again") from error


def _check(infos: list[zipfile.ZipInfo], packed: int, limits: ParseLimits) -> None:
    if len(infos) > limits.zip_members:
        raise NotesError(
            f"it holds {len(infos):,} files, more than the {limits.zip_members:,} of "
            "NOTEPROOF_ZIP_MEMBERS: split it, or raise the limit"
        )
    size = sum(info.file_size for info in infos)
    if size > limits.zip_mb * 1e6:
        raise NotesError(
            f"it unpacks to {size / 1e6:,.0f} MB, more than the {limits.zip_mb:g} MB of "
            "NOTEPROOF_ZIP_MB: split it, or raise the limit"
        )
    if size > min(_SMALL, limits.zip_mb * 1e5) and size > limits.zip_ratio * packed:
        raise NotesError(
            f"it unpacks to {size / max(packed, 1):,.0f} times its size, more than the "
            f"{limits.zip_ratio:g} of NOTEPROOF_ZIP_RATIO: it looks like a zip bomb"
        )


@contextmanager
def office(data: bytes, limits: ParseLimits, *, dtds: bool = False) -> Iterator[zipfile.ZipFile]:
    """The zip inside a DOCX, PPTX, XLSX or EPUB, whose XML declares nothing that could explode.

    Raises:
        NotesError: as `opened`, or an XML part declares entities (or, without `dtds`, a DTD).
    """
    with opened(data, limits) as archive:
        for info in archive.infolist():
            if info.flag_bits & _ENCRYPTED:
                raise NotesError("it is locked by a password: save it without one")
            if info.filename.lower().endswith(_XML):
                part = archive.read(info)
                if any(mark in part for mark in (_ENTITIES if dtds else _ENTITIES + _DTDS)):
                    raise NotesError("its XML declares entities, as no office program does")
        yield archive


def members(data: bytes, limits: ParseLimits) -> list[Member]:
    """The files of an archive in order, hidden ones and folders left out.

    Raises:
        NotesError: the archive as a whole is not read.
    """
    with opened(data, limits) as archive:
        found: list[Member] = []
        seen: set[str] = set()
        for info in archive.infolist():
            name = info.filename.replace("\\", "/")
            shown = _shown(name)
            if info.is_dir() or any(p.startswith((".", "__MACOSX")) for p in _parts(name)):
                continue
            shown = _unique(shown, seen)
            try:
                _check_name(name)
                found.append((shown, _read(archive, info)))
            except NotesError as error:
                found.append((shown, str(error)))
        return found


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".", "..")]


def _shown(name: str) -> str:
    """A name that is safe to show and to keep: relative, short, without control characters."""
    parts = _parts(_CONTROL.sub("\ufffd", name))
    return without_id("/".join(parts))[-_LONG_NAME:] or "unnamed"


def _unique(name: str, seen: set[str]) -> str:
    path, count = PurePosixPath(name), 2
    while name in seen:
        name = str(path.with_name(f"{path.stem}-{count}{path.suffix}"))
        count += 1
    seen.add(name)
    return name


def _check_name(name: str) -> None:
    """Raises NotesError for a name that means a place outside of the archive, or a device."""
    parts = name.split("/")
    if _CONTROL.search(name):
        raise NotesError("its name has control characters: rename it")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise NotesError("its name is an absolute path: pack it again with relative names")
    if ".." in parts:
        raise NotesError("its name leads out of the archive (..): pack it again without")
    if any(_DEVICES.fullmatch(part.strip(" .")) for part in parts):
        raise NotesError("its name is that of a device: rename it")
    if len(name) > _LONG_NAME or any(len(part) > _LONG_PART for part in parts):
        raise NotesError("its name is too long: rename it")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if (info.external_attr >> 16) & 0o170000 == _LINK:
        raise NotesError("it is a link: pack the file itself")
    if info.flag_bits & _ENCRYPTED:
        raise NotesError("it is locked by a password: pack it without one")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotesError("it is packed in a rare way: pack it again as a usual .zip")
    try:
        return archive.read(info)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise NotesError("it is damaged in the archive: pack it again") from error
