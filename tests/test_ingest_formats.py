"""Real files of each format: what a learner reads of them, and where its pages begin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import NotesError
from ingest.formats.grid import listed, table_rows
from ingest.formats.prose import by_sentence
from ingest.loaders import load, load_text
from ingest.passages import read_note
from tests.format_files import (
    CONTAINER,
    HTML,
    OPF,
    SHEETS,
    chapter,
    docx,
    epub,
    notebook,
    pptx,
    xlsx,
    zipped,
)


def lines(name: str, data: bytes) -> list[str]:
    return [line for line in load_text(Path(name), data).splitlines() if line.strip()]


def test_html_without_what_is_around_the_text() -> None:
    assert lines("a.html", HTML) == [
        *("# Streams", "A stream keeps records.", "- a shard", "  - one megabyte"),
        *("| Service | Limit |", "| --- | --- |", "| Kinesis | 1 MB |"),
    ]


def test_a_page_without_heading_gets_its_title() -> None:
    assert lines("a.html", b"<html><title>T</title><p>text") == ["# T", "text"]


def test_one_article_is_the_page() -> None:
    page = b"<body><p>around</p><main><h1>A</h1><p>b_c * d</p></main><p>around</p>"
    assert lines("a.html", page) == ["# A", "b_c * d"]


def test_an_encoding_that_html_declares() -> None:
    page = '<html><meta charset="windows-1251"><p>Деревья'.encode("cp1251")
    assert lines("a.html", page) == ["Деревья"]


def test_html_nested_wildly_is_still_read() -> None:
    assert "deep" in load_text(Path("a.html"), b"<div>" * 5000 + b"deep")


def test_word() -> None:
    assert lines("a.docx", docx()) == [
        *("# Streaming", "A stream keeps records. It_is ordered.", "## Limits"),
        *("- one megabyte a shard", "- seven days of replay"),
        *("| Service | Limit |", "| --- | --- |", "| Kinesis | 1 MB |"),
    ]


def test_the_structure_becomes_the_outline() -> None:
    note = read_note("a.docx", load_text(Path("a.docx"), docx()))
    paths = {line.text: line.path for line in note.lines}
    assert paths["- seven days of replay"] == ("Streaming", "Limits")


def test_slides() -> None:
    loaded = load(Path("a.pptx"), pptx())
    assert loaded.text.splitlines()[:4] == [
        *("## Streams", "", "- a shard takes one megabyte", "    - every second"),
    ]
    assert "Say that this is asked often." in loaded.text
    assert "| Kinesis | by the shard |" in loaded.text
    assert loaded.pages == ((1, "slide 1"), (10, "slide 2"))
    note = read_note("a.pptx", loaded.text, loaded.pages)
    pages = {line.text: line.page for line in note.lines}
    assert (pages["    - every second"], pages["## Prices"]) == ("slide 1", "slide 2")


def test_workbooks_have_their_headers_in_each_row() -> None:
    assert lines("a.xlsx", xlsx(SHEETS)) == [
        *("## Limits", "- Service: Kinesis; Limit: 1 MB; Year: 2024", "- Service: S3; Year: 2006"),
        *("## Bare", "- just; 1", "- values; 2.5"),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_tables_of_any_mark(name: str, mark: str) -> None:
    rows = [["Service", "Limit"], ["Kinesis", '"1 MB\na second"'], ["S3", ""]]
    data = "\n".join(mark.join(row) for row in rows).encode()
    assert lines(name, data) == ["- Service: Kinesis; Limit: 1 MB a second", "- Service: S3"]


def test_rows_without_headers_and_of_all_lengths() -> None:
    assert listed([["1", "2"], ["3"]]) == "- 1; 2\n- 3"
    assert listed([["A", "B"], ["1", "2", "3"]]) == "- A: 1; B: 2; 3"
    assert listed([["alone", "row"]]) == "- alone; row"
    assert table_rows([["a|b"], ["c", "d"]]) == "| a/b |  |\n| --- | --- |\n| c | d |"


def test_books_in_reading_order() -> None:
    loaded = load(Path("a.epub"), epub())
    assert loaded.text.split("\n") == [
        *("# Streams", "", "A stream goes on.", "", "# Jobs", "", "A job ends.", ""),
    ]
    assert loaded.pages == ((1, "chapter 1"), (5, "chapter 2"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"META-INF/encryption.xml": "<x/>"}, "locked by its shop"),
        ({"META-INF/container.xml": "<x/>"}, "no table of chapters"),
        ({"META-INF/container.xml": "<x"}, "damaged"),
        ({"OEBPS/book.opf": "<!DOCTYPE a [<!ENTITY b 'c'>]><x/>"}, "declares entities"),
    ],
)
def test_books_that_are_not_read(change: dict[str, str], said: str) -> None:
    files = {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": OPF} | change
    with pytest.raises(NotesError, match=said):
        load(Path("a.epub"), zipped({**files, "OEBPS/text/two.xhtml": chapter("A", "b")}))


def test_notebooks_without_outputs() -> None:
    text = load_text(Path("a.ipynb"), notebook())
    assert text == "# Trees\n\n- they overfit\n\n```python\ndepth = 3\n# no heading\n```\n"
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["a = 1"]}]}]}
    assert "a = 1" in load_text(Path("a.ipynb"), json.dumps(old).encode())


def test_long_paragraphs_are_cut_behind_sentences() -> None:
    first = "This is e.g. a sentence of Mr. X. that goes on for a while, and on, and on."
    text = " ".join([first, "Here is one more.", "And this is the last of them all." * 6])
    assert by_sentence(text).splitlines()[1].startswith("Here is one more.")
    assert by_sentence(f"- {text}") == f"- {text}"
    assert by_sentence(f"```\n{text}\n```") == f"```\n{text}\n```"
    assert by_sentence("Short. It stays.") == "Short. It stays."
