"""What a learner does with items: next, submit, recheck, variant, explain, generate."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ModelUnavailable, NoteproofError, NotesError
from core.practice import Item, Recheck, Response, Scope
from ingest.library import Library
from quiz.items.maker import Made
from quiz.workshop import Workshop
from tests.bench import NOW, Bench, HeldPupil
from tests.cells import CELLS, SOLVE, Pupil, library_of, made_by, run_of, workshop_of
from tests.clock import quickest, until
from tests.fakes import Reply

Open = Callable[..., Bench]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return workshop_of(tmp_path_factory.mktemp("cells"))


@pytest.fixture
def bench(tmp_path: Path, workshop: Workshop) -> Iterator[Open]:
    opened: list[Bench] = []

    def build(*given: object, **named: object) -> Bench:
        if not named:
            named["workshop"] = workshop
        opened.append(Bench(tmp_path, *given, **named))
        return opened[-1]

    yield build
    for one in opened:
        one.close()


def some_item(bench: Bench, scope: Scope | None = None) -> Item:
    """An item as the maker gives it, in nobody's hands."""
    scope = scope or Scope(kind="property")
    made = made_by(bench.workshop.maker(), run_of(scope, seed=9), enough=1)
    return made[-1].item


def test_what_is_ready_comes_first_then_a_past_question_then_a_template(bench: Open) -> None:
    one = bench()
    ready = some_item(one)
    one.store.put_ready(ready, NOW)
    given = [one.practice.next(Scope()) for _ in range(3)]
    assert given[0] == ready
    assert [item.origin for item in given if item] == ["template", "notes", "template"]
    assert all(one.store.state(item.id) == "shown" for item in given if item)


def test_with_a_model_nothing_is_given_that_was_not_solved(bench: Open) -> None:
    one = bench(Pupil())
    scope = Scope(kind="property")
    assert one.practice.next(scope) is None
    assert one.practice.making(scope)
    assert until(lambda: one.store.ready(lambda _: True))
    item = one.practice.next(scope)
    assert item is not None
    assert item.guessable is False


def test_no_item_and_no_fact_comes_twice_across_restarts(bench: Open) -> None:
    one, facts, ids = bench(), [], []
    offered = len(one.workshop.maker().targets(Scope(topic="organelles")))
    for number in range(offered):
        item = one.practice.next(Scope(topic="organelles"))
        assert item is not None
        if len(facts) + len(item.facts) > offered:
            break
        facts += item.facts
        ids.append(item.id)
        if number % 3 == 2:
            one = one.again()
    assert len(set(ids)) == len(ids)
    assert len(set(facts)) == len(facts)
    one.close()


def test_a_scope_run_dry_says_so(bench: Open) -> None:
    one, scope = bench(), Scope(topic="Ribosome", kind="property")
    given = [one.practice.next(scope) for _ in range(3)]
    assert [item is None for item in given] == [False, False, True]
    assert one.practice.making(scope) == ""
    assert "has been asked before" in one.practice.why_none(scope)


def test_what_is_ready_is_given_at_once(bench: Open) -> None:
    one = bench()
    for made in made_by(one.workshop.maker(), run_of(Scope(kind="gap")), enough=6):
        one.store.put_ready(made.item, NOW)
    given = [one.practice.next(Scope())]
    assert quickest(lambda: given.append(one.practice.next(Scope())), times=4) < 1
    assert None not in given


def test_an_item_whose_line_has_changed_is_not_given(bench: Open, tmp_path: Path) -> None:
    library = library_of(tmp_path, cells=CELLS)
    one = bench(workshop=workshop_of(tmp_path, library))
    item = some_item(one)
    one.store.put_ready(item, NOW)
    line = item.citations[0].quote.removeprefix("- ")
    _rewrite(library, CELLS.replace(line, "Nobody knows what that is good for"))
    one.workshop.maker()
    assert not one.workshop.proven(item)
    given = one.practice.next(Scope())
    assert given is not None
    assert given.id != item.id
    assert one.store.state(item.id) == "ready"


def _rewrite(library: Library, text: str) -> None:
    (library.folders[0] / "cells.txt").write_text(text, encoding="utf-8")
    library.update()


def test_items_that_the_notes_have_outlived_are_dropped(bench: Open, tmp_path: Path) -> None:
    library = library_of(tmp_path, cells=CELLS)
    one = bench(Pupil(), workshop=workshop_of(tmp_path, library))
    stale = some_item(one)
    other = replace(stale, id="other", citations=(replace(stale.citations[0], note="gone.txt"),))
    one.store.put_ready(stale, NOW)
    one.store.put_ready(other, NOW)
    line = stale.citations[0].quote.removeprefix("- ")
    _rewrite(library, CELLS.replace(line, "Nobody knows what that is good for"))
    one.workshop.maker()
    one.practice.prepare(Scope(kind="property"))
    assert until(lambda: one.store.state(stale.id) is None)
    assert one.store.state("other") == "ready"  # of notes that are not open now


