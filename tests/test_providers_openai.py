from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from core.errors import MalformedOutput, ModelBusy, ModelUnavailable, NoteproofError
from core.settings import load_settings
from providers import NoModel, make_provider
from providers.base import ModelState
from providers.chunks import TextChunk
from providers.openai_compatible import OpenAIProvider
from providers.streaming import complete_text, stream_text
from tests.clock import PATIENCE, patiently, until
from tests.standin_openai import Mode, StandIn, standin_openai

ASKED = [SystemMessage("Be brief."), HumanMessage("What is S3?")]


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin_openai() as standin:
        yield standin


def ready(server: StandIn, *, timeout: float = PATIENCE, model: str = "") -> OpenAIProvider:
    provider = OpenAIProvider(server.base_url, "secret", model, timeout=timeout)
    provider.start()
    assert provider.wait(PATIENCE).phase == "ready"
    return provider


def test_streams_the_answer_with_its_token_counts(server: StandIn) -> None:
    chunks = list(stream_text(ready(server).chat_model(max_tokens=9), ASKED))
    assert [chunk.text for chunk in chunks if chunk.text] == list(server.answer)
    assert [chunk.finish for chunk in chunks if chunk.finish] == ["stop"]
    assert max(chunk.prompt_tokens for chunk in chunks) == 7
    assert max(chunk.completion_tokens for chunk in chunks) == 5


def test_asks_for_what_it_was_told_to(server: StandIn) -> None:
    model = ready(server).chat_model(max_tokens=9, temperature=0.5)
    complete_text(model, ASKED, stop=["\n"])
    sent = server.requests[0]
    wanted = {"model": "small", "temperature": 0.5, "max_tokens": 9, "max_completion_tokens": 9}
    assert sent | wanted | {"stop": ["\n"], "stream": True} == sent
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What is S3?"},
    ]
    assert set(server.keys) == {"Bearer secret"}


def test_the_whole_answer_is_one_chunk(server: StandIn) -> None:
    whole = complete_text(ready(server).chat_model(max_tokens=9), ASKED)
    assert whole == TextChunk("Amazon S3 stores objects.", 7, 5, None, "stop")


def test_log_probabilities_are_read(server: StandIn) -> None:
    server.answer = ("Yes",)
    whole = complete_text(ready(server).chat_model(max_tokens=1), ASKED, top_logprobs=2)
    assert server.requests[0]["top_logprobs"] == 2
    assert whole.logprobs is not None
    assert [(t.token, t.logprob, t.top) for t in whole.logprobs] == [
        ("Yes", -0.1, (("Yes", -0.1), ("?", -2.5)))
    ]


def test_json_asked_for_by_schema_arrives_once(server: StandIn) -> None:
    server.answer = ('{"terms": ', '["S3"]}')
    schema = {"name": "t", "schema": {"type": "object", "properties": {}}}
    whole = complete_text(
        ready(server).chat_model(max_tokens=9),
        ASKED,
        response_format={"type": "json_schema", "json_schema": schema},
    )
    assert json.loads(whole.text) == {"terms": ["S3"]}
    assert server.requests[0]["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    ("mode", "error", "says", "next_step"),
    [
        ("dies", ModelUnavailable, "broke off", "start it again"),
        ("ends", ModelUnavailable, "broke off in mid-answer", "start it again"),
        ("garbage", MalformedOutput, "no answer", "NOTEPROOF_LLM"),
        ("shape", MalformedOutput, "no answer", "NOTEPROOF_LLM"),
        ("html", MalformedOutput, "no answer", "NOTEPROOF_LLM"),
        ("error_event", ModelUnavailable, "the GPU fell out", "server's log"),
        ("slow", ModelUnavailable, "silent", "NOTEPROOF_MODEL_TIMEOUT"),
        ("silent", ModelUnavailable, "silent", "NOTEPROOF_MODEL_TIMEOUT"),
        ("401", ModelUnavailable, "refused the key", "NOTEPROOF_OPENAI_API_KEY"),
        ("404", ModelUnavailable, "not there", "NOTEPROOF_OPENAI_MODEL"),
        ("429", ModelBusy, "wants a pause", "ask again"),
        ("500", ModelBusy, "HTTP 500", "server's log"),
        ("too_long", ModelUnavailable, "longer than", "NOTEPROOF_EVIDENCE_TOKENS"),
    ],
)
def test_a_failing_server_gets_one_clear_line(
    server: StandIn, mode: Mode, error: type[NoteproofError], says: str, next_step: str
) -> None:
    limit = 0.3 if says == "silent" else PATIENCE
    model = ready(server, timeout=limit).chat_model(max_tokens=9)
    server.mode = mode
    with pytest.raises(error) as caught:
        complete_text(model, ASKED)
    message = str(caught.value)
    assert says in message
    assert next_step in message
    assert "\n" not in message
    assert "secret" not in message


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize(
    "surprise",
    [
        "5",
        "null",
        '{"choices": 5}',
        '{"choices": [7]}',
        '{"choices": [{"delta": 7}]}',
        '{"choices": [{"delta": {"content": {"a": 1}}}]}',
        '{"choices": [], "usage": 5}',
    ],
)
def test_json_of_another_shape_is_malformed_output(server: StandIn, surprise: str) -> None:
    model = ready(server).chat_model(max_tokens=9)
    server.mode, server.surprise = "shape", surprise
    with pytest.raises(MalformedOutput, match="sent something that is no answer"):
        complete_text(model, ASKED)


