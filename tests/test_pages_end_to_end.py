"""From a file with pages to a citation that names the page, through the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.format_files import NOTES as CARDS
from tests.format_files import apkg, pptx, simple_pdf, zipped
from tests.test_app import run


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "course.pdf").write_bytes(simple_pdf(3))
    (folder / "deck.apkg").write_bytes(apkg(CARDS))
    (folder / "all.zip").write_bytes(zipped({"slides.pptx": pptx(), "../evil.md": "- text"}))
    (folder / "broken.docx").write_bytes(b"no Word")
    return folder


@pytest.mark.embedding
def test_search_and_ask_name_the_page(notes: Path, tmp_path: Path) -> None:
    corpus = ("--corpus", str(notes))
    index = run(tmp_path, "index", *corpus)
    assert index.returncode == 0, index.stderr
    rows = dict(row.split("  ", 1) for row in index.stdout.splitlines() if "  " in row)
    told = {name.strip(): row.strip() for name, row in rows.items()}
    assert "1 passages" in told["all.zip/slides.pptx"] or "passages" in told["all.zip/slides.pptx"]
    assert "leads out of the archive" in told["all.zip/evil.md"]
    assert "it is no .docx file" in told["broken.docx"]
    assert "3 past questions; 2 of 5 questions not understood" in told["deck.apkg"]

    found = run(tmp_path, "search", "what does topic 2 say", *corpus, "--json")
    assert found.returncode == 0, found.stderr
    assert '"page": "page 2"' in found.stdout

    asked = run(tmp_path, "ask", "What does topic number 3 say?", *corpus, "--json")
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    pages = {
        citation["note"]: citation["page"]
        for sentence in answer["sentences"]
        for citation in sentence["citations"]
    }
    assert pages["course.pdf"] == "page 3"
    parsed = list((tmp_path / "var" / "parsed").rglob("*"))
    assert len([path for path in parsed if path.is_file()]) == 3


def test_import_shows_what_is_understood_and_changes_nothing(notes: Path, tmp_path: Path) -> None:
    shown = run(tmp_path, "import", str(notes / "deck.apkg"))
    assert shown.returncode == 0, shown.stderr
    assert "3 past questions; 2 of 5 questions not understood (note 3: its front" in shown.stdout
    assert "Ques: What keeps objects?" in shown.stdout
    assert not (tmp_path / "var").exists()
    broken = run(tmp_path, "import", str(notes / "broken.docx"))
    assert broken.returncode == 1
    assert "it is no .docx file" in broken.stdout
    assert "Nothing of broken.docx can be used." in broken.stderr
