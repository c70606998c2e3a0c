"""The pool: made in the background, gives way, gives up, and ends when it is told."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from core.errors import ConfigError, ModelUnavailable
from core.practice import Item, Scope
from providers.base import ModelState
from quiz.workshop import Workshop
from study.pool import DRAFTS, READY
from study.practice import Practice
from tests.bench import Bench, HeldPupil
from tests.cells import CELLS, RECALL, SCENARIO, SOLVE, Pupil, workshop_of
from tests.clock import PATIENCE, until
from tests.fakes import FakeProvider, Reply

Open = Callable[..., Bench]


class Forgetful(Pupil):
    """Cannot tell whom a statement is said of, nor answer on a ribosome's long chains."""

    def _reply(self, messages: list[BaseMessage], options: dict[str, Any]) -> Reply:
        asked = str(messages[-1].text).split("Question:")
        forgot = len(asked) > 1 and re.search("long chains|is described here", asked[-1])
        return Reply("?") if forgot else super()._reply(messages, options)


ANY, GAPS = Scope(), Scope(kind="gap")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return workshop_of(tmp_path_factory.mktemp("cells"))


@pytest.fixture
def bench(tmp_path: Path, workshop: Workshop) -> Iterator[Open]:
    opened: list[Bench] = []

    def build(model: Pupil | None = None) -> Bench:
        opened.append(Bench(tmp_path, model or Pupil(), workshop=workshop))
        return opened[-1]

    yield build
    for one in opened:
        one.close()


def ready(one: Bench, scope: Scope = ANY) -> int:
    return one.store.ready(lambda item: one.workshop.fits(item, scope))


def idle(one: Bench) -> bool:
    return not one.practice.making(ANY) and not one.practice.making(GAPS)


def settled(one: Bench) -> bool:
    """Past questions are solved, too."""
    return idle(one) and one.pool.past.done


def working() -> bool:
    return any(thread.name == "items" for thread in threading.enumerate())


def test_it_keeps_some_items_ready_and_refills_what_is_taken(bench: Open) -> None:
    one = bench()
    one.practice.prepare(ANY)
    assert until(lambda: idle(one))
    assert ready(one) == READY
    assert one.practice.next(ANY) is not None
    assert one.practice.making(ANY) or ready(one) == READY
    assert until(lambda: ready(one) == READY)


def test_it_says_what_it_makes_from_the_first_moment_on(bench: Open) -> None:
    """Who asks right after the wish must not read that nothing will come."""
    model = HeldPupil()
    one = bench(model)
    assert one.practice.making(ANY) == ""
    one.practice.prepare(ANY)
    assert one.practice.making(ANY).startswith("Writing a question")
    model.let_go.set()
    assert until(lambda: idle(one))
    assert one.practice.making(ANY) == ""