@pytest.mark.parametrize("mode", ["dies", "garbage", "slow"])
def test_what_came_before_a_failure_is_not_lost(server: StandIn, mode: Mode) -> None:
    def check(limit: float) -> None:
        server.mode = "ok"
        model = ready(server, timeout=limit).chat_model(max_tokens=9)
        server.mode = mode
        got: list[str] = []

        def read() -> None:
            for chunk in stream_text(model, ASKED):
                got.append(chunk.text)

        with pytest.raises((ModelUnavailable, MalformedOutput)):
            read()
        assert "".join(got) == "Amazon S3"

    patiently(check)


def test_a_server_that_goes_down_after_it_was_ready() -> None:
    with standin_openai() as server:
        model = ready(server).chat_model(max_tokens=9)
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        complete_text(model, ASKED)


def test_closing_the_stream_hangs_up(server: StandIn) -> None:
    model = ready(server).chat_model(max_tokens=9)
    server.mode = "slow"
    stream = stream_text(model, ASKED)
    assert next(stream).text == "Amazon"
    stream.close()
    assert server.hung_up.wait(PATIENCE)


def test_cancelling_before_the_first_token_hangs_up(server: StandIn) -> None:
    model = ready(server, timeout=2 * PATIENCE).chat_model(max_tokens=9)
    server.mode = "silent"
    cancel = threading.Event()
    threading.Thread(target=lambda: until(lambda: server.requests) and cancel.set()).start()
    began = time.monotonic()
    assert complete_text(model, ASKED, cancel=cancel).text == ""
    assert time.monotonic() - began < PATIENCE  # the silence alone would end it after two
    assert server.hung_up.wait(PATIENCE)


def test_a_proxy_of_the_environment_does_not_see_the_loopback(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert complete_text(ready(server).chat_model(max_tokens=9), ASKED).finish == "stop"


def test_the_first_listed_model_is_taken(server: StandIn) -> None:
    assert ready(server).label == f"small ({server.base_url})"


@pytest.mark.parametrize("model", ["large", "llama"])
def test_a_named_model_is_found(server: StandIn, model: str) -> None:
    server.models = ("small", "large", "llama:latest")
    assert ready(server, model=model).label.startswith(model)


@pytest.mark.parametrize(
    ("change", "model", "says"),
    [
        ({"mode": "401"}, "", "NOTEPROOF_OPENAI_API_KEY"),
        ({"mode": "404"}, "", "usually in /v1"),
        ({"mode": "500"}, "", "HTTP 500"),
        ({"models_body": b"<html>"}, "", "did not answer with a list"),
        ({"models_body": b'{"data": 5}'}, "", "did not answer with a list"),
        ({"models_body": b'{"data": [7]}'}, "", "did not answer with a list"),
        ({"models_body": b"[]"}, "", "did not answer with a list"),
        ({"models": ()}, "", "ollama pull"),
        ({}, "gpt-9", "has no model gpt-9. Set NOTEPROOF_OPENAI_MODEL to one of: small, large."),
    ],
)
def test_a_server_that_cannot_be_used_fails_with_the_next_step(
    server: StandIn, change: dict[str, Any], model: str, says: str
) -> None:
    for name, value in change.items():
        setattr(server, name, value)
    provider = OpenAIProvider(server.base_url, "secret", model)
    provider.start()
    state = provider.wait(PATIENCE)
    assert state.phase == "failed"
    assert says in state.detail
    assert "secret" not in state.detail
    with pytest.raises(ModelUnavailable, match=r"NOTEPROOF|ollama"):
        provider.chat_model(max_tokens=1)


def test_nothing_answers() -> None:
    with standin_openai() as server:
        url = server.base_url
    provider = OpenAIProvider(url, "none")
    provider.start()
    assert provider.wait(PATIENCE) == ModelState(
        "failed",
        f"Nothing answers at {url}. Start the server (for Ollama: `ollama serve`) or change "
        "NOTEPROOF_OPENAI_BASE_URL.",
    )


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1/v1", "http://[::1/v1"])
def test_an_address_that_is_none(url: str) -> None:
    provider = OpenAIProvider(url, "none")
    provider.start()
    state = provider.wait(PATIENCE)
    assert state.phase == "failed"
    assert "is no address" in state.detail


def test_a_failed_provider_can_be_started_again(server: StandIn) -> None:
    server.mode = "500"
    provider = OpenAIProvider(server.base_url, "none")
    provider.start()
    assert provider.wait(PATIENCE).phase == "failed"
    server.mode = "ok"
    provider.start()
    assert provider.wait(PATIENCE).phase == "ready"


def test_before_the_start_it_says_to_wait() -> None:
    provider = OpenAIProvider("http://127.0.0.1:9/v1", "none")
    assert provider.state().phase == "missing"
    assert provider.wait(0).phase == "missing"
    with pytest.raises(ModelUnavailable, match="has not answered yet"):
        provider.chat_model(max_tokens=1)


@pytest.mark.parametrize(
    ("llm", "label"), [("embedded", "qwen2.5-coder-1.5b (embedded)"), ("none", "extractive")]
)
def test_settings_choose_the_provider(llm: str, label: str) -> None:
    provider = make_provider(load_settings(llm=llm))
    assert provider.label == label


def test_no_model_never_gets_ready() -> None:
    provider = NoModel()
    provider.start()
    assert provider.wait().phase == "off"
    with pytest.raises(ModelUnavailable, match="NOTEPROOF_LLM"):
        provider.chat_model(max_tokens=1)
