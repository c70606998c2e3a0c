"""Notes of other subjects than the real ones, and the concept map of any notes."""

from __future__ import annotations

from textwrap import dedent

import numpy as np

from ingest.passages import read_note
from quiz.concepts.concept_map import ConceptMap, build_map
from quiz.concepts.domains import read_exam
from quiz.concepts.tree import Node, build_tree
from retrieval.embedder import Embedder
from retrieval.store import Index, Manifest
from retrieval.vectors import VectorIndex
from tests.fakes import DIMENSION, FakeEmbedder

BIOLOGY = """
Cell biology
\tOrganelles
\t\tMitochondrion
\t\t\tWhat is it for?
\t\t\t\t- Releases energy from sugar with oxygen
\t\t\t\t- Supplies the muscles with ATP
\t\t\tWhere is it?
\t\t\t\t- In nearly all cells of animals and plants
\t\tChloroplast
\t\t\tWhat is it for?
\t\t\t\t- Captures light to build sugar
\t\t\tWhere is it?
\t\t\t\t- In the green cells of plants only
\t\tRibosome
\t\t\tWhat is it for?
\t\t\t\t- Builds proteins from amino acids
\t\tGolgi apparatus
\t\t\tWhat is it for?
\t\t\t\t- Packs proteins and sends them on
\t\tEndoplasmic Reticulum (ER)
\t\t\tWhat is it for?
\t\t\t\t- Carries proteins through the cell
\tCell division
\t\tMitosis - Yields two identical daughter cells
\t\tMeiosis - Yields four different daughter cells
\tExamples
\t\t- A muscle cell holds a Mitochondrion by the thousand
\t\t- A leaf cell holds many a Chloroplast
\t\t- The Ribosome and the Golgi apparatus work hand in hand
\tHow to remember them
\t\t- Draw a cell every day for a week
"""

COOKING = """
# Sauces

## Mother sauces

- Béchamel: milk thickened with a white roux
- Velouté: light stock thickened with a blond roux
- Espagnole: brown stock with tomato and a brown roux
- Hollandaise: egg yolks and butter beaten over gentle heat

## What can go wrong

- Lumps when the milk is poured in at once
- A Hollandaise that splits when the butter is too hot
- The Velouté and the Espagnole burn without stirring

## Béchamel

- Béchamel is the base of a lasagne
- Nutmeg goes in at the end
"""

HISTORY = """
World War I (WWI)
\t- Began in July 1914 after the murder in Sarajevo
\t- Ended on 11 November 1918 with an armistice
League of Nations
\t- Founded in 1920 to keep the peace
\t- After 1946 the work of the League of Nations passed to the UN
United Nations (UN)
\t- Founded in 1945 by 51 states
\t- The UN has its seat in New York
Treaty of Versailles
\t- Signed in 1919 in the Hall of Mirrors
\t- For Germany the Treaty of Versailles ended WWI
Causes of the War
\t- Alliances that pulled one state in after the other
"""


def index_of(**notes: str) -> Index:
    """Notes as an index has them, without vectors; `name="text"` becomes `name.txt`."""
    read = [read_note(f"{name}.txt", dedent(text)) for name, text in notes.items()]
    empty = VectorIndex.build(np.zeros((0, DIMENSION), np.float32), DIMENSION)
    return Index(
        Manifest("fake-64", DIMENSION, ()),
        {f"{name}.txt": tuple(dedent(text).splitlines()) for name, text in notes.items()},
        tuple(line for note in read for line in note.lines),
        tuple(passage for note in read for passage in note.passages),
        frozenset((note.name, number) for note in read for number in note.asked),
        empty,
        empty,
        np.zeros(0, np.uint64),
    )


def map_of(text: str, embedder: Embedder | None = None) -> ConceptMap:
    """The concept map of one note, `notes.txt`."""
    return build_map(index_of(notes=text), embedder or FakeEmbedder(dimension=4096), read_exam())


def tree_of(text: str) -> dict[str, Node]:
    """The lines of a note as nodes, by title."""
    return {node.title: node for node in build_tree(index_of(notes=text).lines)}
