"""Bytes become text, or a reason why not."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from core.errors import NotesError
from ingest.loaders import LOADERS, load_text

TEXT = (
    "Modèles\n\t- Une moyenne pondérée réduit l’écart entre les prévisions.\n"
    "\t- La précision dépend de l'échantillon, même très grand.\n"
)
CZECH = "Stromy\n - Velikost vzorku ovlivňuje výsledek, protože příliš malý vzorek škodí.\n"
RUSSIAN = "Деревья решений\n - Размер выборки влияет на результат, потому что данных мало.\n"
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
        ("n.md", PNG + bytes(range(256)) * 40, "binary"),
        ("n.txt", TEXT.encode("utf-16-le"), "binary"),
        ("n.txt", codecs.BOM_UTF16_LE + b"a", "damaged"),
        ("n.txt", codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", "damaged"),
        ("n.pdf", b"%PDF-1.7", ".pdf files are not read yet; these are: .markdown, .md"),
        ("n.PNG", PNG, ".PNG files are not read yet"),
        ("n.docx", b"PK", ".docx"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(name: str, data: bytes, said: str) -> None:
    with pytest.raises(NotesError, match=said):
        load_text(Path(name), data)


@pytest.mark.parametrize("name", ["n.txt", "n.TXT", "n.text", "n.md", "n.Markdown", "README"])
def test_suffixes_of_text(name: str) -> None:
    assert load_text(Path(name), b"a") == "a"


def test_a_format_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LOADERS, ".rot13", lambda data: codecs.decode(data.decode(), "rot13"))
    assert load_text(Path("n.rot13"), b"Xvarfvf") == "Kinesis"
