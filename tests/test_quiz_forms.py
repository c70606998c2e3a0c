"""Items written by tool use: over Converse with genuine frames, and what is wrong with a form."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import MalformedOutput
from core.practice import Scope
from providers.bedrock import BedrockAccess, BedrockProvider
from providers.turns import Turns
from quiz.checks.freshness import Wordings
from quiz.forms import Scenario, Variant, WrongAnswers, read_form
from quiz.items.maker import Run
from quiz.items.past_attempts import past_attempts
from quiz.items.tally import Tally
from quiz.model import PracticeCalls, Stopped
from tests.cells import CELLS, Pupil, made_by, workshop_of
from tests.clock import PATIENCE, until
from tests.fakes import FakeEmbedder
from tests.standin_bedrock import StandIn, standin_bedrock

HAIKU = "eu.anthropic.claude-3-5-haiku-20241022-v1:0"
STORY = "A cook wants to store water."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandIn]:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secretSECRETsecretSECRET")
    with standin_bedrock() as standin:
        yield standin


def calls(
    server: StandIn, model: str = HAIKU, stop: threading.Event | None = None
) -> PracticeCalls:
    access = BedrockAccess(
        model, region="eu-central-1", endpoint_url=server.url, timeout=2 * PATIENCE
    )
    provider = BedrockProvider(access)
    provider.start()
    assert provider.wait(60).phase == "ready"
    return PracticeCalls(provider, Turns(), stop)


def test_a_stem_comes_by_a_tool_that_the_model_must_use(server: StandIn) -> None:
    server.answer = ("A cook wants", " to store", " water.")
    practice = calls(server)
    assert practice.scenario("Botany", ["stores water"], 0.5) == STORY
    (request,) = server.requests
    (tool,) = request["toolConfig"]["tools"]
    schema = tool["toolSpec"]["inputSchema"]["json"]
    assert tool["toolSpec"]["name"] == "Scenario"
    assert tool["toolSpec"]["description"] == "Hand in the scenario."
    assert schema["required"] == ["scenario"]
    assert schema["properties"]["scenario"]["type"] == "string"
    assert request["toolConfig"]["toolChoice"] == {"tool": {"name": "Scenario"}}
    assert "stopSequences" not in request["inferenceConfig"]


def test_a_variant_and_wrong_answers_come_by_theirs(server: StandIn) -> None:
    practice = calls(server)
    server.answer = (STORY,)
    assert practice.vary("Which stores water?", "Vacuole", 0.8) == STORY
    server.answer = ("Boil it\n", "Freeze it\n", "Sell it")
    assert practice.alternatives("What now?", "Store it", 0.5) == [
        "Boil it",
        "Freeze it",
        "Sell it",
    ]
    forced = [request["toolConfig"]["toolChoice"] for request in server.requests]
    assert forced == [{"tool": {"name": "Variant"}}, {"tool": {"name": "WrongAnswers"}}]


def test_what_is_chosen_comes_as_text(server: StandIn) -> None:
    server.answer = ("B",)
    assert calls(server).choose("Which?", ("Root", "Stem"), "") == (0, 1)
    assert "toolConfig" not in server.requests[0]


@pytest.mark.parametrize(
    ("model", "choice"),
    [
        ("mistral.mistral-large-2402-v1:0", {"any": {}}),
        ("amazon.nova-lite-v1:0", {"tool": {"name": "Scenario"}}),
        ("meta.llama3-3-70b-instruct-v1:0", None),
        ("somebody.new-model-v1:0", None),
    ],
)
def test_who_cannot_be_made_to_use_a_tool_writes_text(
    server: StandIn, model: str, choice: dict[str, object] | None
) -> None:
    server.answer = (STORY,)
    assert calls(server, model).scenario("Botany", ["stores water"], 0.5) == STORY
    assert server.requests[0].get("toolConfig", {}).get("toolChoice") == choice


GARBLED = {
    "broken off": ('{"scen', 'ario": "A co'),
    "no JSON": ("A cook wants", " water"),
    "another form": ('{"question": ', '"Who?"}'),
    "more than the form": ('{"scenario": "A cook", ', '"answer": "Vacuole"}'),
    "another type": ('{"scenario": ', '["A cook"]}'),
    "blank": ('{"scenario": ', '"  "}'),
    "a list": ("[1,", "2]"),
    "nothing": (),
}


@pytest.mark.parametrize("pieces", GARBLED.values(), ids=GARBLED.keys())
def test_a_form_filled_in_wrongly_is_malformed(server: StandIn, pieces: tuple[str, ...]) -> None:
    server.tool_input = pieces
    with pytest.raises(MalformedOutput, match="The model"):
        calls(server).scenario("Botany", ["stores water"], 0.5)


def test_text_in_place_of_the_form_is_malformed(server: StandIn) -> None:
    server.ignores_tools = True
    with pytest.raises(MalformedOutput, match="did not use the form Scenario"):
        calls(server).scenario("Botany", ["stores water"], 0.5)


def test_stop_hangs_up_in_the_middle_of_a_form(server: StandIn) -> None:
    stop, server.mode = threading.Event(), "slow"
    practice = calls(server, stop=stop)
    threading.Thread(target=lambda: until(lambda: server.requests) and stop.set()).start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        practice.scenario("Botany", ["stores water"], 0.5)
    assert time.monotonic() - began < PATIENCE  # the silence alone would end it after two
    assert server.hung_up.wait(PATIENCE)


def pupil(server: StandIn) -> None:
    from langchain_core.messages import HumanMessage

    def mind(turns: list[str]) -> tuple[str, ...]:
        return (Pupil()._reply([HumanMessage(turn) for turn in turns], {}).text,)

    server.mind = mind


def run(practice: PracticeCalls, scope: Scope) -> Run:
    wordings = Wordings(FakeEmbedder(dimension=2048))
    return Run(scope, wordings, practice, random.Random(0), Tally())


def test_items_are_made_over_it(server: StandIn, tmp_path: Path) -> None:
    pupil(server)
    maker = workshop_of(tmp_path, cells=CELLS).maker()
    made = made_by(maker, run(calls(server), Scope(kind="scenario")), enough=1)
    assert made[-1].accepted, [(one.item.stem, one.checks) for one in made]
    assert any("toolConfig" in request for request in server.requests)


@pytest.mark.parametrize("kind", ["scenario", "variant"])
def test_a_garbled_form_is_a_rejected_draft(server: StandIn, tmp_path: Path, kind: str) -> None:
    pupil(server)
    server.tool_input = ('{"scen', "ario")
    maker = workshop_of(tmp_path, cells=CELLS).maker()
    made = made_by(maker, run(calls(server), Scope(kind=kind)))
    assert made
    assert {one.checks[-1].name for one in made} == {"well_formed"}


def test_a_past_question_without_wrong_answers_is_a_rejected_draft(
    server: StandIn, tmp_path: Path
) -> None:
    server.tool_input = ("[",)
    past = "Questions\n\tQues: What should a tired runner do first after a race?\n\tAns: Drink\n"
    maker = workshop_of(tmp_path, cells=CELLS, past=past).maker()
    made = list(past_attempts(maker, run(calls(server), Scope()), set))
    (failed,) = [one for one in made if one.item.stem.startswith("What should a tired runner")]
    assert failed.checks[-1].name == "well_formed"
    assert failed.item.citations[0].note == "past.txt"


@pytest.mark.parametrize(
    ("form", "text", "says"),
    [
        (Scenario, "", "did not use"),
        (Variant, "{}", "question wrongly: Field required"),
        (WrongAnswers, '{"answers": []}', "answers wrongly"),
        (WrongAnswers, '{"answers": ["a", ""]}', "answers.1 wrongly"),
        (WrongAnswers, '{"answers": "a"}', "answers wrongly"),
    ],
)
def test_what_is_wrong_is_told_without_what_was_written(
    form: type[Scenario], text: str, says: str
) -> None:
    with pytest.raises(MalformedOutput, match=says):
        read_form(form, text)
