"""Changed notes over an index answer as an index that was made of all notes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from evals import scale_notes
from evals.hash_embedder import HashEmbedder
from evals.scale_notes import queries, write_notes
from ingest.library import Library
from retrieval import build
from retrieval import index as index_module
from retrieval.extended import ExtendedIndex
from retrieval.index import write_index
from retrieval.joined import JoinedVectors
from retrieval.layers import layered
from retrieval.lexical import LexicalIndex
from retrieval.retriever import Retriever

NEW = """\
Zebrafish keeping
\t- Quagmire tanks hold ninety litres
\t- Feed them brine shrimp twice a day
\tQues: A keeper has ninety litres. What does he keep?
\tAns: Zebrafish
"""


@dataclass(frozen=True)
class Layers:
    """Notes before and after: `layered` and made `whole` from the notes of `after`."""

    layered: Retriever
    whole: Retriever
    after: Path
    gone: str
    changed: str


@pytest.fixture(scope="module", params=["small", "large"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Layers:
    folder = tmp_path_factory.mktemp("layers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scale_notes, "PASSAGES_A_NOTE", 40)
        write_notes(folder / "before", 600)
    shutil.copytree(folder / "before", folder / "after")
    names = sorted(path.name for path in (folder / "after").iterdir())
    (folder / "after" / names[1]).unlink()
    with (folder / "after" / names[2]).open("a") as file:
        file.write(NEW)
    (folder / "fresh").mkdir()
    shutil.copy(folder / "after" / names[2], folder / "fresh")
    (folder / "after" / "zz.txt").write_text(NEW)
    (folder / "fresh" / "zz.txt").write_text(NEW)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "large":
            for module in (build, index_module):
                patch.setattr(module, "EXACT_ROWS", 500)
        base, whole = (_indexed(folder / name) for name in ("before", "after"))
        patch.undo()
        fresh = _indexed(folder / "fresh", kept_as_table=request.param == "large")
    both = layered(base.index, fresh.index, {names[1]})
    embedder = HashEmbedder()
    return Layers(Retriever(both, embedder), whole, folder / "after", names[1], names[2])


def _indexed(notes: Path, *, kept_as_table: bool = False) -> Retriever:
    library = Library([notes], notes.with_name(f"{notes.name}-home"), HashEmbedder())
    if not kept_as_table:
        library.update()
        return library.retriever()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_module, "EXACT_ROWS", 0)  # lines as columns, vectors exact
        library.update()
        return library.retriever()


def test_it_holds_the_notes_of_now(made: Layers) -> None:
    index, whole = made.layered.index, made.whole.index
    assert sorted(index.texts) == sorted(whole.texts)
    assert all(index.texts[name] == whole.texts[name] for name in whole.texts)
    assert len(index.texts) == len(whole.texts)
    assert made.gone not in index.texts
    assert set(index.lines) == set(whole.lines)
    assert len(index.lines) == len(whole.lines)
    assert set(index.passages) == set(whole.passages)
    assert index.asked == whole.asked
    assert index.manifest.notes == whole.manifest.notes
    assert set(index.keys.tolist()) == set(whole.keys.tolist())


def test_each_line_is_found_where_it_is(made: Layers) -> None:
    lines = made.layered.index.lines
    for row in [*range(0, len(lines), 41), len(lines) - 1]:
        line = lines[row]
        assert made.layered.row(line) == row
        theirs = made.whole.find(line.note, line.number)
        assert theirs is not None
        assert made.layered.context(row) == made.whole.context(theirs)
        assert [lines[r] for r in made.layered.around(row)] == [
            made.whole.index.lines[r] for r in made.whole.around(theirs)
        ]
    assert made.layered.find(made.gone, 1) is None
    assert made.layered.find(made.changed, 10**6) is None
    assert made.layered.find("zz.txt", 2) is not None


def test_questions_are_answered_as_by_the_whole(made: Layers) -> None:
    first, lines = [], []
    for query in queries(made.after, 60, seed=4):
        mine, whole = made.layered.search(query), made.whole.search(query)
        first.append(mine.hits[0].passage == whole.hits[0].passage)
        lines.append(mine.lines[0][0] == whole.lines[0][0])
        assert mine.coverage == pytest.approx(whole.coverage, abs=0.05)
        assert mine.closeness == pytest.approx(whole.closeness, abs=2e-3)
    assert np.mean(first) >= 0.98
    assert np.mean(lines) >= 0.96


@pytest.mark.parametrize(
    "query", ["zebrafish", "how many litres do quagmire tanks hold", "zebrafsh"]
)
def test_what_is_new_is_found_first(made: Layers, query: str) -> None:
    found = made.layered.search(query)
    assert {hit.passage.note for hit in found.hits[:2]} == {"zz.txt", made.changed}
    assert found.lines[0][0].note in ("zz.txt", made.changed)
    assert "zebrafish" in made.layered.vocabulary
    assert found.coverage == pytest.approx(made.whole.search(query).coverage, abs=0.05)


def test_a_choice_of_notes(made: Layers) -> None:
    for notes in ({"zz.txt"}, {made.changed}):
        found = made.layered.search("litres tanks feed", notes=notes)
        assert {line.note for line, _ in found.lines} == notes
        assert {hit.passage.note for hit in found.hits} == notes
    assert made.layered.search("litres", notes={made.gone}).hits == ()


def test_layers_are_not_saved(made: Layers, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not saved"):
        write_index(tmp_path, made.layered.index)
    assert not list(tmp_path.iterdir())
    if isinstance(made.layered.index.unit_vectors, JoinedVectors):
        whole = made.whole.index
        saved_but_vectors = replace(whole, unit_vectors=made.layered.index.unit_vectors)
        with pytest.raises(TypeError, match="not saved"):
            write_index(tmp_path, saved_but_vectors)


def test_new_documents_are_scored_as_old_ones() -> None:
    documents = [f"shard {n} keeps its records for {n} days" for n in range(40)]
    new = ["a rare zebra", "shard 50 keeps zebras"]
    base, whole = LexicalIndex(documents), LexicalIndex([*documents, *new])
    grown = ExtendedIndex(base, None, new)
    assert len(grown) == len(whole) == 42
    for query in ("rare zebra", "a zebro", "50 zebras", "nothing known"):
        assert grown.scores(query)[40:] == pytest.approx(whole.scores(query)[40:], rel=0.03)
        assert grown.coverage(query, new[0]) == whole.coverage(query, new[0])
        assert grown.near(query.split()[-1]) == whole.near(query.split()[-1])
    assert (grown.scores("shard 7", fuzzy=False)[:40] == base.scores("shard 7", fuzzy=False)).all()
    fewer = ExtendedIndex(base, np.asarray([7, 9]), new)
    assert np.argmax(fewer.scores("shard 7")) == 0
    assert np.argmax(fewer.scores("zebra")) == 2
