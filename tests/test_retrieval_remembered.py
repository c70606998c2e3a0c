"""Vectors remembered across restarts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.remembered import RememberedEmbedder
from tests.fakes import FakeEmbedder

TEXTS = ["Glue runs ETL jobs", "S3 holds objects", "Glue runs ETL jobs"]


def test_the_vectors_are_the_embedders(tmp_path: Path) -> None:
    remembered = RememberedEmbedder(FakeEmbedder(), tmp_path / "v.npz")
    assert np.array_equal(remembered.encode(TEXTS), FakeEmbedder().encode(TEXTS))
    assert remembered.encode([]).shape[0] == 0


def test_a_text_is_embedded_once_also_after_a_restart(tmp_path: Path) -> None:
    first = FakeEmbedder()
    before = RememberedEmbedder(first, tmp_path / "v.npz")
    before.encode(TEXTS)
    before.encode(TEXTS[:1])
    assert first.texts == TEXTS[:2]
    before.save()
    again = FakeEmbedder()
    after = RememberedEmbedder(again, tmp_path / "v.npz")
    rows = after.encode([*TEXTS, "a new one"])
    assert again.texts == ["a new one"]
    assert np.array_equal(rows, FakeEmbedder().encode([*TEXTS, "a new one"]))


def test_what_was_not_used_is_forgotten(tmp_path: Path) -> None:
    before = RememberedEmbedder(FakeEmbedder(), tmp_path / "v.npz")
    before.encode(TEXTS)
    before.save()
    second = RememberedEmbedder(FakeEmbedder(), tmp_path / "v.npz")
    second.encode(TEXTS[1:2])
    second.save()
    third = FakeEmbedder()
    RememberedEmbedder(third, tmp_path / "v.npz").encode(TEXTS)
    assert third.texts == TEXTS[:1]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "v.npz"
    path.write_bytes(content)
    remembered = RememberedEmbedder(FakeEmbedder(), path)
    assert len(remembered.encode(TEXTS)) == len(TEXTS)
    remembered.save()
    assert len(RememberedEmbedder(FakeEmbedder(), path).encode(TEXTS)) == len(TEXTS)


def test_vectors_of_another_model_are_not_taken(tmp_path: Path) -> None:
    before = RememberedEmbedder(FakeEmbedder("one"), tmp_path / "v.npz")
    before.encode(TEXTS)
    before.save()
    other = FakeEmbedder("two")
    RememberedEmbedder(other, tmp_path / "v.npz").encode(TEXTS)
    assert other.texts == TEXTS[:2]
