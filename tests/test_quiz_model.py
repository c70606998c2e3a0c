"""What practice asks of a model, and what it makes of the replies."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from math import log

import pytest

from core.errors import MalformedOutput, ModelUnavailable
from providers.base import ModelState
from providers.traits import LARGE, SMALL, ModelTraits
from providers.turns import Turns
from quiz.model import PracticeCalls, Stopped
from tests.clock import PATIENCE, until
from tests.fakes import FakeProvider, Held, Reply, ScriptedModel

OPTIONS = ("Vacuole", "Nucleus", "Ribosome")


def calls(reply: str | Reply, stop: threading.Event | None = None) -> PracticeCalls:
    model = ScriptedModel(rules=[("", reply)])
    return PracticeCalls(FakeProvider(model), Turns(), stop)


@pytest.mark.parametrize(
    ("reply", "shares"),
    [
        pytest.param(
            Reply("B", top={"B": log(0.6), "A": log(0.3), "Z": log(0.1)}),
            (1 / 3, 2 / 3, 0),
            id="top",
        ),
        pytest.param(
            Reply(" B", top={" B": log(0.5), "B": log(0.25), " C": log(0.25)}),
            (0, 0.75, 0.25),
            id="one letter in two tokens",
        ),
        pytest.param(Reply("D", top={"D": log(0.9), "C": log(0.1)}), (0, 0, 1), id="no option's"),
        pytest.param("B", (0, 1, 0), id="text alone"),
        pytest.param(" A", (1, 0, 0), id="a space before it"),
        pytest.param("a)", (1, 0, 0), id="a small letter"),
        pytest.param("**B**", (0, 1, 0), id="bold"),
        pytest.param("(C)", (0, 0, 1), id="in brackets"),
        pytest.param("C.", (0, 0, 1), id="a full stop"),
    ],
)
def test_a_letter_becomes_shares(reply: str | Reply, shares: tuple[float, ...]) -> None:
    found = calls(reply).choose("Which of these stores water?", OPTIONS, "Vacuole: stores water")
    assert found == pytest.approx(shares)


@pytest.mark.parametrize("text", ["D", "None of them", "", "7", "?", "Because of it"])
def test_no_letter_of_an_option_is_malformed(text: str) -> None:
    with pytest.raises(MalformedOutput, match="none of the options"):
        calls(text).choose("Which of these stores water?", OPTIONS, "")


def test_the_solver_reads_the_lines_and_the_guesser_does_not() -> None:
    model = ScriptedModel(rules=[("", "A")])
    practice = PracticeCalls(FakeProvider(model), Turns())
    practice.choose("Which stores water?", OPTIONS, "Vacuole: stores water")
    practice.choose("Which stores water?", OPTIONS, "")
    solving, guessing = model.prompts
    assert "Vacuole: stores water" in solving
    assert "Vacuole: stores water" not in guessing
    for prompt in model.prompts:
        assert prompt.endswith("Which stores water?\nA. Vacuole\nB. Nucleus\nC. Ribosome")
    assert model.options[0]["top_logprobs"] >= len(OPTIONS)


def test_what_is_written_comes_in_one_line_without_quotes() -> None:
    model = ScriptedModel(rules=[("", '"A cook  wants\nto store water."')])
    practice = PracticeCalls(FakeProvider(model), Turns())
    assert practice.scenario("Botany", ["stores water"], 0.5) == "A cook wants to store water."
    assert practice.vary("Which stores water?", "Vacuole", 0.8) == "A cook wants to store water."
    assert "- stores water" in model.prompts[0]
    assert model.options[0]["stop"] == ["\n\n"]


@pytest.mark.parametrize("traits", [SMALL, LARGE])
def test_a_larger_model_writes_longer_stems(traits: ModelTraits) -> None:
    provider = FakeProvider(ScriptedModel(rules=[("", "A cook stores water.")]))
    provider.traits = traits
    PracticeCalls(provider, Turns()).scenario("Botany", ["stores water"], 0.5)
    assert f"At most {traits.stem_words} words." in provider.model.prompts[0]
    assert provider.asked[0]["max_tokens"] == 2 * traits.stem_words


def test_a_model_that_is_gone_is_told() -> None:
    provider = FakeProvider(state=ModelState("failed", "no file"))
    with pytest.raises(ModelUnavailable, match="no file"):
        PracticeCalls(provider, Turns()).choose("Which?", OPTIONS, "")


@pytest.fixture
def held() -> Iterator[Held]:
    model = Held(rules=[("", "B")])
    yield model
    model.let_go.set()


def test_a_call_that_gave_way_is_made_again(held: Held) -> None:
    model, turns = held, Turns()
    practice = PracticeCalls(FakeProvider(model), turns)
    found: list[tuple[float, ...]] = []
    thread = threading.Thread(target=lambda: found.append(practice.choose("?", OPTIONS, "")))
    thread.start()
    assert until(lambda: model.prompts)
    with turns.foreground():
        model.let_go.set()
        time.sleep(0.1)
        assert len(model.prompts) == 1
        assert found == []
    thread.join(PATIENCE)
    assert found == [(0, 1, 0)]
    assert len(model.prompts) == 2


def test_once_stopped_nothing_is_asked() -> None:
    stop = threading.Event()
    stop.set()
    model = ScriptedModel()
    with pytest.raises(Stopped):
        PracticeCalls(FakeProvider(model), Turns(), stop).choose("?", OPTIONS, "")
    assert model.prompts == []


def test_stop_ends_a_call_that_runs(held: Held) -> None:
    stop = threading.Event()
    threading.Thread(target=lambda: until(lambda: held.prompts) and stop.set()).start()
    with pytest.raises(Stopped):
        PracticeCalls(FakeProvider(held), Turns(), stop).choose("?", OPTIONS, "")
    assert (len(held.prompts), held.waited_out) == (1, 0)


def test_stop_ends_a_call_that_waits_for_a_learner() -> None:
    stop, turns = threading.Event(), Turns()
    threading.Timer(0.1, stop.set).start()
    with turns.foreground(), pytest.raises(Stopped):
        PracticeCalls(FakeProvider(), turns, stop).choose("?", OPTIONS, "")
