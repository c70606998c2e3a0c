"""What a file is, by its content; its name decides only between kinds of text."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath
from typing import Literal

from core.errors import NotesError

Kind = Literal[
    "text",
    "markdown",
    "html",
    "pdf",
    "docx",
    "pptx",
    "xlsx",
    "table",
    "json",
    "notebook",
    "epub",
    "anki",
    "zip",
]

NAMED: dict[str, Kind] = {
    **dict.fromkeys(("", ".txt", ".text"), "text"),
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    **dict.fromkeys((".csv", ".tsv"), "table"),
    **{".json": "json", ".ipynb": "notebook", ".pdf": "pdf", ".docx": "docx", ".pptx": "pptx"},
    **{".xlsx": "xlsx", ".epub": "epub", ".apkg": "anki", ".zip": "zip"},
}
"""What a suffix promises."""

_TEXTUAL: frozenset[Kind] = frozenset({"text", "markdown", "html", "table", "json", "notebook"})

_NO_OFFICE = "save it as {} with Word, PowerPoint, Excel or LibreOffice"
_SEEN = "pictures are not read: put what it shows into a note"
_HEARD = "sound and film are not read: add a transcript as .txt"
_PACKED = "this kind of archive is not read: unpack it, or pack it as .zip"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    *(
        (mark, _SEEN)
        for mark in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"8BPS")
    ),
    *((mark, _HEARD) for mark in (b"ID3", b"fLaC", b"OggS", b"\x1aE\xdf\xa3", b"\xff\xfb")),
    *((mark, _PACKED) for mark in (b"\x1f\x8b\x08", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")),
    (b"{\\rtf", "it is in Rich Text Format: " + _NO_OFFICE.format(".docx")),
    (b"SQLite format 3\0", "it is a database: export the deck from Anki as .apkg"),
)
_OLD = {".doc": ".docx", ".ppt": ".pptx", ".xls": ".xlsx", ".rtf": ".docx"}
_OLD |= {".odt": ".docx", ".odp": ".pptx", ".ods": ".xlsx"}
_SUFFIXES: dict[str, str] = {
    **{old: _NO_OFFICE.format(new) for old, new in _OLD.items()},
    **dict.fromkeys(".png .jpg .jpeg .gif .webp .bmp .svg .heic .tiff".split(), _SEEN),
    **dict.fromkeys(".mp3 .wav .m4a .ogg .flac .mp4 .mov .mkv .webm".split(), _HEARD),
    **dict.fromkeys(".gz .tar .7z .rar .bz2 .xz .tgz".split(), _PACKED),
}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)


def check_name(path: PurePath) -> None:
    """Refuse by name what need not be fetched at all.

    Raises:
        NotesError: no file of this suffix is read.
    """
    suffix = path.suffix.lower()
    if suffix in NAMED:
        return
    if told := _SUFFIXES.get(suffix):
        raise NotesError(f"{path.suffix} files are not read: {told}")
    known = ", ".join(sorted(suffix for suffix in NAMED if suffix))
    raise NotesError(f"{path.suffix} files are not read yet; these are: {known}")


def kind_of(path: PurePath, data: bytes) -> Kind:
    """The kind of a file.

    Raises:
        NotesError: it is of no kind that is read, or not what its suffix promises.
    """
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(data)
    _refuse(data)
    check_name(path)
    promised = NAMED[path.suffix.lower()]
    if promised not in _TEXTUAL:
        raise NotesError(f"it is no {path.suffix.lower()} file, or a damaged one: save it again")
    if promised in ("text", "markdown") and _HTML.match(data[:4096]):
        return "html"
    return promised


def _refuse(data: bytes) -> None:
    """Raises NotesError for what is known and not read."""
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise NotesError("it is locked by a password: save it without one")
        old = _NO_OFFICE.format(".docx, .pptx or .xlsx")
        raise NotesError(f"it is of an old Office format: {old}")
    for mark, told in _MAGIC:
        if data.startswith(mark):
            raise NotesError(f"it is not text (binary file); {told}")
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        still = data[8:12] in (b"WEBP", b"heic", b"avif", b"mif1")
        raise NotesError(f"it is not text (binary file); {_SEEN if still else _HEARD}")


def _packed(data: bytes) -> Kind:
    """The kind of a zip, by the names in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError) as error:
        raise NotesError("it is a damaged archive: save or download it again") from error
    if "[Content_Types].xml" in names:
        office: tuple[tuple[str, Kind], ...] = (
            ("word/", "docx"),
            ("ppt/", "pptx"),
            ("xl/", "xlsx"),
        )
        for folder, kind in office:
            if any(name.startswith(folder) for name in names):
                return kind
    if "META-INF/container.xml" in names:
        return "epub"
    if names & {"collection.anki2", "collection.anki21", "collection.anki21b"}:
        return "anki"
    if "mimetype" in names and "content.xml" in names:
        raise NotesError(
            f"it is an OpenDocument file: {_NO_OFFICE.format('.docx, .pptx or .xlsx')}"
        )
    return "zip"
