"""PPTX -> Markdown: each slide under its title, lists by their levels, tables, speaker's notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.formats.archive import office
from ingest.formats.grid import table_rows
from ingest.formats.loaded import Loaded, ParseLimits
from ingest.formats.pieces import paged
from ingest.formats.prose import by_sentence

_DEEP = 20
"""Groups in groups that are followed."""


def load_pptx(data: bytes, limits: ParseLimits) -> Loaded:
    """A presentation; its pages are `slide 1`, `slide 2`, ..."""
    from pptx import Presentation

    with office(data, limits):
        deck = Presentation(io.BytesIO(data))
        return paged(
            (f"slide {n}", by_sentence(_slide(s, n))) for n, s in enumerate(deck.slides, 1)
        )


def _slide(slide: Any, number: int) -> str:
    title = slide.shapes.title
    head = _flat(title.text_frame.text) if title is not None and title.has_text_frame else ""
    blocks = [f"## {head or f'Slide {number}'}"]
    for shape in _shapes(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        blocks.append(_shape(shape))
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        said = [text for text in map(_flat, frame.text.splitlines()) if text]
        blocks.append("\n".join(["### Notes", "", *said]) if said else "")
    body = [block for block in blocks if block.strip()]
    return "\n\n".join(body) if head or len(body) > 1 else ""


def _shapes(shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    """In reading order: from the top, then from the left; groups opened."""
    placed = [((shape.top or 0, shape.left or 0), shape) for shape in shapes]
    for _, shape in sorted(placed, key=lambda pair: pair[0]):
        if hasattr(shape, "shapes") and depth < _DEEP:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _shape(shape: Any) -> str:
    if getattr(shape, "has_table", False):
        return table_rows([[_flat(cell.text) for cell in row.cells] for row in shape.table.rows])
    if not getattr(shape, "has_text_frame", False):
        return ""
    rows = [(p.level, _flat(p.text)) for p in shape.text_frame.paragraphs]
    rows = [(level, text) for level, text in rows if text]
    if len(rows) == 1 and not shape.is_placeholder:
        return rows[0][1]
    return "\n".join(f"{'    ' * level}- {text}" for level, text in rows)


def _flat(text: str) -> str:
    return " ".join(text.split())