def test_an_answer_is_on_disk_when_it_is_graded(bench: Open) -> None:
    one = bench()
    item = one.practice.next(Scope(kind="property"))
    assert item is not None
    wrong = (item.key[0] + 1) % 4
    assert one.practice.submit(Response(item.id, item.key)).correct
    assert not one.practice.submit(Response(item.id, (wrong,))).correct
    saved = one.again().store.attempts(item.id)
    assert [attempt.grade.correct for attempt in saved] == [True, False]
    assert saved[0].at == NOW


def test_a_gap_knows_the_other_names_of_the_notes(bench: Open) -> None:
    one = bench()
    item = one.practice.next(Scope(topic="Centrosome", kind="gap"))
    assert item is not None
    assert item.accepted == ("Centrosome",)
    graded = {
        typed: one.practice.submit(Response(item.id, (), typed)).correct
        for typed in ("centrosome", "Centrosomme", "Chromosome", "Peroxisome", "")
    }
    assert graded == {
        "centrosome": True,
        "Centrosomme": True,
        "Chromosome": False,
        "Peroxisome": False,
        "": False,
    }


@pytest.mark.parametrize("do", ["submit", "recheck", "variant", "explain"])
def test_an_item_nobody_knows_is_told(bench: Open, do: str) -> None:
    practice = bench().practice
    calls: dict[str, Callable[[], object]] = {
        "submit": lambda: practice.submit(Response("nobody")),
        "recheck": lambda: practice.recheck("nobody"),
        "variant": lambda: practice.variant("nobody"),
        "explain": lambda: list(practice.explain("nobody", Response("nobody"))),
    }
    with pytest.raises(NoteproofError, match="take a new one"):
        calls[do]()


@pytest.mark.parametrize(
    ("rules", "kept", "reason"),
    [
        ([], True, "solved again in 4 shuffles"),
        ([(SOLVE, "A")], False, "came out"),
        ([(SOLVE, "I refuse")], False, "could not be solved again"),
    ],
)
def test_an_item_called_wrong_is_kept_or_retired(
    bench: Open, rules: list[tuple[str, str]], kept: bool, reason: str
) -> None:
    one = bench(Pupil(rules=rules))
    item = some_item(one)
    one.store.record_shown(item, NOW)
    found = one.practice.recheck(item.id)
    assert (found.kept, found.citations) == (kept, item.citations)
    assert reason in found.reason
    assert one.store.state(item.id) == ("shown" if kept else "retired")


def test_an_item_that_fails_its_checks_is_retired_without_a_model(bench: Open) -> None:
    one = bench()
    item = replace(some_item(one), stem="According to the notes, what is true of it?")
    one.store.record_shown(item, NOW)
    assert not one.practice.recheck(item.id).kept
    sound = replace(some_item(one), id="sound")
    one.store.record_shown(sound, NOW)
    assert one.practice.recheck("sound").reason.startswith("Kept: its checks hold")


def test_a_retired_item_never_comes_again(bench: Open) -> None:
    one = bench()
    scope = Scope(topic="Ribosome", kind="property")
    first = one.practice.next(scope)
    assert first is not None
    one.store.retire(first.id, "wrong", NOW)
    later = one.again()
    rest = [later.practice.next(scope) for _ in range(3)]
    assert first.id not in [item.id for item in rest if item]
    assert not {*first.facts} & {key for item in rest if item for key in item.facts}
    later.close()


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_recheck_that_is_cancelled_retires_nothing(bench: Open, when: str) -> None:
    model, cancel = HeldPupil(rules=[(SOLVE, "A")]), threading.Event()
    one = bench(model)
    item = some_item(one)
    one.store.record_shown(item, NOW)
    if when == "before":
        cancel.set()
    else:
        asked = threading.Thread(target=lambda: until(lambda: model.prompts) and cancel.set())
        asked.start()
    found = one.practice.recheck(item.id, cancel)
    assert found == Recheck(True, "Not checked to the end: it was stopped.", item.citations)
    assert len(model.prompts) == (0 if when == "before" else 1)
    assert model.waited_out == 0
    assert one.store.state(item.id) == "shown"


@pytest.mark.parametrize("model", [None, Pupil()], ids=["template", "solved"])
def test_a_variant_is_another_item_on_the_same_concept(bench: Open, model: Pupil | None) -> None:
    one = bench(model)
    item = some_item(one, Scope(topic="Vacuole"))
    one.store.record_shown(item, NOW)
    one.pool.record.wordings().add(item)
    variants = [one.practice.variant(item.id) for _ in range(3)]
    assert all(v is not None and v.concept == "Vacuole" for v in variants)
    assert len({item.id, *(v.id for v in variants if v)}) == 4
    assert all(v is not None and v.guessable is (False if model else None) for v in variants)


def test_a_variant_that_is_ready_comes_at_once_if_it_is_on_the_concept(bench: Open) -> None:
    one = bench()
    mine, other = some_item(one, Scope(topic="Vacuole")), some_item(one, Scope(topic="Ribosome"))
    asked = replace(mine, id="asked", facts=("another",))
    one.store.record_shown(asked, NOW)
    for item in (other, mine):
        one.store.put_ready(item, NOW)
    assert one.practice.variant("asked") == mine


