"""DOCX -> Markdown by markitdown: headings, lists, tables, formulas."""

from __future__ import annotations

import io
import warnings
from typing import Any

from ingest.formats.archive import office
from ingest.formats.html import PLAIN, tidy
from ingest.formats.loaded import Loaded, ParseLimits
from ingest.formats.prose import by_sentence


def load_docx(data: bytes, limits: ParseLimits) -> Loaded:
    """A Word document."""
    from markitdown import StreamInfo
    from markitdown.converters import DocxConverter

    with office(data, limits), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converter: Any = DocxConverter()  # type: ignore[no-untyped-call]
        found = converter.convert(io.BytesIO(data), StreamInfo(extension=".docx"), **PLAIN)
    return Loaded(by_sentence(tidy(found.markdown)))
