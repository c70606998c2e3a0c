"""Practice in a terminal: concepts, quiz, explain; every printed record is JSON as documented."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from core.errors import ModelUnavailable
from core.practice import Decision, Explanation, OptionNote, Pasted, Scope
from core.settings import load_settings
from core.types import Citation, Sentence
from ingest.library import Library
from providers.ledger import Ledger
from quiz.paste.parse import parse_question
from quiz.workshop import Workshop
from tests.bench import Bench
from tests.cells import CELLS, FACTS, Pupil, library_of, workshop_of
from ui.cli_practice import quiz_in_terminal
from ui.commands import command_line
from ui.desk import Desk
from ui.services import Services

PROOF = Citation(1, "cells.txt", 13, 13, "- Joins amino acids into long chains")
PASTED = "Which part builds proteins?\nA. Nucleus\nB. Ribosome\nC. Vacuole\nMy answer: A\n"
ITEM = {
    *("id", "kind", "origin", "stem", "options", "key", "concept", "facts", "citations"),
    *("accepted", "path", "domain", "difficulty", "hint", "guessable", "variant_of", "given"),
    *("answer", "accepted_answers", "checks", "seconds"),
}
EXPLAINED = {
    *("parsed", "key", "key_texts", "key_source", "confidence", "deciding", "options", "why"),
    *("answered_by", "notice"),
}


class FakeExplainer:
    """Takes every question apart for good, and finds option B right; or fails on `fails_on`."""

    def __init__(self, fails_on: str = "nothing at all") -> None:
        self.fails_on = fails_on

    def parse(self, text: str) -> Pasted:
        return parse_question(text)

    def decide(self, pasted: Pasted, cancel: threading.Event | None = None) -> Decision:
        if self.fails_on in pasted.stem:
            raise ModelUnavailable("the model is gone")
        return Decision((1,), "notes", 0.87, (PROOF,))

    def explain(
        self, pasted: Pasted, decision: Decision, cancel: threading.Event | None = None
    ) -> Iterator[Explanation]:
        notes = [
            OptionNote("right" if at in decision.key else "wrong", silent=at not in decision.key)
            for at, _ in enumerate(pasted.options)
        ]
        notes[1] = OptionNote("right", (Sentence("It joins amino acids.", (PROOF,)),))
        yield Explanation(draft="so ...")
        yield Explanation(tuple(notes), done=True)


Run = Callable[..., Result]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("cells"), cells=CELLS)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Workshop:
    return workshop_of(tmp_path_factory.mktemp("map"), library)


@pytest.fixture
def bench(tmp_path: Path, workshop: Workshop) -> Iterator[Bench]:
    made = Bench(tmp_path, Pupil(), workshop=workshop)
    yield made
    made.close()


@pytest.fixture
def run(bench: Bench, library: Library) -> Run:
    """A command over the bench; its output, and what it wrote to standard error."""
    explainer = FakeExplainer(fails_on="fails")

    def build(corpus: Sequence[str | Path] | None, *, no_llm: bool = False) -> Services:
        settings: Any = load_settings(llm="none")
        parts: Any = (bench.provider, None, bench.practice, explainer)
        desk = Desk(settings.choice, Ledger(), *parts)
        return Services(settings, None, library, None, bench.store, bench.pool, desk, None, None)

    cli = command_line(build, lambda settings: pytest.fail("nothing is imported"))
    return lambda *words, stdin="": CliRunner().invoke(cli, words, input=stdin)


def records(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_concepts_are_printed_with_their_facts_and_lines(run: Run) -> None:
    found = records(run("concepts", "--json"))
    by_name = {record["name"]: record for record in found}
    assert set(FACTS) <= by_name.keys()
    record = by_name["Ribosome"]
    assert set(record) == {
        *("name", "aliases", "note", "line", "path", "domain", "score", "siblings", "facts"),
    }
    assert [fact["text"] for fact in record["facts"]] == [*FACTS["Ribosome"]]
    line = record["facts"][0]["line"]
    assert CELLS.splitlines()[line - 1].strip() == f"- {FACTS['Ribosome'][0]}"
    told = run("concepts").stdout
    assert f"What is it for: {FACTS['Ribosome'][0]}  cells.txt:{line}" in told.replace("?:", ":")
    assert "    beside: " in told


def test_a_quiz_prints_so_many_items_as_documented(run: Run, bench: Bench) -> None:
    found = records(run("quiz", "--json", "-n", "3"))
    assert len(found) == 3
    for record in found:
        assert set(record) == ITEM
        assert record["accepted"] is True
        assert all(check["passed"] for check in record["checks"])
        assert {check["name"] for check in record["checks"]} >= {"schema", "solved_blind"}
        assert record["key"] == sorted(record["key"])
        texts = [option["text"] for option in record["options"]]
        answers = [texts["ABCDE".index(key)] for key in record["key"]]
        assert record["answer"] == ("; ".join(answers) or record["accepted_answers"][0])
        assert record["seconds"] >= 0
        assert bench.store.state(record["id"]) == "shown"


@pytest.mark.parametrize("kind", ["scenario", "property", "two", "true_false", "gap", "variant"])
def test_a_kind_is_chosen(run: Run, kind: str) -> None:
    found = records(run("quiz", "--json", "--kind", kind, "-n", "1"))
    assert [record["kind"] for record in found] == [kind]


def test_failed_drafts_are_printed_on_request(run: Run, bench: Bench) -> None:
    model = bench.provider.model
    model.rules.append(("Question: What is Ribosome for", "?"))
    asked = ("quiz", "--json", "--kind", "property", "--topic", "organelles", "-n", "16")
    result = run(*asked, "--rejected")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    failed = [record for record in found if not record["accepted"]]
    assert {record["concept"] for record in failed} == {"Ribosome"}
    assert {record["checks"][-1]["name"] for record in failed} == {"solved_blind"}
    assert all(set(record) == ITEM for record in failed)
    assert result.exit_code == 1
    assert result.stderr.startswith("noteproof: No more questions can be made here")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--domain", "Cooking"), "Domains are: 1. Data Engineering; 2. Exploratory Data Analysis"),
        (("--topic", "tax law"), "nothing to practise about 'tax law'"),
        (("--domain", "1", "--topic", "Peroxisome"), "Choose another topic, domain or source"),
    ],
)
def test_a_scope_that_holds_nothing_is_told_in_one_line(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    result = run("quiz", "--json", *words)
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize("words", [("--kind", "riddle"), ("--difficulty", "x"), ("-n", "0")])
def test_a_wrong_option_is_named(run: Run, words: tuple[str, ...]) -> None:
    result = run("quiz", *words)
    assert result.exit_code == 2
    assert words[0] in result.stderr


class Typing:
    """Types what it is given, line after line; then the input ends."""

    def __init__(self, *lines: str) -> None:
        self.lines, self.asked = [*lines], list[str]()

    def __call__(self, ask: str = "") -> str:
        self.asked.append(ask)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)


def test_a_quiz_in_a_terminal(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typing = Typing("x", "AB", "h", "A", "3", "q")
    monkeypatch.setattr("builtins.input", typing)
    monkeypatch.setattr("ui.cli_practice.SHORTEST", 0.02)
    quiz_in_terminal(bench.practice, Scope(kind="property"), 5)
    told = capsys.readouterr()
    assert told.out.count("Type one of A, B, C, D.") == 2
    attempts = bench.store.attempts()
    assert [attempt.response.chosen for attempt in attempts] == [(0,), (2,)]
    assert [attempt.response.hinted for attempt in attempts] == [True, False]
    right = sum(attempt.grade.correct for attempt in attempts)
    assert told.out.endswith(f"\n{right} of 2 right.\n")
    assert told.out.count("Wrong. It is: ") == 2 - right
    assert "[cells.txt:" in told.out
    assert "Writing a question" in told.err


@pytest.mark.parametrize(
    ("kind", "typed", "ask"),
    [("gap", ("Ribosome",), "Your answer: "), ("two", ("A", "a, b"), "Your answer (letters")],
)
def test_gaps_are_typed_and_of_two_both_are_chosen(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: Any,
    typed: tuple[str, ...],
    ask: str,
) -> None:
    typing = Typing(*typed)
    monkeypatch.setattr("builtins.input", typing)
    monkeypatch.setattr("ui.cli_practice.SHORTEST", 0.02)
    quiz_in_terminal(bench.practice, Scope(topic="Ribosome", kind=kind), 1)
    assert typing.asked[0].startswith(ask)
    assert len(typing.asked) == len(typed)
    (attempt,) = bench.store.attempts()
    assert attempt.response.typed == ("Ribosome" if kind == "gap" else "")
    assert attempt.grade.correct is (kind == "gap") or attempt.response.chosen == (0, 1)
    assert ("Type two of" in capsys.readouterr().out) is (kind == "two")


def test_a_quiz_that_runs_dry_says_why(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", Typing(*"AAAAAA"))
    monkeypatch.setattr("ui.cli_practice.SHORTEST", 0.02)
    quiz_in_terminal(bench.practice, Scope(topic="Ribosome", kind="property"), 5)
    told = capsys.readouterr().out
    assert "every draft failed a check or has been asked before" in told
    assert told.endswith("of 2 right.\n")


def test_a_pasted_question_is_explained(run: Run) -> None:
    (record,) = records(run("explain", "--json", stdin=PASTED))
    assert set(record) == EXPLAINED
    assert set(record["parsed"]) == {"stem", "options", "select", "mine", "given", "problems"}
    assert record["parsed"]["mine"] == ["A"]
    assert (record["key"], record["key_texts"]) == (["B"], ["Ribosome"])
    assert (record["key_source"], record["confidence"]) == ("notes", 0.87)
    first, second, _ = record["options"]
    assert set(first) == {"letter", "text", "verdict", "explanation", "silent", "citations"}
    assert (first["verdict"], first["silent"]) == ("wrong", True)
    assert second["explanation"] == "It joins amino acids."
    assert second["citations"][0]["first_line"] == 13


def test_a_pasted_question_is_explained_for_reading(run: Run) -> None:
    told = run("explain", stdin=PASTED).stdout
    assert "Answer: B (notes, 87% sure) [cells.txt:13]" in told
    assert "A. Nucleus  [wrong]\n   Your notes say nothing about this option." in told
    assert "B. Ribosome  [right]\n   It joins amino acids. [cells.txt:13]" in told


@pytest.mark.parametrize("text", ["", "Buy milk.", "Is this a question?"])
def test_what_is_no_question_is_told_and_not_guessed(run: Run, text: str) -> None:
    result = run("explain", stdin=text)
    assert result.exit_code == 0
    assert result.stdout.startswith("Unclear: ")
    (record,) = records(run("explain", "--json", stdin=text))
    assert record["parsed"]["problems"]
    assert (record["key"], record["key_source"]) == ([], "undecided")


def test_a_batch_gives_a_record_for_every_line(run: Run) -> None:
    rows = [
        json.dumps({"id": "a", "text": PASTED, "more": 1}),
        "",
        "no json",
        json.dumps({"id": "b"}),
        json.dumps({"id": 3, "text": "Buy milk."}),
        json.dumps({"id": "d", "text": PASTED.replace("Which", "What fails, and which")}),
    ]
    found = records(run("explain", "--json", "--batch", stdin="\n".join(rows)))
    assert [record["id"] for record in found] == ["a", None, "b", 3, "d"]
    first, second, third, fourth, last = found
    assert set(first) == {"id", *EXPLAINED}
    assert "line 3 is no pasted question" in second["error"]
    assert "line 4 is no pasted question" in third["error"]
    assert fourth["parsed"]["problems"]
    assert "error" not in fourth
    assert last == {"id": "d", "error": "the model is gone"}
