"""Jupyter notebooks -> Markdown cells as they are, code in fences, outputs left out."""

from __future__ import annotations

import json
from typing import Any

from core.errors import NotesError
from ingest.formats.loaded import Loaded, ParseLimits
from ingest.formats.markdown import read_markdown
from ingest.formats.plain import decode
from ingest.questions_import.sets import from_json


def load_notebook(data: bytes, limits: ParseLimits) -> Loaded:
    """A notebook of version 3 or 4."""
    book = read_json(data)
    sheets = book.get("worksheets") if isinstance(book, dict) else None
    old = sheets[0] if isinstance(sheets, list) and sheets else {}
    cells = book.get("cells", old.get("cells") if isinstance(old, dict) else None) if book else None
    if not isinstance(cells, list):
        raise NotesError("it is no notebook, or a damaged one: save it again in Jupyter")
    language = _language(book)
    shown = [_cell(cell, language) for cell in cells if isinstance(cell, dict)]
    text = "\n\n".join(cell for cell in shown if cell.strip())
    return Loaded(f"{text}\n" if text else "")


def load_json(data: bytes, limits: ParseLimits) -> Loaded:
    """A question set, or a notebook under another name."""
    book = read_json(data)
    if isinstance(book, dict) and "nbformat" in book:
        return load_notebook(data, limits)
    return from_json(book)


def read_json(data: bytes) -> Any:
    """Parsed JSON.

    Raises:
        NotesError: it is none.
    """
    try:
        return json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        raise NotesError("it is damaged JSON: save or download it again") from error


def _language(book: dict[str, Any]) -> str:
    about = book.get("metadata")
    told = about.get("language_info") if isinstance(about, dict) else None
    name = told.get("name") if isinstance(told, dict) else None
    return name if isinstance(name, str) and name.isalnum() else "python"


def _cell(cell: dict[str, Any], language: str) -> str:
    source = cell.get("source", cell.get("input", ""))
    parts = source if isinstance(source, list) else [source]
    text = "".join(part for part in parts if isinstance(part, str)).strip("\n")
    if cell.get("cell_type") == "code":
        return f"```{language}\n{text}\n```" if text.strip() else ""
    return read_markdown(text).strip("\n")
