"""PDF pages as papers and handouts set them: columns, tables, headers, notes at the side."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.loaders import load
from tests.format_files import paragraph, pdf

WORDS = "shard record bucket model stream train batch epoch layer token score label".split()


def text_of(data: bytes) -> str:
    return load(Path("a.pdf"), data).text


def told(tag: str, rows: int, words: int = 5) -> list[str]:
    """Lines of a paragraph that say where they stand: `left3`, then words of even length."""
    picked = [[WORDS[(n * 5 + k) % len(WORDS)] for k in range(words)] for n in range(rows)]
    return [f"{tag}{n} {' '.join(row)}" for n, row in enumerate(picked)]


def tags(text: str) -> list[str]:
    return re.findall(r"[a-z]+\d+(?= |$)", text)


def expected(*parts: tuple[str, int]) -> list[str]:
    return [f"{tag}{n}" for tag, rows in parts for n in range(rows)]


def heading(canvas: Any, x: float, y: float, text: str, size: float = 13) -> None:
    canvas.setFont("Helvetica-Bold", size)
    canvas.drawString(x, y, text)


def test_headings_of_two_columns_at_one_height() -> None:
    def draw(canvas: Any, number: int) -> None:
        heading(canvas, 60, 740, "3 Method")
        heading(canvas, 310, 740, "4 Results")
        for x, tag in ((60, "left"), (310, "right")):
            y = paragraph(canvas, x, 722, told(tag, 4))
            paragraph(canvas, x, y - 12, told(f"{tag}b", 3))

    text = text_of(pdf(draw))
    wanted = ["3 Method", "left0", "leftb2", "4 Results", "right0", "rightb2"]
    assert [text.index(one) for one in wanted] == sorted(text.index(one) for one in wanted)
    assert tags(text) == expected(("left", 4), ("leftb", 3), ("right", 4), ("rightb", 3))


def title_and_abstract(canvas: Any, number: int) -> list[tuple[str, int]]:
    heading(canvas, 150, 790, "A title over both of the columns", 18)
    paragraph(canvas, 60, 750, told("abstract", 4, 12))
    paragraph(canvas, 60, 660, told("left", 30))
    paragraph(canvas, 310, 660, told("right", 12))
    return [("abstract", 4), ("left", 30), ("right", 12)]


def right_is_longer(canvas: Any, number: int) -> list[tuple[str, int]]:
    paragraph(canvas, 60, 700, told("left", 5))
    paragraph(canvas, 310, 706, told("right", 40))
    return [("left", 5), ("right", 40)]


def three_columns(canvas: Any, number: int) -> list[tuple[str, int]]:
    heading(canvas, 60, 790, "A title that reaches over two columns and more", 18)
    for x, tag in ((50, "one"), (220, "two"), (390, "three")):
        paragraph(canvas, x, 740, told(tag, 30, 3))
    return [("one", 30), ("two", 30), ("three", 30)]


def a_wide_line_between(canvas: Any, number: int) -> list[tuple[str, int]]:
    for y, band in ((740, "upper"), (500, "lower")):
        paragraph(canvas, 60, y, told(f"{band}left", 10))
        paragraph(canvas, 310, y, told(f"{band}right", 10))
    paragraph(canvas, 60, 550, told("wide", 1, 13))
    return [
        ("upperleft", 10),
        ("upperright", 10),
        ("wide", 1),
        ("lowerleft", 10),
        ("lowerright", 10),
    ]


def footnotes(canvas: Any, number: int) -> list[tuple[str, int]]:
    paragraph(canvas, 60, 740, told("left", 20))
    paragraph(canvas, 310, 740, told("right", 40))
    paragraph(canvas, 60, 260, told("note", 2), 7)
    return [("left", 20), ("note", 2), ("right", 40)]


def notes_at_the_side(canvas: Any, number: int) -> list[tuple[str, int]]:
    paragraph(canvas, 60, 740, told("text", 40, 9))
    paragraph(canvas, 450, 660, told("side", 4, 2), 8)
    paragraph(canvas, 450, 520, told("lower", 3, 2), 8)
    return [("text", 40), ("side", 4), ("lower", 3)]


Layout = Callable[[Any, int], list[tuple[str, int]]]


@pytest.mark.parametrize(
    "layout",
    [
        title_and_abstract,
        right_is_longer,
        three_columns,
        a_wide_line_between,
        footnotes,
        notes_at_the_side,
    ],
)
def test_a_column_is_read_whole_and_then_the_next(layout: Layout) -> None:
    drawn: list[tuple[str, int]] = []

    def draw(canvas: Any, number: int) -> None:
        drawn.extend(layout(canvas, number))

    text = text_of(pdf(draw))
    assert tags(text) == expected(*drawn)
    assert "|" not in text


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("align", [0, 4], ids=["ragged", "justified"])
def test_a_paper_as_it_is_set(columns: int, align: int) -> None:
    from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
    from reportlab.platypus import (
        BaseDocTemplate,
        Frame,
        FrameBreak,
        NextPageTemplate,
        PageTemplate,
        Paragraph,
    )

    styles, width, target = (
        getSampleStyleSheet(),
        (500 - 16 * (columns - 1)) / columns,
        io.BytesIO(),
    )
    plain = ParagraphStyle("p", parent=styles["BodyText"], alignment=align, fontSize=9, leading=11)

    def frames(y: float, height: float) -> list[Frame]:
        places = (48 + place * (width + 16) for place in range(columns))
        return [Frame(x, y, width, height, 0, 0, 0, 0) for x in places]

    def said(tag: str, count: int) -> Paragraph:
        sentences = (
            f"{tag}{n} says that {' '.join(WORDS[(n * k) % 12] for k in range(4, 12))}."
            for n in range(count)
        )
        return Paragraph(" ".join(sentences), plain)

    story = [Paragraph("A paper on streams", styles["Title"]), said("abstract", 5)]
    story += [NextPageTemplate("b"), FrameBreak()]
    wanted = [("abstract", 5)]
    for tag in "abcdefgh":
        story.append(Paragraph(f"Heading {tag}", styles["Heading2"]))
        for part in ("x", "y", "z"):
            story.append(said(tag + part, 5))
            wanted.append((tag + part, 5))
    document = BaseDocTemplate(target)
    first = [Frame(48, 600, 500, 200, 0, 0, 0, 0), *frames(50, 540)]
    document.addPageTemplates([PageTemplate("a", first), PageTemplate("b", frames(50, 740))])
    document.build(story)
    assert tags(text_of(target.getvalue())) == expected(*wanted)


ROWS = [
    ["Service", "Limit", "Retention", "Use"],
    ["Kinesis Streams", "1 MB/s", "24 hours", "ordered records"],
    ["Firehose", "5 MB", "none", "delivery to S3"],
    ["SQS", "256 KB", "14 days", "queues"],
    ["S3", "5 TB", "-", "objects"],
    ["MSK", "8 MB", "7 days", "Kafka"],
]
RULED: dict[str, list[tuple[Any, ...]]] = {
    "grid": [("GRID", (0, 0), (-1, -1), 0.5, "black")],
    "no strokes": [],
    "under each row": [("LINEBELOW", (0, 0), (-1, -1), 0.5, "black")],
    "under the head": [
        ("LINEABOVE", (0, 0), (-1, 0), 1, "black"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, "black"),
        ("LINEBELOW", (0, -1), (-1, -1), 1, "black"),
    ],
    "between columns": [
        ("BOX", (0, 0), (-1, -1), 0.5, "black"),
        ("LINEAFTER", (0, 0), (-2, -1), 0.5, "black"),
    ],
}


def table_pdf(rows: Sequence[Sequence[Any]], style: str = "grid", **options: Any) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    body, target = getSampleStyleSheet()["BodyText"], io.BytesIO()
    cells = [[Paragraph(c, body) if len(c) > 20 else c for c in row] for row in rows]
    strokes = [*RULED[style], ("VALIGN", (0, 0), (-1, -1), "TOP")]
    before, after = (
        Paragraph(f"{word} the table stands a line.", body) for word in ("Above", "Below")
    )
    SimpleDocTemplate(target).build([before, Table(cells, style=strokes, **options), after])
    return target.getvalue()


def rows_in(text: str) -> list[list[str]]:
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [row for row in rows if set(row) != {"---"}]


@pytest.mark.parametrize("style", RULED)
def test_each_row_of_a_table_is_a_line(style: str) -> None:
    text = text_of(table_pdf(ROWS, style))
    assert rows_in(text) == ROWS
    assert text.index("Above the") < text.index("Service") < text.index("Below the")


@pytest.mark.parametrize("style", ["grid", "no strokes"])
def test_cells_of_several_lines(style: str) -> None:
    rows = [
        ["Service", "What it does", "Price"],
        ["Amazon Kinesis Data Streams", "keeps records in order and replays them later", "$0.015"],
        ["Firehose", "loads records into a bucket when five megabytes have come", "$0.029"],
        ["MSK", "Kafka, run by the provider", "$0.21"],
    ]
    assert rows_in(text_of(table_pdf(rows, style, colWidths=[100, 160, 60]))) == rows


def test_cells_of_numbers_and_dashes_are_none_of_them_lost() -> None:
    rows = [["Class", "Precision", "Recall"], *([f"{n}.", f"0.{n}1", "-"] for n in range(1, 6))]
    assert rows_in(text_of(table_pdf(rows, colWidths=40))) == rows


def test_a_table_of_several_pages_keeps_its_rows() -> None:
    rows = [["Key", "Value", "Unit"]]
    rows += [[f"key{n}", str(n * n), "MB" if n % 2 else "-"] for n in range(120)]
    assert [row for row in rows_in(text_of(table_pdf(rows, repeatRows=1))) if row != rows[0]] == (
        rows[1:]
    )


def test_a_table_across_two_columns() -> None:
    def draw(canvas: Any, number: int) -> None:
        for y, band in ((740, "upper"), (400, "lower")):
            paragraph(canvas, 60, y, told(f"{band}left", 10))
            paragraph(canvas, 310, y, told(f"{band}right", 10))
        canvas.setFont("Helvetica", 9)
        for place, row in enumerate(ROWS):
            for column, cell in enumerate(row):
                canvas.drawString(60 + 125 * column, 580 - 14 * place, cell)

    text = text_of(pdf(draw))
    assert rows_in(text) == ROWS
    parts = [("upperleft", 10), ("upperright", 10), ("lowerleft", 10), ("lowerright", 10)]
    assert [tag for tag in tags(text) if tag.startswith(("upper", "lower"))] == expected(*parts)
    assert text.index("upperright9") < text.index("Kinesis") < text.index("lowerleft0")


def test_a_table_in_one_of_two_columns() -> None:
    def draw(canvas: Any, number: int) -> None:
        canvas.setFont("Helvetica", 10)
        for place, row in enumerate(ROWS):
            for column, cell in enumerate(row[:2]):
                canvas.drawString(60 + 110 * column, 740 - 12 * place, cell)
        paragraph(canvas, 60, 640, told("left", 20))
        paragraph(canvas, 310, 740, told("right", 30))

    text = text_of(pdf(draw))
    assert rows_in(text) == [row[:2] for row in ROWS]
    assert tags(text) == expected(("left", 20), ("right", 30))


# Headers, footers, page numbers


def page(canvas: Any, number: int, top: Sequence[str] = (), bottom: Sequence[str] = ()) -> None:
    for place, text in enumerate(top):
        paragraph(canvas, 60 + 200 * place, 815, [text], 8)
    paragraph(canvas, 60, 740, told(f"page{'abcdefgh'[number - 1]}", 20, 9))
    for place, text in enumerate(bottom):
        paragraph(canvas, 60 + 200 * place, 30, [text], 8)


@pytest.mark.parametrize(
    ("pages", "top", "bottom"),
    [
        (1, "", "{n}"),
        (2, "Feature stores in practice", "{n}"),
        (2, "Feature stores in practice", "- {n} -"),
        (2, "", "Page {n} of 2"),
        (3, "Autumn term 2024", "{n} / 3"),
        (5, "Chapter 2: Streams", "Course notes 2024, page {n}"),
        (8, "", "{n}"),
    ],
)
def test_what_repeats_at_the_edges_goes(pages: int, top: str, bottom: str) -> None:
    def draw(canvas: Any, number: int) -> None:
        page(canvas, number, [top] * bool(top), [bottom.format(n=number)])

    text = text_of(pdf(draw, pages))
    wanted = [f"page{letter}{n}" for letter in "abcdefgh"[:pages] for n in range(20)]
    assert tags(text) == wanted
    assert text.startswith("pagea0")
    assert not re.search(r"Feature|term|Course|Page|^\W*\d+\W*$|/ 3", text, re.MULTILINE)


def test_headers_of_left_and_right_pages_go_both() -> None:
    def draw(canvas: Any, number: int) -> None:
        page(canvas, number, ["A. Author" if number % 2 else "On streams"], [str(number)])

    text = text_of(pdf(draw, 6))
    assert "Author" not in text
    assert "On streams" not in text


@pytest.mark.parametrize(
    ("pages", "top", "bottom"),
    [
        (1, "My notes", "Page 1 of 1"),
        (2, "{w} opens the page", "ends with {w}"),
        (4, "{w} opens the page", "ends with {w}"),
        (4, "In {y} it began", "and {y} times more"),
    ],
)
def test_what_is_said_once_stays_wherever_it_stands(pages: int, top: str, bottom: str) -> None:
    said: list[str] = []

    def draw(canvas: Any, number: int) -> None:
        word, year = WORDS[number], (number * 7919) % 2000
        said.extend(text.format(w=word, y=year) for text in (top, bottom))
        page(canvas, number, said[-2:-1], said[-1:])

    text = text_of(pdf(draw, pages))
    assert [line for line in said if line not in text] == []


@settings(max_examples=40, deadline=None)
@given(
    pages=st.integers(1, 5),
    same=st.lists(st.sampled_from(["Answer: yes", "7", "Page 3", "Step {n}", "{n}"]), max_size=4),
    y=st.floats(150, 690),
)
def test_text_in_the_body_is_never_dropped(pages: int, same: list[str], y: float) -> None:
    def draw(canvas: Any, number: int) -> None:
        paragraph(canvas, 60, 815, ["A header"], 8)
        paragraph(canvas, 60, y, [line.format(n=number) for line in same])
        paragraph(canvas, 290, 30, [str(number)], 8)

    text = text_of(pdf(draw, pages)) if same or pages == 1 else ""
    for number in range(1, pages + 1):
        for line in same:
            assert line.format(n=number) in text


def test_wide_spaces_in_a_paragraph_make_no_columns() -> None:
    def draw(canvas: Any, number: int) -> None:
        paragraph(canvas, 60, 740, told("above", 6, 13))
        for place in range(3):
            paragraph(canvas, 60, 640 - 12 * place, [f"left{place} goes on with the words of it"])
            paragraph(canvas, 330, 640 - 12 * place, [f"right{place} which stands far off from it"])
        paragraph(canvas, 60, 604, told("below", 6, 13))

    rows = [(f"{side}{n}", 0) for n in range(3) for side in ("left", "right")]
    wanted = expected(("above", 6)) + [tag for tag, _ in rows] + expected(("below", 6))
    assert tags(text_of(pdf(draw))) == wanted


def test_beside_the_name_of_a_chapter_the_page_number_goes_alone() -> None:
    names = ["On shards", "On shards", "On streams", "On models", "On models"]

    def draw(canvas: Any, number: int) -> None:
        page(canvas, number, [names[number - 1], str(number + 6)])

    text = text_of(pdf(draw, 5))
    assert text.count("On ") == 5
    assert not re.search(r"^\d+$|On \w+ \d", text, re.MULTILINE)
