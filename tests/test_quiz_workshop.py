"""The workshop: built once for the notes as they are, behind the back, and said when it fails."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ConfigError, IndexMissing
from core.practice import Scope
from ingest.library import Library
from quiz.concepts.domains import read_exam
from quiz.items.scenario import told_only
from quiz.workshop import Workshop
from retrieval.remembered import RememberedEmbedder
from tests.cells import CELLS, library_of, made_by, run_of, workshop_of
from tests.clock import until
from tests.fakes import FakeEmbedder


def over(library: Library, folder: Path, embedder: FakeEmbedder) -> Workshop:
    remembered = RememberedEmbedder(embedder, folder / "concepts.npz")
    return Workshop(library.retriever, library.note_lines, remembered, read_exam())


def test_it_is_built_behind_the_back_and_then_ready(tmp_path: Path) -> None:
    workshop = workshop_of(tmp_path)
    assert not workshop.ready()
    assert until(workshop.ready)
    assert workshop.maker() is workshop.maker()


def test_notes_that_change_are_read_anew(tmp_path: Path) -> None:
    library = library_of(tmp_path, cells=CELLS)
    workshop = workshop_of(tmp_path, library)
    before = workshop.maker()
    library_text = CELLS.replace("Swells after rain", "Grows after rain")
    (tmp_path / "notes" / "cells.txt").write_text(library_text, encoding="utf-8")
    library.update()
    assert not workshop.ready()
    assert until(workshop.ready)
    assert workshop.maker() is not before
    assert any("Grows" in t.fact.text for t in workshop.maker().targets(Scope(topic="Vacuole")))


def test_without_an_index_it_says_so(tmp_path: Path) -> None:
    library = Library([tmp_path], tmp_path / "var", FakeEmbedder())
    workshop = over(library, tmp_path, FakeEmbedder())
    with pytest.raises(IndexMissing):
        workshop.ready()
    with pytest.raises(IndexMissing):
        workshop.maker()


def test_a_failure_is_told_once_and_then_it_is_tried_again(tmp_path: Path) -> None:
    broken = threading.Event()
    broken.set()

    def before(texts: Sequence[str]) -> None:
        if broken.is_set():
            raise ConfigError("the embedding model is not there")

    library = library_of(tmp_path, cells=CELLS)
    workshop = over(library, tmp_path, FakeEmbedder("broken", before, 2048))
    assert not workshop.ready()
    with pytest.raises(ConfigError, match="not there"):
        until(workshop.ready)
    broken.clear()
    assert until(workshop.ready)


def test_an_item_is_proven_while_its_lines_stand_and_outdated_only_beside_others(
    tmp_path: Path,
) -> None:
    workshop = workshop_of(tmp_path)
    item = made_by(workshop.maker(), run_of(Scope(kind="property")), enough=1)[-1].item
    cited = item.citations[0]
    moved, gone = replace(cited, first_line=1), replace(cited, note="gone.txt")
    told = [
        (workshop.proven(one), workshop.outdated(one))
        for one in (item, replace(item, citations=(moved,)), replace(item, citations=(gone,)))
    ]
    assert told == [(True, False), (False, True), (False, False)]


@pytest.mark.parametrize(
    ("wish", "scope"),
    [
        ((" ribosome ", "", None, None, None), Scope(topic="ribosome")),
        (("", "model", None, "gap", "easy"), Scope("", "Modeling", None, "gap", "easy")),
        (("", "1", ["a.txt"], None, None), Scope("", "Data Engineering", frozenset({"a.txt"}))),
        (("", "", [], None, None), Scope(notes=frozenset())),
    ],
)
def test_a_wish_becomes_a_scope(
    tmp_path: Path, wish: tuple[str, str, list[str] | None, str, str], scope: Scope
) -> None:
    library = Library([tmp_path], tmp_path / "var", FakeEmbedder())
    assert over(library, tmp_path, FakeEmbedder()).scope(*wish) == scope


@pytest.mark.parametrize(
    ("text", "story"),
    [
        ("A cook boils eggs. Which pan?", "A cook boils eggs."),
        ("A cook has 1.5 l of milk! She waits.", "A cook has 1.5 l of milk! She waits."),
        ("A cook boils eggs. Then the text is cut of", "A cook boils eggs."),
        ("Which pan?", ""),
        ("", ""),
    ],
)
def test_a_story_is_kept_without_its_question(text: str, story: str) -> None:
    assert told_only(text) == story
