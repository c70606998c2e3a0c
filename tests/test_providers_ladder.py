"""Which rung answers, what a failing one costs, and what is said of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage, HumanMessage
from pydantic import Field

from core.errors import MalformedOutput, ModelBusy, ModelUnavailable
from core.settings import load_settings
from providers import NoModel, make_provider
from providers.base import ModelState, Phase
from providers.breaker import FAILURES, REST_SECONDS, Breaker
from providers.descent import ATTEMPTS, PATIENCE_SECONDS, PAUSES, Descent, PackAnew
from providers.embedded import EmbeddedProvider
from providers.ladder import Ladder
from providers.model_files import QWEN
from providers.openai_compatible import OpenAIProvider
from providers.traits import LARGE, SMALL
from providers.turns import Turns
from quiz.model import PracticeCalls
from tests.clock import PATIENCE
from tests.fakes import FakeProvider, Reply, ScriptedModel
from tests.standin_openai import Mode, StandIn, standin_openai

ASKED = [HumanMessage("What is S3?")]
GONE = Reply("-", fail_after=0)
BUSY = Reply("-", fail_after=0, error=ModelBusy("the model is throttled"))
CUT = Reply("Amazon S3 stores", fail_after=2)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Moody(ScriptedModel):
    """Gives its replies in turn, the last one ever after."""

    replies: list[Reply] = Field(default_factory=list)

    def _reply(self, messages: list[BaseMessage], options: dict[str, Any]) -> Reply:
        self.rules = [("", self.replies.pop(0) if len(self.replies) > 1 else self.replies[0])]
        return super()._reply(messages, options)


def rung(label: str, *replies: str | Reply, state: ModelState | None = None) -> FakeProvider:
    said = [Reply(reply) if isinstance(reply, str) else reply for reply in replies or (label,)]
    provider = FakeProvider(Moody(replies=said), state)
    provider.label = label
    return provider


def asked(provider: FakeProvider) -> int:
    return len(provider.model.prompts)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def lower() -> FakeProvider:
    return rung("small", "From below.")


def descent(
    *providers: FakeProvider,
    waits: list[float] | None = None,
    cancel: threading.Event | None = None,
) -> Descent:
    noted: list[float] = [] if waits is None else waits
    ladder = Ladder(providers, pause=lambda _, seconds: noted.append(seconds))
    return Descent(ladder, cancel or threading.Event())


def said(descent: Descent) -> str:
    return descent.complete(ASKED, max_tokens=9).text


def read(descent: Descent, into: list[str]) -> None:
    for chunk in descent.stream(ASKED, max_tokens=9):
        into.append(chunk.text)


def test_a_breaker_rests_after_failures_in_a_row_and_lets_one_call_try(clock: Clock) -> None:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.allows()
        breaker.failed()
    clock.now += REST_SECONDS - 0.1
    assert not breaker.allows()
    clock.now += 0.1
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.failed()
    assert not breaker.allows()
    clock.now += REST_SECONDS
    assert breaker.allows()
    breaker.worked()
    assert [breaker.allows() for _ in range(3)] == [True, True, True]


def test_a_call_that_works_ends_the_row(clock: Clock) -> None:
    breaker = Breaker(clock)
    for _ in range(3 * FAILURES):
        breaker.failed()
        breaker.worked()
    breaker.failed()
    assert breaker.allows()


def test_the_rung_that_is_set_answers_and_nothing_is_said_of_it(lower: FakeProvider) -> None:
    down = descent(rung("large", "From above."), lower)
    assert (said(down), down.by, down.notice) == ("From above.", "large", "")
    assert (asked(lower), lower.started) == (0, 0)


@pytest.mark.parametrize(
    "reply",
    [
        GONE,
        BUSY,
        CUT,
        Reply("-", fail_after=0, error=MalformedOutput("garbage")),
        Reply("-", fail_after=0, error=ModelUnavailable("no access")),
    ],
    ids=["gone", "busy", "cut", "garbage", "refused"],
)
def test_a_rung_that_fails_is_left_and_the_notice_says_why(
    lower: FakeProvider, reply: Reply
) -> None:
    down = descent(rung("large", reply), lower)
    assert said(down) == "From below."
    assert down.by == "small"
    assert down.notice.startswith("Answered by small: ")
    assert down.why in down.notice
    assert down.why


def test_it_stays_on_the_rung_that_answers(lower: FakeProvider) -> None:
    top = rung("large", GONE, "Back again.")
    down = descent(top, lower)
    assert [said(down), said(down)] == ["From below.", "From below."]
    assert asked(top) == 1


@pytest.mark.parametrize("busy", range(1, ATTEMPTS))
def test_a_busy_model_is_asked_again(lower: FakeProvider, waits: list[float], busy: int) -> None:
    top = rung("large", *[BUSY] * busy, "From above.")
    down = descent(top, lower, waits=waits)
    assert (said(down), down.by, down.notice) == ("From above.", "large", "")
    assert len(waits) == busy
    assert all(low <= wait <= high for wait, (low, high) in zip(waits, PAUSES, strict=False))


def test_a_busy_model_is_not_asked_for_ever(lower: FakeProvider, waits: list[float]) -> None:
    top = rung("large", BUSY)
    assert said(descent(top, lower, waits=waits)) == "From below."
    assert (asked(top), len(waits)) == (ATTEMPTS, ATTEMPTS - 1)


def test_messages_made_for_a_rung_go_to_none_that_reads_another_amount(
    lower: FakeProvider,
) -> None:
    top = rung("large", GONE)
    top.traits = LARGE
    down = descent(top, lower)
    assert down.traits == LARGE
    with pytest.raises(PackAnew, match="cannot be reached"):
        down.complete(ASKED, max_tokens=9, made_for=down.traits)
    assert (asked(top), asked(lower)) == (1, 0)
    assert down.traits == SMALL
    assert down.complete(ASKED, max_tokens=9, made_for=down.traits).text == "From below."
    assert down.notice.startswith("Answered by small: ")


def test_messages_made_for_a_rung_go_to_the_next_that_reads_as_much(lower: FakeProvider) -> None:
    down = descent(rung("large", GONE), lower)
    assert down.complete(ASKED, max_tokens=9, made_for=SMALL).text == "From below."


def test_without_a_rung_the_traits_are_the_smallest() -> None:
    gone = rung("large", state=ModelState("failed", "nothing answers"))
    gone.traits = LARGE
    assert descent(gone).traits == SMALL


def test_the_pauses_are_within_the_patience_of_a_learner() -> None:
    assert sum(high for _, high in PAUSES) <= PATIENCE_SECONDS <= 4
    assert len(PAUSES) == ATTEMPTS - 1


def test_only_a_busy_model_is_asked_again(lower: FakeProvider, waits: list[float]) -> None:
    top = rung("large", GONE)
    assert said(descent(top, lower, waits=waits)) == "From below."
    assert (asked(top), waits) == (1, [])


def test_after_its_first_word_a_failure_is_told_and_the_next_call_goes_lower(
    lower: FakeProvider, waits: list[float]
) -> None:
    error = ModelBusy("throttled in the middle")
    top = rung("large", Reply("Amazon S3 stores", fail_after=2, error=error))
    down, got = descent(top, lower, waits=waits), []
    with pytest.raises(ModelBusy, match="in the middle"):
        read(down, got)
    assert "".join(got) == "Amazon S3"
    assert (down.by, asked(lower), waits) == ("large", 0, [])
    assert down.ready()
    read(down, got)
    assert "".join(got) == "Amazon S3From below."


def test_without_a_lower_rung_the_failure_is_told_as_it_was() -> None:
    down = descent(rung("large", Reply("-", fail_after=0, error=MalformedOutput("garbage"))))
    with pytest.raises(MalformedOutput, match="garbage"):
        said(down)
    assert not down.ready()
    with pytest.raises(ModelUnavailable, match="garbage"):
        said(down)


def test_when_all_fail_the_trouble_of_the_first_is_kept() -> None:
    down = descent(
        rung("large", Reply("-", fail_after=0, error=ModelUnavailable("no access"))),
        rung("small", GONE),
    )
    with pytest.raises(ModelUnavailable, match="broke off"):
        said(down)
    assert down.why == "no access"


def test_cancelling_in_a_pause_ends_the_call(lower: FakeProvider) -> None:
    cancel = threading.Event()

    def stopped(event: threading.Event, seconds: float) -> None:
        event.set()

    ladder = Ladder((rung("large", BUSY), lower), pause=stopped)
    assert Descent(ladder, cancel).complete(ASKED, max_tokens=9).text == ""
    assert asked(lower) == 0


def test_who_fails_again_and_again_is_left_alone_for_a_while(
    lower: FakeProvider, clock: Clock
) -> None:
    top = rung("large", *[GONE] * FAILURES, "From above.")
    ladder = Ladder((top, lower), clock=clock)
    for _ in range(FAILURES):
        assert said(Descent(ladder, threading.Event())) == "From below."
    resting = Descent(ladder, threading.Event())
    assert said(resting) == "From below."
    assert "cannot be reached" in resting.notice
    assert asked(top) == FAILURES
    clock.now += REST_SECONDS
    first, second = (Descent(ladder, threading.Event()) for _ in range(2))
    assert first.ready()
    assert said(second) == "From below."  # while the one call tries
    assert said(first) == "From above."
    assert said(Descent(ladder, threading.Event())) == "From above."


def test_hanging_up_on_an_answer_is_no_failure_and_ends_a_row_of_them(
    lower: FakeProvider, clock: Clock
) -> None:
    ladder = Ladder((rung("large", *[GONE, GONE, "A long answer.", GONE, GONE], "Up."), lower))
    for _ in range(5):
        stream = Descent(ladder, threading.Event()).stream(ASKED, max_tokens=9)
        next(stream)
        stream.close()
    assert said(Descent(ladder, threading.Event())) == "Up."


@pytest.mark.parametrize(
    ("top", "low", "phase", "detail"),
    [
        ("ready", "ready", "ready", "top is ready"),
        ("failed", "ready", "ready", "small for now: top is failed"),
        ("loading", "ready", "ready", "small for now: top is loading"),
        ("failed", "loading", "loading", "small is loading"),
        ("loading", "loading", "loading", "top is loading"),
        ("missing", "missing", "missing", "top is missing"),
        ("failed", "missing", "failed", "top is failed"),
        ("failed", "failed", "failed", "top is failed"),
    ],
)
def test_its_state_is_that_of_who_would_answer(
    top: Phase, low: Phase, phase: Phase, detail: str
) -> None:
    upper = rung("top", state=ModelState(top, f"top is {top}"))
    below = rung("small", state=ModelState(low, f"small is {low}"))
    assert Ladder((upper, below)).state() == ModelState(phase, detail)


def test_a_rung_that_does_not_start_makes_the_next_one_start() -> None:
    failed = rung("large", state=ModelState("failed", "nothing answers"))
    below = rung("small", state=ModelState("missing", "not started"))
    ladder = Ladder((failed, below))
    ladder.wait()
    assert below.started == 1
    working, unneeded = rung("large"), rung("small", state=ModelState("missing"))
    Ladder((working, unneeded)).wait()
    assert unneeded.started == 0


def test_start_alone_is_enough_for_the_next_one_to_start() -> None:
    below = Waking("small")
    Ladder((rung("large", state=ModelState("failed", "nothing answers")), below)).start()
    assert below.woken.wait(PATIENCE)


class Waking(FakeProvider):
    """Is ready once it has been started."""

    def __init__(self, label: str) -> None:
        super().__init__(Moody(replies=[Reply("From below.")]), ModelState("missing"))
        self.label = label
        self.woken = threading.Event()

    def start(self) -> None:
        super().start()
        self.now = ModelState("ready")
        self.woken.set()


def test_a_lower_rung_gets_ready_when_it_is_needed_and_the_failed_one_is_tried_again() -> None:
    failed = rung("large", state=ModelState("failed", "Nothing answers there."))
    below = Waking("small")
    down = descent(failed, below)
    assert said(down) == "From below."
    assert down.notice == "Answered by small: Nothing answers there."
    assert (failed.started, below.started) == (1, 1)


def test_a_model_alone_that_failed_waits_for_the_learner_to_start_it() -> None:
    failed = rung("large", state=ModelState("failed", "Nothing answers there."))
    assert not descent(failed).ready()
    assert failed.started == 0


def test_a_model_file_that_is_not_here_is_never_fetched_for_a_fall(tmp_path: Path) -> None:
    def fetched(*_: object) -> None:
        raise AssertionError("nobody asked for a download")

    below = EmbeddedProvider(QWEN, tmp_path, "http://127.0.0.1:9/none", may_fetch=False)
    below._readiness.run = fetched
    down = Descent(Ladder((rung("large", GONE), below)), threading.Event())
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        said(down)
    assert below.state() == ModelState("missing", "not fetched")


def test_closing_closes_every_rung() -> None:
    rungs = rung("large"), rung("small")
    Ladder(rungs).close()
    assert [each.closed for each in rungs] == [1, 1]


def test_work_in_the_background_stays_on_the_rung_that_is_set(lower: FakeProvider) -> None:
    top = rung("large", BUSY)
    practice = PracticeCalls(Ladder((top, lower)), Turns())
    with pytest.raises(ModelUnavailable, match="throttled"):
        practice.recall("A ___ stores water.")
    assert (asked(top), asked(lower)) == (1, 0)


@pytest.mark.parametrize(
    ("llm", "kinds"),
    [
        ("openai", [OpenAIProvider, EmbeddedProvider]),
        ("embedded", [EmbeddedProvider]),
        ("none", [NoModel]),
    ],
)
def test_settings_make_the_ladder(llm: str, kinds: list[type]) -> None:
    provider = make_provider(load_settings(llm=llm))
    assert [type(each.provider) for each in Ladder.over(provider).rungs] == kinds


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin_openai() as standin:
        yield standin


def served(server: StandIn, lower: FakeProvider, waits: list[float]) -> Descent:
    top = OpenAIProvider(server.base_url, "key", timeout=PATIENCE)
    top.start()
    assert top.wait(PATIENCE).phase == "ready"
    ladder = Ladder((top, lower), pause=lambda _, seconds: waits.append(seconds))
    return Descent(ladder, threading.Event())


def test_a_server_that_wants_a_pause_gets_it(
    server: StandIn, lower: FakeProvider, waits: list[float]
) -> None:
    down = served(server, lower, waits)
    server.modes = ["429", "429", "ok"]
    assert said(down) == "Amazon S3 stores objects."
    assert (down.notice, len(waits), len(server.requests)) == ("", 2, 3)


@pytest.mark.parametrize(
    ("mode", "why", "times"), [("500", "HTTP 500", ATTEMPTS), ("404", "not there", 1)]
)
def test_a_server_that_does_not_recover_is_left(
    server: StandIn, lower: FakeProvider, waits: list[float], mode: Mode, why: str, times: int
) -> None:
    down = served(server, lower, waits)
    server.mode = mode
    assert said(down) == "From below."
    assert why in down.notice
    assert len(server.requests) == times


@pytest.mark.parametrize("mode", ["dies", "ends"])
def test_a_stream_that_is_cut_is_told_after_its_words(
    server: StandIn, lower: FakeProvider, waits: list[float], mode: Mode
) -> None:
    down, got = served(server, lower, waits), []
    server.mode = mode
    with pytest.raises(ModelUnavailable, match="broke off"):
        read(down, got)
    assert "".join(got) == "Amazon S3"
    assert len(server.requests) == 1
    assert said(down) == "From below."
