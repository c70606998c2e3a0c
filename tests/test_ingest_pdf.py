"""PDF: pages, columns in reading order, no furniture, words made whole, scans."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest

from core.errors import NotesError
from ingest.formats.loaded import ParseLimits
from ingest.loaders import load
from ingest.passages import read_note
from ingest.sandbox import Sandbox
from tests.format_files import paragraph, pdf, scanned_pdf, simple_pdf, two_columns_pdf


def test_pages_headings_lists_and_nothing_that_repeats() -> None:
    loaded = load(Path("a.pdf"), simple_pdf(4))
    assert loaded.text.splitlines()[:8] == [
        "# Chapter 1",
        "",
        "Topic number 1 says that a shard takes one megabyte every second from its producers, and "
        "that a well-known limit holds for readers too. The second sentence of topic 1 is about "
        "consumers.",
        "- first point",
        "    - deeper point",
        "- a well-known point",
        "",
        "# Chapter 2",
    ]
    assert loaded.pages == tuple((1 + 7 * n, f"page {n + 1}") for n in range(4))
    assert "autumn" not in loaded.text
    assert "of 4" not in loaded.text


def test_a_line_knows_its_page() -> None:
    loaded = load(Path("a.pdf"), simple_pdf(2))
    lines = read_note("a.pdf", loaded.text, loaded.pages).lines
    pages = {line.page for line in lines if "topic 2" in line.text.lower()}
    assert pages == {"page 2"}


def test_two_columns_are_read_one_after_the_other() -> None:
    text = load(Path("a.pdf"), two_columns_pdf()).text.splitlines()
    assert text[0] == "# A paper in two columns"
    told = [line.split(" tells")[0] for line in text[2:]]
    numbers = range(1, 13)
    assert told == [f"Left line {n}" for n in numbers] + [f"Right line {n}" for n in numbers]


def test_columns_of_prose_join_across_lines_and_columns() -> None:
    words = [f"word{n}" for n in range(120)]
    rows = [" ".join(words[n : n + 6]) for n in range(0, 120, 6)]

    def draw(canvas: object, number: int) -> None:
        paragraph(canvas, 60, 700, rows[:10], 9)
        paragraph(canvas, 320, 700, rows[10:], 9)

    assert load(Path("a.pdf"), pdf(draw)).text.split() == words
    assert len(load(Path("a.pdf"), pdf(draw)).text.splitlines()) == 1


def test_a_scan_says_so() -> None:
    with pytest.raises(NotesError, match=r"pictures of its pages \(a scan\): .*NOTEPROOF_OCR=true"):
        load(Path("a.pdf"), scanned_pdf())


def test_pages_without_text_among_others_are_told() -> None:
    def draw(canvas: object, number: int) -> None:
        paragraph(canvas, 60, 700, ["Some text stands here."] if number == 1 else [])

    loaded = load(Path("a.pdf"), pdf(draw, 3))
    assert (loaded.remark, loaded.pages) == ("no text on pages 2, 3", ((1, "page 1"),))


@pytest.fixture
def tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of that name that says how many bytes of PNG it was given."""
    program = tmp_path / "tesseract"
    program.write_text(
        '#!/bin/sh\n[ "$1 $2" = "stdin stdout" ] || exit 1\n'
        "printf 'Read a picture: '; head -c 4 | tail -c 3; cat > /dev/null\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return program


def test_ocr_reads_scans_when_it_is_set(tesseract: Path) -> None:
    loaded = load(Path("a.pdf"), scanned_pdf(), ParseLimits(ocr=True))
    assert loaded.text == "Read a picture: PNG\n\nRead a picture: PNG\n"
    assert loaded.pages == ((1, "page 1"), (3, "page 2"))


def test_ocr_runs_in_the_sandbox_too(tesseract: Path) -> None:
    sandbox = Sandbox(ParseLimits(ocr=True))
    try:
        assert "Read a picture: PNG" in sandbox.load("a.pdf", scanned_pdf()).text
    finally:
        sandbox.close()


def test_ocr_that_fails_names_the_next_step(tesseract: Path) -> None:
    tesseract.write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(NotesError, match="tesseract --version"):
        load(Path("a.pdf"), scanned_pdf(), ParseLimits(ocr=True))


def test_ocr_without_tesseract_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NotesError, match="tesseract is not on the PATH"):
        load(Path("a.pdf"), scanned_pdf(), ParseLimits(ocr=True))


def test_a_locked_pdf() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption("secret"))
    canvas.drawString(60, 700, "hidden")
    canvas.save()
    with pytest.raises(NotesError, match="locked by a password"):
        load(Path("a.pdf"), target.getvalue())


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7", b"%PDF-1.4\ntrailer<</Root 1 0 R>>", simple_pdf()[:900]]
)
def test_a_damaged_pdf_ends_in_one_line(data: bytes) -> None:
    with pytest.raises(NotesError, match=r"^it .*: ") as caught:
        load(Path("a.pdf"), data)
    assert "\n" not in str(caught.value)
