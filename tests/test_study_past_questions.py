"""Past questions prepared in the background: by one model, and when it fails by another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.practice import Item, Scope
from providers.base import ModelState
from quiz.workshop import Workshop
from study.practice import Practice
from tests.bench import Bench
from tests.cells import CELLS, Pupil, workshop_of
from tests.clock import until
from tests.fakes import FakeProvider, Reply

GAPS = Scope(kind="gap")
RAIN = "Which part should be named when a cell swells after rain each time?"
NOTES = CELLS + f"\t\tQues: {RAIN}\n\t\tAns: Vacuole\n"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return workshop_of(tmp_path_factory.mktemp("cells"), cells=NOTES)


def throttled() -> Pupil:
    """A model that writes new items, and is gone whenever it is asked about the rain."""
    return Pupil(rules=[(RAIN, Reply("A", fail_after=0))])


@pytest.fixture
def one(tmp_path: Path, workshop: Workshop) -> Iterator[Bench]:
    bench = Bench(tmp_path, throttled(), workshop=workshop)
    yield bench
    bench.close()


def by(one: Bench, model: Pupil, label: str) -> Practice:
    provider = FakeProvider(model)
    provider.label = label
    return one.practice_by(provider)


def kept(one: Bench) -> list[Item]:
    held: list[Item] = []
    one.store.ready(lambda item: held.append(item) or False)
    return [item for item in held if item.origin == "notes"]


def broke_off(one: Bench) -> bool:
    return not one.pool.past.left_for(one.provider) and not one.pool.past.done


def test_what_one_model_left_another_prepares(one: Bench) -> None:
    """The second question it cannot prove either: that is settled for both."""
    one.practice.prepare(GAPS)
    assert until(lambda: broke_off(one))
    assert kept(one) == []
    second = Pupil()
    by(one, second, "embedded").prepare(GAPS)
    assert until(lambda: one.pool.past.done)
    (item,) = kept(one)
    assert (item.stem, item.answer, item.guessable) == (RAIN, "Vacuole", False)
    assert sum("Runners tire" in p for p in (*one.model.prompts, *second.prompts)) <= 3


def test_the_model_that_broke_off_goes_on_when_it_is_asked_again(one: Bench) -> None:
    one.practice.prepare(GAPS)
    assert until(lambda: broke_off(one))
    one.model.rules.clear()
    one.pool.want(GAPS, one.provider, again=False)
    assert broke_off(one)
    one.practice.prepare(GAPS)
    assert until(lambda: one.pool.past.done)
    assert [item.stem for item in kept(one)] == [RAIN]


def test_trouble_with_the_disk_ends_it_and_not_the_worker(
    one: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.model.rules.clear()
    put_ready = one.store.put_ready

    def full(item: Item, *rest: object) -> None:
        if item.origin == "notes":
            raise ConfigError("the disk is full")
        put_ready(item, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(one.store, "put_ready", full)
        one.practice.prepare(GAPS)
        assert until(lambda: broke_off(one))
    property_ = Scope(kind="property")
    one.practice.prepare(property_)
    assert until(lambda: one.store.ready(lambda item: item.kind == "property") > 0)


def test_no_model_on_another_machine_is_asked(one: Bench) -> None:
    far = FakeProvider(Pupil(), ModelState("ready", "far", goes_to="a cloud"))
    far.label = "far"
    one.practice_by(far).prepare(GAPS)
    assert until(lambda: not one.practice.making(GAPS))
    assert not one.pool.past.done
    assert not any(RAIN in prompt for prompt in far.model.prompts)
    one.model.rules.clear()
    one.practice.prepare(GAPS)
    assert until(lambda: one.pool.past.done)
    assert [item.stem for item in kept(one)] == [RAIN]
