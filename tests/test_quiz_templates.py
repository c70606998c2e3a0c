"""Items that code writes: stems, options, keys, hints, proofs."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from core.practice import Concept, Fact, Item
from core.text import words
from core.types import Line
from providers.traits import SMALL
from quiz.checks.options import one_shape
from quiz.concepts.concept_map import ConceptMap
from quiz.items.gaps import gap_item
from quiz.items.options import as_option, bare, name_choice, names_itself, quoted
from quiz.items.solve import Solver
from quiz.items.templates import (
    can_be_option,
    described_item,
    property_item,
    true_false_item,
    two_item,
)
from tests.fakes import FakeEmbedder
from tests.practice_items import BookOfFacts

NOTES: list[str] = []


def concept(name: str, *facts: str | tuple[str, str], aliases: tuple[str, ...] = ()) -> Concept:
    """A concept whose facts, or (heading, fact), become lines of NOTES."""
    made = []
    for fact in facts:
        heading, text = ("", fact) if isinstance(fact, str) else fact
        NOTES.append(f"\t- {text}")
        made.append(Fact(Line("n.txt", len(NOTES), NOTES[-1], (name,)), text, heading))
    return Concept(name, "n.txt", made[0].line.number, (), tuple(made), aliases=aliases)


FOR, WHERE = "What is it for?", "Where is it?"
MITOCHONDRION = concept(
    "Mitochondrion",
    (FOR, "Releases energy from sugar"),
    (FOR, "Supplies muscles with ATP"),
    (WHERE, "In nearly all cells of animals"),
    "Divides on its own 3 times a day.",
)
PLASTID = concept(
    "Chloroplast", (FOR, "Captures light to build sugar"), (WHERE, "In green leaves of plants only")
)
RIBOSOME = concept(
    "Ribosome", (FOR, "Builds proteins from amino acids"), (WHERE, "On the rough net of the cell")
)
GOLGI = concept(
    "Golgi apparatus", (FOR, "Packs proteins and sends them on"), (WHERE, "Close to the nucleus")
)
VACUOLE = concept("Vacuole", (FOR, "Stores water and waste"), (WHERE, "In the middle of the plant"))
RELATED = (PLASTID, RIBOSOME, GOLGI, VACUOLE)
ENERGY = MITOCHONDRION.facts[0]
OWNER = replace(MITOCHONDRION, siblings=tuple(other.name for other in RELATED))


def known_of(*concepts: Concept) -> ConceptMap:
    return ConceptMap(concepts, np.eye(len(concepts), dtype=np.float32))


def made(kind: str, seed: int = 1, fact: Fact = ENERGY) -> Item:
    rng = random.Random(seed)
    item = {
        "property": lambda: property_item(OWNER, fact, RELATED, rng),
        "two": lambda: two_item(OWNER, fact, RELATED, rng),
        "true_false": lambda: true_false_item(OWNER, fact, RELATED, rng),
        "gap": lambda: gap_item(OWNER, fact, known_of(OWNER, *RELATED), rng),
        "scenario": lambda: described_item(OWNER, fact, RELATED, rng),
    }[kind]()
    assert item is not None
    return item


KINDS = ("property", "two", "true_false", "gap", "scenario")


@pytest.mark.parametrize(
    ("kind", "fact", "stem"),
    [
        ("property", 0, "What is Mitochondrion for?"),
        ("property", 2, "Where is Mitochondrion?"),
        ("two", 0, "Which TWO of these are true of Mitochondrion? (Select TWO.)"),
        ("gap", 3, "Fill the gap. Mitochondrion: “Divides on its own ____ times a day”"),
        ("scenario", 0, "Which of these is described here: “Releases energy from sugar”?"),
    ],
)
def test_stems(kind: str, fact: int, stem: str) -> None:
    assert made(kind, fact=MITOCHONDRION.facts[fact]).stem == stem


@pytest.mark.parametrize(
    ("heading", "stem"),
    [
        ("What is it for?", "What is Vacuole for?"),
        ("What is its place?", "What is Vacuole's place?"),
        ("Place", "Place of Vacuole: which of these is right?"),
        ("Choose it when", "Choose it when: which of these belongs to Vacuole?"),
        ("Is it where it was?", "Is it where it was: which of these belongs to Vacuole?"),
        ("", "Which of these is true of Vacuole?"),
    ],
)
def test_a_shared_sub_heading_is_the_question(heading: str, stem: str) -> None:
    texts = ("Stores water and waste", "Captures light for sugar", "Builds what a cell needs")
    others = [concept(f"Other{n}", (heading, text)) for n, text in enumerate(texts)]
    owner = concept("Vacuole", (heading, "Fills the middle of plants"))
    item = property_item(owner, owner.facts[0], others, random.Random(1))
    assert item is not None
    assert item.stem == stem


def test_a_heading_that_only_the_key_has_is_not_asked() -> None:
    owner = concept("Vacuole", (WHERE, "Fills the middle of plants"))
    others = [
        concept(f"Other{n}", (FOR, text))
        for n, text in enumerate(("Stores water now", "Captures much light", "Builds what is due"))
    ]
    item = property_item(owner, owner.facts[0], others, random.Random(1))
    assert item is not None
    assert item.stem == "Which of these is true of Vacuole?"


def test_a_fact_comes_with_its_label_unless_the_stem_says_it() -> None:
    """ "Very deep networks" is true of nothing; "Use: Very deep networks" is."""
    texts = ("Tiny trees of one leaf", "Wide tables of words", "Long rows of pictures")
    other = [concept(f"Other{n}", ("Use", text)) for n, text in enumerate(texts)]
    owner = concept("Swish", ("Use", "Very deep networks by night"), ("Range", "All above zero"))
    two = two_item(owner, owner.facts[0], other, random.Random(1))
    one = property_item(owner, owner.facts[0], other, random.Random(1))
    assert one is not None
    assert two is not None
    assert {o.text for o in two.options} == {
        "Use: Very deep networks by night",
        "Range: All above zero",
        *(f"Use: {text}" for text in texts),
    }
    assert (one.stem, one.answer) == (
        "Use of Swish: which of these is right?",
        "Very deep networks by night",
    )
    described = described_item(owner, owner.facts[0], other, random.Random(1))
    assert described is not None
    assert "“Use: Very deep networks by night”" in described.stem
    gap = gap_item(
        replace(owner, siblings=("Other0",)), owner.facts[0], known_of(owner), random.Random(1)
    )
    assert gap is None or "“____ (Use): Very deep" in gap.stem


def test_neither_key_of_two_is_alone_with_its_label() -> None:
    uses = ("Tiny trees of one leaf", "Wide tables of words", "Long rows of pictures")
    others = [
        concept(f"Other{n}", ("Use", text), ("Range", f"All below the number {n}"))
        for n, text in enumerate(uses)
    ]
    owner = concept("Swish", ("Use", "Very deep networks by night"), ("Range", "All above zero"))
    item = two_item(owner, owner.facts[0], others, random.Random(1))
    assert item is not None
    assert {text.split(":")[0] for text in distractors(item)} == {"Use", "Range"}


def test_a_rationale_says_each_label_once() -> None:
    owner = concept("Disk", ("Use", "Keeps rows."), ("Use", "Keeps books"), ("Cost", "One dollar"))
    told = name_choice(owner, owner.facts).option.rationale
    assert told == "Disk (Use): Keeps rows; Keeps books; Cost: One dollar"


def test_true_and_false_statements() -> None:
    seen = {made("true_false", seed).answer: made("true_false", seed) for seed in range(20)}
    own = "True or false: this is said of Mitochondrion: “Releases energy from sugar”"
    assert seen["True"].stem == own
    assert seen["True"].key == (0,)
    false = seen["False"]
    told, owner = false.options[1].rationale.removesuffix(".").split(" belongs to ")
    assert false.stem.endswith(f"Mitochondrion: “{told}”")
    assert owner in {other.name for other in RELATED}
    assert told in {fact.text for other in RELATED for fact in other.facts}
    assert [option.text for option in false.options] == ["True", "False"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_item(kind: str) -> None:
    fact = MITOCHONDRION.facts[3] if kind == "gap" else ENERGY
    assert made(kind, 7, fact) == made(kind, 7, fact)


@pytest.mark.parametrize("kind", ["property", "scenario"])
def test_keys_stand_everywhere(kind: str) -> None:
    places = Counter(made(kind, seed).key[0] for seed in range(200))
    assert len(places) == 4
    assert all(0.18 <= count / 200 <= 0.32 for count in places.values())


def test_both_keys_of_two_stand_everywhere() -> None:
    places = Counter(place for seed in range(200) for place in made("two", seed).key)
    assert len(places) == 5
    assert all(0.14 <= count / 400 <= 0.26 for count in places.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_hint_is_another_line_and_names_no_option(kind: str) -> None:
    fact = MITOCHONDRION.facts[3] if kind == "gap" else ENERGY
    for seed in range(20):
        item = made(kind, seed, fact)
        assert item.hint is not None
        assert item.hint.first_line not in {c.first_line for c in item.citations}
        said = set(words(item.hint.quote))
        for text in (*item.accepted, item.concept, *(o.text for o in item.options)):
            assert not set(words(text)) <= said


def test_a_concept_with_one_fact_has_no_hint() -> None:
    item = described_item(RIBOSOME, RIBOSOME.facts[0], (PLASTID, GOLGI, VACUOLE), random.Random(1))
    assert item is not None
    assert item.hint is not None  # the line with the other sub-heading
    single = replace(RIBOSOME, facts=RIBOSOME.facts[:1])
    item = described_item(single, single.facts[0], (PLASTID, GOLGI, VACUOLE), random.Random(1))
    assert item is not None
    assert item.hint is None


@pytest.mark.parametrize("kind", KINDS)
def test_citations_are_lines_of_the_notes(kind: str) -> None:
    for seed in range(10):
        item = made(kind, seed, MITOCHONDRION.facts[3] if kind == "gap" else ENERGY)
        cited = [*item.citations, *(c for o in item.options for c in o.citations)]
        cited += [item.hint] if item.hint else []
        assert cited
        for citation in cited:
            assert citation.note == "n.txt"
            assert NOTES[citation.first_line - 1].strip() == citation.quote.strip()
        numbers = {(c.first_line, c.number) for c in cited}
        assert sorted(number for _, number in numbers) == list(range(1, len(numbers) + 1))


S3 = concept("Amazon S3", "Stores objects of any size", aliases=("Simple Storage",))
CRAWLER = concept("Crawler", "Reads tables in Amazon S3 and in databases")


@pytest.mark.parametrize(
    ("fact", "accepted", "stem"),
    [
        ("Keeps rows for 7 days by default", ("7 days",), "Keeps rows for ____ by default"),
        ("Cuts costs by 70% at night or so", ("70%",), "Cuts costs by ____ at night or so"),
        ("Takes the values 0, and then others", ("0",), "Takes the values ____, and then others"),
        ("Holds up to 1,000.5 GB of rows", ("1,000.5 GB",), "Holds up to ____ of rows"),
        ("Ends in the year of 1918.", ("1918",), "Ends in the year of ____"),
        (
            "Reads tables in Amazon S3 by night",
            ("Amazon S3", "Simple Storage"),
            "Reads tables in ____ by night",
        ),
        (
            "Reads the Simple Storage of a team",
            ("Simple Storage", "Amazon S3"),
            "Reads the ____ of a team",
        ),
    ],
)
def test_a_gap_is_a_figure_or_a_name(fact: str, accepted: tuple[str, ...], stem: str) -> None:
    owner = concept("Crawler", fact)
    item = gap_item(owner, owner.facts[0], known_of(owner, S3), random.Random(1))
    assert item is not None
    assert (item.accepted, item.stem) == (accepted, f"Fill the gap. Crawler: “{stem}”")


def test_a_gap_for_the_concept_itself_takes_its_aliases() -> None:
    owner = concept("Roaster", "Dries nuts in very hot air", aliases=("Nut oven",))
    owner = replace(owner, siblings=("Grinder",))
    item = gap_item(owner, owner.facts[0], known_of(owner), random.Random(1))
    assert item is not None
    assert item.stem == "Fill the gap with a name: “____: Dries nuts in very hot air”"
    assert item.accepted == ("Roaster", "Nut oven")


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        pytest.param("Roaster", "Dries nuts", id="too short"),
        pytest.param("Roaster", "A roaster dries nuts in hot air", id="names itself"),
        pytest.param("Elastic Inference", "EI devices stand beside a server", id="abbreviation"),
        pytest.param("Roaster", "From 5 to 5 o'clock it dries", id="the blank stands twice"),
    ],
)
def test_a_gap_needs_enough_around_it(name: str, fact: str) -> None:
    owner = replace(concept(name, fact), siblings=("Grinder",))
    assert gap_item(owner, owner.facts[0], known_of(owner), random.Random(1)) is None


def test_a_concept_is_no_blank_in_its_own_fact() -> None:
    long = concept("Natural Language Processing", "Reads what people write")
    owner = concept("NLP", "Lets Natural Language Processing read a mail aloud")
    item = gap_item(owner, owner.facts[0], known_of(owner, long), random.Random(1))
    assert item is None


@pytest.mark.parametrize(
    ("text", "itself"),
    [
        ("Elastic Inference speeds up a model", True),
        ("elastic and fast", True),
        ("many inferences a second", True),
        ("EI accelerators may be added", True),
        ("several EIs side by side", True),
        ("Speeds up a model", False),
        ("Their eighth idea", False),
    ],
)
def test_a_fact_names_itself(text: str, itself: bool) -> None:
    assert names_itself(text, concept("Elastic Inference", "Speeds up")) is itself


@pytest.mark.parametrize(
    ("name", "text", "itself"),
    [
        ("PCA", "Finds the principal component axes", True),
        ("Random Cut Forest", "RCF takes streams", True),
        ("K-Means", "Finds groups of rows", False),
        ("Glue", "glue jobs move tables", True),
        ("LSTM cell", "Long short-term memory keeps two states", True),
        ("Amazon RDS", "A relational database service with six engines", True),
        ("LSTM cell", "Keeps a long and a short state", False),
    ],
)
def test_names_short_and_long(name: str, text: str, itself: bool) -> None:
    assert names_itself(text, concept(name, "a fact")) is itself


def test_a_name_with_an_alias_is_given_away_by_either() -> None:
    owner = concept("DeepAR", "Forecasts", aliases=("Autoregressive Network",))
    assert names_itself("an autoregressive network", owner)
    assert names_itself("an AN for rows", owner)


def test_a_description_never_holds_the_abbreviation() -> None:
    owner = concept("Elastic Inference", "EI devices stand beside a server")
    assert described_item(owner, owner.facts[0], RELATED, random.Random(1)) is None


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("stores rows.", "Stores rows"),
        ("stores rows;", "Stores rows"),
        ("No servers!", "No servers"),
        ("k-Means groups rows", "k-Means groups rows"),
        ("eXtreme boosting of trees", "eXtreme boosting of trees"),
        ("“Quick Model” to train", "“Quick Model” to train"),
        ("“quick model” to train", "“quick model” to train"),
        ("it is a “Quick Model”", "It is a “Quick Model”"),
        ("", ""),
        # formulas and code stay as they are written
        ("sqrt(sum((y - p)^2) / n)", "sqrt(sum((y - p)^2) / n)"),
        ("y = a * x + b", "y = a * x + b"),
        ("p / (1 - p)", "p / (1 - p)"),
        ("nginx.conf: settings of the server", "nginx.conf: settings of the server"),
        ("sagemaker:InvokeEndpoint is allowed", "sagemaker:InvokeEndpoint is allowed"),
        ("serve: the program that hosts", "serve: the program that hosts"),
        ("max_depth limits trees", "max_depth limits trees"),
        ("p3.2xlarge instances", "p3.2xlarge instances"),
        # and words do not
        ("time-series data", "Time-series data"),
        ("read/write capacity", "Read/write capacity"),
        ("word(s) of a text", "Word(s) of a text"),
        ("don't wait", "Don't wait"),
        ("naïve and fast", "Naïve and fast"),
    ],
)
def test_a_fact_as_an_option(text: str, option: str) -> None:
    assert as_option(text) == option


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("plain", "“plain”"),
        ("a “Quick Model” to train", "“a ‘Quick Model’ to train”"),
        ('an "AI companion"', "“an ‘AI companion’”"),
        ("it's the cell's", "“it's the cell's”"),
        ("a lone ” stays to be caught", "“a lone ” stays to be caught”"),
    ],
)
def test_quotes_in_quotes(text: str, stem: str) -> None:
    assert quoted(text) == stem


def test_a_stem_has_no_quotes_of_one_kind_inside_each_other() -> None:
    owner = concept("Canvas", "Has a “Quick Model” that trains at once")
    item = described_item(owner, owner.facts[0], RELATED, random.Random(1))
    assert item is not None
    assert item.stem.count("“") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Roaster: dries nuts", "dries nuts"),
        ("roaster - dries nuts", "dries nuts"),
        ("Nut oven = dries nuts", "dries nuts"),
        ("Roaster dries nuts", "Roaster dries nuts"),
    ],
)
def test_a_fact_without_its_concept_before_it(text: str, said: str) -> None:
    assert bare(text, concept("Roaster", "x", aliases=("Nut oven",))) == said


def distractors(item: Item) -> list[str]:
    return [o.text for place, o in enumerate(item.options) if place not in item.key]


@pytest.mark.parametrize(
    ("key", "fitting"),
    [
        pytest.param("Takes (only) rows", "Gives (many) texts", id="a bracket"),
        pytest.param("Holds 20 rows a day", "Sends 30 mails a week", id="a number"),
        pytest.param("Use: big tables", "Kind: big letters", id="a label"),
        pytest.param(
            "Takes the rows of a table and turns each of them into a bar",
            "Sends a mail to all who have asked for it and waits for an answer",
            id="a length",
        ),
    ],
)
def test_a_distractor_that_looks_like_the_key_is_preferred(key: str, fitting: str) -> None:
    plain = ("Cools dough slowly", "Grinds corn finely", "Beats cream gently")
    others = [concept(f"Tool{n}", text) for n, text in enumerate(plain)]
    others += [concept("Mailer", "Mails people", fitting)]
    owner = concept("Drawer", key)
    item = property_item(owner, owner.facts[0], others, random.Random(1))
    assert item is not None
    assert fitting in distractors(item)
    assert one_shape(item, BookOfFacts()).passed


@pytest.mark.parametrize(
    ("fact", "fits"),
    [
        ("Product-product", False),
        (("Pairs", "Product-product"), True),
        ("Pairs two products", True),
        (("Pairs", "Products"), False),
    ],
)
def test_two_words_are_an_option_only_under_a_sub_heading(
    fact: str | tuple[str, str], fits: bool
) -> None:
    owner = concept("Matcher", fact)
    assert can_be_option(owner.facts[0], owner) is fits


def test_the_same_sub_heading_counts_more_than_the_form() -> None:
    others = [
        concept(f"Tool{n}", ("Input", text))
        for n, text in enumerate(("dough and salt", "corn and maize", "cream or milk"))
    ]
    others += [concept("Mailer", ("Output", "Gives (many) texts"))]
    owner = concept("Drawer", ("Input", "rows (only)"))
    item = property_item(owner, owner.facts[0], others, random.Random(1))
    assert item is not None
    assert sorted(distractors(item)) == ["Corn and maize", "Cream or milk", "Dough and salt"]


@pytest.mark.parametrize("related", [(), RELATED[:2]])
def test_too_few_siblings_make_no_item(related: Sequence[Concept]) -> None:
    rng = random.Random(1)
    assert property_item(OWNER, ENERGY, related, rng) is None
    assert two_item(OWNER, ENERGY, related, rng) is None
    assert described_item(OWNER, ENERGY, related, rng) is None


def test_two_needs_two_facts_of_two_lines() -> None:
    single = replace(OWNER, facts=(ENERGY,))
    assert two_item(single, ENERGY, RELATED, random.Random(1)) is None
    item = made("two")
    assert len({*item.facts}) == 2
    assert {item.options[place].about for place in item.key} == {"Mitochondrion"}


class Chooser:
    """Stands in for the model: records the options and chooses the first."""

    traits = SMALL

    def __init__(self) -> None:
        self.options: list[list[str]] = []

    def choose(self, stem: str, options: Sequence[str], lines: str) -> tuple[float, ...]:
        self.options.append(sorted(options))
        return (1.0, *(0.0 for _ in options[1:]))


@pytest.mark.parametrize(
    ("fact", "answer"),
    [
        ("Keeps rows for 7 days by default", "7 days"),
        ("Holds up to 1,000 rows at once", "1,000"),
        ("Takes half of 2.5 GB at once", "2.5 GB"),
        ("Starts again at 0 every day", "0"),
    ],
)
def test_a_solver_of_a_gap_chooses_among_four_figures(fact: str, answer: str) -> None:
    owner = concept("Crawler", fact)
    known, rng = known_of(owner), random.Random(1)
    item = gap_item(owner, owner.facts[0], known, rng)
    assert item is not None
    calls = Chooser()
    Solver(known, FakeEmbedder()).solve(item, calls, rng, shuffles=1)
    (options,) = calls.options
    assert answer in options
    assert len({*options}) == 4


def test_facts_of_a_rationale_are_joined_without_their_full_stops() -> None:
    lines = [Line("a.txt", n, text) for n, text in enumerate(("Cleans data.", "Needs no code."), 1)]
    concept = Concept("DataBrew", "a.txt", 1, (), tuple(Fact(line, line.text) for line in lines))
    told = name_choice(concept, concept.facts).option.rationale
    assert told == "DataBrew: Cleans data; Needs no code."
