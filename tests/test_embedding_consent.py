"""Notes go to a remote embedding model only after consent; until then the old index serves."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import Services, build
from chat.events import Answered
from core.errors import IndexMissing, ModelUnavailable, NoteproofError
from ingest.embedding import ConsentNeeded
from ingest.library import Library
from providers.bedrock import BedrockAccess
from providers.bedrock_embedder import BedrockEmbedder
from tests.fakes import FakeEmbedder
from tests.standin_bedrock import StandIn, standin_bedrock
from tests.test_app import run
from ui.cli_notes import print_index

KEY, SECRET, TOKEN = "AKIACONSENTCONSENT12", "secretCONSENTsecretCONSENT", "sessionCONSENTtoken"
TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-english-v3"
SECONDS = 60
NOTES = "Kinesis\n\t- a shard takes one megabyte\n\t- a stream keeps records for a day\n"
ASKED = re.compile(
    r"^(\d+) texts of your notes would be sent to Amazon Bedrock in eu-central-1 "
    r"\(amazon\.titan-embed-text-v2:0\) to index them\."
)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    given = {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": TOKEN,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given


@pytest.fixture
def server(aws: dict[str, str]) -> Iterator[StandIn]:
    with standin_bedrock() as standin:
        yield standin


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "streams.txt").write_text(NOTES)
    return folder


def remote(server: StandIn, model: str = TITAN) -> BedrockEmbedder:
    access = BedrockAccess(model, region="eu-central-1", endpoint_url=server.url)
    return BedrockEmbedder(access, pause=lambda *_: None)


def here(notes: Path, local: FakeEmbedder | None = None) -> Library:
    return Library([notes], notes.parent / "home", local or FakeEmbedder())


def there(notes: Path, server: StandIn, model: str = TITAN) -> Library:
    home = notes.parent / "home"
    return Library([notes], home, remote(server, model), local=FakeEmbedder())


def found(library: Library, query: str) -> str:
    return library.retriever().search(query).hits[0].passage.text


def started(library: Library) -> Library:
    library.start()
    library.wait(SECONDS)
    return library


def test_without_consent_nothing_is_sent_and_the_question_says_how_many(
    notes: Path, server: StandIn
) -> None:
    library = started(there(notes, server))
    state = library.state()
    assert (state.phase, state.serves, state.goes_to) == ("asking", False, "")
    with pytest.raises(IndexMissing, match="would be sent .* Agree or not under Sources"):
        library.retriever()
    with pytest.raises(ConsentNeeded, match="index --yes`, or unset NOTEPROOF_EMBEDDING_MODEL"):
        library.update()
    assert server.requests == []
    asked = ASKED.match(state.detail)
    assert asked
    library.consent()
    assert library.wait(SECONDS).phase == "ready"
    assert len(server.requests) == int(asked[1])
    assert len({request["inputText"] for request in server.requests}) == int(asked[1])
    state = library.state()
    assert f"1 note ready; {asked[1]} texts of your notes sent to Amazon Bedrock" in state.detail
    assert state.goes_to == "Amazon Bedrock in eu-central-1"
    assert "one megabyte" in found(library, "how much does a shard take")


def test_the_same_line_in_two_notes_is_counted_and_sent_once(notes: Path, server: StandIn) -> None:
    (notes / "copy.txt").write_text(NOTES)
    with pytest.raises(ConsentNeeded) as question:
        there(notes, server).update()
    report = there(notes, server).update(consented=True)
    count = len({request["inputText"] for request in server.requests})
    assert question.value.asked.startswith(f"{count} texts of")
    assert report.embedded == len(server.requests) == count


def test_the_old_index_serves_while_the_question_is_open(notes: Path, server: StandIn) -> None:
    here(notes).update()
    library = started(there(notes, server))
    state = library.state()
    assert (state.phase, state.serves, state.goes_to) == ("asking", True, "")
    assert "one megabyte" in found(library, "shard")
    assert server.requests == []


def test_declining_keeps_the_old_index_until_it_is_asked_anew(notes: Path, server: StandIn) -> None:
    here(notes).update()
    library = started(there(notes, server))
    library.keep_old()
    state = library.state()
    assert state.phase == "ready"
    assert "1 note ready, as last indexed with fake-64" in state.detail
    assert "one megabyte" in found(library, "shard")
    (notes / "streams.txt").write_text("Kinesis\n\t- a shard takes two megabytes\n")
    assert started(library).state().phase == "asking"
    assert "one megabyte" in found(library, "shard")
    assert server.requests == []


def test_consent_replaces_the_old_index_and_its_questions_go_there(
    notes: Path, server: StandIn
) -> None:
    here(notes).update()
    library = started(there(notes, server))
    library.consent()
    assert library.wait(SECONDS).goes_to == "Amazon Bedrock in eu-central-1"
    before = len(server.requests)
    assert "one megabyte" in found(library, "shard")
    assert server.requests[before:] == [{"inputText": "shard"}]
    again = there(notes, server)
    assert again.update().unchanged
    assert len(server.requests) == before + 1


def test_an_index_of_that_model_is_consent_to_send_what_changes(
    notes: Path, server: StandIn
) -> None:
    there(notes, server).update(consented=True)
    server.requests.clear()
    with (notes / "streams.txt").open("a") as file:
        file.write("\t- a consumer reads at two megabytes\n")
    report = there(notes, server).update()
    assert len(server.requests) == report.embedded == 2
    assert report.sent == "2 texts of your notes sent to Amazon Bedrock in eu-central-1."


def test_a_damaged_index_is_not_sent_anew_unasked(notes: Path, server: StandIn) -> None:
    there(notes, server).update(consented=True)
    (keys,) = notes.parent.glob("home/index/*/*/keys.npy")
    keys.write_bytes(b"")
    server.requests.clear()
    assert started(there(notes, server)).state().phase == "asking"
    assert server.requests == []


def test_an_index_of_a_third_model_never_serves(notes: Path, server: StandIn) -> None:
    there(notes, server, COHERE).update(consented=True)
    server.requests.clear()
    library = started(there(notes, server))
    assert library.state().phase == "asking"
    assert not library.state().serves
    assert f"set NOTEPROOF_EMBEDDING_MODEL=bedrock:{COHERE} to go on" in library.state().detail
    library.keep_old()
    assert library.state().phase == "asking"
    assert server.requests == []


def test_back_to_the_local_model_makes_the_index_again(notes: Path, server: StandIn) -> None:
    there(notes, server).update(consented=True)
    server.requests.clear()
    library = started(here(notes))
    assert (library.state().phase, library.state().goes_to) == ("ready", "")
    assert "one megabyte" in found(library, "shard")
    assert server.requests == []


def test_a_failure_in_the_middle_keeps_the_old_index(notes: Path, server: StandIn) -> None:
    here(notes).update()
    library = there(notes, server)
    server.refusal = (403, "AccessDeniedException", "You don't have access to the model")
    library.start()
    library.wait(SECONDS)
    library.consent()
    state = library.wait(SECONDS)
    assert (state.phase, state.goes_to) == ("failed", "")
    assert "has no access to amazon.titan-embed-text" in state.detail
    assert "one megabyte" in found(library, "shard")
    server.refusal = None
    assert started(library).state().goes_to == "Amazon Bedrock in eu-central-1"


def test_without_credentials_there_is_no_question(
    notes: Path, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    state = started(there(notes, server)).state()
    assert state.phase == "failed"
    assert "No AWS credentials were found" in state.detail


def test_what_is_compared_with_each_other_stays_here(notes: Path, server: StandIn) -> None:
    library = there(notes, server)
    library.update(consented=True)
    server.requests.clear()
    near = library.retriever().nearness("a shard", ["a shard", "elephants"])
    assert near[0] > 0.99 > near[1]
    assert server.requests == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_index_asks_on_a_terminal(
    notes: Path,
    server: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    with pytest.raises(NoteproofError, match="Nothing was sent"):
        print_index(there(notes, server), as_json=False)
    assert ASKED.match(capsys.readouterr().err)
    assert server.requests == []
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    print_index(there(notes, server), as_json=False)
    told = capsys.readouterr()
    assert "to index them. Go on? [y/N]" in told.err
    assert "sent to Amazon Bedrock in eu-central-1." in told.out
    assert server.requests


def environ(server: StandIn) -> dict[str, str]:
    return {
        "NOTEPROOF_EMBEDDING_MODEL": f"bedrock:{COHERE}",
        "NOTEPROOF_BEDROCK_REGION": "eu-central-1",
        "NOTEPROOF_BEDROCK_ENDPOINT_URL": server.url,
    }


def test_the_command_line_sends_nothing_without_yes(
    notes: Path, server: StandIn, tmp_path: Path
) -> None:
    corpus = ["--corpus", str(notes)]
    for command in (["index"], ["search", "shard"], ["ask", "What takes a megabyte?"], ["quiz"]):
        done = run(tmp_path, *command, *corpus, **environ(server))
        assert done.returncode == 1
        assert "would be sent to Amazon Bedrock in eu-central-1 (cohere.embed-" in done.stderr
        assert "Agree by `python app.py index --yes`" in done.stderr
        assert done.stderr.count("\n") == 1
    assert server.requests == []
    told = run(tmp_path, "index", "--yes", *corpus, **environ(server))
    assert told.returncode == 0, told.stderr
    assert "texts of your notes sent to Amazon Bedrock in eu-central-1." in told.stdout
    answered = run(tmp_path, "ask", "--json", "What does a shard take?", *corpus, **environ(server))
    assert json.loads(answered.stdout)["citations"][0]["quote"] == "- a shard takes one megabyte"
    assert server.requests[-1]["input_type"] == "search_query"
    server.refusal = (403, "ExpiredTokenException", f"expired Credential={KEY}/x")
    failed = run(tmp_path, "ask", "What is a stream?", *corpus, **environ(server))
    assert failed.returncode == 1
    assert failed.stderr.startswith("noteproof: Your AWS credentials have expired.")
    assert failed.stderr.count("\n") == 1
    written = [p.read_bytes() for p in (tmp_path / "var").rglob("*") if p.is_file()]
    for secret in (KEY, SECRET, TOKEN):
        assert not any(secret.encode() in data for data in written)
        assert secret not in told.stdout + told.stderr + answered.stderr + failed.stderr


def services(notes: Path, monkeypatch: pytest.MonkeyPatch, **given: str) -> Services:
    local = FakeEmbedder(dimension=2048)
    monkeypatch.setattr("retrieval.embedder.SentenceEmbedder", lambda name: local)
    settings = {"NOTEPROOF_HOME": str(notes.parent / "home"), "NOTEPROOF_LLM": "none"} | given
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return build([notes])


def test_the_program_embeds_questions_there_and_concepts_here(
    notes: Path, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = services(notes, monkeypatch, **environ(server))
    s.library.update(consented=True)
    server.requests.clear()
    events = list(s.desk.asker.stream("What does a shard take?"))
    assert isinstance(events[-1], Answered)
    assert "one megabyte" in events[-1].answer.text
    assert [request["texts"] for request in server.requests] == [["What does a shard take?"]]
    server.requests.clear()
    s.desk.trainer.workshop.maker()
    assert server.requests == []
    server.refusal = (403, "AccessDeniedException", "You don't have access to the model")
    with pytest.raises(ModelUnavailable, match="set NOTEPROOF_EMBEDDING_MODEL to a model that"):
        list(s.desk.asker.stream("What does a stream keep?"))
    s.close()
    monkeypatch.delenv("NOTEPROOF_EMBEDDING_MODEL")
    s = services(notes, monkeypatch)
    server.requests.clear()
    report = s.library.update()
    assert "made with the embedding model bedrock:cohere" in report.messages[0]
    assert list(s.desk.asker.stream("What does a shard take?"))
    assert server.requests == []
    s.close()
