"""The ledger: calls over HTTP are counted, in the session's and in the whole one."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from core.errors import ModelUnavailable
from providers.bedrock import BedrockAccess, BedrockProvider
from providers.descent import Descent
from providers.ladder import Ladder
from providers.ledger import KEPT, Ledger, Sent, Spent
from providers.openai_compatible import OpenAIProvider
from providers.probe import try_out
from tests.clock import PATIENCE, until
from tests.standin_bedrock import standin_bedrock
from tests.standin_openai import standin_openai

ASKED = [SystemMessage("Be brief."), HumanMessage("What is S3?")]
TEXT = "Be brief.\n\nWhat is S3?"
NOVA, REGION = "eu.amazon.nova-lite-v1:0", "Amazon Bedrock in eu-west-1"
AT = datetime(2026, 5, 4, 9)
SECRET = "secretLEDGERsecretLEDGER"


@pytest.fixture(autouse=True)
def _signed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIALEDGERLEDGERLEDG")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)


@pytest.fixture
def whole() -> Ledger:
    ticks = iter(range(10_000))
    return Ledger(now=lambda: AT + timedelta(seconds=next(ticks)))


def own(whole: Ledger) -> Ledger:
    return Ledger(whole, now=lambda: AT)


class Served:
    """A stand-in behind a ladder that counts in `ledger`."""

    def __init__(self, rung: str, standin: object, ledger: Ledger) -> None:
        self.standin, self.model, self.goes_to = standin, "small", ""
        if rung == "bedrock":
            self.model, self.goes_to = NOVA, REGION
            access = BedrockAccess(
                NOVA, region="eu-west-1", endpoint_url=standin.url, timeout=PATIENCE
            )
            self.provider: BedrockProvider | OpenAIProvider = BedrockProvider(access)
        else:
            self.provider = OpenAIProvider(standin.base_url, "", timeout=PATIENCE)
        self.ladder = Ladder([self.provider], ledger=ledger, pause=lambda *_: None)
        self.ladder.start()
        assert self.ladder.wait(PATIENCE).phase == "ready"

    def stream(self, cancel: threading.Event | None = None) -> Iterator[object]:
        return Descent(self.ladder, cancel or threading.Event()).stream(ASKED, max_tokens=9)

    def ask(self) -> str:
        return Descent(self.ladder, threading.Event()).complete(ASKED, max_tokens=9).text

    def row(self, **counts: int) -> Spent:
        return replace(Spent(self.model, self.goes_to), **counts)


Serve = Callable[[Ledger], Served]


@pytest.fixture(params=["bedrock", "openai"])
def serve(request: pytest.FixtureRequest) -> Iterator[Serve]:
    running = standin_bedrock() if request.param == "bedrock" else standin_openai()
    with running as standin:
        yield lambda ledger: Served(request.param, standin, ledger)


def test_a_call_is_counted_as_the_server_counts_it(serve: Serve, whole: Ledger) -> None:
    ledger = own(whole)
    served = serve(ledger)
    assert ledger.spent() == whole.spent() == ()  # to get ready costs nothing
    assert served.ask() == "Amazon S3 stores objects."
    once = served.row(calls=1, characters=len(TEXT), prompt_tokens=7, completion_tokens=5)
    assert ledger.spent() == whole.spent() == (once,)
    served.ask()
    twice = served.row(calls=2, characters=2 * len(TEXT), prompt_tokens=14, completion_tokens=10)
    assert ledger.spent() == whole.spent() == (twice,)


def test_sessions_are_counted_apart_and_together(serve: Serve, whole: Ledger) -> None:
    one, other = own(whole), own(whole)
    first = serve(one)
    second = Ladder(first.ladder.rungs, ledger=other)
    first.ask()
    first.ask()
    Descent(second, threading.Event()).complete(ASKED, max_tokens=9)
    assert [row.calls for row in one.spent()] == [2]
    assert [row.calls for row in other.spent()] == [1]
    assert [(row.calls, row.prompt_tokens) for row in whole.spent()] == [(3, 21)]


def test_a_cancelled_stream_is_a_call_without_tokens(serve: Serve, whole: Ledger) -> None:
    ledger, cancel = own(whole), threading.Event()
    served = serve(ledger)
    served.standin.mode = "slow"
    for _ in served.stream(cancel):
        cancel.set()
    assert served.standin.hung_up.wait(PATIENCE)
    stopped = served.row(calls=1, characters=len(TEXT), uncounted=1)
    assert ledger.spent() == whole.spent() == (stopped,)
    served.standin.mode = "ok"
    served.ask()
    assert [(row.calls, row.uncounted, row.prompt_tokens) for row in whole.spent()] == [(2, 1, 7)]


def test_a_refused_call_is_one_each_time_it_is_made(whole: Ledger) -> None:
    ledger = own(whole)
    with standin_bedrock() as standin:
        served = Served("bedrock", standin, ledger)
        standin.refusal = (403, "AccessDeniedException", "no")
        with pytest.raises(ModelUnavailable):
            served.ask()
        assert [(r.calls, r.uncounted, r.prompt_tokens) for r in ledger.spent()] == [(1, 1, 0)]
        standin.refusal, standin.throttled = None, 2
        served.ask()
    assert [(row.calls, row.uncounted, row.prompt_tokens) for row in whole.spent()] == [(4, 3, 7)]
    assert len(ledger.sent()) == len(standin.requests) == 4


def test_a_rung_that_stands_in_has_its_own_row(whole: Ledger) -> None:
    ledger = own(whole)
    with standin_bedrock() as amazon, standin_openai() as local:
        upper, lower = Served("bedrock", amazon, ledger), Served("openai", local, ledger)
        ladder = Ladder([upper.provider, lower.provider], ledger=ledger, pause=lambda *_: None)
        amazon.refusal = (403, "AccessDeniedException", "no")
        Descent(ladder, threading.Event()).complete(ASKED, max_tokens=9)
    failed = upper.row(calls=1, characters=len(TEXT), uncounted=1)
    answered = lower.row(calls=1, characters=len(TEXT), prompt_tokens=7, completion_tokens=5)
    assert ledger.spent() == whole.spent() == (failed, answered)
    assert [sent.goes_to for sent in whole.sent()] == [REGION]


def test_calls_of_many_threads_are_all_counted(serve: Serve, whole: Ledger) -> None:
    ledgers = [own(whole) for _ in range(4)]
    served = serve(ledgers[0])
    ladders = [Ladder(served.ladder.rungs, ledger=ledger) for ledger in ledgers]

    def ask(turn: int) -> str:
        descent = Descent(ladders[turn % 4], threading.Event())
        return descent.complete(ASKED, max_tokens=9).text

    with ThreadPoolExecutor(8) as pool:
        said = set(pool.map(ask, range(24)))
    assert said == {"Amazon S3 stores objects."}
    six = served.row(calls=6, characters=6 * len(TEXT), prompt_tokens=42, completion_tokens=30)
    assert [ledger.spent() for ledger in ledgers] == [(six,)] * 4
    assert [(row.calls, row.prompt_tokens, row.uncounted) for row in whole.spent()] == [
        (24, 168, 0)
    ]


def test_counting_is_exact_when_threads_meet() -> None:
    whole = Ledger()
    ledgers = [Ledger(whole) for _ in range(8)]

    def count(ledger: Ledger) -> None:
        for _ in range(500):
            ledger.asked("m", "there", "four")
            ledger.counted("m", "there", 2, 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, ledgers))
    assert whole.spent() == (Spent("m", "there", 4000, 16000, 8000, 4000),)
    assert {ledger.spent() for ledger in ledgers} == {(Spent("m", "there", 500, 2000, 1000, 500),)}


def test_only_what_left_the_machine_is_kept_and_only_the_last(whole: Ledger) -> None:
    ledger = own(whole)
    for number in range(KEPT + 5):
        ledger.asked("nova", REGION, f"text {number}")
        ledger.asked("small", "", "never left")
    assert [sent.text for sent in ledger.sent()] == [f"text {n}" for n in range(24, 4, -1)]
    assert ledger.sent()[0] == Sent(AT, REGION, "text 24")
    assert [sent.text for sent in whole.sent()] == [sent.text for sent in ledger.sent()]
    own(whole).asked("nova", REGION, "of another session")
    assert whole.sent()[0].text == "of another session"
    assert ledger.sent()[0].text == "text 24"


def test_what_is_kept_is_what_went_over_the_wire(whole: Ledger) -> None:
    with standin_bedrock() as standin:
        Served("bedrock", standin, own(whole)).ask()
    (request,) = standin.requests
    blocks = [*request["system"], *(b for m in request["messages"] for b in m["content"])]
    assert whole.sent() == (
        Sent(AT, REGION, "\n\n".join(b["text"] for b in blocks if "text" in b)),
    )


def test_a_trial_is_counted_too(serve: Serve, whole: Ledger) -> None:
    ledger = own(whole)
    served = serve(ledger)
    try_out(served.provider, ledger=ledger)
    asked = served.row(calls=1, characters=7, prompt_tokens=7, completion_tokens=5)
    assert whole.spent() == (asked,)
    assert [sent.text for sent in whole.sent()] == ["Say OK."] * bool(served.goes_to)


def test_a_ledger_tells_no_secret(
    serve: Serve, whole: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    serve(own(whole)).ask()
    assert until(lambda: whole.spent()[0].prompt_tokens)
    for told in (repr(whole.spent()), repr(whole.sent()), caplog.text):
        assert SECRET not in told
