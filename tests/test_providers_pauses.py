"""A server that says how long it wants to be left alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from langchain_core.messages import HumanMessage

from core.errors import ModelBusy
from providers.base import ChatProvider
from providers.bedrock import BedrockAccess, BedrockProvider
from providers.descent import PATIENCE_SECONDS, PAUSES, Descent
from providers.ladder import Ladder
from providers.openai_compatible import OpenAIProvider
from providers.pauses import advice, asked_pause
from providers.streaming import complete_text
from tests.fakes import FakeProvider, ScriptedModel
from tests.standin_bedrock import standin_bedrock
from tests.standin_openai import standin_openai

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
ASKED = [HumanMessage("What is S3?")]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "30"}, 30),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "2"}, 2),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:45 GMT"}, 45),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:45 -0000"}, 45),
        ({"retry-after": "Sun, 22 Nov 2026 11:59:00 GMT"}, 0),
        (
            {
                "retry-after": "Sun, 22 Nov 2026 15:00:10 GMT",
                "date": "Sun, 22 Nov 2026 15:00:00 GMT",
            },
            10,
        ),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "²"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_a_pause_is_read_in_each_of_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert asked_pause(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (None, "Wait a minute"),
        (0, "Wait a minute"),
        (0.2, "It asks to wait 1 s: wait that long"),
        (30, "It asks to wait 30 s: wait that long"),
        (301, "It asks to wait 6 min: wait that long"),
        (86400, "It asks to wait 24 h: wait that long"),
    ],
)
def test_a_pause_in_words(after: float | None, told: str) -> None:
    assert advice(after) == told


def ready(provider: ChatProvider) -> ChatProvider:
    provider.start()
    assert provider.wait(60).phase == "ready"
    return provider


def descent(top: ChatProvider, waits: list[float]) -> Descent:
    lower = FakeProvider(ScriptedModel(rules=[("", "From below.")]))
    lower.label = "small"
    ladder = Ladder((top, lower), pause=lambda _, seconds: waits.append(seconds))
    return Descent(ladder, threading.Event())


BODY = '{"error": {"message": "slow down"}}'


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"Retry-After": "30"}, 30),
        ({"retry-after-ms": "2500"}, 2.5),
        ({"Retry-After": "Sun, 22 Nov 2126 12:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_an_openai_compatible_server_names_its_pause(
    status: int, headers: dict[str, str], after: float | None
) -> None:
    with standin_openai() as server:
        model = ready(OpenAIProvider(server.base_url, "key")).chat_model(max_tokens=9)
        server.refusal, server.refusal_headers = (status, BODY), headers
        with pytest.raises(ModelBusy) as caught:
            complete_text(model, ASKED)
    if after is None and headers:
        assert caught.value.after is not None
        assert caught.value.after > 1e9
    else:
        assert caught.value.after == after
    assert ("asks to wait" in str(caught.value)) is bool(headers)


@pytest.fixture
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secretSECRETsecretSECRET")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


REFUSALS = [
    (429, "ThrottlingException", "Too many requests, please wait before trying again."),
    (503, "ServiceUnavailableException", "Too many connections."),
    (500, "InternalServerException", "The system encountered an unexpected error."),
    (502, "", "<html><h1>Bad Gateway</h1></html>"),
]


def bedrock(url: str) -> ChatProvider:
    access = BedrockAccess("eu.amazon.nova-lite-v1:0", region="eu-central-1", endpoint_url=url)
    return ready(BedrockProvider(access))


@pytest.mark.usefixtures("_signed_in")
@pytest.mark.parametrize("refusal", REFUSALS)
def test_bedrock_names_its_pause(refusal: tuple[int, str, str]) -> None:
    with standin_bedrock() as server:
        model = bedrock(server.url).chat_model(max_tokens=9)
        server.refusal, server.refusal_headers = refusal, {"Retry-After": "30"}
        with pytest.raises(ModelBusy, match="It asks to wait 30 s") as caught:
            complete_text(model, ASKED)
    assert caught.value.after == 30


def test_a_pause_that_fits_is_waited_for() -> None:
    waits: list[float] = []
    with standin_openai() as server:
        down = descent(ready(OpenAIProvider(server.base_url, "key")), waits)
        server.modes, server.refusal_headers = ["429", "ok"], {"Retry-After": "3"}
        assert down.complete(ASKED, max_tokens=9).text == "Amazon S3 stores objects."
    assert (waits, down.notice) == ([3.0], "")


def test_a_pause_of_nothing_is_as_long_as_usual() -> None:
    waits: list[float] = []
    with standin_openai() as server:
        down = descent(ready(OpenAIProvider(server.base_url, "key")), waits)
        server.modes, server.refusal_headers = ["429", "ok"], {"Retry-After": "0"}
        down.complete(ASKED, max_tokens=9)
    assert PAUSES[0][0] <= waits[0] <= PAUSES[0][1]


def test_a_pause_longer_than_patience_is_a_fall_at_once() -> None:
    waits: list[float] = []
    with standin_openai() as server:
        down = descent(ready(OpenAIProvider(server.base_url, "key")), waits)
        server.mode, server.refusal_headers = "429", {"Retry-After": str(int(PATIENCE_SECONDS))}
        assert down.complete(ASKED, max_tokens=9).text == "From below."
        assert len(server.requests) == 1
    assert waits == []
    assert "asks to wait 4 s" in down.notice


@pytest.mark.usefixtures("_signed_in")
def test_bedrock_is_waited_for_or_left_likewise() -> None:
    waits: list[float] = []
    with standin_bedrock() as server:
        server.refusal, server.refusals = REFUSALS[0], 1
        server.refusal_headers = {"Retry-After": "2"}
        down = descent(bedrock(server.url), waits)
        assert down.complete(ASKED, max_tokens=9).text == "Amazon S3 stores objects."
        assert waits == [2.0]
        server.refusals, server.refusal_headers = None, {"Retry-After": "30"}
        assert down.complete(ASKED, max_tokens=9).text == "From below."
        assert len(server.requests) == 3
    assert "asks to wait 30 s" in down.notice
