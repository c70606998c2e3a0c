"""Ten thousand malformed files: each is read, or ends in one line; none crashes, hangs or spoils.

Most run in this process, where a crash would end the tests; a part goes through the worker.
"""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import NotesError
from ingest.formats.loaded import ParseLimits
from ingest.loaders import load
from ingest.passages import read_note
from ingest.reader import Reader
from tests.clock import processor_seconds
from tests.format_files import every_format, two_columns_pdf, zipped

MUTATED: dict[str, int] = {
    "a.pdf": 900,
    "a.docx": 500,
    "a.pptx": 900,
    "a.xlsx": 700,
    "a.epub": 1100,
    "a.ipynb": 1200,
    "a.html": 1200,
    "a.csv": 1200,
    "a.apkg": 1200,
    "a.json": 1100,
}
"""How many mutations of each real file: ten thousand together."""
LIMITS = ParseLimits(zip_mb=20)
SLOWEST = 20.0
NAMES = sorted({*MUTATED, "a.md", "a.txt", "a.zip", "a"})


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The file with one to eight faults: bytes changed, lost, doubled, moved, zeroed; or cut."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(changed)) if changed else 0
        size = rng.choice((1, 1, 2, 4, 16, 200))
        piece = changed[at : at + size]
        match rng.randrange(7):
            case 0:
                changed[at : at + size] = bytes(rng.randrange(256) for _ in piece)
            case 1:
                del changed[at : at + size]
            case 2:
                changed[at:at] = piece * rng.randint(1, 20)
            case 3:
                other = rng.randrange(len(changed)) if changed else 0
                changed[other : other + len(piece)] = piece
            case 4:
                changed[at : at + size] = bytes(len(piece))
            case 5:
                changed[at : at + size] = b"\xff" * len(piece)
            case _:
                del changed[rng.randrange(len(changed) // 2, len(changed) + 1) :]
    return bytes(changed)


def mutated_within(data: bytes, rng: random.Random) -> bytes:
    """An archive whose checksums are right, but one of whose members is mutated."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice([name for name in files if len(files[name]) > 40])
    files[name] = mutated(files[name], rng)
    return zipped(files)


def check(name: str, data: bytes) -> bool:
    """Whether it was read; if not, one line says why. Never anything else, never for long."""
    loaded, problem = None, ""

    def read() -> None:
        nonlocal loaded, problem
        try:
            loaded = load(Path(name), data, LIMITS)
        except NotesError as error:
            problem = str(error)

    assert processor_seconds(read) < SLOWEST, name
    if loaded is None:
        assert problem.strip()
        assert "\n" not in problem
        return False
    note = read_note(name, loaded.text, loaded.pages)
    assert all(line.number <= len(loaded.text.splitlines()) for line in note.lines)
    return True


def test_there_are_ten_thousand() -> None:
    assert sum(MUTATED.values()) == 10_000
    assert set(MUTATED) == set(every_format())


@pytest.mark.parametrize("name", MUTATED)
@pytest.mark.filterwarnings("ignore")  # of the parsers, on files that deserve them
def test_mutations_of_real_files(name: str) -> None:
    rng = random.Random(name)
    files = [every_format()[name]] + ([two_columns_pdf()] if name == "a.pdf" else [])
    packed = zipfile.is_zipfile(io.BytesIO(files[0]))
    deep = 0.1 if name == "a.docx" else 0.7 if packed else 0.0  # Word takes a third of a second
    read = 0
    for _ in range(MUTATED[name]):
        change = mutated_within if rng.random() < deep else mutated
        read += check(name, change(rng.choice(files), rng))
    assert 0 < read < MUTATED[name] or name.endswith((".html", ".csv"))


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(NAMES), data=st.binary(max_size=400))
def test_any_bytes_under_any_name(name: str, data: bytes) -> None:
    check(name, data)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from([*NAMES, "a.json", "a.ipynb", "a.csv"]),
    text=st.text(
        st.one_of(st.sampled_from('{}[]":,;|\t\n<>/!-#`()= &'), st.characters()), max_size=300
    ),
)
def test_any_text_under_any_name(name: str, text: str) -> None:
    check(name, text.encode("utf-8", "surrogatepass"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "question options answer explanation cells source cell_type nbformat text a b "
                "metadata language_info worksheets questions correct_index wrong".split()
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(["a.json", "a.ipynb"]), value=JSON)
def test_any_json(name: str, value: object) -> None:
    import json

    check(name, json.dumps(value).encode())


def test_siblings_of_malformed_files_are_never_lost() -> None:
    rng = random.Random(7)
    reader = Reader(ParseLimits(seconds=120))
    files: dict[str, bytes | str] = {}
    for name, data in every_format().items():
        for number in range(8):
            files[f"{number}/{name}"] = mutated(data, rng)
            files[f"{number}/{name}.md"] = f"- sibling {number} of {name}"
    try:
        notes = {note.name: note for note in reader.read("all.zip", zipped(files))}
    finally:
        reader.close()
    assert len(notes) == len(files)
    for name in files:
        note = notes[f"all.zip/{name}"]
        assert (note.loaded is None) == bool(note.problem)
        if name.endswith(".md"):
            assert note.problem == ""
