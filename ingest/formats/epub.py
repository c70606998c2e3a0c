"""EPUB -> Markdown: the chapters in the order of the spine, each named `chapter N`."""

from __future__ import annotations

import posixpath
import warnings
import zipfile
from typing import Any
from urllib.parse import unquote

from core.errors import NotesError
from ingest.formats.archive import office
from ingest.formats.html import load_html
from ingest.formats.loaded import Loaded, ParseLimits
from ingest.formats.pieces import paged

_LOCKED = "META-INF/encryption.xml"
_FONTS = b"obfuscation"


def load_epub(data: bytes, limits: ParseLimits) -> Loaded:
    """A book; what has no text (a cover) counts as no chapter."""
    with office(data, limits, dtds=True) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = set(archive.namelist())
        if _LOCKED in names and _FONTS not in archive.read(_LOCKED):
            raise NotesError("it is locked by its shop (DRM): only books without are read")
        texts = [load_html(archive.read(name), limits).text for name in _spine(archive, names)]
    kept = [text for text in texts if text.strip()]
    return paged((f"chapter {number}", text) for number, text in enumerate(kept, 1))


def _spine(archive: zipfile.ZipFile, names: set[str]) -> list[str]:
    """The chapters' names in reading order."""
    container = _xml(archive, "META-INF/container.xml")
    root = next((e.get("full-path", "") for e in container.iter() if _tag(e) == "rootfile"), "")
    if root not in names:
        raise NotesError("it has no table of chapters: download it again")
    book = _xml(archive, root)
    items = {e.get("id"): e for e in book.iter() if _tag(e) == "item"}
    found = []
    for reference in (e for e in book.iter() if _tag(e) == "itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in (item.get("properties") or "").split():
            continue
        base = posixpath.dirname(root)
        paths = (posixpath.normpath(posixpath.join(base, href)) for href in _hrefs(item))
        found.extend([path for path in paths if path in names][:1])
    return found


def _hrefs(item: Any) -> tuple[str, str]:
    href = item.get("href") or ""
    return unquote(href), href


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        return fromstring(archive.read(name))
    except (ParseError, KeyError, ValueError) as error:
        raise NotesError("its table of chapters is damaged: download it again") from error


def _tag(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
