"""Markdown of Obsidian and Notion as a learner reads it, its line numbers kept."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.formats.markdown import front_end, read_markdown, without_id
from ingest.passages import read_note

OBSIDIAN = """\
---
title: "Streaming"
tags: [aws, data/streams]
aliases:
  - KDS
cssclass: wide
---

## Kinesis
- keeps [[Records|ordered records]] in a [[Shard]]
"""


def read(text: str) -> list[str]:
    return read_markdown(dedent(text)).splitlines()


def test_front_matter_becomes_a_title_and_readable_lines() -> None:
    assert read(OBSIDIAN) == [
        *("", "# Streaming", "Tags: aws, data/streams.", "Aliases: KDS.", "", "", "", ""),
        *("## Kinesis", "- keeps ordered records in a Shard"),
    ]


def test_front_matter_is_no_heading_trap() -> None:
    lines = {line.text: line.path for line in read_note("n.md", read_markdown(OBSIDIAN)).lines}
    assert lines["- keeps ordered records in a Shard"] == ("Streaming", "Kinesis")
    text = "---\ntags: [one]\naliases: [two]\n---\nA fact stands here.\n- and here\n"
    for line in read_note("n.md", read_markdown(text)).lines:
        assert not any("Tags" in head or "Aliases" in head for head in line.path)


def test_a_title_that_the_body_repeats_is_left_out() -> None:
    assert read("---\ntitle: A\n---\n# A\ntext") == ["", "", "", "# A", "text"]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("---\na: b\n---\n", 3),
        ("---\na: b\n...\n", 3),
        ("---\nJust a rule above prose.\n---\n", 0),
        ("---\na: b\n", 0),
        ("text\n---\na: b\n---\n", 0),
        ("", 0),
    ],
)
def test_where_front_matter_ends(text: str, end: int) -> None:
    assert front_end(text.splitlines()) == end


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("see [[Note]] and [[Note|it]]", "see Note and it"),
        ("see [[Note#Part one]]", "see Note > Part one"),
        ("see [[#Part one]]", "see Part one"),
        ("see [[Note#^a1b2c3]]", "see Note"),
        ("![[picture.png]] and ![[Note]]", " and Note"),
        ("`[[code]]` stays, [[Note]] not", "`[[code]]` stays, Note not"),
        ("a ==marked== word, x == y == z", "a marked word, x == y == z"),
        ("text %%a comment%% more", "text  more"),
        ("a fact ^a1b2c3", "a fact"),
        ("[Page](Page%20" + "0a" * 16 + ".md) of Notion", "Page of Notion"),
        ("[site](https://example.org/a.md)", "[site](https://example.org/a.md)"),
        ("array[[0]] = 1", "array0 = 1"),
    ],
)
def test_inline(line: str, shown: str) -> None:
    assert read_markdown(line) == shown


def test_callouts_become_text() -> None:
    assert read("""\
        > [!note] Take care
        > of [[shards]]
        >> quoted

        > a quote stays
        > [!warning]-
        > hot
        """) == ["Take care", "of shards", "> quoted", "", "> a quote stays", "Warning", "hot"]


def test_code_stays() -> None:
    text = "```\n[[a]] ==b==\n> [!note] c\n```\n[[d]]"
    assert read(text) == ["```", "[[a]] ==b==", "> [!note] c", "```", "d"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (f"Notes {'0a' * 16}.md", "Notes.md"),
        (f"Top {'0a' * 16}/Sub {'1b' * 16}.csv", "Top/Sub.csv"),
        ("commit 0a0a.md", "commit 0a0a.md"),
    ],
)
def test_ids_of_notion(name: str, shown: str) -> None:
    assert without_id(name) == shown


@given(st.text(alphabet=st.sampled_from('-: \n\t[]|!#^>`~=%a()\u2028.md"'), max_size=300))
def test_every_line_stays_where_it_is(text: str) -> None:
    shown, lines = read_markdown(text).splitlines(), text.splitlines()
    assert 0 <= len(lines) - len(shown) <= 1  # an empty last line without its end is none
