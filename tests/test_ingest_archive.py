"""Archives: hostile members are refused one by one, bombs as a whole, siblings are read."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import NotesError
from ingest.formats.archive import members
from ingest.formats.loaded import ParseLimits
from ingest.loaders import load
from ingest.parsed import ParsedTexts
from ingest.reader import Reader
from tests.clock import PATIENCE
from tests.format_files import docx, simple_pdf, xlsx, zipped

LIMITS = ParseLimits()
GOOD = {"good.md": "# Fine\n- text"}


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(ParseLimits(seconds=PATIENCE), 1.0, ParsedTexts(tmp_path / "parsed"))
    yield reader
    reader.close()


def problems(reader: Reader, name: str, data: bytes) -> dict[str, str]:
    return {note.name: note.problem for note in reader.read(name, data)}


def with_attributes(name: str, mode: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, mode << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("good.md", "- text")
    return target.getvalue()


def test_each_member_is_a_note_of_its_own(reader: Reader) -> None:
    data = zipped({"a.md": "- one", "sub/b.pdf": simple_pdf(), "sub/c.docx": docx(), ".x": "y"})
    notes = {note.name: note.loaded for note in reader.read("all.zip", data)}
    assert list(notes) == ["all.zip/a.md", "all.zip/sub/b.pdf", "all.zip/sub/c.docx"]
    assert all(notes.values())
    pdf = notes["all.zip/sub/b.pdf"]
    assert pdf is not None
    assert pdf.pages[0] == (1, "page 1")


@pytest.mark.parametrize(
    ("name", "shown", "said"),
    [
        ("../evil.md", "evil.md", "leads out of the archive"),
        ("a/../../evil.md", "a/evil.md", "leads out of the archive"),
        ("..\\evil.md", "evil.md", "leads out of the archive"),
        ("/etc/evil.md", "etc/evil.md", "absolute path"),
        ("C:\\evil.md", "C:/evil.md", "absolute path"),
        ("c:evil.md", "c:evil.md", "absolute path"),
        ("CON", "CON", "that of a device"),
        ("sub/nul.md", "sub/nul.md", "that of a device"),
        ("Aux .txt", "Aux .txt", ""),
        ("COM1.md", "COM1.md", "that of a device"),
        ("a\nb.md", "a\ufffdb.md", "control characters"),
        ("a\u202eb.md", "a\ufffdb.md", "control characters"),
        ("x" * 210 + ".md", "x" * 210 + ".md", "too long"),
        ("d/" * 250 + "x.md", ("d/" * 250 + "x.md")[-400:], "too long"),
        ("inner.zip", "inner.zip", "archive in an archive"),
    ],
)
def test_names_that_are_tricks(reader: Reader, name: str, shown: str, said: str) -> None:
    content = zipped(GOOD) if name.endswith(".zip") else b"- text"
    found = problems(reader, "a.zip", zipped({name: content, **GOOD}))
    assert set(found) == {f"a.zip/{shown}", "a.zip/good.md"}
    assert said in found[f"a.zip/{shown}"]
    assert found["a.zip/good.md"] == ""


def test_links_are_not_followed(reader: Reader) -> None:
    found = problems(reader, "a.zip", with_attributes("link.md", 0o120777))
    assert found == {"a.zip/link.md": "it is a link: pack the file itself", "a.zip/good.md": ""}


def test_names_that_come_twice_are_told_apart() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.md", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.md", "two")
    assert [name for name, _ in members(target.getvalue(), LIMITS)] == ["a.md", "a-2.md"]


def test_ids_of_notion_are_left_out_of_names() -> None:
    data = zipped({f"Top {'0a' * 16}/Page {'1b' * 16}.md": "text"})
    assert [name for name, _ in members(data, LIMITS)] == ["Top/Page.md"]


@pytest.mark.parametrize(
    ("limits", "files", "said"),
    [
        (ParseLimits(zip_members=3), {f"{n}.md": "a" for n in range(4)}, "it holds 4 files"),
        (ParseLimits(zip_mb=0.1), {"a.md": "ab" * 60_000}, "NOTEPROOF_ZIP_MB"),
        (ParseLimits(zip_mb=1, zip_ratio=50), {"a.md": "a" * 900_000}, "looks like a zip bomb"),
    ],
)
def test_bombs(limits: ParseLimits, files: dict[str, str], said: str) -> None:
    with pytest.raises(NotesError, match=said):
        members(zipped(files), limits)


def test_a_size_that_lies_gives_no_more_than_it_declares(reader: Reader) -> None:
    data = bytearray(zipped({"big.md": "a" * 500_000, **GOOD}))
    sizes = struct.pack("<I", 500_000)
    assert data.count(sizes) == 2
    data = bytearray(bytes(data).replace(sizes, struct.pack("<I", 10)))
    found = problems(reader, "a.zip", bytes(data))
    assert found == {
        "a.zip/big.md": "it is damaged in the archive: pack it again",
        "a.zip/good.md": "",
    }


def test_a_damaged_member_leaves_its_siblings(reader: Reader) -> None:
    data = zipped({"bad.md": b"some text" * 50, **GOOD})
    broken = data[:45] + bytes(b ^ 255 for b in data[45:50]) + data[50:]
    found = problems(reader, "a.zip", broken)
    assert "damaged" in found["a.zip/bad.md"]
    assert found["a.zip/good.md"] == ""


def test_rare_packing_is_refused(reader: Reader) -> None:
    data = zipped(GOOD, zipfile.ZIP_LZMA)
    assert "rare way" in problems(reader, "a.zip", data)["a.zip/good.md"]


def test_large_members_and_empty_archives(reader: Reader) -> None:
    found = problems(reader, "a.zip", zipped({"a.md": "ab" * 600_000, "b.md": "- text"}))
    assert "NOTEPROOF_MAX_NOTE_MB" in found["a.zip/a.md"]
    assert found["a.zip/b.md"] == ""
    assert problems(reader, "e.zip", zipped({})) == {"e.zip": "it is empty"}


ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("make", [docx, lambda: xlsx({"A": [["a", "b"]]})], ids=["docx", "xlsx"])
def test_entities_in_office_files(make: object, encoding: str) -> None:
    target = io.BytesIO(make())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("word/extra.xml", ENTITIES.encode(encoding))
    with pytest.raises(NotesError, match="declares entities"):
        load(Path("a.docx"), target.getvalue())


def test_an_office_file_that_is_a_bomb() -> None:
    target = io.BytesIO(docx())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/x.bin", b"0" * 30_000_000)
    with pytest.raises(NotesError, match="looks like a zip bomb"):
        load(Path("a.docx"), target.getvalue())


def test_what_was_parsed_is_kept_and_forgotten_with_its_file(reader: Reader) -> None:
    folder = reader.kept.folder
    assert folder is not None
    word = docx()
    first = reader.read("a.docx", word)
    reader.read("b.pdf", simple_pdf())
    reader.forget_others()
    reader.close()
    assert len(list(folder.iterdir())) == 2
    assert reader.read("renamed.docx", word)[0].loaded == first[0].loaded
    assert reader.sandbox is not None
    assert reader.sandbox._worker is None  # nothing was parsed
    reader.close()
    assert len(list(folder.iterdir())) == 2  # a run that was broken off forgets nothing
    reader.forget_others()
    (kept,) = folder.iterdir()
    kept.write_text("{")
    assert reader.read("a.docx", word) == first


def test_what_failed_is_not_tried_again_while_the_program_runs(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = reader.read("a.pdf", b"%PDF-1.7 broken")
    assert first[0].problem
    monkeypatch.setattr(Reader, "_apart", lambda self: pytest.fail("tried again"))
    assert reader.read("a.pdf", b"%PDF-1.7 broken") == first
