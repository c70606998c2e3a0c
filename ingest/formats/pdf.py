"""PDF -> Markdown by page, with pdfminer's layout analysis; scans with tesseract, if it is set."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from core.errors import NotesError
from ingest.formats.loaded import Loaded, ParseLimits
from ingest.formats.ocr import Ocr
from ingest.formats.pdf_furniture import without_furniture
from ingest.formats.pdf_lines import PdfLine
from ingest.formats.pdf_order import in_reading_order
from ingest.formats.pdf_rules import Grid, Rule, cut, grids, rules_of, whole
from ingest.formats.pdf_text import Style, page_markdown
from ingest.formats.pieces import paged

_SHOWN = 8
_GARBLED = 0.3
"""Share of lines with letters without a name, `(cid:12)`, from which a page counts as a picture."""


def load_pdf(data: bytes, limits: ParseLimits) -> Loaded:
    """A PDF; its pages are `page 1`, `page 2`, ...

    Raises:
        NotesError: it is locked or damaged, or has no text.
    """
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    read = list(_pages(data))
    if not read:
        raise NotesError("it has no pages: save or download it again")
    pages = [[] if _garbled(lines) else lines for lines, _ in read]
    pages = without_furniture(pages, Style.of(pages).large)
    style = Style.of(pages)
    ordered = (in_reading_order(page, drawn) for page, (_, drawn) in zip(pages, read, strict=True))
    texts = [page_markdown(pieces, style) for pieces in ordered]
    bare = [number for number, text in enumerate(texts, 1) if not text.strip()]
    remark = ""
    if bare:
        remark = _read_scans(data, texts, bare, limits)
    if not any(text.strip() for text in texts):
        raise NotesError(f"it has no text, only pictures of its pages (a scan): {remark}")
    return paged(((f"page {n}", text) for n, text in enumerate(texts, 1)), remark)


def _read_scans(data: bytes, texts: list[str], bare: list[int], limits: ParseLimits) -> str:
    """Fill in what OCR finds on pages without text; one line on those that stay empty."""
    ocr = Ocr.found() if limits.ocr else None
    if ocr is not None:
        for number, text in ocr.pages(data, bare):
            texts[number - 1] = text
    empty = [number for number in bare if not texts[number - 1].strip()]
    if not empty:
        return ""
    if len(empty) == len(texts):
        if limits.ocr:
            return "tesseract is not on the PATH: install it" if ocr is None else "OCR found none"
        return "install tesseract and set NOTEPROOF_OCR=true, or add its text as a note"
    shown = ", ".join(map(str, empty[:_SHOWN])) + (" ..." if len(empty) > _SHOWN else "")
    return f"no text on page{'s' if len(empty) > 1 else ''} {shown}"


def _pages(data: bytes) -> Iterator[tuple[list[PdfLine], list[Grid]]]:
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=LAParams(all_texts=True, boxes_flow=None))
    interpreter = PDFPageInterpreter(manager, device)
    try:
        for page in PDFPage.get_pages(io.BytesIO(data)):
            interpreter.process_page(page)
            yield _read(device.get_result())
    except PDFPasswordIncorrect as error:
        raise NotesError("it is locked by a password: save it without one") from error


def _read(page: Any) -> tuple[list[PdfLine], list[Grid]]:
    """The lines of a page, box by box as pdfminer finds them, and the grids drawn on it."""
    from pdfminer.layout import LTContainer, LTCurve, LTTextBox, LTTextLine

    items: list[tuple[Any, int]] = []
    rules: list[Rule] = []
    boxes = 0

    def walk(item: Any, box: int) -> None:
        nonlocal boxes
        if isinstance(item, LTTextLine):
            items.append((item, box))
        elif isinstance(item, LTCurve):
            rules.extend(rules_of(*item.bbox))
        elif isinstance(item, LTContainer):
            if isinstance(item, LTTextBox):
                boxes += 1
                box = boxes
            for child in item:
                walk(child, box)

    walk(page, 0)
    strokes = whole(rules)
    found = []
    for item, box in items:
        for signs in cut(list(item), strokes):
            if line := PdfLine.of(signs, box, page.y0, page.height):
                found.append(line)
    return found, grids(strokes)


def _garbled(lines: list[PdfLine]) -> bool:
    return bool(lines) and sum("(cid:" in line.text for line in lines) > _GARBLED * len(lines)
