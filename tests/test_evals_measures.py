"""Figures, with numbers worked by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.errors import ConfigError
from core.types import Answer, Citation, Hit, Passage, Sentence, Timings
from evals import answers
from evals.__main__ import cli
from evals.answers import add_up, resolves, score, tells
from evals.beir import Collection, ndcg, read_collection
from evals.beir import evaluate as evaluate_beir
from evals.measures import means_by_kind, percentile, share, table
from evals.questions import GoldQuestion, read_questions
from evals.retrieval import evaluate, recall
from tests.fakes import FakeEmbedder


def test_means_by_kind_and_over_all() -> None:
    rows = [("fact", {"r": 1.0}), ("typo", {"r": 0.0}), ("fact", {"r": 0.5})]
    assert means_by_kind(rows) == {
        "fact": {"n": 2, "r": 0.75},
        "typo": {"n": 1, "r": 0.0},
        "all": {"n": 3, "r": 0.5},
    }
    assert means_by_kind([]) == {}


def test_shares() -> None:
    assert share([True, False, True, True]) == 0.75
    assert share([]) is None


@pytest.mark.parametrize(
    ("values", "q", "expected"),
    [
        ([4, 1, 3, 2], 0.5, 2),
        ([3, 1, 2], 0.5, 2),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9),
        ([1, 2, 3], 0.0, 1),
        ([1, 2, 3], 1.0, 3),
        ([7], 0.5, 7),
        ([], 0.5, None),
    ],
)
def test_percentiles_are_nearest_ranks(values: list[int], q: float, expected: int | None) -> None:
    assert percentile(values, q) == expected


def test_tables_are_aligned() -> None:
    lines = table({"all": {"n": 12, "r": 0.5}, "paraphrase": {"n": 3, "r": 1.0}}).splitlines()
    assert lines[0].split() == ["n", "r"]
    assert lines[1].split() == ["all", "12", "0.500"]
    assert len({len(line) for line in lines}) == 1
    assert table({}) == ""


# Gold lines.


def gold(*entries: tuple[int, int, int], file: str = "n.txt", **fields: object) -> GoldQuestion:
    """A question whose entries are (first line, last line, group)."""
    rows = [
        {"file": file, "start_line": first, "end_line": last, "group": group}
        for first, last, group in entries
    ]
    return GoldQuestion.model_validate({"id": "q", "question": "Why?", "gold": rows} | fields)


def hit(first: int, last: int, note: str = "n.txt") -> Hit:
    return Hit(Passage("id", note, (), first, last, ""), 0.0)


@pytest.mark.parametrize(
    ("entries", "hits", "expected"),
    [
        ([(5, 5, 0)], [hit(1, 5)], 1.0),
        ([(5, 5, 0)], [hit(6, 9), hit(1, 4)], 0.0),
        ([(5, 5, 0)], [hit(1, 9, "other.txt")], 0.0),
        ([(5, 5, 0), (50, 52, 0)], [hit(40, 60)], 1.0),
        ([(5, 5, 0), (50, 50, 1)], [hit(40, 60)], 0.5),
        ([(5, 5, 0), (50, 50, 1)], [hit(1, 60)], 1.0),
        ([(5, 5, 0), (50, 50, 1), (7, 7, 1), (90, 90, 2)], [hit(1, 9)], 2 / 3),
        ([(5, 9, 0)], [hit(9, 20)], 1.0),
        ([(5, 5, 0)], [], 0.0),
    ],
)
def test_recall_counts_groups(
    entries: list[tuple[int, int, int]], hits: list[Hit], expected: float
) -> None:
    assert recall(gold(*entries), hits, 5) == pytest.approx(expected)


def test_recall_looks_at_the_first_k() -> None:
    hits = [hit(100, 100), hit(200, 200), hit(5, 5)]
    assert [recall(gold((5, 5, 0)), hits, k) for k in (1, 2, 3, 8)] == [0, 0, 1, 1]


def test_evaluation_leaves_out_what_has_no_gold() -> None:
    questions = [
        gold((5, 5, 0), kind="fact", id="a"),
        gold((5, 5, 0), (90, 90, 1), kind="multi", id="b"),
        gold(kind="unanswerable", id="c"),
    ]
    result = evaluate(questions, lambda question, history: [hit(70, 71), hit(1, 10)])
    assert result["not_whole_at_5"] == ["b"]
    assert result["figures"] == {
        "fact": {"n": 1, "recall@1": 0, "recall@5": 1, "recall@8": 1},
        "multi": {"n": 1, "recall@1": 0, "recall@5": 0.5, "recall@8": 0.5},
        "all": {"n": 2, "recall@1": 0, "recall@5": 0.75, "recall@8": 0.75},
    }


def test_questions_are_read_with_their_history(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    row = {"id": "q", "question": "And?", "history": [{"role": "user", "content": "What?"}], "x": 1}
    path.write_text(f"{json.dumps(row)}\n\n", encoding="utf-8")
    (question,) = read_questions(path)
    assert [(turn.role, turn.content) for turn in question.turns] == [("user", "What?")]


@pytest.mark.parametrize(
    "row", ["{", "[]", '{"id": "q"}', '{"id": "q", "question": "?", "gold": [{"file": "x"}]}']
)
def test_a_row_that_is_no_question_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "q.jsonl").write_text(f'{{"id": "q", "question": "Why?"}}\n{row}\n')
    with pytest.raises(ConfigError, match="line 2 is not a question"):
        read_questions(tmp_path / "q.jsonl")


def test_a_missing_file_of_questions_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"q\.jsonl cannot be read \(No such file"):
        read_questions(tmp_path / "q.jsonl")


def test_the_real_questions_are_read(shared: Path) -> None:
    questions = read_questions(shared / "eval" / "ask_dev.jsonl")
    assert len(questions) == 60
    notes = {path.name: path.read_text().splitlines() for path in (shared / "notes").iterdir()}
    for entry in (entry for question in questions for entry in question.gold):
        assert entry.quote in "\n".join(notes[entry.file][entry.start_line - 1 : entry.end_line])


# Answers.

LINES = {"n.txt": ("Kinesis", "\t- a shard takes 1 MB \t", "\t- for a day")}


def lines_of(note: str) -> tuple[str, ...]:
    return LINES.get(note, ())


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        (Citation(1, "n.txt", 2, 2, "- a shard takes 1 MB"), True),
        (Citation(1, "n.txt", 2, 3, "- a shard takes 1 MB \t\n\t- for a day"), True),
        (Citation(1, "n.txt", 3, 3, "- a shard takes 1 MB"), False),
        (Citation(1, "n.txt", 2, 2, "- a shard takes 2 MB"), False),
        (Citation(1, "n.txt", 2, 2, "a shard"), False),
        (Citation(1, "n.txt", 0, 0, ""), False),
        (Citation(1, "n.txt", 4, 4, ""), False),
        (Citation(1, "n.txt", 3, 2, ""), False),
        (Citation(1, "n.txt", 1, 99, "Kinesis"), False),
        (Citation(1, "gone.txt", 1, 1, "Kinesis"), False),
    ],
)
def test_a_citation_resolves_to_the_very_lines(citation: Citation, expected: bool) -> None:
    assert resolves(citation, lines_of) is expected


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("A shard takes 1 MB a second.", "1 MB per second", True),
        ("A shard takes 2 MB a second.", "1 MB per second", False),
        ("It is fast.", "1 MB per second", False),
        ("Sampling the minority with SMOTE.", "oversampling: SMOTE, minority classes", True),
        ("SMOTE.", "oversampling: SMOTE, minority classes", False),
        ("Kinessis.", "Kinesis", True),
        ("", "Kinesis", False),
        ("The shards.", "the shard of it", True),
        ("About 2.5 hours", "2.5 hours", True),
        ("About 25 hours", "2.5 hours", False),
    ],
)
def test_an_answer_tells_the_reference(answer: str, reference: str, expected: bool) -> None:
    assert tells(answer, reference, "How much does it take?") is expected


def test_words_of_the_question_tell_nothing() -> None:
    assert not tells("A shard takes something.", "a shard takes megabytes", "What takes a shard?")
    assert tells("In 24 hours", "24 hours", "Does it take 24 hours or days?")


def answer(*cited: tuple[int, str], abstained: bool = False, text: str = "1 MB") -> Answer:
    citations = tuple(Citation(n, "n.txt", at, at, q) for n, (at, q) in enumerate(cited, 1))
    sentences = () if abstained else (Sentence(text, citations),)
    timings = Timings(evidence_ms=10, first_token_ms=None if abstained else 50, total_ms=100)
    return Answer("Why?", sentences, abstained=abstained, timings=timings)


def test_the_figures_of_answers() -> None:
    asked = gold((2, 2, 0), answer="1 MB", kind="fact")
    silent = gold(kind="unanswerable")
    right = (2, "- a shard takes 1 MB")
    rows = [
        score(asked, answer(right), lines_of),
        score(asked, answer((3, "- for a day"), text="no idea"), lines_of),
        score(asked, answer((3, "invented")), lines_of),
        score(asked, answer(abstained=True), lines_of),
        score(silent, answer(abstained=True), lines_of),
        score(silent, answer(right), lines_of),
    ]
    assert add_up(rows) == {
        "questions": 6,
        "citations_resolve": 3 / 4,
        "cites_gold_line": 1 / 4,
        "tells_gold_answer": 2 / 4,
        "abstains_when_silent": 1 / 2,
        "false_refusals": 1 / 4,
        "evidence_ms_p50": 10,
        "first_token_ms_p50": 50,
        "total_ms_p50": 100,
    }
    assert add_up([])["citations_resolve"] is None


def test_every_question_is_asked_with_its_history_and_shown() -> None:
    question = gold((2, 2, 0), history=[{"role": "user", "content": "What?"}])
    asked, shown = [], []

    def ask(text: str, history: tuple[object, ...]) -> Answer:
        asked.append((text, len(history)))
        return answer((2, "- a shard takes 1 MB"))

    result = answers.evaluate([question, gold()], ask, lines_of, shown.append)
    assert asked == [("Why?", 1), ("Why?", 0)]
    assert [row.cites_gold for row in shown] == [True, False]
    assert result["by_kind"]["question"]["questions"] == 2


# BEIR.


def test_ndcg_by_hand() -> None:
    # gain 1/log2(3) + 2/log2(5) over the ideal 2/log2(2) + 1/log2(3)
    found = ndcg(["x", "a", "y", "b"], {"a": 1, "b": 2}, 10)
    assert found == pytest.approx((0.630930 + 0.861353) / (2 + 0.630930), abs=1e-5)
    assert ndcg(["b", "a"], {"a": 1, "b": 2}, 10) == 1
    assert ndcg(["x", "a"], {"a": 1}, 1) == 0
    assert ndcg([], {"a": 1}, 10) == 0
    # three are relevant, two fit: the ideal at 2 is what two can reach
    assert ndcg(["a", "b"], {"a": 1, "b": 1, "c": 1}, 2) == 1


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    documents = [
        {"_id": "d1", "title": "Kinesis", "text": "shards hold records"},
        {"_id": "d2", "title": "", "text": "trees split nodes"},
        {"_id": "d3", "text": "buckets keep objects"},
    ]
    queries = [{"_id": "q1", "text": "shards of records"}, {"_id": "q2", "text": "objects"}]
    for name, rows in (("corpus", documents), ("queries", queries)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text)
    (tmp_path / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td3\t1\n"
    )
    return tmp_path


RELEVANT = {"q1": {"d1": 2}, "q2": {"d3": 1}}


def test_a_beir_folder_is_read(beir: Path) -> None:
    assert read_collection(beir) == Collection(
        {
            "d1": "Kinesis shards hold records",
            "d2": "trees split nodes",
            "d3": "buckets keep objects",
        },
        {"q1": "shards of records", "q2": "objects"},
        RELEVANT,
    )


@pytest.mark.parametrize(
    "text",
    [
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td3\t1\n",
        "q1\td1\t2\nq2\td3\t1\n",
        "q1\t0\td1\t2\nq2\t0\td3\t1\nq2\t0\td1\t-1\n",
        "query-id\tcorpus-id\tscore\r\nq1\td1\t2\r\n\r\nq2\td3\t1\r\n",
    ],
    ids=["header", "no header", "as trec_eval has it", "carriage returns"],
)
def test_judgements_in_either_place_and_layout(beir: Path, text: str) -> None:
    (beir / "qrels.tsv").unlink()
    (beir / "qrels").mkdir()
    (beir / "qrels" / "test.tsv").write_text(text, newline="")
    assert read_collection(beir).relevant == RELEVANT


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (remove("qrels.tsv"), r"neither qrels\.tsv nor qrels/test\.tsv"),
        (remove("corpus.jsonl"), r"not a BEIR folder.*corpus\.jsonl"),
        (remove("queries.jsonl"), r"not a BEIR folder.*queries\.jsonl"),
        (write("corpus.jsonl", "{"), "not a BEIR folder"),
        (write("corpus.jsonl", "[1]\n"), "not a BEIR folder"),
        (write("queries.jsonl", '{"text": "x"}\n'), "not a BEIR folder"),
        (write("corpus.jsonl", ""), "no documents"),
        (write("qrels.tsv", "query-id\tcorpus-id\tscore\n"), "no judged queries"),
        (write("qrels.tsv", "q9\td1\t1\n"), "no judged queries"),
    ],
)
def test_a_spoilt_folder_says_how(beir: Path, spoil: Callable[[Path], object], said: str) -> None:
    spoil(beir)
    with pytest.raises(ConfigError, match=said):
        read_collection(beir)


def test_three_systems_are_measured(beir: Path) -> None:
    figures = evaluate_beir(read_collection(beir), FakeEmbedder())
    assert set(figures) == {"bm25", "dense", "fused"}
    for system in figures.values():
        assert system == {"ndcg@10": 1.0, "recall@5": 1.0, "recall@10": 1.0, "recall@100": 1.0}


# The command.


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOTEPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("retrieval.embedder.SentenceEmbedder", FakeEmbedder)
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "n.txt").write_text("\n".join(LINES["n.txt"]))
    row = {
        "id": "q",
        "question": "What takes a shard?",
        "kind": "fact",
        "gold": [{"file": "n.txt", "start_line": 2, "end_line": 2}],
        "answer": "1 MB",
    }
    (tmp_path / "q.jsonl").write_text(json.dumps(row))
    return folder


def test_retrieval_as_json_and_as_text(corpus: Path, tmp_path: Path) -> None:
    command = ["retrieval", "--questions", str(tmp_path / "q.jsonl"), "--corpus", str(corpus)]
    result = CliRunner().invoke(cli, [*command, "--json"])
    assert json.loads(result.stdout)["figures"]["all"] == {
        "n": 1, "recall@1": 1.0, "recall@5": 1.0, "recall@8": 1.0,
    }  # fmt: skip
    shown = CliRunner().invoke(cli, command).stdout.splitlines()
    assert shown[0].split() == ["n", "recall@1", "recall@5", "recall@8"]


def test_answers_as_json_and_as_text(corpus: Path, tmp_path: Path) -> None:
    command = ["answers", "--questions", str(tmp_path / "q.jsonl"), "--corpus", str(corpus)]
    result = CliRunner().invoke(cli, [*command, "--no-llm", "--json"])
    figures = json.loads(result.stdout)["figures"]
    assert figures["questions"] == 1
    assert figures["citations_resolve"] == figures["cites_gold_line"] == 1.0
    assert figures["abstains_when_silent"] is None
    assert "cites_gold_line" in CliRunner().invoke(cli, [*command, "--no-llm"]).stdout


def test_beir_as_json(corpus: Path, beir: Path) -> None:
    result = CliRunner().invoke(cli, ["retrieval", "--beir", str(beir), "--json"])
    assert json.loads(result.stdout)["figures"]["fused"]["ndcg@10"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["retrieval"], "--questions FILE"),
        (["answers", "--no-llm"], "--questions FILE"),
        (["retrieval", "--questions", "nowhere.jsonl"], "nowhere.jsonl cannot be read"),
        (["retrieval", "--beir", "nowhere"], "neither qrels.tsv"),
    ],
)
def test_what_is_missing_is_said_in_one_line(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert said in line
