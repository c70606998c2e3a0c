"""What stands under what."""

from __future__ import annotations

from core.types import Line
from quiz.concepts.tree import build_tree
from tests.outlines import BIOLOGY, index_of, tree_of


def test_children_stand_right_under_their_heading() -> None:
    nodes = tree_of(BIOLOGY)
    organelles = nodes["Organelles"]
    assert organelles.parent is nodes["Cell biology"]
    assert [child.title for child in organelles.children] == [
        "Mitochondrion",
        "Chloroplast",
        "Ribosome",
        "Golgi apparatus",
        "Endoplasmic Reticulum (ER)",
    ]


def test_walking_goes_down_before_it_goes_on() -> None:
    below = [node.title for node in tree_of(BIOLOGY)["Mitochondrion"].walk()]
    assert below == [
        "What is it for?",
        "Releases energy from sugar with oxygen",
        "Supplies the muscles with ATP",
        "Where is it?",
        "In nearly all cells of animals and plants",
    ]


def test_every_line_is_a_node_in_order() -> None:
    lines = index_of(cells=BIOLOGY).lines
    assert [node.line for node in build_tree(lines)] == list(lines)


def test_lines_left_out_take_nothing_along() -> None:
    lines = [
        Line("n", 1, "Sauces"),
        Line("n", 2, "- Roux", ("Sauces",)),
        Line("n", 3, "- flour", ("Sauces", "Roux")),
    ]
    nodes = build_tree(lines, without={("n", 2), ("other", 3)})
    assert [node.title for node in nodes] == ["Sauces", "flour"]
    assert nodes[0].children == []
    assert nodes[1].parent is None


def test_two_notes_with_the_same_heading_stay_apart() -> None:
    lines = [
        Line("a", 1, "Sauces"),
        Line("b", 1, "Sauces"),
        Line("b", 2, "- Roux", ("Sauces",)),
    ]
    first, second, _ = build_tree(lines)
    assert (len(first.children), len(second.children)) == (0, 1)


def test_a_heading_that_comes_again_holds_what_follows_it() -> None:
    lines = [
        Line("n", 1, "Uses"),
        Line("n", 2, "- one", ("Uses",)),
        Line("n", 3, "Uses"),
        Line("n", 4, "- two", ("Uses",)),
    ]
    first, _, again, _ = build_tree(lines)
    assert [[c.title for c in node.children] for node in (first, again)] == [["one"], ["two"]]


PAPER = """
# Feature stores
## 1 Introduction
- Models read features
## 2 Related work
- Others keep features too
- 2 eggs
- 3 spoons of flour
## 3 Method
- We write each feature once
## 20 Newsgroups
- Mails of twenty groups
"""


def test_section_numbers_go_where_they_count() -> None:
    titles = [node.title for node in tree_of(PAPER).values()]
    assert {"Introduction", "Related work", "Method", "20 Newsgroups"} <= {*titles}
    assert {"2 eggs", "3 spoons of flour"} <= {*titles}


def test_what_stands_under_a_numbered_heading_stays_there() -> None:
    parent = tree_of(PAPER)["2 eggs"].parent
    assert parent is not None
    assert (parent.title, parent.line.text.strip()) == ("Related work", "## 2 Related work")
