"""Evidence within its budget, and citations that quote the very lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.types import Citation, Evidence, EvidenceLine, Line, Sentence
from ingest.library import Library
from retrieval.citations import cite, renumber, resolve
from retrieval.evidence import LINES_ALONE, excerpt, pack, render, tokens
from retrieval.retriever import Retriever
from tests.fakes import FakeEmbedder
from tests.libraries import retriever_over

LONG = (
    "The first of its sentences tells about colours. "
    "A shard takes one megabyte a second and a thousand records a second as well. "
    "The third goes on about trees, leaves, nodes and splits for quite a while "
    "longer than it would have to, as some lines in notes do. "
    "Then a fourth one about learning rates, batches and epochs of a network follows to the end."
)
NOTES = {
    "streams.txt": f"""\
Kinesis
\t- Streams
\t\t- a shard takes one megabyte a second
\t\t- records stay for a day
\t\t- <b>RECORD<X></b> and __label__ are literal
\t- Firehose
\t\t- loads records into a bucket every minute
\t- Details
\t\t- {LONG}
""",
    "storage.txt": "Storage\n"
    + "".join(f"\t- class {n} keeps objects for {n} days\n" for n in range(1, 31)),
}


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return retriever_over(tmp_path_factory.mktemp("indexed"), NOTES)


def packed(retriever: Retriever, query: str, budget: int = 230) -> Evidence:
    return pack(retriever.search(query), retriever, budget)


COFFEE = """\
Coffee
\t- steep a french press for 4 mins
\tQues: A cook has a french press and four minutes. What should she do?
\tAns: Steep the coffee
"""
QUERIES = ("what does a shard take", "how long are objects kept", "Kinesis", "zebra", "days")


@pytest.mark.parametrize("budget", [40, 60, 100, 230, 1000, 8000])
@pytest.mark.parametrize("query", QUERIES)
def test_the_budget_is_kept(retriever: Retriever, query: str, budget: int) -> None:
    evidence = packed(retriever, query, budget)
    assert evidence.items
    assert tokens(render(evidence)) <= budget or len(evidence.items) == 1


@pytest.mark.parametrize("budget", range(40, 400, 20))
def test_headings_that_two_notes_share_are_paid_twice(tmp_path: Path, budget: int) -> None:
    heads = [f"A rather long heading about colour number {n} of all" for n in range(6)]
    notes = {
        name: "".join(f"{head}\n\t- {word} {n} fact\n" for n, head in enumerate(heads))
        for name, word in (("a.txt", "red"), ("b.txt", "blue"))
    }
    evidence = packed(retriever_over(tmp_path, notes), "red blue fact", budget)
    assert tokens(render(evidence)) <= budget or len(evidence.items) == 1


def test_the_best_line_is_there_even_when_it_alone_is_too_much(retriever: Retriever) -> None:
    evidence = packed(retriever, "how much does a shard take a second", 1)
    assert len(evidence.items) == 1


@pytest.mark.parametrize("query", QUERIES)
def test_numbers_are_consecutive_and_lines_come_once(retriever: Retriever, query: str) -> None:
    evidence = packed(retriever, query, 8000)
    assert [item.number for item in evidence.items] == list(range(1, len(evidence.items) + 1))
    places = [(item.line.note, item.line.number) for item in evidence.items]
    assert len(set(places)) == len(places)
    assert all(item.line.text.strip() in NOTES[item.line.note] for item in evidence.items)
    assert all(" ".join(item.line.text.split()) in item.context for item in evidence.items)


def test_what_stands_under_a_heading_follows_it(retriever: Retriever) -> None:
    texts = [item.text for item in packed(retriever, "Streams").items]
    assert texts[:3] == [
        "a shard takes one megabyte a second",
        "records stay for a day",
        "<b>RECORD<X></b> and __label__ are literal",
    ]
    assert "Kinesis: Streams:\n[" in render(packed(retriever, "Streams"))


def test_a_large_budget_gets_whole_passages(retriever: Retriever) -> None:
    query = "how much does a shard take a second"
    few, many = packed(retriever, query, 60), packed(retriever, query, 2000)
    best = retriever.search(query).lines[0][0]
    whole = {retriever.index.lines[r] for r in retriever.around(retriever.row(best))}
    assert not whole <= {item.line for item in few.items}
    told = {item.line for item in many.items}
    assert all(line in told or line.text.strip().strip("- ") in line_paths(told) for line in whole)
    assert [item.number for item in many.items] == list(range(1, len(many.items) + 1))
    for item in many.items:
        (citation,) = resolve(many, [item.number])
        assert (citation.first_line, citation.last_line) == (item.line.number,) * 2


def line_paths(lines: set[Line]) -> set[str]:
    return {heading for line in lines for heading in line.path}


def test_up_to_the_small_budget_nothing_changes(retriever: Retriever) -> None:
    query = "how much does a shard take a second"
    small, large = packed(retriever, query, LINES_ALONE), packed(retriever, query, 2000)
    assert {i.line for i in small.items} <= {i.line for i in large.items}
    assert len(small.items) < len(large.items)


def test_past_questions_are_no_part_of_a_passage(tmp_path: Path) -> None:
    retriever = retriever_over(tmp_path, {"a.txt": COFFEE})
    assert retriever.index.asked
    around = [retriever.index.lines[row].text for row in retriever.around(0)]
    assert any("4 mins" in text for text in around)
    assert not any("What should she do?" in text for text in around)


@pytest.mark.parametrize("budget", [60, 230, 1000])
@pytest.mark.parametrize("query", ["coffee", "what should a cook do", "four minutes"])
def test_a_past_question_is_no_evidence(tmp_path: Path, query: str, budget: int) -> None:
    items = packed(retriever_over(tmp_path, {"a.txt": COFFEE}), query, budget).items
    assert items
    assert not any("What should she do?" in item.text for item in items)


def test_lines_of_a_group_keep_their_order(retriever: Retriever) -> None:
    items = packed(retriever, "days objects class", 8000).items
    numbers = [item.line.number for item in items if item.line.path == ("Storage",)]
    assert numbers == sorted(numbers)


def test_a_long_line_is_excerpted_and_quoted_whole(retriever: Retriever) -> None:
    evidence = packed(retriever, "thousand records a second megabyte shard", 400)
    (item,) = [item for item in evidence.items if "fourth one" in item.line.text]
    assert item.text.startswith("A shard takes one megabyte")
    assert "fourth" not in item.text
    (citation,) = resolve(evidence, [item.number])
    assert citation.quote == f"- {LONG}"
    assert (citation.first_line, citation.last_line) == (9, 9)


def test_a_long_line_without_sentences_is_cut_at_a_word(retriever: Retriever) -> None:
    text = excerpt(Line("n", 1, f"- {'measured ' * 100}"), "measured", retriever.vocabulary)
    assert len(text) <= 320
    assert text.endswith("measured…")


def test_markup_is_literal_in_evidence_and_quote(retriever: Retriever) -> None:
    evidence = packed(retriever, "RECORD label literal", 230)
    (item,) = [item for item in evidence.items if "RECORD" in item.text]
    assert item.text == "<b>RECORD<X></b> and __label__ are literal"
    assert resolve(evidence, [item.number])[0].quote == f"- {item.text}"


def test_nothing_found_is_nothing_packed(retriever: Retriever) -> None:
    evidence = packed(retriever, "")
    assert evidence.items == ()
    assert render(evidence) == ""


# Citations.

THREE = Evidence(
    tuple(
        EvidenceLine(number, Line("n.txt", 10 * number, f"\t-\u00a0fact {number} \t"), "fact")
        for number in (1, 2, 3)
    )
)


@pytest.mark.parametrize(
    ("numbers", "lines"),
    [
        ([1], [10]),
        ([3, 1], [30, 10]),
        ([2, 2, 2], [20]),
        ([0], []),
        ([99], []),
        ([-1], []),
        ([4], []),
        ([0, 2, 99, 2, -3], [20]),
        ([], []),
    ],
)
def test_only_numbers_that_exist_are_cited(numbers: list[int], lines: list[int]) -> None:
    found = resolve(THREE, numbers)
    assert [citation.first_line for citation in found] == lines
    assert all(citation.number * 10 == citation.first_line for citation in found)


def test_a_quote_is_the_line_itself() -> None:
    line = Line("n.txt", 7, "\t\t- __label__ <channel_name>  RECORD<X> 𝜃 \t")
    assert cite(2, line) == Citation(2, "n.txt", 7, 7, "- __label__ <channel_name>  RECORD<X> 𝜃")


def test_numbers_follow_the_order_of_appearance() -> None:
    def at(number: int, line: int, note: str = "a") -> Citation:
        return Citation(number, note, line, line, "q")

    sentences = [
        Sentence("one", (at(7, 70), at(3, 30))),
        Sentence("none", (), supported=False),
        Sentence("two", (at(3, 30), at(9, 30, "b"))),
        Sentence("three", (at(1, 70),)),
    ]
    shown = renumber(sentences)
    assert [[(c.number, c.note, c.first_line) for c in s.citations] for s in shown] == [
        [(1, "a", 70), (2, "a", 30)],
        [],
        [(2, "a", 30), (3, "b", 30)],
        [(1, "a", 70)],
    ]
    assert [(s.text, s.supported) for s in shown] == [(s.text, s.supported) for s in sentences]
    assert renumber([]) == []


def test_the_note_folder_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A fact")
    Library([tmp_path], tmp_path.parent / "elsewhere", FakeEmbedder()).update()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
