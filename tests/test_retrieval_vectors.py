"""Vectors on disk and their scores."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from core.errors import IndexMissing
from retrieval.embedder import SentenceEmbedder, Vectors
from retrieval.vectors import VectorIndex


def rows(count: int, dimension: int = 8) -> Vectors:
    made = np.random.default_rng(7).normal(size=(count, dimension)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_scores_are_cosines_in_row_order() -> None:
    vectors = rows(20)
    found = VectorIndex.build(vectors, 8).scores(vectors[3])
    assert found == pytest.approx(vectors @ vectors[3], abs=1e-6)
    assert int(found.argmax()) == 3


def test_equal_rows_score_alike() -> None:
    vectors = np.repeat(rows(1), 5, axis=0)
    assert len(set(VectorIndex.build(vectors, 8).scores(vectors[0]))) == 1


def test_the_file_is_faiss_own_and_holds_the_same(tmp_path: Path) -> None:
    vectors, path = rows(5), tmp_path / "v.faiss"
    VectorIndex.build(vectors, 8).save(path)
    assert path.read_bytes()[:4] == b"IxFI"
    plain = faiss.read_index(str(path))
    assert isinstance(plain, faiss.IndexFlat)
    assert (plain.reconstruct_n(0, 5) == vectors).all()
    assert (VectorIndex.load(path).rows() == vectors).all()


def test_no_rows_keep_their_dimension(tmp_path: Path) -> None:
    VectorIndex.build(rows(0), 8).save(tmp_path / "v.faiss")
    loaded = VectorIndex.load(tmp_path / "v.faiss")
    assert len(loaded) == 0
    assert loaded.rows().shape == (0, 8)
    assert loaded.scores(rows(1)[0]).shape == (0,)


@pytest.mark.parametrize("content", [None, b"", b"IxFI", b"\x80\x04pickle", b"\0" * 100])
def test_a_damaged_file_says_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "v.faiss").write_bytes(content)
    with pytest.raises(IndexMissing, match=r"v\.faiss cannot be read: index again"):
        VectorIndex.load(tmp_path / "v.faiss")


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"v\.faiss cannot be written"):
        VectorIndex.build(rows(2), 8).save(tmp_path / "nowhere" / "v.faiss")


@pytest.mark.embedding
def test_vectors_are_those_of_the_bare_model(embedder: SentenceEmbedder) -> None:
    texts = ["a shard", "Kinesis Data Streams keeps records for a day. " * 9, "", "𝜃", "b " * 40]
    bare = embedder.load().encode(texts, normalize_embeddings=True, show_progress_bar=False)
    found = embedder.encode(texts)
    assert found.dtype == np.float32
    assert np.abs(found - bare).max() < 1e-5
    turned = embedder.encode(texts[::-1])[::-1]
    assert np.abs(turned - bare).max() < 1e-5
    assert np.linalg.norm(found, axis=1) == pytest.approx([1] * len(texts), abs=1e-5)


@pytest.mark.embedding
def test_many_texts_come_in_slices_and_in_order(
    embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.embedder._SLICE", 3)
    texts = [f"{'long ' * (n % 5)}text {n}" for n in range(8)]
    shown: list[tuple[int, int]] = []
    found = embedder.encode(texts, lambda done, total: shown.append((done, total)))
    assert shown == [(3, 8), (6, 8), (8, 8)]
    alone = np.vstack([embedder.encode([text]) for text in texts])
    assert np.abs(found - alone).max() < 1e-5
    assert embedder.encode([]).shape == (0, found.shape[1])
