"""Notes in S3: listed, read once, never written; what fails is said, and the last index serves."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import app
from core.errors import ConfigError, NotesError, NotesUnreachable
from ingest import s3
from ingest.corpus import corpus_key, find_sources
from ingest.library import Library
from ingest.places import place_of
from tests.fakes import FakeEmbedder
from tests.standin_s3 import StandInS3, standin_s3

ROOT = Path(__file__).parent.parent
SECRET = "secretSECRETsecretSECRET"
KINESIS = "Kinesis\n\t- a shard takes one megabyte\n"
TREES = "Trees\n\t- split nodes\n"
WHERE = "s3://notes/exam"
LISTED, KINESIS_PATH = "/notes", "/notes/exam/kinesis.txt"


@pytest.fixture(autouse=True)
def _no_aws_of_the_developer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(s3, "ATTEMPTS", 1)


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_REGION", "us-east-1")


@pytest.fixture
def bucket(signed_in: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInS3]:
    with standin_s3("notes") as standin:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", standin.url)
        yield standin
        assert {method for method, _ in standin.asked} <= {"GET", "HEAD"}


@pytest.fixture
def filled(bucket: StandInS3) -> StandInS3:
    bucket.put("notes", {"exam/kinesis.txt": KINESIS, "exam/deep/trees.md": TREES})
    return bucket


def library(tmp_path: Path, *where: str | Path, max_note_mb: float = 20.0) -> Library:
    home = tmp_path / "home"
    places = [place_of(one, home) for one in where or (WHERE,)]
    return Library(places, home, FakeEmbedder(), max_note_mb)


def names(tmp_path: Path, *where: str | Path) -> list[str]:
    home = tmp_path / "home"
    return [source.name for source in find_sources([place_of(one, home) for one in where])]


def problems(found: Library) -> dict[str, str]:
    return {note.name: note.problem for note in found.update().problems}


def kept(tmp_path: Path) -> list[bytes]:
    return sorted(p.read_bytes() for p in (tmp_path / "home" / "s3").rglob("*") if p.is_file())


def test_notes_are_named_by_their_path_below_the_prefix(filled: StandInS3, tmp_path: Path) -> None:
    for where in (WHERE, WHERE + "/", "S3://notes/exam"):
        assert names(tmp_path, where) == ["deep/trees.md", "kinesis.txt"]
    assert names(tmp_path, "s3://notes") == ["exam/deep/trees.md", "exam/kinesis.txt"]
    found = library(tmp_path)
    assert [note.name for note in found.update().notes] == ["deep/trees.md", "kinesis.txt"]
    assert found.note_lines("deep/trees.md") == ("Trees", "\t- split nodes")
    assert "megabyte" in found.retriever().search("shard").hits[0].passage.text


def test_markers_hidden_objects_and_neighbours_are_left_out(
    filled: StandInS3, tmp_path: Path
) -> None:
    others = ("exam/", "exam/deep/", "exam/.git/a.txt", "exam/.b.txt", "exam-old/c.txt", "exam.txt")
    filled.put("notes", dict.fromkeys(others, "a note"))
    assert names(tmp_path, WHERE) == ["deep/trees.md", "kinesis.txt"]


def test_a_single_object_is_a_corpus(filled: StandInS3, tmp_path: Path) -> None:
    assert names(tmp_path, WHERE + "/kinesis.txt") == ["kinesis.txt"]


def test_more_than_a_page_of_objects(bucket: StandInS3, tmp_path: Path) -> None:
    bucket.put("notes", {f"exam/{number:04}.txt": "a note" for number in range(1005)})
    assert names(tmp_path, WHERE) == [f"{number:04}.txt" for number in range(1005)]
    assert len(bucket.asked) == 2


def test_names_with_odd_letters(bucket: StandInS3, tmp_path: Path) -> None:
    odd = ["a b+c.txt", "a%20b.txt", "mémo ü.txt"]
    bucket.put("notes", {f"exam/{name}": TREES for name in odd})
    found = library(tmp_path)
    assert not problems(found)
    assert {note.name for note in found.sources()} == set(odd)


def test_several_corpora_mix(filled: StandInS3, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "kinesis.txt").write_text(TREES)
    both = (folder, WHERE, "s3://notes/exam/deep")
    assert names(tmp_path, *both) == ["deep/trees.md", "exam/kinesis.txt", "kinesis.txt"]
    places = [place_of(where, tmp_path) for where in both]
    assert corpus_key(places) == corpus_key(places[::-1]) != corpus_key(places[:2])


def test_only_what_changed_is_read_again(filled: StandInS3, tmp_path: Path) -> None:
    assert not library(tmp_path).update().unchanged
    assert sorted(filled.read()) == ["/notes/exam/deep/trees.md", KINESIS_PATH]
    assert library(tmp_path).update().unchanged
    assert filled.read() == []
    filled.put("notes", {"exam/kinesis.txt": KINESIS.replace("one", "two")})
    again = library(tmp_path)
    assert not again.update().unchanged
    assert filled.read() == [KINESIS_PATH]
    assert again.note_lines("kinesis.txt")[1] == "\t- a shard takes two megabyte"
    assert kept(tmp_path) == sorted([TREES.encode(), KINESIS.replace("one", "two").encode()])
    filled.remove("notes", "exam/kinesis.txt")
    library(tmp_path).update()
    assert kept(tmp_path) == [TREES.encode()]


def test_what_is_kept_in_part_is_read_again(filled: StandInS3, tmp_path: Path) -> None:
    library(tmp_path).update()
    filled.read()
    for path in (tmp_path / "home" / "s3").rglob("*"):
        if path.is_file():
            path.write_bytes(b"T")
    assert library(tmp_path).update().unchanged
    assert len(filled.read()) == 2


def test_what_cannot_be_used_is_named_and_not_read_in_vain(
    filled: StandInS3, tmp_path: Path
) -> None:
    bad = {
        "exam/large.txt": "x" * 3000,
        "exam/b.exe": "MZ",
        "exam/c.txt": b"\x89\0\r",
        "exam/d": "",
    }
    filled.put("notes", bad)
    told = problems(library(tmp_path, max_note_mb=0.002))
    assert set(told) == {"large.txt", "b.exe", "c.txt", "d"}
    assert "NOTEPROOF_MAX_NOTE_MB" in told["large.txt"]
    assert ".exe files are not read yet" in told["b.exe"]
    assert "not text" in told["c.txt"]
    assert told["d"] == "it is empty"
    assert not {"/notes/exam/large.txt", "/notes/exam/b.exe"} & set(filled.read())


def test_an_object_that_vanishes_is_named(filled: StandInS3, tmp_path: Path) -> None:
    filled.before[KINESIS_PATH] = lambda: filled.remove("notes", "exam/kinesis.txt")
    assert problems(library(tmp_path)) == {
        "kinesis.txt": "it vanished while the notes were read: index again"
    }
    assert not problems(library(tmp_path))


def test_an_object_that_changes_is_named(filled: StandInS3, tmp_path: Path) -> None:
    filled.before[KINESIS_PATH] = lambda: filled.put("notes", {"exam/kinesis.txt": "other"})
    assert problems(library(tmp_path)) == {
        "kinesis.txt": "it changed while the notes were read: index again"
    }
    assert not problems(library(tmp_path))


@pytest.mark.parametrize(
    ("code", "said"),
    [("AccessDenied", "ask for s3:GetObject"), ("InvalidObjectState", "restore it from Glacier")],
)
def test_an_object_that_is_not_given_is_named(
    filled: StandInS3, tmp_path: Path, code: str, said: str
) -> None:
    filled.refusals[KINESIS_PATH] = ("403 Forbidden", code, "")
    assert said in problems(library(tmp_path))["kinesis.txt"]


@pytest.mark.parametrize("path", [LISTED, KINESIS_PATH])
@pytest.mark.parametrize(
    ("status", "code", "more", "said"),
    [
        ("404 Not Found", "NoSuchBucket", "", "There is no bucket notes. Check its name"),
        ("403 Forbidden", "InvalidAccessKeyId", "", "AWS does not accept your credentials"),
        ("400 Bad Request", "ExpiredToken", "", "sign-in has ended. Run `aws sso login`"),
        ("403 Forbidden", "RequestTimeTooSkewed", "", "clock of this machine is wrong"),
        (
            "400 Bad Request",
            "AuthorizationHeaderMalformed",
            "<Region>eu-west-1</Region>",
            "lies in another AWS region. Set AWS_REGION to the bucket's own, eu-west-1.",
        ),
        ("301 Moved", "PermanentRedirect", "", "Set AWS_REGION to the bucket's own."),
        ("503 Slow Down", "SlowDown", "", "Wait a little and index again"),
        ("409 Conflict", "Odd", "", "cannot be read (Odd). `aws s3 ls s3://notes/exam/`"),
    ],
)
def test_a_refusal_is_one_line_and_the_last_index_serves(
    filled: StandInS3, tmp_path: Path, path: str, status: str, code: str, more: str, said: str
) -> None:
    library(tmp_path).update()
    filled.put("notes", {"exam/kinesis.txt": "changed"})
    filled.refusals[path] = (status, code, more)
    again = library(tmp_path)
    again.start()
    state = again.wait(60)
    assert state.phase == "failed"
    assert said in state.detail
    assert "\n" not in state.detail
    assert "AKIA" not in state.detail
    assert again.note_lines("kinesis.txt") == tuple(KINESIS.splitlines())
    filled.refusals.clear()
    assert again.update().embedded > 0


def test_a_listing_that_is_denied(filled: StandInS3, tmp_path: Path) -> None:
    filled.refusals[LISTED] = ("403 Forbidden", "AccessDenied", "")
    with pytest.raises(NotesUnreachable, match="does not let you list s3://notes/exam.*s3:ListB"):
        library(tmp_path).update()


def test_a_bucket_that_is_not_there(filled: StandInS3, tmp_path: Path) -> None:
    with pytest.raises(NotesUnreachable, match="There is no bucket other"):
        library(tmp_path, "s3://other/exam").update()


def test_a_prefix_with_nothing(filled: StandInS3, tmp_path: Path) -> None:
    for where in ("s3://notes/exma", "s3://notes/exam/kine"):
        with pytest.raises(NotesError, match=f"There is nothing in {where}: check the prefix"):
            library(tmp_path, where).update()


def test_no_credentials(filled: StandInS3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(NotesUnreachable, match="No AWS credentials were found for s3://notes/exam"):
        library(tmp_path).update()
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(NotesUnreachable, match="no such AWS profile. Set AWS_PROFILE"):
        library(tmp_path).update()


def test_nothing_answers(
    filled: StandInS3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(NotesUnreachable, match="cannot be reached. Check the network, AWS_REG"):
            library(tmp_path).update()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "no address")
    with pytest.raises(NotesUnreachable, match="Set AWS_ENDPOINT_URL_S3 to one such as"):
        library(tmp_path).update()


@pytest.mark.parametrize(
    "where", ["s3://", "s3:///notes", "gs://notes/exam", "https://a.example/b"]
)
def test_another_address_is_named(tmp_path: Path, where: str) -> None:
    with pytest.raises(ConfigError, match=f"cannot be read from {where}: name a folder, or s3://"):
        place_of(where, tmp_path)


def test_a_name_that_no_bucket_has(signed_in: None, tmp_path: Path) -> None:
    with pytest.raises(NotesUnreachable, match="no_! is no name of a bucket"):
        library(tmp_path, "s3://no_!/exam").update()


def test_what_cannot_be_kept_is_told(filled: StandInS3, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "s3").write_text("in the way")
    with pytest.raises(ConfigError, match="cannot be kept in .*NOTEPROOF_HOME"):
        library(tmp_path).update()


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("NOTEPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NOTEPROOF_LLM", "none")
    monkeypatch.setattr("retrieval.embedder.SentenceEmbedder", lambda name: FakeEmbedder())
    return CliRunner()


def test_the_command_line_reads_s3_and_goes_on_without_it(
    filled: StandInS3, command: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["search", "shard", "--no-llm"]
    first = command.invoke(app.cli, [*asked, "--corpus", WHERE])
    assert "kinesis.txt:1-2" in first.stdout
    monkeypatch.setenv("NOTEPROOF_CORPUS", WHERE)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    again = command.invoke(app.cli, asked)
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    assert "cannot be reached." in again.stderr
    assert "Until then the last index serves." in again.stderr
    failed = command.invoke(app.cli, ["index"])
    assert failed.exit_code == 1
    monkeypatch.setenv("NOTEPROOF_CORPUS", "s3://notes/never-indexed")
    assert command.invoke(app.cli, asked).exit_code == 1


def test_a_folder_of_notes_does_not_import_boto3(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TREES)
    code = f"""
import sys
from pathlib import Path
from ingest.corpus import find_sources
from ingest.library import Library
from ingest.places import place_of
place_of("s3://notes/exam", Path())
find_sources([place_of({str(tmp_path)!r}, Path())])[0].file.read()
print([name for name in ("boto3", "botocore") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
