"""Question sets are looked at before they are added: nothing is kept, and all is told."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from core.errors import NotesError
from ingest.library import Library
from ingest.preview import SHOWN, Asked, Preview, Previews
from ingest.reader import Reader
from tests.fakes import FakeEmbedder
from tests.format_files import CSV, apkg, xlsx, zipped

JSON = json.dumps(
    [{"question": f"Which is {n}?", "options": ["one", "two"], "answer": "two"} for n in range(9)]
)


@pytest.fixture
def previews() -> Previews:
    return Previews(Reader())


def test_a_table_of_questions(previews: Previews) -> None:
    seen = previews.of("bank.csv", CSV.encode())
    services = ("Kinesis", "Kafka", "Glue")
    assert seen.questions == 2
    assert seen.shown == (
        Asked("Which keeps objects?", ("S3", "EFS", "EBS"), (0,), "S3", "Buckets hold objects."),
        Asked("Which two stream?", services, (0, 1), "Kinesis; Kafka"),
    )
    assert seen.remark.startswith("2 of 4 questions not understood (")
    assert "its key 'F' is none of its 3 options" in seen.remark


def test_an_anki_deck(previews: Previews) -> None:
    seen = previews.of("deck.apkg", apkg())
    assert seen.questions == 3
    assert seen.shown[0] == Asked(
        "What keeps objects?", (), (), "S3; a bucket holds them", "It is the oldest service."
    )
    assert seen.shown[1].stem == "____ has shards."
    assert seen.remark.startswith("2 of 5 questions not understood (note 3: ")


def test_only_the_first_are_shown(previews: Previews) -> None:
    seen = previews.of("many.json", JSON.encode())
    assert (seen.questions, len(seen.shown), seen.remark) == (9, SHOWN, "")
    assert seen.shown[0].right == (1,)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.md", b"Ques: Which?\nAns: this\n"),
        ("costs.csv", b"Service,Price\nS3,1\n"),
        ("costs.xlsx", xlsx({"Sheet": [["Service", "Price"], ["S3", 1]]})),
        ("notes.zip", zipped({"bank.csv": CSV})),
    ],
)
def test_what_is_no_question_set_has_no_preview(previews: Previews, name: str, data: bytes) -> None:
    assert previews.of(name, data) == Preview()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("deck.apkg", b"nothing", "damaged"),
        ("deck.apkg", apkg([("A front alone", "")]), "its back has no words"),
        ("a.json", b"{", "damaged JSON"),
        ("a.exe", b"x", "not read"),
    ],
)
def test_what_cannot_be_used_is_refused(
    previews: Previews, name: str, data: bytes, told: str
) -> None:
    with pytest.raises(NotesError, match=told):
        previews.of(name, data)


def test_several_at_once(previews: Previews) -> None:
    """A page may send many; the parsers' process belongs to one of them at a time."""
    seen: list[Preview] = []
    work = [
        threading.Thread(target=lambda: seen.append(previews.of("deck.apkg", apkg())))
        for _ in range(4)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(60)
    assert [one.questions for one in seen] == [3] * 4


def test_a_library_keeps_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    library = Library([tmp_path / "notes"], tmp_path / "home", FakeEmbedder())
    assert library.preview("bank.csv", CSV.encode()).questions == 2
    assert library.shelf.own.names() == []
    assert library.version == 0
