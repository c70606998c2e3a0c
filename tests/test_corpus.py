"""The notes that ship: a title, a licence, facts under headings, none twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from core.text import strip_marker, words
from core.types import Line
from ingest.corpus import find_sources
from ingest.loaders import load_text
from ingest.passages import Note, read_note

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = sorted(path.name for path in CORPUS.iterdir())


def read(name: str) -> Note:
    path = CORPUS / name
    return read_note(name, load_text(path, path.read_bytes()))


def facts(note: Note) -> list[Line]:
    """Lines that no other line stands under, after the title and the licence."""
    headings = {(line.path[: depth + 1]) for line in note.lines for depth in range(len(line.path))}
    return [
        line for line in note.lines[2:] if (*line.path, strip_marker(line.text)) not in headings
    ]


def test_there_are_both_kinds_of_notes() -> None:
    assert {Path(name).suffix for name in FILES} >= {".md", ".txt"}
    assert [source.name for source in find_sources([CORPUS])] == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_file_begins_with_its_title_and_licence(name: str) -> None:
    title, licence, *_ = read(name).lines
    assert 3 < len(words(title.text)) < 20
    assert licence.text.startswith("Licence: Apache-2.0")


@pytest.mark.parametrize("name", FILES)
def test_every_fact_stands_under_a_heading(name: str) -> None:
    note = read(name)
    top = strip_marker(note.lines[0].text)
    found = facts(note)
    assert len(found) > 100
    assert [line.text for line in found if not set(line.path) - {top}] == []


def test_no_fact_is_told_twice() -> None:
    told = Counter(
        " ".join(words(line.text))
        for name in FILES
        for line in facts(read(name))
        if len(words(line.text)) > 6
    )
    assert [text for text, times in told.items() if times > 1] == []


@pytest.mark.parametrize("name", FILES)
def test_headings_under_one_heading_differ(name: str) -> None:
    note = read(name)
    parents = {(*line.path, strip_marker(line.text)) for line in note.lines} & {
        line.path for line in note.lines
    }
    seen = Counter((*line.path, strip_marker(line.text)) for line in note.lines)
    assert [path for path in parents if seen[path] > 1] == []