def test_the_scope_wanted_last_comes_first(bench: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    model, made = HeldPupil(), list[str]()
    one = bench(model)
    put_ready = one.store.put_ready

    def kept(item: Item, *rest: Any) -> None:
        made.append(item.kind)
        put_ready(item, *rest)

    monkeypatch.setattr(one.store, "put_ready", kept)
    one.practice.prepare(Scope(kind="property"))
    one.practice.prepare(GAPS)
    model.let_go.set()
    assert until(lambda: made.count("gap") >= READY and made.count("property") >= READY)
    last_gap = [number for number, kind in enumerate(made) if kind == "gap"][READY - 1]
    assert made[:last_gap].count("property") <= 1


def test_a_new_wish_does_not_wait_for_the_drafts_of_another_scope(bench: Open) -> None:
    """A scope whose drafts all fail gives way after each of them."""
    model = HeldPupil(rules=[(SCENARIO, "So be it.")])
    one = bench(model)
    one.practice.prepare(Scope(kind="scenario"))
    assert until(lambda: model.prompts)
    one.practice.prepare(GAPS)
    model.let_go.set()
    assert until(lambda: ready(one, GAPS) > 0)
    assert one.pool.record.rejected["scenario", "well_formed"] <= 1


def test_what_nobody_waits_for_gives_way_while_a_scope_has_nothing_ready(bench: Open) -> None:
    model = HeldPupil()
    one = bench(model)
    with one.turns.background() as summary:
        one.practice.prepare(GAPS)
        assert until(summary.is_set)
    model.let_go.set()
    assert until(lambda: ready(one, GAPS) == READY)
    with one.turns.background() as summary:
        assert not summary.is_set()


def test_a_wish_returns_at_once_while_the_notes_are_read(
    bench: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, reads, go, have_read = bench(), *(threading.Event() for _ in range(3))
    maker = one.workshop.maker

    def reading() -> object:
        reads.set()
        go.wait(PATIENCE)
        have_read.set()
        return maker()

    monkeypatch.setattr(one.workshop, "maker", reading)
    one.pool.want(ANY, one.provider)
    assert reads.wait(PATIENCE)
    one.pool.want(GAPS, one.provider)
    assert one.pool.making(ANY)
    assert not have_read.is_set()
    go.set()
    assert until(lambda: ready(one) >= READY)


def test_a_chat_question_never_waits_for_it(bench: Open) -> None:
    """While the learner is answered no call runs; afterwards the cut one is made again."""
    model = HeldPupil()
    one = bench(model)
    one.practice.prepare(GAPS)
    assert until(lambda: model.prompts)
    with one.turns.foreground():
        assert model.waited_out == 0
        model.let_go.set()
        time.sleep(0.3)
        assert len(model.prompts) == 1
        assert ready(one) == 0
    assert until(lambda: len(model.prompts) > 1)
    assert model.prompts[1] == model.prompts[0]


@pytest.mark.parametrize("waiting", [False, True], ids=["in a call", "behind a learner"])
def test_it_stops_when_it_is_closed(bench: Open, waiting: bool) -> None:
    model = HeldPupil()
    one = bench(model)
    one.practice.prepare(ANY)
    assert until(lambda: model.prompts)
    turn = one.turns.foreground()
    if waiting:
        turn.__enter__()
    one.pool.close()
    one.pool.close()
    one.practice.prepare(ANY)
    assert not working()
    assert not model.let_go.is_set()
    assert model.waited_out == 0
    if waiting:
        turn.__exit__(None, None, None)


def test_it_ends_while_it_has_nothing_to_do(bench: Open) -> None:
    one = bench()
    one.practice.prepare(ANY)
    assert until(lambda: settled(one))
    assert working()
    one.pool.close()
    assert not working()


def test_it_counts_what_each_check_rejected(bench: Open) -> None:
    one = bench(Pupil(rules=[(SCENARIO, "So be it.")]))
    one.practice.prepare(Scope(kind="scenario"))
    assert until(lambda: not one.practice.making(Scope(kind="scenario")))
    assert one.pool.record.rejected["scenario", "well_formed"] > 1
    assert ready(one) == 0


def test_after_many_bad_drafts_in_a_row_a_scope_is_given_up_until_asked_again(
    bench: Open,
) -> None:
    model = Pupil(rules=[(SOLVE, "?")])
    one = bench(model)
    one.practice.prepare(ANY)
    assert until(lambda: idle(one))
    assert sum(one.pool.record.rejected.values()) - DRAFTS in (0, 1)  # the past question
    assert one.practice.next(ANY) is not None  # a past question
    assert one.practice.next(GAPS) is None
    assert until(lambda: settled(one))
    count = len(model.prompts)
    assert one.practice.next(GAPS) is None
    time.sleep(0.1)
    assert len(model.prompts) == count  # a look is no new wish
    assert "every draft failed" in one.practice.why_none(GAPS)
    one.practice.prepare(GAPS)
    assert until(lambda: len(model.prompts) > count)


def test_what_it_tried_in_vain_is_not_tried_again_for_the_next_item(bench: Open) -> None:
    model = Pupil(
        rules=[("Question: What is Ribosome for", "?"), ("Question: What is Nucleus for", "?")]
    )
    one, scope = bench(model), Scope(kind="property")
    one.practice.prepare(scope)
    for _ in range(8):
        assert until(lambda: ready(one, scope) > 0)
        assert one.practice.next(scope) is not None
    assert until(lambda: not one.practice.making(scope))
    assert one.pool.record.rejected["property", "solved_blind"] <= 4


def test_when_every_fact_was_used_facts_come_again_in_other_kinds(bench: Open) -> None:
    """What the pool makes then must be given: one fact of the scope gives no item at all."""
    one, scope = bench(Forgetful()), Scope(topic="Ribosome")
    given: list[Item] = []

    def take() -> bool:
        item = one.practice.next(scope)
        given.extend([item] if item else [])
        return len(given) >= 2

    assert until(take)
    assert len({item.id for item in given}) == len(given)
    assert len({key for item in given for key in item.facts}) == 1


def test_a_wide_scope_is_not_served_what_a_narrow_one_had_to_repeat(bench: Open) -> None:
    one, narrow = bench(), Scope(topic="Ribosome")
    given = []
    one.practice.prepare(narrow)
    while len(given) < 3:
        item = one.practice.next(narrow)
        given += [item] if item else []
        time.sleep(0.01)
    assert until(lambda: not one.practice.making(narrow))
    asked = {key for item in given for key in item.facts}
    one.practice.prepare(ANY)
    for _ in range(4):
        assert until(lambda: not one.practice.making(ANY))
        item = one.practice.next(ANY)
        assert item is not None
        assert not asked & {*item.facts}
        asked |= {*item.facts}


@pytest.mark.parametrize(
    "error", [ConfigError("the disk is full"), ModelUnavailable("gone")], ids=["disk", "model"]
)
def test_trouble_ends_a_scope_and_not_the_worker(
    bench: Open, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    one = bench()
    with monkeypatch.context() as patch:
        patch.setattr(one.store, "ready", _raising(error))
        one.practice.prepare(ANY)
        assert until(lambda: one.pool.failure(ANY, one.provider) is error)
        assert one.practice.why_none(ANY) == str(error)
    one.practice.prepare(ANY)
    assert until(lambda: ready(one) == READY)


def _raising(error: Exception) -> Callable[..., object]:
    def fail(*_: object) -> object:
        raise error

    return fail


def test_a_model_that_breaks_off_is_asked_again_with_the_next_wish(bench: Open) -> None:
    model = Pupil(rules=[("", Reply("A", fail_after=0))])
    one = bench(model)
    one.practice.prepare(GAPS)
    assert until(lambda: one.pool.failure(GAPS, one.provider))
    model.rules.clear()
    assert one.practice.next(GAPS) is not None  # a template, and a wish
    assert until(lambda: ready(one, GAPS) == READY)


def test_a_model_that_is_not_ready_is_not_asked(bench: Open) -> None:
    one = bench()
    one.provider.now = ModelState("loading", "loading the model")
    one.practice.prepare(ANY)
    assert one.practice.making(ANY) == ""
    one.pool.want(ANY, one.provider)
    assert until(lambda: one.pool.failure(ANY, one.provider))
    assert "loading the model" in one.practice.why_none(ANY)


MANY = (
    CELLS + "\t\tQues: Which part should be named when a cell swells after rain each time?\n"
    "\t\tAns: Vacuole\n"
)


def past(one: Bench) -> list[Item]:
    held: list[Item] = []
    one.store.ready(lambda item: held.append(item) or False)
    return [item for item in held if item.origin == "notes"]


def test_when_all_is_full_past_questions_are_prepared_and_solved(tmp_path: Path) -> None:
    """The pupil solves the one on rain. The other it cannot prove: it is never given."""
    one = Bench(tmp_path, Pupil(), workshop=workshop_of(tmp_path, cells=MANY))
    one.practice.prepare(GAPS)
    assert until(lambda: past(one) and one.pool.record.rejected)
    (kept,) = past(one)
    assert (kept.answer, kept.guessable) == ("Vacuole", False)
    assert ready(one, GAPS) == READY
    found = one.workshop.bank_items(ANY, random.Random(1))
    (refused,) = filter(one.pool.past.refuses, found)
    assert refused.answer == "Mitochondrion"
    given = [one.practice.next(ANY) for _ in range(3)]
    stems = [item.stem for item in given if item]
    assert kept.stem in stems
    assert refused.stem not in stems
    one.close()


def test_new_and_past_questions_come_mixed(tmp_path: Path) -> None:
    notes = CELLS + "".join(
        f"\t\tQues: Which part {deed} in the {place} of an animal?\n\t\tAns: {name}\n"
        for deed, place, name in (
            ("stores chromosomes", "middle", "Nucleus"),
            ("pulls threads", "division", "Centrosome"),
            ("digests worn parts", "wall", "Lysosome"),
        )
    )
    one = Bench(tmp_path, Pupil(), workshop=workshop_of(tmp_path, cells=notes))
    one.practice.prepare(ANY)
    assert until(lambda: len(past(one)) >= 3 and not one.practice.making(ANY))
    origins = []
    for _ in range(4):
        item = one.practice.next(ANY)
        origins.append(item.origin if item else "")
        assert until(lambda: not one.practice.making(ANY))
    assert origins.count("notes") < 4
    one.close()


def other_model(one: Bench, model: Pupil, label: str = "another") -> tuple[Practice, FakeProvider]:
    """A second session, by another model."""
    provider = FakeProvider(model)
    provider.label = label
    return one.practice_by(provider), provider


def test_a_scope_is_written_by_the_model_of_whoever_wanted_it_last(bench: Open) -> None:
    first, second = Pupil(), Pupil()
    one = bench(first)
    other, _ = other_model(one, second)
    one.practice.prepare(ANY)
    assert until(lambda: settled(one))
    assert second.prompts == []
    other.prepare(ANY)
    count = len(first.prompts)
    assert other.next(ANY) is not None
    assert until(lambda: ready(one) == READY and settled(one))
    assert second.prompts
    assert len(first.prompts) == count
    assert one.practice.next(ANY) is not None
    written = len(second.prompts)
    assert until(lambda: ready(one) == READY and settled(one))
    assert len(first.prompts) > count
    assert len(second.prompts) == written


def test_models_work_on_scopes_of_their_own(bench: Open) -> None:
    first, second = Pupil(), Pupil()
    one, property_ = bench(first), Scope(kind="property")
    other, _ = other_model(one, second)
    one.practice.prepare(property_)
    other.prepare(GAPS)
    assert until(lambda: idle(one) and not one.practice.making(property_))
    assert (ready(one, property_), ready(one, GAPS)) == (READY, READY)
    assert not any(RECALL in prompt for prompt in first.prompts)
    assert second.prompts


def test_a_model_that_fails_late_does_not_take_away_what_another_was_asked_for(bench: Open) -> None:
    """The first one is silent for a while; meanwhile a session with another wants the scope."""
    silent = HeldPupil(rules=[("", Reply("A", fail_after=0))])
    one, second = bench(silent), Pupil()
    other, provider = other_model(one, second)
    one.practice.prepare(GAPS)
    assert until(lambda: silent.prompts)
    other.prepare(GAPS)
    silent.let_go.set()
    assert until(lambda: ready(one, GAPS) == READY)
    assert isinstance(one.pool.failure(GAPS, one.provider), ModelUnavailable)
    assert one.pool.failure(GAPS, provider) is None
    assert other.why_none(GAPS) != one.practice.why_none(GAPS)


def test_what_one_model_gave_up_another_may_try_but_once(bench: Open) -> None:
    """Both look again and again: a look is no new wish, of neither."""
    broken, bad = Pupil(rules=[("", Reply("A", fail_after=0))]), Pupil(rules=[("", "?")])
    one = bench(broken)
    other, _ = other_model(one, bad)
    one.practice.prepare(GAPS)
    assert until(lambda: one.pool.failure(GAPS, one.provider))
    one.pool.want(GAPS, other._provider, again=False)
    assert until(lambda: bad.prompts and settled(one))
    counts = len(broken.prompts), len(bad.prompts)
    for _ in range(3):
        one.pool.want(GAPS, one.provider, again=False)
        one.pool.want(GAPS, other._provider, again=False)
        time.sleep(0.05)
    assert (len(broken.prompts), len(bad.prompts)) == counts


def test_a_session_that_changes_its_model_goes_on_with_the_new_one(bench: Open) -> None:
    one = bench(Pupil(rules=[("", Reply("A", fail_after=0))]))
    one.practice.prepare(GAPS)
    assert until(lambda: one.pool.failure(GAPS, one.provider))
    after, _ = other_model(one, Pupil())
    after.next(GAPS)
    assert until(lambda: ready(one, GAPS) == READY)