def test_a_variant_that_cannot_be_proven_is_not_tried_again_and_again(bench: Open) -> None:
    one = bench(Pupil(rules=[(SOLVE, "?")]))
    item = some_item(one, Scope(topic="Vacuole"))
    one.store.record_shown(item, NOW)
    assert one.practice.variant(item.id) is None
    asked = len(one.provider.model.prompts)
    assert asked > 0
    assert one.practice.variant(item.id) is None
    assert len(one.provider.model.prompts) == asked


def test_with_a_model_that_fails_a_variant_is_a_template(bench: Open) -> None:
    one = bench(Pupil(rules=[("", Reply("A", fail_after=0))]))
    item = some_item(one, Scope(topic="Vacuole"))
    one.store.record_shown(item, NOW)
    variant = one.practice.variant(item.id)
    assert variant is not None
    assert variant.guessable is None


def test_there_is_no_variant_on_what_is_no_concept(bench: Open) -> None:
    one = bench()
    one.store.record_shown(replace(some_item(one), id="odd", concept="Old exams"), NOW)
    assert one.practice.variant("odd") is None


def test_an_explanation_is_the_learner_s_turn(bench: Open) -> None:
    one = bench()
    item = one.practice.next(Scope())
    assert item is not None
    response = Response(item.id, item.key)
    with one.turns.background() as cancel:
        steps = one.practice.explain(item.id, response)
        assert next(steps).draft
        assert cancel.is_set()
        assert list(steps)[-1].done
    assert one.explainer.asked == [(item, response)]
    with one.turns.background():
        pass


@pytest.mark.parametrize("model", [None, Pupil()], ids=["templates", "model"])
def test_so_many_items_are_generated_and_noted_as_shown(bench: Open, model: Pupil | None) -> None:
    one = bench(model)
    rejected: list[Made] = []
    made = list(one.practice.generate(Scope(), 6, rejected.append))
    assert len({one.item.id for one in made}) == 6
    assert all(attempt.accepted for attempt in made)
    assert not any(attempt.accepted for attempt in rejected)
    assert all(one.store.state(attempt.item.id) == "shown" for attempt in made)


def test_each_failed_draft_goes_to_who_asked_for_it_and_is_counted(bench: Open) -> None:
    one = bench(Pupil(rules=[("Question: What is Ribosome for", "?")]))
    rejected: list[Made] = []
    scope = Scope(kind="property", topic="organelles")
    with pytest.raises(NotesError):
        list(one.practice.generate(scope, 16, rejected.append))
    assert {made.item.concept for made in rejected} == {"Ribosome"}
    assert one.pool.record.rejected == {("property", "solved_blind"): len(rejected)}


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (Scope(topic="Ribosome", kind="property"), "No more questions can be made here"),
        (Scope(topic="tax law"), "nothing to practise about 'tax law'"),
        (Scope(kind="variant"), "No more questions can be made here"),
    ],
    ids=["dry", "nothing", "needs a model"],
)
def test_a_scope_that_gives_no_more_is_told(bench: Open, scope: Scope, said: str) -> None:
    with pytest.raises(NotesError, match=said):
        list(bench().practice.generate(scope, 50, lambda _: None))


def test_a_model_of_no_use_is_not_asked_without_end(
    bench: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("study.practice.PATIENCE", 5)
    rejected: list[Made] = []
    one = bench(Pupil(rules=[("", "no")]))
    with pytest.raises(NotesError, match="every draft failed a check"):
        list(one.practice.generate(Scope(), 3, rejected.append))
    assert len(rejected) == 5


@pytest.mark.parametrize("text", ["The sea was calm.\nNobody spoke of home.\n"])
def test_notes_without_concepts_say_what_to_add(bench: Open, text: str) -> None:
    one = bench(poem=text)
    with pytest.raises(NotesError, match="paste a question under Explain"):
        one.practice.next(Scope())
    assert "hold nothing that can be asked" in one.practice.why_none(Scope())
    assert list(one.practice.topics()) == []


def test_past_questions_are_asked_by_their_difficulty(bench: Open) -> None:
    one = bench()
    levels = [item.difficulty for item in one.workshop.bank_items(Scope(), one.practice._rng)]
    assert levels == ["easy"]
    given = one.practice.next(Scope(difficulty="easy"))
    assert given is not None
    assert (given.origin, given.difficulty) == ("notes", "easy")


def test_a_model_that_fails_leaves_templates(bench: Open) -> None:
    one = bench(Pupil(rules=[("", Reply("A", fail_after=0))]))
    scope = Scope(kind="property")
    one.practice.prepare(scope)
    assert until(lambda: isinstance(one.pool.failure(scope, one.provider), ModelUnavailable))
    assert one.practice.making(scope) == ""
    assert one.practice.why_none(scope)
    item = one.practice.next(scope)
    assert item is not None
    assert item.origin == "template"
