"""The concept map of small notes on other subjects, and of notes without concepts."""

from __future__ import annotations

import json
import string
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConfigError
from evals.concepts import evaluate, read_labels
from quiz.concepts.concept_map import ConceptMap, build_map
from quiz.concepts.domains import read_exam
from quiz.concepts.names import is_proper
from quiz.concepts.usage import Usage
from retrieval.embedder import SentenceEmbedder
from tests.fakes import FakeEmbedder
from tests.outlines import BIOLOGY, COOKING, HISTORY, index_of, map_of

LABELLED = Path(__file__).parent / "data" / "concepts_labelled.json"


@pytest.mark.parametrize(
    ("notes", "names", "labels"),
    [
        pytest.param(
            BIOLOGY,
            {"Mitochondrion", "Chloroplast", "Ribosome", "Golgi apparatus", "Mitosis", "Meiosis"},
            {"What is it for?", "Where is it?", "Examples", "How to remember them", "Organelles"},
            id="biology",
        ),
        pytest.param(
            COOKING,
            {"Béchamel", "Velouté", "Espagnole"},
            {"What can go wrong"},
            id="cooking",
        ),
        pytest.param(
            HISTORY,
            {"World War I", "League of Nations", "United Nations", "Treaty of Versailles"},
            {"Causes of the War"},
            id="history",
        ),
    ],
)
def test_names_are_concepts_and_labels_are_not(
    notes: str, names: set[str], labels: set[str]
) -> None:
    found = {concept.name for concept in map_of(notes).concepts}
    assert names <= found
    assert not labels & found


def told(known: ConceptMap, name: str) -> list[tuple[str, str]]:
    concept = known.find(name)
    assert concept is not None
    return [(fact.heading, fact.text) for fact in concept.facts]


def test_facts_come_with_their_headings() -> None:
    assert told(map_of(BIOLOGY), "mitochondrion") == [
        ("What is it for?", "Releases energy from sugar with oxygen"),
        ("What is it for?", "Supplies the muscles with ATP"),
        ("Where is it?", "In nearly all cells of animals and plants"),
    ]


def test_a_definition_is_one_fact_and_belongs_to_its_term_alone() -> None:
    known = map_of(BIOLOGY)
    assert told(known, "Mitosis") == [("", "Yields two identical daughter cells")]
    assert known.find("Cell division") is None


def test_what_other_lines_say_of_a_concept_is_found() -> None:
    assert told(map_of(COOKING), "Béchamel") == [
        ("", "milk thickened with a white roux"),
        ("", "Béchamel is the base of a lasagne"),
        ("", "Nutmeg goes in at the end"),
    ]


def test_siblings_are_of_one_kind() -> None:
    known = map_of(BIOLOGY)
    organelles = {"Mitochondrion", "Chloroplast", "Ribosome", "Golgi apparatus"}
    for name in organelles:
        concept = known.find(name)
        assert concept is not None
        assert organelles - {name} <= {*concept.siblings}
        assert not {"Mitosis", "Meiosis"} & {*concept.siblings}
    mitosis = known.find("Mitosis")
    assert mitosis is not None
    assert mitosis.siblings == ("Meiosis",)


