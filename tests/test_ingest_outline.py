"""Where a line stands: its headings, found from how notes are written."""

from __future__ import annotations

from textwrap import dedent

import pytest

from core.text import strip_marker
from ingest.outline import outline
from ingest.rows import read_rows


def paths(text: str, note: str = "n.txt") -> dict[str, str]:
    """Line without its marks -> its headings joined by `>`. Lines must differ."""
    lines = outline(note, read_rows(text))
    found = {strip_marker(line.text): " > ".join(line.path) for line in lines}
    assert len(found) == len(lines)
    return found


def tabs(text: str) -> str:
    """A dedented block, each two spaces of indent as one tab."""
    shown = []
    for line in dedent(text).splitlines():
        body = line.lstrip(" ")
        shown.append("\t" * ((len(line) - len(body)) // 2) + body)
    return "\n".join(shown)


NESTED = """\
    Storage
      - S3
        - object store
          - eleven nines
        - classes
      - EFS
        - file store
    Compute
      - EC2
    """
NESTED_PATHS = {
    "Storage": "",
    "S3": "Storage",
    "object store": "Storage > S3",
    "eleven nines": "Storage > S3 > object store",
    "classes": "Storage > S3",
    "EFS": "Storage",
    "file store": "Storage > EFS",
    "Compute": "",
    "EC2": "Compute",
}


@pytest.mark.parametrize(
    "text",
    [
        tabs(NESTED),
        dedent(NESTED),
        dedent(NESTED).replace("  ", "    "),
        tabs(NESTED).replace("- ", ""),
        tabs(NESTED).replace("- ", "* "),
        tabs(NESTED).replace("- ", "• "),
        tabs(NESTED).replace("- ", "-"),
        tabs(NESTED).replace("- ", "-\u00a0").replace("\t", "\u00a0" * 4),
        tabs(NESTED).replace("\n", " \t \n"),
        tabs(NESTED).replace("\n", "\r\n"),
        tabs(NESTED).replace("\t\t- ", "\t\t-- "),
    ],
    ids=[
        *("tabs", "two spaces", "four spaces", "no bullets", "stars", "dots", "glued bullets"),
        *("non-breaking spaces", "trailing spaces", "carriage returns", "double bullets"),
    ],
)
def test_indents_nest(text: str) -> None:
    found = {name.lstrip("-– "): path for name, path in paths(text).items()}
    assert found == NESTED_PATHS


def test_numbering_that_restarts_starts_no_new_level() -> None:
    text = tabs("""\
        Glue
          1. read
          2. write
          1. crawl
          2. catalogue
        Next
          1) sort
          1) search
        """)
    assert paths(text) == {
        "Glue": "",
        **dict.fromkeys(("read", "write", "crawl", "catalogue"), "Glue"),
        "Next": "",
        **dict.fromkeys(("sort", "search"), "Next"),
    }


def test_a_stray_bullet_at_column_0_does_not_end_the_nesting() -> None:
    text = tabs("""\
        Topics
          - Kinesis
            - Streams
              - shards hold records
        - a stray remark
              - a shard takes 1 MB a second
            - Firehose
        """)
    found = paths(text)
    assert found["a shard takes 1 MB a second"] == "Topics > Kinesis > Streams"
    assert found["Firehose"] == "Topics > Kinesis"


def test_a_bullet_at_column_0_before_its_own_list_does_end_it() -> None:
    found = paths(tabs("- A\n  - b\n    - c\n- D\n  - e\n"))
    assert (found["D"], found["e"]) == ("", "D")


@pytest.mark.parametrize("mark", ["-", "*", "•", "--", "-\t\t", "–"])
def test_a_bare_bullet_is_kept_and_ends_no_nesting(mark: str) -> None:
    lines = outline("n.txt", read_rows(f"A\n\t- b\n\t\t- c\n{mark}\n\t\t- d\n"))
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]
    assert [line.path for line in lines if line.number != 4] == [
        (), ("A",), ("A", "b"), ("A", "b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rule", ["---", "-" * 90, "####", "=" * 20, "- - -", "***", "___", "─" * 9]
)
def test_separators_are_no_lines_and_keep_the_list(rule: str) -> None:
    lines = outline("n.txt", read_rows(f"A\n\t- b\n\n{rule}\n\n\t- c\n\t{rule}  \n\t\t- d\n"))
    assert [(line.number, line.path) for line in lines] == [
        (1, ()), (2, ("A",)), (6, ("A",)), (8, ("A", "c")),
    ]  # fmt: skip


def test_a_separator_ends_a_block() -> None:
    text = "Measures\n- recall\n- precision\n\n-----\n\nThe exam has 65 questions in all.\n"
    assert paths(text)["The exam has 65 questions in all."] == ""
    assert paths(text)["recall"] == "Measures"


def test_table_rows_are_no_headings() -> None:
    text = tabs("""\
        Metrics
          | name | meaning |
          |------|---------|
          | AUC  | area    |
          | F1   | mean    |
          - after
        """)
    lines = outline("n.txt", read_rows(text))
    assert {line.path for line in lines[1:]} == {("Metrics",)}
    assert len(lines) == 5


def test_a_tree_stays_under_its_heading() -> None:
    text = tabs("""\
        Container
          /opt/ml
          ├── input
          │ └── data
          │   └── <channel_name>
          └── model
          - after
        """)
    lines = outline("n.txt", read_rows(text))
    assert all(line.path[0] == "Container" for line in lines[1:])
    assert not any("──" in title for line in lines for title in line.path)
    assert lines[4].text == "\t│   └── <channel_name>"


@pytest.mark.parametrize("name", ["__label__", "<channel_name>", "RECORD<X>", "a <b>c</b> &amp; d"])
def test_markup_like_names_are_literal(name: str) -> None:
    lines = outline("n.txt", read_rows(f"{name}\n\t- {name} is kept\n\t\t- below\n"))
    assert lines[1].text == f"\t- {name} is kept"
    assert lines[2].path == (name, f"{name} is kept")


def test_letters_beyond_the_basic_plane() -> None:
    found = paths("𝓜𝓸𝓭𝓮𝓵\n\t- 𝜃 = 𝜇 + 𝜎 🚀\n\t\t- 学習\n")
    assert found["学習"] == "𝓜𝓸𝓭𝓮𝓵 > 𝜃 = 𝜇 + 𝜎 🚀"


def test_a_line_of_850_characters_is_whole() -> None:
    long = ("a sentence of some words. " * 34)[:850]
    lines = outline("n.txt", read_rows(f"A\n\t- {long}\n\t\t- b\n"))
    assert lines[1].text == f"\t- {long}"
    assert lines[2].path == ("A", long.strip())


def test_a_table_of_contents_takes_nothing_from_the_headings_it_repeats() -> None:
    text = tabs("""\
        Contents
          1. Streams
          2. Storage

        1. Streams
          - shards
        2. Storage
          - buckets
        """)
    lines = outline("n.txt", read_rows(text))
    assert [(line.text.strip(), line.path[-1:]) for line in lines] == [
        ("Contents", ()),
        ("1. Streams", ("Contents",)),
        ("2. Storage", ("Contents",)),
        ("1. Streams", ()),
        ("- shards", ("Streams",)),
        ("2. Storage", ()),
        ("- buckets", ("Storage",)),
    ]


@pytest.mark.parametrize("indent", ["", "\t", "    "])
def test_a_comment_in_a_listing_is_no_heading(indent: str) -> None:
    text = f"Image\n{indent}FROM python\n{indent}# Copies the training code\n{indent}COPY t.py /o\n"
    assert not any("Copies" in path for path in paths(text).values())


def test_hash_numbers_are_no_headings() -> None:
    found = paths("Steps\n#01 Import the data\n#02 Clean the data\nthen train\n")
    assert not any("Import" in path or "Clean" in path for path in found.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\ntext\n## B\n- c\n### D\ne\n## F\ng\n# H\ni\n", "text=A c=A>B e=A>B>D g=A>F i=H"),
        ("## A\n- b\n# C\n- d\n", "b=A d=C"),
        ("# A #\nb\n## C ##\nd\n", "b=A d=A>C"),
        ("# A\n#### B\nc\n## D\ne\n", "c=A>B e=A>D"),
        ("A\n===\nb\n\nC\n---\nd\n\nE\n===\nf\n", "b=A d=A>C f=E"),
        ("# A\n\n1. one\n   - two\n\n## B\nc\n", "two=A>one c=A>B"),
        ("# A\n#B is a tag\nc\n", "c=A"),
    ],
    ids=["levels", "down first", "closed", "a jump", "setext", "lists", "no space"],
)
def test_markdown_headings(text: str, expected: str) -> None:
    found = {name: path.replace(" > ", ">") for name, path in paths(text, "n.md").items()}
    for pair in expected.split():
        name, path = pair.split("=")
        assert found[name] == path


def test_fenced_code_is_verbatim_and_holds_no_headings() -> None:
    text = "# A\n```python\n# not a heading\n- not a bullet\n---\n```\n## B\nc\n"
    lines = outline("n.md", read_rows(text))
    assert [(line.number, line.path) for line in lines] == [
        (1, ()), *((number, ("A",)) for number in range(2, 8)), (8, ("A", "B")),
    ]  # fmt: skip


@pytest.mark.parametrize("inline", ["```pip install x```", "```a``` and ```b```"])
def test_code_within_a_line_opens_no_fence(inline: str) -> None:
    assert paths(f"# A\n{inline}\n## B\nc\n", "n.md")["c"] == "A > B"


def test_a_longer_fence_holds_a_shorter_one() -> None:
    text = "# A\n````\n```\n# no heading\n```\n````\n## B\nc\n"
    lines = outline("n.md", read_rows(text))
    assert lines[-1].path == ("A", "B")


def test_numbered_headings_with_text_at_their_own_column() -> None:
    text = dedent("""\
        2. Ingest

        2.1 Streams
        A stream is a log of records.
        It keeps them for a day.

        2.2 Firehose
        Firehose loads records.

        3. Analysis
        Athena queries S3.
        """)
    assert paths(text) == {
        "Ingest": "",
        "2.1 Streams": "Ingest",
        "A stream is a log of records.": "Ingest > 2.1 Streams",
        "It keeps them for a day.": "Ingest > 2.1 Streams",
        "2.2 Firehose": "Ingest",
        "Firehose loads records.": "Ingest > 2.2 Firehose",
        "Analysis": "",
        "Athena queries S3.": "Analysis",
    }


def test_a_numbered_list_is_no_row_of_headings() -> None:
    assert set(paths("Steps:\n1. Read data\n2. Clean data\n3. Train model\n").values()) <= {
        "", "Steps:",
    }  # fmt: skip


def test_terms_with_their_definition() -> None:
    text = tabs("""\
        Metrics
          - Precision - how many found items are right
            - useful when false alarms cost much
          - Recall: how many right items are found
            - useful when misses cost much
        """)
    found = paths(text)
    precision, recall = (
        "Precision - how many found items are right",
        "Recall: how many right items are found",
    )
    assert found[precision] == found[recall] == "Metrics"
    assert found["useful when false alarms cost much"] == f"Metrics > {precision}"
    assert found["useful when misses cost much"] == f"Metrics > {recall}"


@pytest.mark.parametrize(
    "text",
    [
        "AUC\nThe area under the curve tells how well two classes are told apart.\n",
        "AUC:\nArea under curve\nnext\n",
        "AUC\n- area under the curve\n- between 0 and 1\n",
        "x\n\nAUC\n\nArea under the curve of a classifier.\n",
    ],
    ids=["short over long", "colon", "over bullets", "across a gap"],
)
def test_a_short_line_heads_the_block_under_it(text: str) -> None:
    assert [line.path for line in outline("n.txt", read_rows(text)) if "rea" in line.text] == [
        (text.removeprefix("x\n\n").split("\n")[0],)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "That is all.\nThe area under the curve tells how well two classes are told apart.\n",
        "one, two and three\n\nArea under the curve of a classifier.\n",
        "a line that has a good many words of its own in it\nArea under the curve\n",
    ],
    ids=["a sentence", "a phrase", "as long"],
)
def test_a_line_that_only_stands_above_is_no_head(text: str) -> None:
    assert {line.path for line in outline("n.txt", read_rows(text))} == {()}


def test_a_block_ends_where_the_next_begins() -> None:
    text = "Metrics\n- recall\n- precision\n\nModels\n- trees\n\n\nStorage\n- buckets\n"
    found = paths(text)
    assert (found["recall"], found["trees"], found["buckets"]) == ("Metrics", "Models", "Storage")
    assert found["Models"] == found["Storage"] == ""


def test_an_empty_note_has_no_lines() -> None:
    assert outline("n.txt", read_rows("")) == []
    assert outline("n.txt", read_rows("\n \t\n----\n\u200b\n")) == []
