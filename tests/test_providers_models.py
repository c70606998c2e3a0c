"""The registry: the same choice is the same model, another choice is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from pydantic import SecretStr

import providers.models
from core.model_choice import ModelChoice
from core.settings import Settings
from providers.embedded import EmbeddedProvider
from providers.ladder import Ladder
from providers.models import Models, of_its_rung
from tests.clock import PATIENCE
from tests.standin_openai import standin_openai

OTHER = {
    "openai_base_url": "http://127.0.0.1:9/v1",
    "openai_api_key": SecretStr("other"),
    "openai_model": "other",
    "bedrock_model": "other.model",
    "bedrock_region": "us-east-1",
    "bedrock_profile": "other",
    "bedrock_endpoint_url": "http://127.0.0.1:9",
    "bedrock_guardrail": "other:1",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(models=tmp_path / "models", model_url="http://127.0.0.1:9/none.gguf")


@pytest.fixture
def models(settings: Settings) -> Iterator[Models]:
    made = Models(settings)
    yield made
    made.close()


def kinds(ladder: Ladder) -> list[str]:
    return [type(rung.provider).__name__ for rung in ladder.rungs]


@pytest.mark.parametrize("llm", ["embedded", "openai", "bedrock", "none"])
def test_the_same_choice_shares_model_and_breaker(
    settings: Settings, models: Models, llm: str
) -> None:
    choice = replace(settings.choice, llm=llm)
    one, same = models.ladder(choice), models.ladder(replace(choice))
    assert one is not same
    assert all(a is b for a, b in zip(one.rungs, same.rungs, strict=True))
    for _ in range(3):
        one.rungs[0].failed(RuntimeError("gone"))
    assert (same.rungs[0].breaker.allows(), same.rungs[0].trouble) == (False, "gone")


@pytest.mark.parametrize("llm", ["openai", "bedrock"])
@pytest.mark.parametrize("name", OTHER)
def test_only_fields_of_its_own_make_another_model(
    settings: Settings, models: Models, llm: str, name: str
) -> None:
    choice = replace(settings.choice, llm=llm)
    before, after = models.ladder(choice), models.ladder(replace(choice, **{name: OTHER[name]}))
    mine = name.startswith(llm)
    assert (before.rungs[0] is not after.rungs[0]) is mine
    assert (before.rungs[0].breaker is not after.rungs[0].breaker) is mine
    assert before.rungs[-1] is after.rungs[-1]


def test_every_field_of_a_choice_is_of_one_rung() -> None:
    assert {field.name for field in fields(ModelChoice)} == {"llm", *OTHER}


def test_what_belongs_to_other_rungs_is_as_it_was_set(settings: Settings) -> None:
    wild = replace(settings.choice, llm="openai", **OTHER)
    seen = of_its_rung(wild, settings.choice)
    assert seen.openai_model == "other"
    assert seen.bedrock_guardrail == settings.bedrock_guardrail
    assert of_its_rung(replace(wild, llm="none"), settings.choice) == replace(
        settings.choice, llm="none"
    )


def test_the_embedded_model_stands_below_every_server(settings: Settings, models: Models) -> None:
    chosen = {
        llm: models.ladder(replace(settings.choice, llm=llm))
        for llm in ("embedded", "openai", "bedrock", "none")
    }
    assert {llm: kinds(ladder) for llm, ladder in chosen.items()} == {
        "embedded": ["EmbeddedProvider"],
        "openai": ["OpenAIProvider", "EmbeddedProvider"],
        "bedrock": ["BedrockProvider", "EmbeddedProvider"],
        "none": ["NoModel"],
    }
    assert len({id(chosen[llm].rungs[-1]) for llm in ("embedded", "openai", "bedrock")}) == 1


def test_it_is_loaded_once_for_all(
    settings: Settings, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    going, go = threading.Event(), threading.Event()

    def get_ready(self: EmbeddedProvider) -> object:
        loaded.append(self.label)
        going.set()
        go.wait(PATIENCE)
        return replace(self.state(), phase="ready")

    monkeypatch.setattr(EmbeddedProvider, "_get_ready", get_ready)
    own = models.ladder(replace(settings.choice, llm="embedded"))
    own.start()
    assert going.wait(PATIENCE)
    below = models.ladder(replace(settings.choice, llm="openai")).rungs[-1].provider
    below.start()
    own.start()
    go.set()
    assert below.wait(PATIENCE).phase == "ready"
    below.start()
    assert len(loaded) == 1


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that the model's file was asked of the network."""
    asked: list[str] = []
    monkeypatch.setattr(
        "providers.embedded.fetch", lambda *_, **__: asked.append("") or Path("none")
    )
    return asked


def test_its_file_is_not_fetched_unless_it_is_chosen(
    settings: Settings, models: Models, fetched: list[str]
) -> None:
    dead = replace(settings.choice, llm="openai", openai_base_url="http://127.0.0.1:9/v1")
    ladder = models.ladder(dead)
    ladder.start()
    assert ladder.wait(PATIENCE).phase == "failed"
    assert ladder.why_not(ladder.rungs[-1], threading.Event()) == "not fetched"
    assert fetched == []


def test_to_sit_down_at_it_fetches_nothing(
    settings: Settings, models: Models, fetched: list[str]
) -> None:
    ladder = models.ladder(replace(settings.choice, llm="embedded"))
    assert ladder.state().phase == "missing"
    assert fetched == []


def test_closing_stops_each_model_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[object] = []
    made = Models(settings)
    for llm in ("embedded", "openai", "bedrock", "none", "openai"):
        made.ladder(replace(settings.choice, llm=llm))
    another = made.ladder(replace(settings.choice, llm="openai", openai_model="other"))
    for kind in {type(rung.provider) for rung in (*another.rungs, *made._rungs.values())}:
        monkeypatch.setattr(kind, "close", lambda provider: closed.append(provider) or None)
    made.close()
    assert len(closed) == len({id(provider) for provider in closed}) == 5
    assert sum(isinstance(provider, EmbeddedProvider) for provider in closed) == 1


def test_sessions_that_sit_down_at_once_share_too(settings: Settings, models: Models) -> None:
    choice = replace(settings.choice, llm="bedrock", bedrock_model="some.model")
    ladders: list[Ladder] = []
    line = threading.Barrier(8)

    def sit() -> None:
        line.wait()
        ladders.append(models.ladder(choice))

    threads = [threading.Thread(target=sit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(ladder.rungs[0]) for ladder in ladders}) == 1


def test_a_ladder_serves_again_after_its_like_was_used(settings: Settings) -> None:
    """What one session has made ready is ready for the next, and asked of the server once."""
    with standin_openai() as server:
        models = Models(settings)
        choice = replace(settings.choice, llm="openai", openai_base_url=server.base_url)
        for _ in range(2):
            ladder = models.ladder(choice)
            ladder.start()
            assert ladder.wait(PATIENCE).phase == "ready"
        models.close()
    assert server.paths == ["/v1/models"]


def test_a_key_is_in_no_repr(settings: Settings) -> None:
    secret = replace(
        settings.choice,
        llm="openai",
        openai_api_key=SecretStr("sk-hidden"),
        openai_base_url="http://me:hidden@127.0.0.1:9/v1",
    )
    models = providers.models.Models(settings)
    ladder = models.ladder(secret)
    for thing in (secret, models._rungs, ladder.rungs, ladder.label, ladder.state()):
        assert "hidden" not in repr(thing)
