"""Text and Markdown: read as they are, but for what only their editors understand."""

from __future__ import annotations

from ingest.formats.loaded import Loaded, ParseLimits
from ingest.formats.markdown import read_markdown
from ingest.formats.plain import decode


def load_plain(data: bytes, limits: ParseLimits) -> Loaded:
    """A text file, word for word."""
    return Loaded(decode(data))


def load_markdown(data: bytes, limits: ParseLimits) -> Loaded:
    """A Markdown file."""
    return Loaded(read_markdown(decode(data)))
