"""A large index: clustered vectors, candidates instead of everything, values made when asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import IndexMissing
from core.types import Line, Passage
from evals.hash_embedder import HashEmbedder
from evals.scale_notes import queries, write_notes
from ingest.library import Library
from retrieval import build, candidates
from retrieval import index as index_module
from retrieval.clustered import ClusteredIndex, overlap
from retrieval.columns import LineTable, PassageTable
from retrieval.lexical import LexicalIndex
from retrieval.packed import NoteTexts, Strings
from retrieval.retriever import Retriever

SIZE, DIMENSION = 30_000, 64


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    """Vectors in clusters of unlike sizes, with much between them."""
    rng = np.random.default_rng(5)
    centres = rng.standard_normal((300, DIMENSION))
    of = np.minimum(rng.zipf(1.3, SIZE), 300) - 1
    drawn = centres[of] + 0.7 * rng.standard_normal((SIZE, DIMENSION))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def clustered(rows: np.ndarray) -> tuple[ClusteredIndex, float]:
    trials = rows[:200] + 0.1 * rows[200:400]
    return ClusteredIndex.build(lambda part: rows[part], SIZE, DIMENSION, trials)


def test_recall_against_exact_search(
    rows: np.ndarray, clustered: tuple[ClusteredIndex, float]
) -> None:
    index, stated = clustered
    asked = rows[1000:1300] + 0.15 * rows[5000:5300]
    exact = np.argsort(-(asked @ rows.T), axis=1)[:, :10]
    found = np.stack([index.nearest(query, 10) for query in asked])
    assert overlap(found, exact) >= 0.98
    assert stated >= 0.98
    assert "IVF" in index.told


def test_easy_trials_do_not_promise_too_much(rows: np.ndarray) -> None:
    """Trials that are the rows themselves are all found in one cluster."""
    index, _ = ClusteredIndex.build(lambda part: rows[part], SIZE, DIMENSION, rows[:200])
    clusters, probed = map(int, re.findall(r"(\d+) (?:clusters|probed)", index.told))
    assert probed >= clusters / 4


def test_trial_questions_are_words_of_lines_in_their_order() -> None:
    texts = ["not asked", "short", *(" ".join(f"w{n}x{i}" for i in range(12)) for n in range(600))]
    asked = build.trial_questions(texts, range(1, 602))
    assert asked == build.trial_questions(texts, range(1, 602))
    assert len(asked) == build.TRIALS
    assert asked[0] == "short"
    for question in asked[1:]:
        found = question.split()
        line = next(text for text in texts if found[0] in text.split()).split()
        assert 4 <= len(found) <= 7
        assert [line.index(word) for word in found] == sorted(line.index(word) for word in found)
    assert len(build.trial_questions(texts[:3], range(1, 3))) == 2


def test_saved_and_mapped_it_gives_the_same(
    rows: np.ndarray, clustered: tuple[ClusteredIndex, float], tmp_path: Path
) -> None:
    index, _ = clustered
    index.save(tmp_path / "x.faiss")
    loaded = ClusteredIndex.load(tmp_path / "x.faiss")
    assert (len(loaded), loaded.told) == (SIZE, index.told)
    assert (loaded.nearest(rows[7], 10) == index.nearest(rows[7], 10)).all()
    part = np.asarray([5, 3, SIZE - 1])
    assert np.abs(loaded.take(part) - rows[part]).max() < 1e-3
    allowed = np.zeros(SIZE, np.bool_)
    allowed[100:200] = True
    assert set(index.nearest(rows[150], 10, allowed)) <= set(range(100, 200))


@pytest.mark.parametrize("damaged", ["x.faiss", "x.rows.npy"])
@pytest.mark.parametrize("content", [None, b"", b"IwPf and no more", b"\x93NUMPY\x01\x00"])
def test_what_is_damaged_is_not_used(
    clustered: tuple[ClusteredIndex, float], tmp_path: Path, damaged: str, content: bytes | None
) -> None:
    clustered[0].save(tmp_path / "x.faiss")
    if content is None:
        (tmp_path / damaged).unlink()
    else:
        (tmp_path / damaged).write_bytes(content)
    with pytest.raises(IndexMissing, match="index again"):
        ClusteredIndex.load(tmp_path / "x.faiss")


def test_rows_of_another_index_are_not_used(
    clustered: tuple[ClusteredIndex, float], tmp_path: Path
) -> None:
    clustered[0].save(tmp_path / "x.faiss")
    np.save(tmp_path / "x.rows.npy", np.zeros((SIZE - 1, DIMENSION), np.float16))
    with pytest.raises(IndexMissing, match="index again"):
        ClusteredIndex.load(tmp_path / "x.faiss")


# The same notes, as a small and as a large index.


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Retriever, Retriever, Path]]:
    folder = tmp_path_factory.mktemp("large")
    write_notes(folder / "notes", 600)
    small = Library([folder / "notes"], folder / "small", HashEmbedder())
    small.update()
    with pytest.MonkeyPatch.context() as patch:
        for module in (build, index_module):
            patch.setattr(module, "EXACT_ROWS", 500)
        large = Library([folder / "notes"], folder / "large", HashEmbedder())
        large.update()
        yield small.retriever(), large.retriever(), folder / "notes"


def test_it_is_chosen_by_size_and_stated(made: tuple[Retriever, Retriever, Path]) -> None:
    small, large, _ = made
    assert dict(small.index.manifest.search) == {"passages": "exact", "lines": "exact"}
    for told in large.index.manifest.search.values():
        assert told.startswith("IVF")
        assert float(told.partition("exact ")[2].split()[0]) >= 0.98
    assert isinstance(large.index.lines, LineTable)
    assert isinstance(small.index.lines, tuple)
    assert large.index.texts == small.index.texts
    assert large.index.lines == small.index.lines
    assert large.index.passages == small.index.passages


def test_candidates_hold_what_scoring_everything_finds(
    made: tuple[Retriever, Retriever, Path],
) -> None:
    small, large, notes = made
    same, lines, first = [], [], []
    for query in queries(notes, 60):
        exact, found = small.search(query), large.search(query)
        ids = [hit.passage.id for hit in exact.hits]
        same.append(len(set(ids) & {hit.passage.id for hit in found.hits}) / len(ids))
        first.append(found.hits[0].passage.id == ids[0])
        lines.append(found.lines[0][0] == exact.lines[0][0])
        assert found.coverage == exact.coverage
        assert found.closeness == pytest.approx(exact.closeness, abs=2e-3)
        assert found.hits[0].score == pytest.approx(exact.hits[0].score, rel=0.1)
    assert np.mean(first) >= 0.98
    assert np.mean(lines) >= 0.98
    assert np.mean(same) >= 0.95


def test_a_hint_and_a_choice_of_notes(
    made: tuple[Retriever, Retriever, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large, notes = made
    chosen = {sorted(path.name for path in notes.iterdir())[1]}
    for few in (candidates.FEW, 10):
        monkeypatch.setattr(candidates, "FEW", few)
        for query in queries(notes, 10, seed=9):
            exact = small.search(query, 3, notes=chosen, hint="other words")
            found = large.search(query, 3, notes=chosen, hint="other words")
            assert {line.note for line, _ in found.lines} == chosen
            assert found.hits[0].passage == exact.hits[0].passage
    assert large.search("anything", notes=()).hits == ()


def test_rows_and_context_are_the_same(made: tuple[Retriever, Retriever, Path]) -> None:
    small, large, _ = made
    for row in range(0, len(small.index.lines), 97):
        line = small.index.lines[row]
        assert large.row(line) == small.row(line) == row
        assert large.context(row) == small.context(row)
        assert large.around(row) == small.around(row)
    assert large.find("note-00000.txt", 10**6) is None
    assert large.find("gone.txt", 1) is None


# Columns.


def test_odd_texts_are_kept_as_they_are() -> None:
    odd = ["", "naïve", "𝜃\u2028", "\udce9 alone", "a\0b", ""]
    packed = Strings.of(odd)
    assert packed == odd
    assert packed[-2] == "a\0b"
    assert packed[1:3] == tuple(odd[1:3])
    assert Strings.read(packed.arrays("x"), "x") == odd
    with pytest.raises(IndexError):
        packed[6]
    with pytest.raises(ValueError, match="another length"):
        Strings.read(packed.arrays("x") | {"x": np.zeros(2, np.uint8)}, "x")


def test_lines_and_passages_come_back() -> None:
    texts = NoteTexts.of({"b.md": ("one", "", "two"), "a.md": ("three",)}.items())
    lines = [
        Line("b.md", 1, "one", ("H", "é"), "page 2"),
        Line("b.md", 3, "two", (), ""),
        Line("a.md", 1, "three", ("H",)),
    ]
    passages = [Passage("f" * 16, "b.md", ("H",), 1, 3, "one\n\ntwo", "table")]
    table = LineTable.of(lines, texts)
    assert table == lines
    assert [table.find(line.note, line.number) for line in lines] == [0, 1, 2]
    assert table.find("b.md", 2) is None
    assert PassageTable.of(passages, texts) == passages
    assert dict(texts)["b.md"] == ("one", "", "two")


def test_words_come_back_from_their_arrays() -> None:
    documents = ["kinesis shards", "a shard takes one megabyte", ""]
    made = LexicalIndex(documents)
    read = LexicalIndex.read(made.arrays("words"), "words")
    assert (read.scores("kinessis shard") == made.scores("kinessis shard")).all()
    assert read.near("kinessis") == ("kinesis",)
    assert read.idf("shard") == made.idf("shard")
    assert len(LexicalIndex.read(LexicalIndex([]).arrays("w"), "w")) == 0
