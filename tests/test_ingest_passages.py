"""Passages: nothing lost, nothing twice, in order, with headings that are really there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.text import strip_marker, words
from core.types import Passage
from ingest.passages import Note, read_note
from ingest.rows import read_rows

RULES = ("---", "-" * 40, "####", "=====", "- - -", "***", "─" * 12, "|---|---|")
BLANKS = ("", " ", "\t\t", "\u00a0", "\u200b", "\u3000 ")
INDENTS = ("", "\t", "\t\t", "\t\t\t", "\t\t\t\t\t\t\t", " ", "  ", "    ", "\u00a0\u00a0", " \t ")
MARKS = (
    *("", "", "", "- ", "-", "* ", "• ", "– ", "+ ", "-- ", "1. ", "1) ", "2.1 ", "(3) ", "12. "),
    *("# ", "## ", "#", "#4: ", "Ques: ", "Ques#4: ", "- Quiz: ", "Ans: ", "Anss1: ", "- Expl: "),
    *("| ", "├── ", "│ └ ", "```", "~~~", "````", "__", "<", "-> "),
)
BODIES = (
    *("Kinesis", "shards hold records", "Term - a definition of it", "Term: a definition", "Step:"),
    *("It keeps them for a day.", "a | b | c", "__label__ x", "<channel_name>", "RECORD<X>"),
    *("𝜃 = 𝜇 🚀", "naïve\u00a0Bayes", "学习 模型", "e\u0301", "\u202eright to left", "\x00\x01"),
    *("-", "*", "==", "|", "?", "```x```", "a" * 850, "word " * 170, "\ud800 alone"),
)
BREAKS = (
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
)

content = st.builds(
    "{}{}{}".format, st.sampled_from(INDENTS), st.sampled_from(MARKS), st.sampled_from(BODIES)
)
anything = st.text(max_size=30)
line = st.one_of(content, content, content, st.sampled_from(RULES + BLANKS), anything)
notes = st.lists(st.tuples(line, st.sampled_from(BREAKS)), max_size=40).map(
    lambda rows: "".join(text + end for text, end in rows)
)


def is_blank(text: str) -> bool:
    """Nothing to see: white space, zero-width spaces and byte order marks."""
    return all(character.isspace() or character in "\u200b\ufeff" for character in text)


def is_rule(text: str) -> bool:
    """Three or more characters, all of them such as rules are drawn with."""
    drawn = text.strip("\u200b\ufeff \t\u00a0\u3000").strip()
    return len(drawn) >= 3 and all(c.isspace() or c in "-=#_*~+|:.─━═" for c in drawn)


def check_nothing_is_lost(note: Note, text: str) -> None:
    shown = text.splitlines()
    assert [line.text for line in note.lines] == [shown[line.number - 1] for line in note.lines]
    numbers = [line.number for line in note.lines]
    assert numbers == sorted(set(numbers))
    for number, verbatim in enumerate(shown, 1):
        if number not in numbers:
            assert is_blank(verbatim) or is_rule(verbatim), (number, verbatim)
    spans = [range(p.first_line, p.last_line + 1) for p in note.passages]
    assert all(before[-1] < after[0] for before, after in zip(spans, spans[1:], strict=False))
    for number in numbers:
        assert sum(number in span for span in spans) == 1
    assert all(span[0] in numbers and span[-1] in numbers for span in spans)
    assert len({p.id for p in note.passages}) == len(note.passages)
    for passage in note.passages:
        check_passage(note, passage)
    earlier: set[str] = set()
    for line in note.lines:
        assert set(line.path) <= earlier
        earlier |= {strip_marker(line.text), strip_marker(line.text).rstrip("# ")}
        earlier |= {row.body for row in read_rows(line.text)}
        earlier |= {strip_marker(row.body) for row in read_rows(line.text)}


def check_passage(note: Note, passage: Passage) -> None:
    inside = [line for line in note.lines if passage.first_line <= line.number <= passage.last_line]
    assert inside
    assert passage.note == note.name
    assert all(line.path[: len(passage.path)] == passage.path for line in inside)
    for line in inside:
        assert line.text.strip("\u200b\ufeff").strip() in passage.text


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(notes, st.sampled_from(["n.txt", "n.md"]))
def test_no_line_of_a_generated_note_is_lost(text: str, name: str) -> None:
    note = read_note(name, text)
    check_nothing_is_lost(note, text)
    assert read_note(name, text) == note


def test_no_line_of_the_real_notes_is_lost(shared: Path) -> None:
    sizes = []
    for path in sorted((shared / "notes").iterdir()):
        text = path.read_text(encoding="utf-8")
        note = read_note(path.name, text)
        check_nothing_is_lost(note, text)
        sizes.append(len(note.lines))
    assert sizes == [1818, 285]


def test_the_shipped_notes_lose_no_line() -> None:
    for path in (Path(__file__).parents[1] / "corpus").iterdir():
        text = path.read_text(encoding="utf-8")
        check_nothing_is_lost(read_note(path.name, text), text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1d", "\x85", "\u2028"])
def test_line_numbers_are_those_of_splitlines(end: str) -> None:
    text = end.join(["Kinesis", "\t- shards", "", "-----", "\t- records"])
    note = read_note("n.txt", text)
    assert [(line.number, line.text) for line in note.lines] == [
        (1, "Kinesis"), (2, "\t- shards"), (5, "\t- records"),
    ]  # fmt: skip


def kinds(text: str, name: str = "n.txt") -> list[tuple[str, int, int]]:
    return [(p.kind, p.first_line, p.last_line) for p in read_note(name, text).passages]


def test_kinds() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    assert kinds("One sentence.\nAnd another one.") == [("prose", 1, 2)]
    assert kinds("- one\n- two") == [("list", 1, 2)]
    assert kinds(f"Some text about it.\n\n{table}\n\nMore text.") == [
        ("prose", 1, 1), ("table", 3, 5), ("prose", 7, 7),
    ]  # fmt: skip
    assert kinds("Ques: Which?\nAns: this") == [("question", 1, 2)]


def test_a_table_within_a_question_stays_in_it() -> None:
    text = "Ques: Read:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nWhat is it?\nAns: 90%\nExpl: sum"
    assert kinds(text) == [("question", 1, 9)]


def test_passages_have_about_a_hundred_words_and_whole_sections() -> None:
    sections = [
        f"Head {name}\n" + "".join(f"\t- fact {n} of {name} in a few words\n" for n in range(8))
        for name in "abcdef"
    ]
    note = read_note("n.txt", "\n".join(sections))
    assert all(len(words(passage.text)) <= 130 for passage in note.passages)
    assert all(passage.text.startswith("Head ") for passage in note.passages)
    assert len(note.passages) == 6


def test_a_long_line_is_a_passage_of_its_own() -> None:
    text = f"Head\n\t- {'long ' * 170}\n\t- short\n"
    assert kinds(text)[-2:] == [("list", 2, 2), ("list", 3, 3)]


def test_markdown_headings_begin_passages() -> None:
    assert [span[1:] for span in kinds("# A\n## B\n- c\n## D\n- e\n", "n.md")] == [(1, 3), (4, 5)]


def test_the_path_is_what_all_lines_share() -> None:
    note = read_note("n.txt", "A\n\t- b\n\t\t- c\n\t\t- d\n\t\t\t- e\n")
    assert [passage.path for passage in note.passages] == [()]
    (question,) = read_note("n.txt", "A\n\tB\n\t\t- Ques: x?\n\t\t- Ans: y\n").passages[1:]
    assert question.path == ("A", "B")


def test_text_is_dedented_and_literal() -> None:
    text = "A\n\n\t\t- Ques: <b>?\n\t\t\t__label__ | RECORD<X>\n\t\t- Ans: \u00a0&amp;\n"
    assert read_note("n.txt", text).passages[-1].text == (
        "- Ques: <b>?\n    __label__ | RECORD<X>\n- Ans: \u00a0&amp;"
    )


def test_ids_hang_on_note_and_text_alone() -> None:
    def ids(name: str, text: str) -> list[str]:
        return [passage.id for passage in read_note(name, text).passages]

    question = "Ques: Which?\nAns: this\n"
    before, after = ids("n.txt", question), ids("n.txt", f"A new first line.\n\n{question}")
    assert after[1] == before[0]
    assert ids("other.txt", question) != before
    assert len(set(ids("n.txt", f"{question}\n{question}\n{question}"))) == 3