@pytest.mark.parametrize("block", [1, 3])
def test_many_concepts_are_compared_in_blocks(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {concept.name: concept.siblings for concept in map_of(BIOLOGY).concepts}
    monkeypatch.setattr("quiz.concepts.siblings._BLOCK", block)
    parts = {concept.name: concept.siblings for concept in map_of(BIOLOGY).concepts}
    assert sum(map(len, parts.values())) > 12
    assert parts == whole


def test_how_a_name_is_used() -> None:
    texts = [
        "- Random Cut Forest is for anomalies",
        "use a Random Cut Forest, not a random forest",
        "a random cut forest of five",
        "Random",
    ]
    usage = Usage(texts, ["Random Cut Forest", "random", "anomalies", "a b c d e f", ""])
    assert [usage.mentions(name) for name in ("random cut FOREST", "Random", "anomalies")] == [
        3,
        5,
        1,
    ]
    assert usage.capitals("Random Cut Forest") == pytest.approx(1.5 / 3)
    assert usage.capitals("anomalies") == pytest.approx(0.5 / 2)
    assert usage.capitals("never there") == 0.5
    assert (usage.said("Random Cut Forest"), usage.said("anomalies")) == (1, 0)
    assert usage.mentions("a b c d e f") == usage.mentions("") == 0


def test_a_heading_is_no_sibling_of_what_stands_under_it() -> None:
    for notes in (BIOLOGY, COOKING, HISTORY):
        known = map_of(notes)
        for concept in known.concepts:
            assert not {*concept.siblings} & {*concept.path}
            assert concept.name not in concept.siblings


CHAPTERS = """
Course
\tFrance: the land and its cheeses
\t\t- Lies between two seas
\t\tBrie
\t\t\t- Ripens under a white rind for five weeks
\t\tComté
\t\t\t- Ripens in caves for a year or two
\t\tRoquefort
\t\t\t- Gets its blue veins from a mould
"""
FULL = CHAPTERS.replace(
    "\t\tBrie\n",
    "".join(f"\t\t- Makes cheese number {n} of goats or cows\n" for n in range(8)) + "\t\tBrie\n",
)


@pytest.mark.parametrize(
    ("notes", "broad"),
    [
        pytest.param(CHAPTERS, {"France"}, id="a chapter whose heading goes on"),
        pytest.param(CHAPTERS.replace(":", " -"), {"France"}, id="a dash"),
        pytest.param(FULL, set[str](), id="much is said of it too"),
        pytest.param(
            CHAPTERS.replace("\t\tBrie\n\t\t\t- Ripens under a white rind for five weeks\n", ""),
            set[str](),
            id="two concepts are no chapter",
        ),
    ],
)
def test_a_chapter_is_known_by_what_stands_under_it(notes: str, broad: set[str]) -> None:
    known = map_of(notes)
    assert known.find("France") is not None
    assert known.broad == broad


TOLD_OF = """
Machines
\tRoaster
\t\t- Dries nuts in hot air with a Grinder
\tOven
\t\t- Dries bread in hot air over night
Tools
\tGrinder
\t\t- Dries nuts in hot air and breaks them
\tDryer
\t\t- Dries nuts in hot air without heat
"""


def test_what_is_told_of_another_thing_elsewhere_is_no_sibling_of_it() -> None:
    known = map_of(TOLD_OF)
    siblings = {c.name: {*c.siblings} for c in known.concepts}
    assert "Dryer" in siblings["Roaster"]
    assert "Grinder" not in siblings["Roaster"]
    assert "Roaster" not in siblings["Grinder"]
    beside = map_of(TOLD_OF.replace("Tools\n", "")).find("Roaster")
    assert beside is not None
    assert "Grinder" in beside.siblings


def test_a_name_in_one_word_and_in_two_is_no_sibling_of_itself() -> None:
    roasters = TOLD_OF.replace(" with a Grinder", "").replace("Dryer", "Hand roaster")
    hand = map_of(roasters.replace("Roaster", "HandRoaster set")).find("Hand roaster")
    assert hand is not None
    assert "Grinder" in hand.siblings
    assert "HandRoaster set" not in hand.siblings


DNA = """
Molecules
\t- DNA
\t\t- Holds the plan of the cell
\t- RNA
\t\t- Carries a copy of the plan
\t- Deoxyribonucleic Acid (DNA)
\t\t- Twists two strands of DNA around each other
"""
MAKERS = """
Ovens
\t- Thermo Baker
\t\t- Bakes bread with steam
\t- Thermo Roaster
\t\t- Roasts nuts in hot air
\t- Thermo Freezer
\t\t- Cools a dough over night
\t- Thermo Grinder
\t\t- Grinds corn into flour
\t- Roaster
\t\t- Needs an hour for a batch
"""
SPACED = """
Tools
\t- Blue Whisk
\t\t- Beats cream in a minute
\t- BlueWhisk
\t\t- Comes with two bowls
"""
READING = """
Fields
\t- NLP
\t\t- Reads what people write
\t- Natural Language Processing
\t\t- Grew out of linguistics
"""


CELLS = ("positive", "negative", "alarm", "omission")


@pytest.mark.parametrize(
    ("notes", "names"),
    [
        pytest.param(DNA, ("DNA", "Deoxyribonucleic Acid"), id="abbreviation in brackets"),
        pytest.param(READING, ("NLP", "natural language processing"), id="initials"),
        pytest.param(MAKERS, ("Roaster", "Thermo Roaster"), id="maker's name"),
        pytest.param(SPACED, ("Blue Whisk", "BlueWhisk"), id="a space more"),
    ],
)
def test_one_thing_under_two_names_is_one_concept(notes: str, names: tuple[str, str]) -> None:
    known = map_of(notes)
    first, second = (known.find(name) for name in names)
    assert first is not None
    assert first is second
    assert len(first.facts) == 2


def test_opposites_are_two_concepts() -> None:
    """A word that begins many names is no maker's when the rest is not written as a name."""
    pairs = [f"{word} {rest}" for word in ("True", "False") for rest in CELLS]
    facts = "\n".join(f"\t- {name}\n\t\t- Counted in row {name[::-1]}" for name in pairs)
    known = map_of(f"Outcomes\n{facts}\n")
    for rest in CELLS:
        first, second = known.find(f"True {rest}"), known.find(f"False {rest}")
        assert first is None or first is not second
    assert known.find("True positive")


def test_two_letters_do_not_prove_what_they_stand_for() -> None:
    known = map_of(
        "Training\n\t- LR\n\t\t- Sets how far a step goes\n"
        "\t- Logistic Regression\n\t\t- Tells two classes apart\n"
    )
    rate = known.find("LR")
    assert rate is not None
    assert len(rate.facts) == 1


def test_of_joins_a_name_but_not_a_label() -> None:
    assert is_proper("League of Nations")
    assert is_proper("Battle of the Somme")
    assert not is_proper("Types of Neural Networks")
    assert not is_proper("Structure of a CNN")
    assert not is_proper("Time of day")


POEM = """
The fog comes
on little cat feet.

It sits looking
over harbor and city
on silent haunches
and then moves on.
"""
PROSE = (
    "When the rain had stopped they walked to the river, and nobody said a word. The water was "
    "high and brown. On the way back she told him about the letter, which had come on Monday.\n"
) * 8


@pytest.mark.parametrize(
    ("notes", "most"),
    [
        pytest.param(POEM, 0, id="a poem"),
        pytest.param(PROSE, 0, id="prose"),
        pytest.param("\n".join(f"line {n}" for n in range(10)), 0, id="ten lines"),
        pytest.param("one word\n", 0, id="one line"),
        pytest.param("Ques: Which?\nAns: This\n", 0, id="a question only"),
        pytest.param("Mitosis - Yields two identical daughter cells\n", 1, id="one fact"),
        pytest.param("Kinetochore\n\tCentromere\n\t\tTelomere\n", 3, id="headings only"),
    ],
)
def test_notes_without_concepts_give_a_small_map(notes: str, most: int) -> None:
    known = map_of(notes)
    assert len(known.concepts) <= most
    assert known.vectors.shape[0] == len(known.concepts)
    assert known.find("anything") is None
    assert known.broad == frozenset()


def test_the_sections_of_a_paper_are_no_concepts() -> None:
    sections = ("Introduction", "Related work", "Methods", "Results", "Discussion", "Conclusion")
    lines = (
        f"## {number} {name}\n- Ribosome and Nucleus are told of in part {number}\n"
        for number, name in enumerate(sections, 1)
    )
    known = map_of("# A paper\n" + "".join(lines))
    assert not {concept.name for concept in known.concepts} & {*sections}


def test_past_questions_are_no_concepts() -> None:
    notes = "Biology\n\t- Ques: What yields two cells?\n\t- Ans: Mitosis\n"
    assert map_of(notes).concepts == ()


LETTERS = string.ascii_letters + " -:()éß漢.,?"
OUTLINES = st.lists(
    st.tuples(st.integers(0, 3), st.text(LETTERS, min_size=1, max_size=40)), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(OUTLINES)
def test_every_fact_of_any_outline_has_its_line(rows: list[tuple[int, str]]) -> None:
    notes = "".join(f"{chr(9) * depth}- {text}\n" for depth, text in rows)
    index = index_of(notes=notes)
    lines = index.texts["notes.txt"]
    known = build_map(index, FakeEmbedder(dimension=256), read_exam())
    for concept in known.concepts:
        assert known.find(concept.name) is not None
        assert concept.facts
        assert {*concept.siblings} <= {other.name for other in known.concepts} - {concept.name}
        for fact in concept.facts:
            assert lines[fact.line.number - 1] == fact.line.text


def test_the_labelled_sample_is_whole() -> None:
    rows = json.loads(LABELLED.read_text("utf-8"))
    assert len(rows) == 100
    assert len({row["name"] for row in rows}) == 100
    assert all(bool(row.get("why")) != row["good"] for row in rows)


@pytest.mark.embedding
def test_most_concepts_of_real_notes_are_names(shared: Path, embedder: SentenceEmbedder) -> None:
    texts = {path.stem: path.read_text("utf-8") for path in (shared / "notes").glob("*.txt")}
    known = build_map(index_of(**texts), embedder, read_exam())
    figures = evaluate(known, read_labels(LABELLED))["figures"]
    print(figures)
    assert figures["labelled"] >= 80
    assert figures["precision"] >= 0.85


def test_figures_of_a_map_and_its_labels() -> None:
    known = map_of(BIOLOGY)
    result = evaluate(
        known, {"Ribosome": True, "Mitosis": True, "Chloroplast": False, "Absent": False}
    )
    assert result["figures"]["concepts"] == len(known.concepts)
    assert result["figures"]["facts"] == sum(len(concept.facts) for concept in known.concepts)
    assert result["figures"]["labelled"] == 3
    assert result["figures"]["precision"] == pytest.approx(2 / 3)
    assert result["labels_in_the_map"] == ["Chloroplast"]
    assert evaluate(known, {})["figures"]["precision"] is None


def test_concepts_come_in_the_order_of_the_notes() -> None:
    numbers = [concept.line for concept in map_of(BIOLOGY).concepts]
    assert all(first < second for first, second in pairwise(numbers))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "cannot be used"),
        ("{}", "file: Input should be a valid array"),
        ('[{"name": "DNA"}]', "0.good: Field required"),
        ('[{"good": true}]', "0.name: Field required"),
    ],
)
def test_broken_labels_are_told_in_one_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "labels.json"
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=said) as caught:
        read_labels(path)
    assert "\n" not in str(caught.value)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_labels(tmp_path / "absent.json")
