"""Bytes -> text with its pages, in this process. A new format is one line in `_LOADERS`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath
from typing import cast

from core.errors import NotesError
from ingest.formats.kinds import Kind, check_name, kind_of
from ingest.formats.loaded import TEXT_LIMIT, Loaded, ParseLimits
from ingest.formats.plain import decode

__all__ = [
    "DIRECT",
    "Loaded",
    "ParseLimits",
    "check_name",
    "decode",
    "kind_of",
    "load",
    "load_text",
]

Loader = Callable[[bytes, ParseLimits], Loaded]

DIRECT: frozenset[Kind] = frozenset({"text", "markdown"})
"""Kinds that are read without a parser: nothing in them can hang or crash one."""

_LOADERS: dict[Kind, str] = {
    "text": "ingest.formats.text:load_plain",
    "markdown": "ingest.formats.text:load_markdown",
    "html": "ingest.formats.html:load_html",
    "pdf": "ingest.formats.pdf:load_pdf",
    "docx": "ingest.formats.word:load_docx",
    "pptx": "ingest.formats.slides:load_pptx",
    "xlsx": "ingest.formats.tables:load_xlsx",
    "table": "ingest.formats.tables:load_table",
    "json": "ingest.formats.notebook:load_json",
    "notebook": "ingest.formats.notebook:load_notebook",
    "epub": "ingest.formats.epub:load_epub",
    "anki": "ingest.questions_import.anki:load_apkg",
}
"""Module and function of each kind, imported when the first such file comes."""

NO_MEMORY = "it needs more memory than NOTEPROOF_PARSE_MEMORY_MB: split it, or raise the limit"


def load(path: PurePath, data: bytes, limits: ParseLimits = ParseLimits()) -> Loaded:  # noqa: B008
    """The text of a file, by its content; its name decides between kinds of text.

    Raises:
        NotesError: it is of no kind that is read, or not whole; one line with the next step.
    """
    kind = kind_of(path, data)
    if kind == "zip":
        raise NotesError("it is an archive in an archive: unpack it first")
    try:
        found = _loader(kind)(data, limits)
    except NotesError:
        raise
    except MemoryError as error:
        raise NotesError(NO_MEMORY) from error
    except Exception as error:  # a parser may raise anything on a damaged file: the rest is indexed
        raise NotesError(
            f"it is damaged, or its parser failed ({type(error).__name__}): save it again"
        ) from error
    if len(found.text) > TEXT_LIMIT:
        raise NotesError(f"it has {len(found.text) / 1e6:.0f} million letters: split it")
    whole = found.text.encode("utf-8", "replace").decode("utf-8")
    return Loaded(whole, found.pages, found.remark)


def load_text(path: PurePath, data: bytes) -> str:
    """The text alone. Raises as `load`."""
    return load(path, data).text


def _loader(kind: Kind) -> Loader:
    module, _, name = _LOADERS[kind].partition(":")
    return cast(Loader, getattr(import_module(module), name))
