"""Real files of each format, made by the libraries that other programs use."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

COLUMN_WORDS = (
    "A stream keeps its records in order inside each shard and every shard takes one megabyte a "
    "second. Producers write by partition key. Consumers read at their own pace, and a replay of "
    "old records is possi-bly cheap. "
)


def pdf(draw: Any, pages: int = 1) -> bytes:
    """Pages of A4 drawn by `draw(canvas, number)`."""
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), invariant=1)
    for number in range(1, pages + 1):
        draw(canvas, number)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def paragraph(canvas: Any, x: float, y: float, lines: Sequence[str], size: float = 10) -> float:
    """Lines set under each other from `y`; the `y` below them."""
    canvas.setFont("Helvetica", size)
    for line in lines:
        canvas.drawString(x, y, line)
        y -= size * 1.2
    return y


def simple_pdf(pages: int = 4) -> bytes:
    """A heading, sentences, a list of two levels; a header and a footer on each page."""

    def draw(canvas: Any, number: int) -> None:
        paragraph(canvas, 60, 810, ["Course notes, autumn term"], 8)
        paragraph(canvas, 280, 30, [f"Page {number} of {pages}"], 8)
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(60, 760, f"Chapter {number}")
        y = paragraph(
            canvas,
            60,
            730,
            [
                f"Topic number {number} says that a shard takes one megabyte every sec-",
                "ond from its producers, and that a well-known limit holds for read-",
                f"ers too. The second sentence of topic {number} is about consum-",
                "ers.",
            ],
        )
        paragraph(canvas, 70, y - 10, ["• first point"])
        paragraph(canvas, 90, y - 22, ["– deeper point"])
        paragraph(canvas, 70, y - 34, ["• a well-known point"])

    return pdf(draw, pages)


def two_columns_pdf() -> bytes:
    """Two columns of twelve lines each, numbered in reading order, under one title."""

    def draw(canvas: Any, number: int) -> None:
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(60, 780, "A paper in two columns")
        left = [f"Left line {n} tells about the shards of a stream" for n in range(1, 13)]
        right = [f"Right line {n} tells about the jobs of a cluster" for n in range(1, 13)]
        # As many programs write them: line by line across both columns.
        y = 740.0
        for one, other in zip(left, right, strict=True):
            paragraph(canvas, 60, y, [one + "."])
            y = paragraph(canvas, 320, y, [other + "."])

    return pdf(draw)


def scanned_pdf(pages: int = 2) -> bytes:
    """Pages that are pictures."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.new("L", (60, 80), 200))
    return pdf(lambda canvas, number: canvas.drawImage(picture, 50, 50, 400, 600), pages)


