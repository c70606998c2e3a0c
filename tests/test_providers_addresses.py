"""What of a server's address is shown, and what only its requests carry."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from langchain_core.messages import HumanMessage

from core.errors import ModelUnavailable, NoteproofError
from core.settings import load_settings
from providers.addresses import read_address, shown
from providers.client import Endpoint
from providers.listing import check_settings
from providers.openai_compatible import OpenAIProvider
from providers.probe import Address, find_servers, try_out
from providers.streaming import complete_text
from tests.clock import PATIENCE
from tests.standin_openai import StandIn, standin_openai
from ui.cli_models import print_models, print_servers, print_trial

SECRET = "s3cr3t:of/the@learner"
QUOTED = "s3cr3t%3Aof%2Fthe%40learner"
BASIC = "bWU6czNjcjN0Om9mL3RoZUBsZWFybmVy"  # of me:SECRET
HIDDEN = (SECRET, QUOTED, BASIC, "s3cr3t")
ASKED = [HumanMessage("What is S3?")]


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin_openai() as standin:
        yield standin


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1"),
        (f"https://me:{QUOTED}@host/v1", "https://host/v1"),
        (f"https://{QUOTED}@host:8443/v1/", "https://host:8443/v1"),
        (f"https://host/v1?api_key={QUOTED}", "https://host/v1"),
        (f"https://host/v1/?api_key={SECRET}&version=2", "https://host/v1"),
        (f"https://host/v1#{QUOTED}", "https://host/v1"),
        (f"https://me:{QUOTED}@[::1]:80/v1?key={QUOTED}", "https://[::1]:80/v1"),
        ("https://me:s3cr3t/x@host/v1", "***"),
        ("https://me:s3cr3t?x@host/v1", "***"),
        ("me:s3cr3t@host/v1", "***"),
        ("host/v1?api_key=s3cr3t", "***"),
        ("https://me:s3cr3t@[::1/v1", "***"),
        ("nonsense", "nonsense"),
        ("127.0.0.1:11434/v1", "127.0.0.1:11434/v1"),
        ("", ""),
    ],
)
def test_what_may_be_shown(url: str, told: str) -> None:
    assert shown(url) == told


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "127.0.0.1:11434/v1",
        "localhost:11434/v1",
        "ftp://127.0.0.1/v1",
        "http://",
        "http:///v1",
        "http://[::1/v1",
        "http://my host/v1",
        "http://host:99999/v1",
        "https://me:s3cr3t/x@host/v1",
        "https://me:s3cr3t@/v1",
    ],
)
def test_what_is_no_address_fails_at_once_with_the_remedy(url: str) -> None:
    provider = OpenAIProvider(url, "key")
    provider.start()
    state = provider.state()  # no wait: nothing has to be asked for that
    assert state.phase == "failed"
    assert "NOTEPROOF_OPENAI_BASE_URL=" in state.detail
    assert state.detail.endswith("is no address. It looks like http://127.0.0.1:11434/v1.")
    assert "s3cr3t" not in f"{state} {provider.label}"
    with pytest.raises(ModelUnavailable, match="is no address"):
        provider.chat_model(max_tokens=1)


@pytest.mark.parametrize("key", ["schlüssel", "a b\n", "two\nlines", " led by a space"])
def test_a_key_that_cannot_be_sent_fails_at_once(key: str) -> None:
    provider = OpenAIProvider("http://127.0.0.1:9/v1", key)
    provider.start()
    assert provider.state().phase == "failed"
    assert "NOTEPROOF_OPENAI_API_KEY" in provider.state().detail
    assert key.strip() not in provider.state().detail


def test_no_key_is_none() -> None:
    check_settings("http://127.0.0.1:9/v1", "")
    with standin_openai() as server:
        try_out(OpenAIProvider(server.base_url, ""))
        find_servers(Address("set", server.base_url, ""), [])
    assert set(server.keys) == {"Bearer none"}


def test_the_parts_of_an_address() -> None:
    address = read_address(f"https://me:{QUOTED}@host/v1/?api_key={QUOTED}&version=2")
    assert (address.url, dict(address.params)) == (
        "https://host/v1",
        {"api_key": SECRET, "version": "2"},
    )
    assert {secret.get_secret_value() for secret in address.secrets} >= {SECRET, QUOTED, BASIC}
    assert not any(hidden in repr(address) for hidden in HIDDEN)


# Each puts the secret elsewhere: with `SECRET` in an address, what the server is to see of it.
PLACES = [
    ("http://me:{secret}@{host}/v1", f"Basic {BASIC}", ""),
    ("http://{host}/v1?api_key={secret}", "Bearer key", "?api_key=" + QUOTED),
    ("http://me:{secret}@{host}/v1/?api_key={secret}", f"Basic {BASIC}", "?api_key=" + QUOTED),
]


@pytest.mark.parametrize(("pattern", "authorization", "query"), PLACES)
@pytest.mark.parametrize("trouble", ["", "echo", "401", "404", "429", "500", "garbage", "gone"])
def test_a_secret_in_an_address_is_used_and_never_told(
    server: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    pattern: str,
    authorization: str,
    query: str,
    trouble: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    url = pattern.format(secret=QUOTED, host=f"127.0.0.1:{server.port}")
    monkeypatch.setenv("NOTEPROOF_LLM", "openai")
    monkeypatch.setenv("NOTEPROOF_OPENAI_BASE_URL", url)
    monkeypatch.setenv("NOTEPROOF_OPENAI_API_KEY", "key")
    told: list[object] = []
    provider = OpenAIProvider(url, "key")
    provider.start()
    told += [provider.state(), provider.wait(PATIENCE), provider.label, Address("set", url)]
    model = provider.chat_model(max_tokens=9)
    told += [model, model.metadata, Endpoint(url, "key", "m", provider.label, "", 1.0)]
    if trouble == "echo":
        echo = f"who is {SECRET}, {QUOTED} or {authorization}?"
        server.refusal = (400, json.dumps({"error": {"message": echo}}))
    elif trouble == "gone":
        server.refusal = (502, f"<html>{SECRET}</html>")
    elif trouble:
        server.mode = trouble
    try:
        complete_text(model, ASKED)
    except NoteproofError as error:
        told += [error, repr(error)]
    settings = load_settings()
    told += find_servers(Address("set", url, "key"), [])
    for as_json in (False, True):
        print_servers(settings, as_json=as_json)
        print_models(settings, as_json=as_json)
        try:
            print_trial(settings, as_json=as_json)
        except NoteproofError as error:
            told.append(error)
    printed = capsys.readouterr()
    everything = f"{told!r} {[*map(str, told)]} {printed.out} {printed.err} {caplog.text}"
    assert f"http://127.0.0.1:{server.port}/v1" in everything
    assert [hidden for hidden in HIDDEN if hidden in everything] == []
    assert set(server.keys) == {authorization}
    assert set(server.paths) == {f"/v1/models{query}", f"/v1/chat/completions{query}"}


def test_a_remote_address_is_named_without_its_secret(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.openai_compatible.is_loopback", lambda url: False)
    monkeypatch.setenv("NO_PROXY", "*")
    provider = OpenAIProvider(f"http://me:{QUOTED}@127.0.0.1:{server.port}/v1?key={QUOTED}", "key")
    provider.start()
    assert provider.wait(PATIENCE).goes_to == f"http://127.0.0.1:{server.port}/v1"


def test_one_server_with_and_without_a_secret_is_asked_once(server: StandIn) -> None:
    named = server.base_url.replace("//", f"//me:{QUOTED}@")
    (found,) = find_servers(Address("set", named), [Address("Ollama", server.base_url)])
    assert found.base_url == server.base_url
    assert server.keys == [f"Basic {BASIC}"]
