"""The command line as a learner uses it: separate processes, real notes on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.standin_openai import standin_openai

ROOT = Path(__file__).parent.parent
NOTES = "Storage\n\t- S3 stores objects of any size\n\t- EFS is shared between servers\n"


def run(
    tmp_path: Path, *arguments: str, stdin: str | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NOTEPROOF_")}
    kept |= {"NOTEPROOF_HOME": str(tmp_path / "var"), "NOTEPROOF_LLM": "none"} | environ
    return subprocess.run(
        [sys.executable, "-W", "ignore", "app.py", *arguments],
        cwd=ROOT,
        env=kept,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "storage.txt").write_text(NOTES, encoding="utf-8")
    return folder


def make(folder: Path, kind: str) -> Path:
    if kind != "missing":
        folder.mkdir()
    if kind == "unreadable":
        (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\0\0\0\rIHDR")
    return folder


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("missing", "There is no folder"),
        ("empty", "There are no notes"),
        ("unreadable", "picture.txt: it is not text"),
    ],
)
def test_a_corpus_that_gives_nothing_is_told_in_one_line(
    tmp_path: Path, kind: str, said: str
) -> None:
    folder = make(tmp_path / "notes", kind)
    done = run(tmp_path, "index", "--corpus", str(folder))
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("var/index/*/*"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NOTEPROOF_LLM", "gpt", "'embedded', 'openai', 'bedrock' or 'none'"),
        ("PORT", "many", "PORT='many'"),
        ("NOTEPROOF_EVIDENCE_TOKENS", "7", "greater than or equal to 50"),
        ("NOTEPROOF_LMM", "none", "Unknown setting NOTEPROOF_LMM"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, said: str) -> None:
    done = run(tmp_path, "models", **{name: value})
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_models_says_what_is_there(tmp_path: Path) -> None:
    done = run(tmp_path, "models", NOTEPROOF_MODELS=str(tmp_path / "none"))
    assert "1117 MB  missing" in done.stdout
    assert "models --fetch" in done.stdout
    record = json.loads(run(tmp_path, "models", "--json").stdout)
    assert record["size"] == 1_117_320_768


def test_a_probe_lists_what_answers_and_the_settings_that_use_it(tmp_path: Path) -> None:
    with standin_openai() as server:
        server.models = ("llama3:latest", "my model")
        url = {"NOTEPROOF_OPENAI_BASE_URL": server.base_url}
        told = run(tmp_path, "models", "--probe", **url)
        record = json.loads(run(tmp_path, "models", "--probe", "--json", **url).stdout)
    use = (
        f"NOTEPROOF_LLM=openai NOTEPROOF_OPENAI_BASE_URL={server.base_url} NOTEPROOF_OPENAI_MODEL="
    )
    assert f"    {use}llama3:latest\n" in told.stdout
    assert f"    {use}'my model'\n" in told.stdout
    assert "Answers come from" not in told.stdout
    named = record["servers"][0]
    assert named["models"] == ["llama3:latest", "my model"]
    assert named["settings"][0] == f"{use}llama3:latest"


def test_a_probe_says_when_nothing_answers_there(tmp_path: Path) -> None:
    with standin_openai() as server:
        url = server.base_url
    told = run(tmp_path, "models", "--probe", NOTEPROOF_OPENAI_BASE_URL=url)
    assert told.returncode == 0
    assert f"Nothing answers at {url}." in told.stdout


def test_the_set_model_is_tried_and_its_failure_told_in_one_line(tmp_path: Path) -> None:
    with standin_openai() as server:
        url = {"NOTEPROOF_LLM": "openai", "NOTEPROOF_OPENAI_BASE_URL": server.base_url}
        told = run(tmp_path, "models", "--test", **url)
        record = json.loads(run(tmp_path, "models", "--test", "--json", **url).stdout)
        server.mode = "500"
        failed = run(tmp_path, "models", "--test", **url)
    label = f"small ({server.base_url})"
    assert f"{label} answers: Amazon S3 stores objects.\nfirst token after " in told.stdout
    assert (record["llm"], record["label"], record["text"][:6]) == ("openai", label, "Amazon")
    assert record["first_token_ms"] > 0
    assert failed.returncode == 1
    assert failed.stderr.startswith("noteproof: ")
    assert failed.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("llm", "said"), [("embedded", "models --fetch"), ("none", "No model is set")]
)
def test_a_model_that_is_not_there_is_not_fetched_to_be_tried(
    tmp_path: Path, llm: str, said: str
) -> None:
    folder = tmp_path / "models"
    done = run(tmp_path, "models", "--test", NOTEPROOF_LLM=llm, NOTEPROOF_MODELS=str(folder))
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not folder.exists()


@pytest.mark.embedding
def test_search_and_ask_with_a_question_and_in_batches(tmp_path: Path, notes: Path) -> None:
    corpus = ["--corpus", str(notes)]
    indexed = run(tmp_path, "index", *corpus)
    assert "storage.txt  1 passages, 3 lines, 0 past questions" in indexed.stdout
    assert "Nothing has changed." in run(tmp_path, "index", *corpus).stdout

    found = json.loads(run(tmp_path, "search", "--json", "shared drive", *corpus).stdout)
    (hit,) = found["hits"]
    assert {k: hit[k] for k in ("note", "first_line", "last_line")} == {
        "note": "storage.txt",
        "first_line": 1,
        "last_line": 3,
    }
    assert set(hit) == {"note", "first_line", "last_line", "score", "path", "text"}

    told = run(tmp_path, "ask", "What is shared between servers?", *corpus)
    assert "[storage.txt:3]" in told.stdout
    assert "(extractive," in told.stdout

    rows = [
        {"id": "a", "question": "What is shared between servers?", "kind": "ignored"},
        {
            "id": "b",
            "question": "and of what size?",
            "history": [{"role": "user", "content": "What does S3 store?"}],
        },
        {"id": "c", "question": ""},
        {"id": "d"},
    ]
    batch = "\n".join([*(json.dumps(row) for row in rows), "", "not json"])
    asked = run(tmp_path, "ask", "--json", *corpus, stdin=batch)
    assert asked.returncode == 0, asked.stderr
    answers = {row["id"]: row for row in map(json.loads, asked.stdout.splitlines())}
    assert set(answers) == {"a", "b", "c", "d", None}
    assert answers["a"]["citations"][0].keys() >= {"note", "first_line", "last_line", "quote"}
    assert answers["a"]["timings"].keys() == {
        "evidence_ms",
        "first_token_ms",
        "total_ms",
        "prompt_tokens",
        "completion_tokens",
    }
    assert answers["a"].keys() >= {"sentences", "abstained", "answered_by", "nearest"}
    assert "Type a question first" in answers["c"]["error"]
    assert "line 4 is not a question" in answers["d"]["error"]
    assert "line 6 is not a question" in answers[None]["error"]

    searched = run(tmp_path, "search", "--no-llm", *corpus, stdin=batch)
    hits = {row["id"]: row["hits"] for row in map(json.loads, searched.stdout.splitlines())}
    assert hits["b"][0]["note"] == "storage.txt"
    assert hits["c"] == []


def test_a_question_that_is_too_long_is_told_in_one_line(tmp_path: Path, notes: Path) -> None:
    done = run(tmp_path, "search", "why " * 5000, "--corpus", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
