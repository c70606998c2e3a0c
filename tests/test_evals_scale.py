"""Generated notes stay the same, the measure of size runs, progress tells what is left."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from evals.__main__ import cli
from evals.hash_embedder import HashEmbedder
from evals.scale_notes import queries, write_notes
from ingest.passages import read_note
from ui.terminal import progress_line, time_left


def test_generated_notes_are_outlines_of_the_wanted_size(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_notes(tmp_path / name, 300)
    one, two = ({p.name: p.read_text() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two
    notes = [read_note(name, text) for name, text in one.items()]
    passages = [passage for note in notes for passage in note.passages]
    assert 300 <= len(passages) <= 340
    assert 80 <= np.mean([len(p.text.split()) for p in passages]) <= 130
    assert max(len(line.path) for note in notes for line in note.lines) == 2
    assert queries(tmp_path / "one", 5) == queries(tmp_path / "two", 5)


def test_hash_vectors_are_near_when_rare_words_are_shared() -> None:
    texts = ["kinesis shard megabyte", "the kinesis shard", "gardens in spring"]
    rows = HashEmbedder().encode(texts)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert (rows == HashEmbedder().encode(texts)).all()
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2


def test_the_command_measures_and_prints(tmp_path: Path) -> None:
    command = ["scale", "--passages", "40", "--embedder", "hash", "--json"]
    done = CliRunner().invoke(cli, [*command, "--folder", str(tmp_path)])
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout.splitlines()[-1])
    figures = printed["figures"]
    assert figures["passages"] >= 40
    assert figures["recall_lines_at_10"] == 1.0
    assert figures["query_ms_p95"] > 0
    assert figures["change_found_s"] > 0
    assert figures["practice_ready_s"] > 0
    assert figures["practice_peak_mib"] > 20
    assert not any("quagga" in path.read_text() for path in (tmp_path / "notes").iterdir())
    assert 20 < figures["search_peak_mib"] < 1000
    assert printed["search"] == {"passages": "exact", "lines": "exact"}


@pytest.mark.parametrize(
    ("seconds", "share", "told"),
    [
        (1, 0.5, ""),
        (10, 0.0, ""),
        (10, 1.0, ""),
        (10, 0.5, ", about 10 s left"),
        (60, 0.2, ", about 4 min left"),
        (3600, 0.25, ", about 3.0 h left"),
    ],
)
def test_the_time_left(seconds: float, share: float, told: str) -> None:
    assert time_left(seconds, share) == told


def test_progress_tells_what_is_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 30))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    show = progress_line("indexing", now=lambda: next(clock))
    for share in (0.0, 0.25, 0.25, 1.0):
        show("embedding", share)
    show("saving", 1.0)
    rows = capsys.readouterr().err.replace("\r", "\n").split("\n")
    shown = [row.strip() for row in rows if row.strip()]
    assert shown == [
        "indexing: embedding   0 %",
        "indexing: embedding  25 %, about 3 min left",
        "indexing: embedding 100 %",
        "indexing: saving 100 %",
    ]