def docx() -> bytes:
    """Headings, a list, a table, bold."""
    from docx import Document

    document = Document()
    document.add_heading("Streaming", 1)
    document.add_paragraph("A stream keeps records.").add_run(" It_is ordered.").bold = True
    document.add_heading("Limits", 2)
    document.add_paragraph("one megabyte a shard", style="List Bullet")
    document.add_paragraph("seven days of replay", style="List Bullet")
    table = document.add_table(2, 2)
    for row, cells in enumerate((("Service", "Limit"), ("Kinesis", "1 MB"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    return saved(document)


def pptx() -> bytes:
    """Two slides: a list of two levels with notes, and a table."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Streams"
    body = first.placeholders[1].text_frame
    body.text = "a shard takes one megabyte"
    deeper = body.add_paragraph()
    deeper.text, deeper.level = "every second", 1
    first.notes_slide.notes_text_frame.text = "Say that this is asked often."
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Prices"
    shape = second.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1))
    for place, text in enumerate(("Service", "Price", "Kinesis", "by the shard")):
        shape.table.cell(place // 2, place % 2).text = text
    return saved(deck)


def xlsx(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


SHEETS: dict[str, Sequence[Sequence[object]]] = {
    "Limits": [["Service", "Limit", "Year"], ["Kinesis", "1 MB", 2024], ["S3", None, 2006.0]],
    "Bare": [["just", 1], ["values", 2.5]],
    "Empty": [],
}


def saved(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def zipped(files: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files, in this order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return target.getvalue()


OPF = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>
<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="b" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/one%20.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="nav"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
CONTAINER = """<?xml version="1.0"?><container version="1.0"
xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile
full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def chapter(title: str, text: str) -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head>'
        f"<title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    )


def epub() -> bytes:
    """Two chapters, listed in the other order than they are read."""
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": OPF,
            "OEBPS/nav.xhtml": chapter("Contents", "one two"),
            "OEBPS/text/two.xhtml": chapter("Jobs", "A job ends."),
            "OEBPS/text/one .xhtml": chapter("Streams", "A stream goes on."),
        }
    )


def notebook() -> bytes:
    """A Markdown cell, a code cell with an output."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Trees\n", "\n", "- they overfit"]},
        {
            "cell_type": "code",
            "metadata": {},
            "source": "depth = 3\n# no heading",
            "outputs": [{"output_type": "stream", "text": ["SECRET OUTPUT"]}],
        },
        {"cell_type": "raw", "source": 7},
        "no cell",
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def anki_database(notes: Sequence[Sequence[str]]) -> bytes:
    """A collection with the tables that the newest and the oldest Anki share."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "collection")
        database = sqlite3.connect(path)
        with database:
            database.execute("CREATE TABLE col (id integer, models text)")
            database.execute("CREATE TABLE notes (id integer primary key, mid integer, flds text)")
            rows = [(n, 1, "\x1f".join(fields)) for n, fields in enumerate(notes, 1)]
            database.executemany("INSERT INTO notes VALUES (?, ?, ?)", rows)
        database.close()
        return path.read_bytes()


NOTES = (
    ("What keeps <b>objects</b>?", "S3<br>a bucket holds them", "It is the oldest&nbsp;service."),
    ("{{c1::Kinesis::a service}} has {{c2::shards}}.", "Asked often."),
    ('<img src="only.png">', "a picture"),
    ("A front alone", "[sound:x.mp3]"),
)


def apkg(notes: Sequence[Sequence[str]] = NOTES, name: str = "collection.anki21") -> bytes:
    """A deck; `collection.anki21b` is packed as the newest Anki does."""
    data = anki_database(notes)
    if name.endswith("b"):
        import zstandard

        data = zstandard.ZstdCompressor().compress(data)
    old = anki_database([["Please update to the latest Anki version", ""]])
    files = {"collection.anki2": old, name: data} if name != "collection.anki2" else {name: data}
    return zipped({**files, "media": b"{}"})


CSV = (
    'Question,Option A,Option B,Option C,Correct Answer,Explanation\n'
    'Which keeps objects?,S3,EFS,EBS,A,Buckets hold objects.\n'
    'Which two stream?,Kinesis,Kafka,Glue,"A, B",\n'
    ',S3,EFS,EBS,A,no stem\n'
    'Which is lost?,S3,EFS,EBS,F,\n'
)  # fmt: skip
HTML = b"""<!doctype html><html><head><title>Notes</title><style>p{}</style></head><body>
<nav><a href="/">Home</a></nav><script>alert(1)</script>
<h1>Streams</h1><p>A stream <b>keeps</b> <a href="x">records</a>.</p>
<ul><li>a shard<ul><li>one megabyte</li></ul></li></ul>
<table><tr><th>Service</th><th>Limit</th></tr><tr><td>Kinesis</td><td>1 MB</td></tr></table>
<footer>imprint</footer></body></html>"""


def every_format() -> dict[str, bytes]:
    """A file of each format that needs a parser."""
    return {
        "a.pdf": simple_pdf(),
        "a.docx": docx(),
        "a.pptx": pptx(),
        "a.xlsx": xlsx(SHEETS),
        "a.epub": epub(),
        "a.ipynb": notebook(),
        "a.html": HTML,
        "a.csv": CSV.encode(),
        "a.apkg": apkg(),
        "a.json": b'[{"question": "Which?", "options": ["S3", "EFS"], "answer": "S3"}]',
    }
