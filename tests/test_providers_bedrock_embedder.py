"""Embeddings by Bedrock, over real HTTP to the stand-in."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import ConfigError, MalformedOutput, ModelBusy, ModelUnavailable, NoteproofError
from core.settings import load_settings
from providers.bedrock import BedrockAccess
from providers.bedrock_embedder import ATTEMPTS, QUESTION_SECONDS, BedrockEmbedder, make_embedder
from tests.clock import PATIENCE
from tests.standin_bedrock import StandIn, standin_bedrock

KEY, SECRET, TOKEN = "AKIAEMBEDEMBEDEMBED1", "secretEMBEDsecretEMBED", "sessionEMBEDtoken"
TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-multilingual-v3"
COHERE_4 = "eu.cohere.embed-v4:0"
MODELS = [TITAN, COHERE, COHERE_4]
TEXTS = [f"a shard of stream number {n}" for n in range(200)]


@pytest.fixture(autouse=True)
def _signed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin_bedrock() as standin:
        yield standin


def embedder(server: StandIn, model: str = TITAN, timeout: float = PATIENCE) -> BedrockEmbedder:
    access = BedrockAccess(model, region="eu-central-1", endpoint_url=server.url, timeout=timeout)
    return BedrockEmbedder(access, pause=lambda *_: None)


@pytest.mark.parametrize("model", MODELS)
def test_texts_become_rows_of_length_one_in_their_order(server: StandIn, model: str) -> None:
    seen: list[tuple[int, int]] = []
    ours = embedder(server, model)
    rows = ours.encode(TEXTS, lambda done, total: seen.append((done, total)))
    assert (rows.shape, rows.dtype) == ((200, 512), np.float32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    query = ours.encode_query("stream number 137")
    assert query.shape == (512,)
    assert int((rows @ query).argmax()) == 137
    assert seen[-1] == (200, 200)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_titan_reads_one_text_a_call_and_cohere_96(server: StandIn) -> None:
    embedder(server, TITAN).encode(TEXTS)
    assert sorted(request["inputText"] for request in server.requests) == sorted(TEXTS)
    assert set(server.paths) == {f"/model/{TITAN}/invoke"}
    server.requests.clear()
    embedder(server, COHERE).encode(TEXTS)
    assert sorted(len(request["texts"]) for request in server.requests) == [8, 96, 96]


@pytest.mark.parametrize("model", [COHERE, COHERE_4])
def test_cohere_is_told_a_question_from_a_text(server: StandIn, model: str) -> None:
    ours = embedder(server, model)
    ours.encode(["a text"])
    ours.encode_query("a question")
    assert [r["input_type"] for r in server.requests] == ["search_document", "search_query"]


def test_a_question_is_sent_once(server: StandIn) -> None:
    ours = embedder(server)
    assert (ours.encode_query("What?") == ours.encode_query("What?")).all()
    assert len(server.requests) == 1


def test_a_text_that_comes_twice_is_sent_once(server: StandIn) -> None:
    rows = embedder(server).encode(["same", "other", "same"])
    assert (rows[0] == rows[2]).all()
    assert len(server.requests) == 2


@pytest.mark.parametrize("model", MODELS)
def test_too_long_texts_are_cut_and_blank_ones_are_no_error(server: StandIn, model: str) -> None:
    rows = embedder(server, model).encode(["long words " * 20_000, " ", "short"])
    assert len(rows) == 3


def test_nothing_to_embed_sends_nothing(server: StandIn) -> None:
    ours = embedder(server)
    assert len(ours.encode([])) == 0
    ours.load()
    assert server.requests == []


def test_requests_are_signed(server: StandIn) -> None:
    embedder(server).encode(["a text"])
    sent = server.headers[0]
    assert sent["Authorization"].startswith(f"AWS4-HMAC-SHA256 Credential={KEY}/")
    assert sent["X-Amz-Security-Token"] == TOKEN


def test_a_throttled_call_is_made_again(server: StandIn) -> None:
    server.throttled = 5
    assert len(embedder(server).encode(TEXTS[:20])) == 20
    assert len(server.requests) == 25
    server.throttled = 1
    embedder(server).encode_query("What?")


def test_throttled_all_the_time_it_gives_up_with_one_line(server: StandIn) -> None:
    server.refusal = (429, "ThrottlingException", "Too many requests, please wait.")
    ours = embedder(server)
    with pytest.raises(
        ModelBusy, match=r"^amazon.titan-embed-text \(Bedrock, eu-central-1\) wants"
    ):
        ours.encode(["a text"])
    assert len(server.requests) == ATTEMPTS


def test_a_question_is_not_asked_for_long(server: StandIn) -> None:
    server.refusal = (429, "ThrottlingException", "Too many requests, please wait.")
    access = BedrockAccess(TITAN, region="eu-central-1", endpoint_url=server.url)
    pauses: list[float] = []
    ours = BedrockEmbedder(access, pause=lambda _, seconds: pauses.append(seconds))
    with pytest.raises(ModelUnavailable, match="wants a pause"):
        ours.encode_query("What?")
    assert sum(pauses) < QUESTION_SECONDS <= 5
    assert len(server.requests) == len(pauses) + 1


def test_a_silent_server_is_given_up(server: StandIn) -> None:
    server.mode = "silent"
    ours = BedrockEmbedder(
        BedrockAccess(TITAN, region="eu-central-1", endpoint_url=server.url, timeout=0.3),
        pause=threading.Event.wait,
    )
    with pytest.raises(ModelUnavailable, match="kept silent for too long. Try again, or unset"):
        ours.encode_query("What?")


DENIED = "You don't have access to the model with the specified model ID."
ECHOED = f"bad header Credential={KEY}/x, Signature=abc, x-amz-security-token:{TOKEN}"


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ((403, "AccessDeniedException", DENIED), "set NOTEPROOF_EMBEDDING_MODEL to a model that"),
        ((403, "AccessDeniedException", "not authorized"), "Allow it bedrock:InvokeModel on the"),
        ((400, "ValidationException", "The provided model identifier is invalid."), "is not there"),
        ((403, "ExpiredTokenException", "expired"), "credentials have expired"),
        ((400, "ValidationException", ECHOED), "unset NOTEPROOF_EMBEDDING_MODEL"),
        ((500, "", "oops"), "failed (HTTP 500)"),
    ],
)
def test_refusals_are_one_line_with_the_remedy_and_no_secret(
    server: StandIn, refusal: tuple[int, str, str], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.refusal = refusal
    for ask in (lambda e: e.encode(TEXTS[:9]), lambda e: e.encode_query("What?")):
        with pytest.raises(ModelUnavailable) as caught:
            ask(embedder(server))
        told = str(caught.value)
        assert said in told
        assert "\n" not in told
        assert "BEDROCK_MODEL" not in told
        for secret in (KEY, SECRET, TOKEN, "Signature="):
            assert secret not in told
    for secret in (SECRET, TOKEN):
        assert secret not in caplog.text


def test_what_is_no_embedding_is_said_so(server: StandIn) -> None:
    server.mode = "text"
    with pytest.raises(MalformedOutput, match="no embedding .JSONDecodeError"):
        embedder(server).encode(["a text"])


def test_a_denial_ends_all_calls(server: StandIn) -> None:
    server.refusal = (403, "AccessDeniedException", DENIED)
    with pytest.raises(ModelUnavailable):
        embedder(server).encode(TEXTS)
    assert len(server.requests) < 100


def test_what_a_failed_run_has_got_is_not_sent_again(server: StandIn) -> None:
    ours = embedder(server, COHERE)

    def fail_later(done: int, total: int) -> None:
        server.refusal = (403, "AccessDeniedException", DENIED)

    many = [f"text {n}" for n in range(96 * 30)]
    with pytest.raises(ModelUnavailable):
        ours.encode(many, fail_later)
    server.refusal = None
    before = len(server.requests)
    assert len(ours.encode(many)) == len(many)
    assert len(server.requests) - before < 30
    ours.encode(many[:96])
    assert server.requests[-1]["texts"] == many[:96]


def test_where_texts_go_is_known_once_it_is_loaded(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = BedrockEmbedder(BedrockAccess(TITAN, endpoint_url=server.url))
    assert ours.goes_to == "Amazon Bedrock"
    with pytest.raises(ModelUnavailable, match="NOTEPROOF_BEDROCK_REGION"):
        ours.load()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    ours.load()
    assert ours.goes_to == "Amazon Bedrock in eu-west-3"
    assert ours.name == f"bedrock:{TITAN}"


def test_without_credentials_it_says_what_to_do(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(ModelUnavailable, match="No AWS credentials were found"):
        embedder(server).encode(["a text"])
    assert server.requests == []


def test_an_address_that_is_none_is_named() -> None:
    access = BedrockAccess(TITAN, region="eu-central-1", endpoint_url="nowhere")
    with pytest.raises(ModelUnavailable, match="ENDPOINT_URL=nowhere is no address"):
        BedrockEmbedder(access).encode(["a text"])


@pytest.mark.parametrize(
    "model", ["amazon.nova-lite-v1:0", "", "arn:aws:bedrock:eu-west-1:1:provisioned-model/abc"]
)
def test_another_model_is_refused_by_name(model: str) -> None:
    settings = load_settings(embedding_model=f"bedrock:{model}")
    with pytest.raises(ConfigError, match="amazon.titan-embed-text-v2:0, or unset it"):
        make_embedder(settings)


def test_an_arn_of_a_profile_is_known_by_its_name() -> None:
    arn = "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.cohere.embed-v4:0"
    assert make_embedder(load_settings(embedding_model=f"bedrock:{arn}")).name.endswith(arn)


def test_errors_are_ours(server: StandIn) -> None:
    with standin_bedrock() as gone:
        ours = embedder(gone)
        ours.load()
    with pytest.raises(NoteproofError, match="NOTEPROOF_BEDROCK_REGION"):
        ours.encode(["a text"])
