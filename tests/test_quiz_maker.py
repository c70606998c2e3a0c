"""How items are made: every kind, every check that rejects, scopes, freshness, chance."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from langchain_core.messages import BaseMessage

from core.errors import ModelUnavailable
from core.practice import ItemKind, Scope
from providers.base import ModelState
from providers.traits import LARGE, SMALL, ModelTraits
from providers.turns import Turns
from quiz.items.eligible import in_turn, targets
from quiz.items.maker import ItemMaker, Made
from quiz.items.options import placed
from quiz.items.tally import GUESSABLE, Tally
from quiz.model import PracticeCalls
from quiz.workshop import Workshop
from tests.cells import (
    CELLS,
    DEVICES,
    FACTS,
    SCENARIO,
    SOLVE,
    VARY,
    Pupil,
    library_of,
    made_by,
    run_of,
    workshop_of,
)
from tests.fakes import FakeEmbedder, FakeProvider, Reply, ScriptedModel

KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
STORY = "A young doctor needs what holds water so that plants stand upright and swells after rain."


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return workshop_of(tmp_path_factory.mktemp("cells"), cells=CELLS, devices=DEVICES)


@pytest.fixture
def maker(workshop: Workshop) -> ItemMaker:
    return workshop.maker()


def failed(made: list[Made]) -> set[str]:
    return {attempt.checks[-1].name for attempt in made if not attempt.accepted}


def accepted(made: list[Made]) -> list[Made]:
    return [attempt for attempt in made if attempt.accepted]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_made(maker: ItemMaker, kind: ItemKind) -> None:
    made = made_by(maker, run_of(Scope(kind=kind), Pupil()), enough=1)
    item = made[-1].item
    assert made[-1].accepted
    assert item.kind == kind
    names = [check.name for check in made[-1].checks]
    assert names[-2:] == ["not_trivial", "solved_blind"]
    assert ("grounded" in names) is (kind == "scenario")
    assert item.guessable is False
    assert item.facts
    assert item.citations
    assert bool(item.variant_of) is (kind == "variant")
    assert not any(check.detail for check in made[-1].checks)


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_model_code_writes_every_kind_but_variants(
    maker: ItemMaker, kind: ItemKind
) -> None:
    made = made_by(maker, run_of(Scope(kind=kind)), enough=1)
    assert [one.item.origin for one in made] == ([] if kind == "variant" else ["template"])
    assert all(one.item.guessable is None for one in made)


ANY, VACUOLE = Scope(kind="scenario"), Scope(topic="Vacuole", kind="scenario")


@pytest.mark.parametrize(
    ("scope", "rules", "check"),
    [
        pytest.param(ANY, [(SCENARIO, "")], "well_formed", id="nothing"),
        pytest.param(ANY, [(SCENARIO, "Sure! Which one?")], "well_formed", id="no story"),
        pytest.param(
            ANY,
            [(SCENARIO, "A tall man in a hat sells newspapers near the station every morning.")],
            "grounded",
            id="off topic",
        ),
        pytest.param(
            VACUOLE,
            [
                (
                    SCENARIO,
                    "A young doctor wants the thing that he has seen on a hot afternoon in spring.",
                )
            ],
            "grounded",
            id="too vague",
        ),
        pytest.param(
            VACUOLE, [(SCENARIO, f"{STORY} It beats the MegaCell.")], "grounded", id="another name"
        ),
        pytest.param(
            VACUOLE, [(SCENARIO, f"{STORY} So THIS is it.")], "well_formed", id="the mask"
        ),
        pytest.param(
            VACUOLE,
            [(SCENARIO, f"{STORY} It is the vacuole of the plants, no doubt.")],
            "no_leak",
            id="names the thing",
        ),
        pytest.param(
            VACUOLE, [(SCENARIO, f"{STORY} See the notes above.")], "stands_alone", id="leans"
        ),
        pytest.param(ANY, [(SCENARIO, f"{STORY[:-1]} <b>now</b>.")], "whole_text", id="marks left"),
        pytest.param(ANY, [(SOLVE, "A")], "solved_blind", id="the solver chooses another"),
        pytest.param(ANY, [(SOLVE, "I cannot say")], "solved_blind", id="the solver says nothing"),
        pytest.param(
            Scope(kind="variant"), [(VARY, "What?")], "well_formed", id="a variant of no words"
        ),
        pytest.param(
            Scope(kind="property", difficulty="easy"), [], "difficulty", id="another difficulty"
        ),
    ],
)
def test_a_bad_draft_is_rejected_by_name(
    maker: ItemMaker, scope: Scope, rules: list[tuple[str, str | Reply]], check: str
) -> None:
    made = made_by(maker, run_of(scope, Pupil(rules=rules), seed=3), enough=8)
    assert check in failed(made)
    assert all(one.checks[-1].detail for one in made if not one.accepted)
    if scope.difficulty is None and rules[0][0] != SOLVE:
        assert accepted(made) == []


def test_text_that_is_malformed_every_time_ends_the_attempts(maker: ItemMaker) -> None:
    model = Pupil(rules=[("", "¯\\_(ツ)_/¯")])
    made = made_by(maker, run_of(model=model))
    assert accepted(made) == []
    assert failed(made) == {"well_formed", "solved_blind"}
    tries = Counter((one.item.kind, one.item.facts) for one in made)
    assert max(tries.values()) <= 2


def test_what_can_be_guessed_is_a_share_of_the_items_at_most(maker: ItemMaker) -> None:
    tally = Tally()
    made = made_by(maker, run_of(model=Pupil(guesses="right"), tally=tally))
    assert tally.made == len(accepted(made))
    assert 1 <= tally.guessed <= GUESSABLE * tally.made + 1 + GUESSABLE
    assert "not_trivial" in failed(made)
    assert Tally(made=10, guessed=3).allows(guessable=True)
    assert not Tally(made=10, guessed=5).allows(guessable=True)


def test_a_model_that_goes_away_is_told(maker: ItemMaker) -> None:
    provider = FakeProvider(Pupil())
    run = replace(run_of(Scope(kind="property")), calls=PracticeCalls(provider, Turns()))
    attempts = maker.attempts(run, dict)
    assert next(attempts).accepted
    provider.now = ModelState("failed", "gone")
    with pytest.raises(ModelUnavailable, match="gone"):
        list(attempts)


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        pytest.param(Scope(topic="ribosome"), {"Ribosome"}, id="by name"),
        pytest.param(Scope(topic="Mitochondrium"), {"Mitochondrion"}, id="misspelt"),
        pytest.param(Scope(topic="organelles"), set(FACTS), id="by heading"),
        pytest.param(
            Scope(topic="spins heavy tubes until matter sinks"), {"Centrifuge"}, id="near"
        ),
        pytest.param(Scope(topic="tax law"), set(), id="of something else"),
        pytest.param(Scope(topic="?!"), set(), id="no words"),
        pytest.param(
            Scope(notes=frozenset({"devices.txt"})),
            {"Microscope", "Centrifuge", "Devices"},
            id="notes",
        ),
        pytest.param(Scope(topic="Ribosome", notes=frozenset({"devices.txt"})), set(), id="both"),
        pytest.param(Scope(notes=frozenset()), set(), id="no notes"),
    ],
)
def test_a_scope_holds_what_it_names(workshop: Workshop, scope: Scope, names: set[str]) -> None:
    assert workshop.names(scope) - {"Devices"} == names - {"Devices"}


def test_a_domain_holds_its_own_and_all_domains_together_all(workshop: Workshop) -> None:
    every = [workshop.names(Scope(domain=name)) for name in workshop.exam.names]
    assert frozenset().union(*every) == workshop.names(Scope())
    assert sum(map(len, every)) == len(workshop.names(Scope()))


@pytest.mark.parametrize(
    "scope",
    [
        Scope(topic="Ribosome"),
        Scope(notes=frozenset({"cells.txt"}), kind="two"),
        Scope(kind="scenario", difficulty="medium"),
        Scope(kind="true_false", difficulty="medium"),
    ],
    ids=str,
)
def test_every_item_made_for_a_scope_fits_it(workshop: Workshop, scope: Scope) -> None:
    made = accepted(made_by(workshop.maker(), run_of(scope, Pupil())))
    assert made
    assert all(workshop.fits(one.item, scope) for one in made)


def test_a_scope_of_one_fact_gives_each_kind_once_and_ends(tmp_path: Path) -> None:
    notes = CELLS.replace("\t\t\t\t- Swells after rain and shrinks in drought\n", "")
    maker = workshop_of(tmp_path, cells=notes).maker()
    assert len(maker.targets(Scope(topic="Vacuole"))) == 1
    kinds = [one.item.kind for one in accepted(made_by(maker, run_of(Scope(topic="Vacuole"))))]
    assert sorted(kinds) == ["gap", "property", "scenario", "true_false"]


@pytest.mark.parametrize(
    "text", ["The sea was calm.\nThe moon rose late and\nnobody spoke of home.\n", "- a\n- b\n"]
)
def test_notes_without_concepts_give_nothing(tmp_path: Path, text: str) -> None:
    maker = workshop_of(tmp_path, poem=text).maker()
    assert maker.known.concepts == ()
    assert made_by(maker, run_of(model=Pupil())) == []


@pytest.mark.parametrize("model", [None, "pupil"])
@pytest.mark.parametrize("kind", [None, "property", "two"])
def test_no_fact_comes_again_before_every_other_was_used(
    maker: ItemMaker, kind: ItemKind | None, model: str | None
) -> None:
    """Run dry: a fact of use n + 1 comes only when no fact of use n gives an item any more."""
    used: dict[str, int] = {}
    run = run_of(Scope(kind=kind), Pupil() if model else None, seed=5)
    made = [one for one in accepted(made_by(maker, run, used)) if one.item.kind != "variant"]
    counts, levels, first = Counter[str](), [], set[str]()
    for one in made:
        levels.append(max(counts[key] for key in one.item.facts))
        counts.update(one.item.facts)
        first.update(one.item.facts if not levels[-1] else ())
    assert levels == sorted(levels)
    assert (max(levels) > 0) is (kind is None)
    if kind != "two":
        assert first == set(counts)


def test_a_fact_that_fails_in_one_kind_is_tried_in_the_others_before_another_repeats(
    maker: ItemMaker,
) -> None:
    """The solver fails every question on the ribosome but its gap."""
    model = Pupil(
        rules=[
            ("Question: What is Ribosome for", "?"),
            ("said of Ribosome", "?"),
            ("young doctor", "A"),
        ]
    )
    made = accepted(made_by(maker, run_of(Scope(topic="Organelles"), model, seed=1), enough=17))
    facts = [key for one in made[:10] for key in one.item.facts]
    assert len(facts) == len(set(facts))
    ribosome = {t.key for t in maker.targets(Scope(topic="Ribosome"))}
    assert ribosome <= {key for one in made for key in one.item.facts}


def test_facts_shown_least_come_first_then_concepts_asked_least(maker: ItemMaker) -> None:
    found = maker.targets(Scope(topic="Organelles"))
    shown = {target.key: 1 for target in found if target.concept.name != "Vacuole"}
    shown[found[0].key] = 2
    order = list(in_turn(found, shown, random.Random(0)))
    assert {target.concept.name for target in order[:2]} == {"Vacuole"}
    assert order[-1] == found[0]
    assert order[-2].concept == found[0].concept


def test_the_key_stands_everywhere_alike(maker: ItemMaker) -> None:
    places: Counter[int] = Counter()
    for seed in range(26):
        for one in made_by(maker, run_of(Scope(kind="property"), seed=seed), enough=8):
            if one.accepted:
                places[one.item.key[0]] += 1
    total = sum(places.values())
    assert total >= 200
    assert all(0.18 <= places[place] / total <= 0.32 for place in range(4))


def test_the_order_of_options_is_the_item_s_own(maker: ItemMaker) -> None:
    orders = set()
    for seed in range(6):
        run = run_of(Scope(topic="Vacuole", kind="property", difficulty=None), seed=seed)
        orders.update(
            one.item.options.index(one.item.options[one.item.key[0]]) for one in made_by(maker, run)
        )
    assert len(orders) > 1


@pytest.mark.parametrize("model", [None, "pupil"])
def test_the_same_chance_gives_the_same_items(maker: ItemMaker, model: str | None) -> None:
    def items(seed: int) -> list[str]:
        run = run_of(model=Pupil() if model else None, seed=seed)
        return [f"{one.item}" for one in made_by(maker, run, enough=12)]

    assert items(7) == items(7)
    assert items(7) != items(8)


def test_targets_are_in_the_order_of_the_notes(maker: ItemMaker) -> None:
    found = targets(maker.known, Scope(topic="Organelles"), FakeEmbedder(dimension=2048))
    assert [target.fact.text for target in found] == [f for facts in FACTS.values() for f in facts]


def test_a_fact_s_partner_from_a_source_left_out_is_not_asked(tmp_path: Path) -> None:
    more = "Cell biology\n\tOrganelles\n\t\tRibosome\n\t\t\t- Floats freely or sits on a membrane\n"
    workshop = workshop_of(tmp_path, library_of(tmp_path, cells=CELLS, more=more))
    scope = Scope(notes=frozenset({"more.txt"}))
    made = made_by(workshop.maker(), run_of(scope))
    assert made
    assert {c.note for one in made for c in one.item.citations} == {"more.txt"}


class Torn(Pupil):
    """Takes a rival for right as long as it is among the options of a scenario."""

    rival: str = ""

    def _reply(self, messages: list[BaseMessage], options: dict[str, Any]) -> Reply:
        told = "\n".join(str(message.text) for message in messages)
        place = re.search(rf"^([A-D])\. {self.rival}$", str(messages[-1].text), re.M)
        if SOLVE in told and place and "young doctor" in told:
            self.prompts.append(told)
            return Reply(place.group(1))
        return super()._reply(messages, options)


def test_a_rival_that_fits_a_scenario_too_gives_way_to_another_sibling(maker: ItemMaker) -> None:
    scope = Scope(kind="scenario", topic="Vacuole")
    (plain,) = accepted(made_by(maker, run_of(scope, Pupil()), enough=1))
    rival = next(o.text for o in plain.item.options if o.text != plain.item.answer)
    torn = made_by(maker, run_of(scope, Torn(rival=rival)), enough=1)[-1]
    assert torn.accepted
    texts = [option.text for option in torn.item.options]
    assert rival not in texts
    assert len(set(texts)) == 4
    assert torn.item.answer == "Vacuole"
    assert torn.item.id != plain.item.id
    numbers = [c.number for o in torn.item.options for c in o.citations]
    assert set(numbers) <= set(range(1, len(numbers) + 2))


def test_no_place_of_the_key_is_favoured_and_none_can_be_foretold(maker: ItemMaker) -> None:
    item = accepted(made_by(maker, run_of(Scope(kind="property")), enough=1))[0].item
    tally, rng, places = Tally(), random.Random(1), []
    for _ in range(60):
        places.append(tally.place(item, rng))
        tally.count(placed(item, places[-1]))
    counts = Counter(places)
    assert all(0.18 <= counts[place] / 60 <= 0.32 for place in range(4))
    fewest = sum(
        Counter(places[:n])[place] == min(Counter(places[:n])[other] for other in range(4))
        for n, place in enumerate(places)
    )
    assert fewest < 54


def test_a_key_that_is_moved_stays_the_key(maker: ItemMaker) -> None:
    item = accepted(made_by(maker, run_of(Scope(kind="property")), enough=1))[0].item
    for place in range(len(item.options)):
        moved = placed(item, place)
        assert moved.key == (place,)
        assert (moved.answer, moved.id) == (item.answer, item.id)
        assert sorted(o.text for o in moved.options) == sorted(o.text for o in item.options)
        assert moved == placed(item, place)


@pytest.mark.parametrize("traits", [SMALL, LARGE])
def test_a_larger_model_is_told_more_facts(tmp_path: Path, traits: ModelTraits) -> None:
    facts = ("Filters waste from the blood", "Keeps salts of the body even",
             "Makes urine from water and urea", "Sends out hormones for red blood cells",
             "Lies behind the belly on either side")  # fmt: skip
    notes = "Organs\n" + "".join(
        f"\t{name}\n" + "".join(f"\t\t- {fact} {n}\n" for fact in facts)
        for n, name in enumerate(("Kidney", "Liver", "Spleen", "Pancreas", "Stomach"))
    )
    story = "A doctor wants to know something of an organ."
    model = ScriptedModel(rules=[("hidden thing", story), ("", "A")])
    provider = FakeProvider(model)
    provider.traits = traits
    run = replace(run_of(Scope(kind="scenario")), calls=PracticeCalls(provider, Turns()))
    maker = workshop_of(tmp_path, organs=notes).maker()
    for _ in zip(range(3), maker.attempts(run, dict), strict=False):
        pass
    told = [p.rsplit("Facts:\n", 1)[1].count("- ") for p in model.prompts if "hidden thing" in p]
    assert told
    assert set(told) == {traits.facts}
