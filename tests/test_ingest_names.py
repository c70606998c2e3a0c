"""Names from elsewhere become safe ones, or are refused with the reason."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotesError
from ingest.names import LONGEST, numbered, safe_name


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("notes.md", "notes.md"),
        ("Week 1/notes.md", "Week 1/notes.md"),
        ("Week 1\\notes.md", "Week 1/notes.md"),
        ("./a.md", "a.md"),
        ("a\x00b\x1b[31m.md", "ab[31m.md"),
        ("evil\u202egpj.md", "evilgpj.md"),
        ("a\n\tb.md", "ab.md"),
        ("what?.md", "what_.md"),
        ('<img src=x onerror="alert(1)">.md', "_img src=x onerror=_alert(1)__.md"),
        ("trailing. . .", "trailing"),
        ("cafe\u0301.md", "caf\u00e9.md"),
        ("console.md", "console.md"),
        ("\u8bed\u6587.txt", "\u8bed\u6587.txt"),
    ],
)
def test_a_name_is_made_safe(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("given_name", "said"),
    [
        ("../secret.md", "leads out of the folder"),
        ("a/../../b.md", "leads out of the folder"),
        ("..\\..\\b.md", "leads out of the folder"),
        ("a/.. /b.md", "leads out of the folder"),
        ("/etc/passwd", "path of another place"),
        ("\\\\server\\share\\a.md", "path of another place"),
        ("C:\\a.md", "path of another place"),
        ("c:a.md", "path of another place"),
        (".env", "begins with a dot"),
        (".git/config", "begins with a dot"),
        ("\u200b.env", "begins with a dot"),
        ("CON", "name of a device"),
        ("nul.md", "name of a device"),
        ("com1.notes.md", "name of a device"),
        ("LPT9/a.md", "name of a device"),
        ("", "has no name"),
        ("\u202e", "has no name"),
        ("a//b.md", "has no name"),
        ("/".join("abcdefghij"), "folders deep"),
    ],
)
def test_a_name_that_will_not_do_is_refused(given_name: str, said: str) -> None:
    with pytest.raises(NotesError, match=said):
        safe_name(given_name)


def test_a_long_name_is_cut_and_keeps_its_suffix() -> None:
    cut = safe_name("\u8bed" * 300 + ".md")
    assert cut.endswith("\u8bed.md")
    assert len(cut.encode()) <= LONGEST
    assert len(safe_name("a." + "b" * 300).encode()) <= LONGEST


@given(st.text(max_size=400))
def test_whatever_is_given_stays_in_its_folder(name: str) -> None:
    try:
        safe = safe_name(name)
    except NotesError:
        return
    assert safe
    for part in safe.split("/"):
        assert part not in ("", ".", "..")
        assert not part.startswith(".")
        assert len(part.encode()) <= LONGEST
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in part)


def test_a_taken_name_gets_a_number() -> None:
    taken = {"a.md", "a (2).md", "x/b.md"}
    assert numbered("a.md", taken.__contains__) == "a (3).md"
    assert numbered("a (2).md", taken.__contains__) == "a (3).md"
    assert numbered("x/b.md", taken.__contains__) == "x/b (2).md"
    assert numbered("c.md", taken.__contains__) == "c.md"
