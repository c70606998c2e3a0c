"""The measure of whose facts are accepted tells a check that works from one that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.practice import Concept, Fact
from core.types import Line
from evals.proof import Told, evaluate, said_of
from proof.support import SupportCheck, Verdict
from retrieval.retriever import Retriever
from tests.libraries import retriever_over
from tests.outlines import BIOLOGY, map_of


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    return retriever_over(tmp_path, {"notes.txt": BIOLOGY})


ORGANELLES = {"Mitochondrion", "Chloroplast", "Ribosome", "Golgi apparatus"}


def test_own_facts_are_accepted_and_those_of_siblings_are_not(retriever: Retriever) -> None:
    rows: list[Told] = []
    result = evaluate(retriever, map_of(BIOLOGY), 50, 1, rows.append)
    figures = result["figures"]
    assert figures["own_accepted_what"] == figures["own_accepted_whether"] == 1.0
    assert figures["anothers_accepted_whether"] <= 0.25
    assert {row.own for row in rows} >= ORGANELLES
    assert all(row.why for row in rows if not row.accepted)
    again = evaluate(retriever, map_of(BIOLOGY), 50, 1)
    assert again == result


def test_a_check_that_accepts_all_is_seen(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SupportCheck, "check", lambda *_: Verdict(True, (1,)))
    result = evaluate(retriever, map_of(BIOLOGY), 50, 1)
    assert result["figures"]["anothers_accepted_what"] == 1.0


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("Keeps objects", "EBS: Keeps objects"),
        ("Amazon S3 keeps objects in S3Express", "EBS keeps objects in S3Express"),
    ],
)
def test_a_fact_is_told_of_another(fact: str, said: str) -> None:
    concept = Concept("S3", "a.txt", 1, (), (), aliases=("Amazon S3",))
    assert said_of("EBS", concept, Fact(Line("a.txt", 2, fact), fact)) == said
