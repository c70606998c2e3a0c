"""What a format gives, and how much of it may be had."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.passages import Pages


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file's text, line by line as the viewer shows it; structure is written as Markdown.

    `pages` are the first line and the label of each page or slide. `remark` is one line on what
    could not be read of it; empty when all was.
    """

    text: str
    pages: Pages = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """How much one file may take. `ocr`: pictures of pages are read with tesseract."""

    seconds: float = 60.0
    memory_mb: int = 1024
    ocr: bool = False
    zip_members: int = 1000
    zip_mb: float = 200.0
    zip_ratio: float = 200.0


TEXT_LIMIT = 20_000_000
"""Characters of one file's text; more is no note."""
