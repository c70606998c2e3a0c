"""What answers on the ports of this machine, and whether a model says a word."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest

from core.errors import MalformedOutput, ModelUnavailable
from providers import NoModel
from providers.openai_compatible import OpenAIProvider
from providers.probe import Address, Server, find_servers, try_out
from tests.clock import PATIENCE
from tests.loopback import serving
from tests.standin_openai import StandIn, standin_openai


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin_openai() as standin:
        yield standin


@pytest.fixture
def closed() -> str:
    with standin_openai() as standin:
        return standin.base_url


@pytest.fixture
def mute() -> Iterator[str]:
    """Takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"


def test_what_answers_is_listed_with_its_models(server: StandIn, closed: str) -> None:
    named = Address("set", server.base_url)
    with standin_openai() as other:
        other.models = ("llama3:latest",)
        found = find_servers(named, [Address("Ollama", other.base_url), Address("vLLM", closed)])
    assert found == (
        Server("set", server.base_url, ("small", "large")),
        Server("Ollama", other.base_url, ("llama3:latest",)),
    )


def test_the_named_server_is_told_of_even_if_nothing_answers(closed: str) -> None:
    (found,) = find_servers(Address("set", closed), [])
    assert found.problem.startswith(f"Nothing answers at {closed}.")


def test_a_server_at_both_addresses_is_asked_once(server: StandIn) -> None:
    alias = server.base_url.replace("127.0.0.1", "localhost") + "/"
    assert len(find_servers(Address("set", alias), [Address("Ollama", server.base_url)])) == 1


def test_the_key_goes_to_the_named_server_only(server: StandIn) -> None:
    with standin_openai() as other:
        find_servers(Address("set", server.base_url, "s3cret"), [Address("o", other.base_url)])
    assert server.keys == ["Bearer s3cret"]
    assert other.keys == ["Bearer none"]


def test_a_server_that_wants_a_key_or_has_no_model_says_so(server: StandIn, closed: str) -> None:
    server.mode = "401"
    with standin_openai() as empty:
        empty.models = ()
        usual = [Address("gateway", server.base_url), Address("empty", empty.base_url)]
        _, refusing, bare = find_servers(Address("set", closed), usual)
    assert "refused the key" in refusing.problem
    assert bare.problem == "It has no model yet."


def test_names_that_would_garble_a_terminal_are_left_out(server: StandIn) -> None:
    server.models = ("good", "\x1b[2Jbad")
    assert find_servers(Address("set", server.base_url), [])[0].models == ("good",)


def test_a_silent_server_is_left_out(mute: str, closed: str) -> None:
    (found,) = find_servers(Address("set", closed), [Address("mute", mute)], timeout=0.3)
    assert found.base_url == closed


def test_servers_are_asked_at_once_so_that_the_silent_cost_one_time_out_together() -> None:
    """Three are silent until all of them have been asked: one after another they never would."""
    together = threading.Barrier(3)

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(threading.BrokenBarrierError):
                together.wait(PATIENCE / 2)

        def log_message(self, format: str, *args: object) -> None:
            return None

    with serving(Silent, threading.Event()) as port:
        usual = [Address(str(n), f"http://127.0.0.1:{port}/v1/{n}") for n in range(3)]
        find_servers(usual[0], usual[1:], timeout=PATIENCE)
    assert not together.broken


def test_a_trial_is_a_few_words_and_how_long_it_took(server: StandIn) -> None:
    ticks = iter((10.0, 10.5, 10.75))
    provider = OpenAIProvider(server.base_url, "key")
    trial = try_out(provider, clock=lambda: next(ticks))
    assert trial.label == f"small ({server.base_url})"
    assert trial.text == "Amazon S3 stores objects."
    assert (trial.ready_ms, trial.first_token_ms) == (500, 250)
    assert len(server.requests) == 1


def test_a_trial_that_fails_says_what_to_do(server: StandIn, closed: str) -> None:
    with pytest.raises(ModelUnavailable, match="Nothing answers"):
        try_out(OpenAIProvider(closed, "key"))
    with pytest.raises(ModelUnavailable, match="NOTEPROOF_LLM=embedded"):
        try_out(NoModel())
    server.mode = "dies"
    with pytest.raises(ModelUnavailable, match="broke off"):
        try_out(OpenAIProvider(server.base_url, "key"))
    server.mode, server.answer = "ok", (" ",)
    with pytest.raises(MalformedOutput, match="without a word"):
        try_out(OpenAIProvider(server.base_url, "key"))
