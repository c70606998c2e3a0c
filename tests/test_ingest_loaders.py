"""Bytes become text, or a reason why not."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from core.errors import NotesError
from ingest.loaders import _LOADERS, DIRECT, check_name, kind_of, load, load_text
from tests.format_files import docx, every_format, notebook, simple_pdf, zipped

TEXT = (
    "Modèles\n\t- Une moyenne pondérée réduit l’écart entre les prévisions.\n"
    "\t- La précision dépend de l'échantillon, même très grand.\n"
)
CZECH = "Stromy\n - Velikost vzorku ovlivňuje výsledek, protože příliš malý vzorek škodí.\n"
RUSSIAN = "Деревья решений\n - Размер выборки влияет на результат, потому что данных мало.\n"
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
LATIN = TEXT.replace("’", "'")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TEXT.encode(), TEXT),
        (TEXT.encode("utf-8-sig"), TEXT),
        (TEXT.encode("utf-16"), TEXT),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), TEXT),
        (TEXT.encode("utf-32"), TEXT),
        (LATIN.encode("latin-1"), LATIN),
        (TEXT.encode("cp1252"), TEXT),
        (CZECH.encode("cp1250"), CZECH),
        (RUSSIAN.encode("cp1251"), RUSSIAN),
        ("𝛼 = 0.05 and 🚀".encode(), "𝛼 = 0.05 and 🚀"),
        (b"", ""),
    ],
    ids=[
        *("utf-8", "utf-8 with mark", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252"),
        *("cp1250", "cp1251"),
        *("beyond the basic plane", "empty"),
    ],
)
def test_encodings_are_detected(data: bytes, expected: str) -> None:
    assert load_text(Path("n.txt"), data) == expected


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("n.txt", b"text with a \0 in it", "binary"),
        ("n.txt", PNG, "binary"),
        ("n.txt", PNG, "pictures are not read"),
        ("n.md", PNG + bytes(range(256)) * 40, "binary"),
        ("n.txt", TEXT.encode("utf-16-le"), "binary"),
        ("n.txt", codecs.BOM_UTF16_LE + b"a", "damaged"),
        ("n.txt", codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", "damaged"),
        ("n.PNG", PNG, "put what it shows into a note"),
        ("n.jpg", b"\xff\xd8\xff\xe0 and so on", "pictures are not read"),
        ("n.webp", b"RIFF1234WEBPVP8 ", "pictures are not read"),
        ("n.mp3", b"ID3\x03", "add a transcript"),
        ("n.mp4", b"\0\0\0\x18ftypmp42", "add a transcript"),
        ("n.docx", b"PK", "it is no .docx file, or a damaged one"),
        ("n.docx", b"Just text.", "it is no .docx file"),
        ("n.docx", b"PK\x03\x04 and no more", "damaged archive"),
        ("n.pdf", b"Just text.", "it is no .pdf file"),
        ("n.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office format: save it as .docx"),
        ("n.docx", LOCKED, "locked by a password"),
        ("n.doc", b"text", "save it as .docx"),
        ("n.odt", zipped({"mimetype": "x", "content.xml": "<a/>"}), "OpenDocument"),
        ("n.rtf", b"{\\rtf1 text}", "Rich Text"),
        ("n.tgz", b"\x1f\x8b\x08rest", "pack it as .zip"),
        ("n.anki2", b"SQLite format 3\0", "export the deck from Anki"),
        ("n.py", b"import os", ".py files are not read yet; these are: .apkg, .csv, .docx"),
        ("n.json", b"{", "damaged JSON"),
        ("n.json", b'{"a": 1}', "no question set"),
        ("n.ipynb", b'{"a": 1}', "no notebook"),
        ("n.zip", zipped({"a.txt": "text"}), "archive in an archive"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(name: str, data: bytes, said: str) -> None:
    with pytest.raises(NotesError, match=said):
        load_text(Path(name), data)


@pytest.mark.parametrize("name", ["n.txt", "n.TXT", "n.text", "n.md", "n.Markdown", "README"])
def test_suffixes_of_text(name: str) -> None:
    assert load_text(Path(name), b"a") == "a"


def test_the_content_decides_not_the_name() -> None:
    assert load(Path("n.txt"), simple_pdf()).pages[0] == (1, "page 1")
    assert load(Path("n.pdf"), docx()).text.startswith("# Streaming")
    assert load_text(Path("n.txt"), b"<!DOCTYPE html><p>a &amp; b</p>") == "a & b\n"
    assert load_text(Path("n.md"), b"Text about <html> tags") == "Text about <html> tags"
    assert load(Path("n.json"), notebook()).text.startswith("# Trees")


def test_every_reader_that_is_named_is_there() -> None:
    for name, data in every_format().items():
        assert load_text(Path(name), data).strip(), name
    assert {kind_of(Path(name), data) for name, data in every_format().items()} | DIRECT == set(
        _LOADERS
    )


def test_half_letters_do_not_get_out() -> None:
    cells = b'{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "a \\ud800 b"}]}'
    assert load_text(Path("n.ipynb"), cells) == "a ? b\n"


def test_names_are_enough_to_leave_a_remote_file_where_it_is() -> None:
    check_name(Path("n.PDF"))
    with pytest.raises(NotesError, match="not read yet"):
        check_name(Path("n.exe"))
