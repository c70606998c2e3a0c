"""Question sets of other programs: what is understood flows on, what is not is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import NotesError
from ingest.loaders import Loaded, load
from ingest.passages import read_note
from ingest.questions import find_questions
from ingest.questions_import.anki import plain_field
from ingest.questions_import.keys import UnclearKey, answers_of, base_of
from ingest.questions_import.written import Imported, one_line
from ingest.rows import read_rows
from tests.format_files import CSV, anki_database, apkg, xlsx, zipped

S3 = "Ques: Which?\n\tA. S3\n\tB. EFS\nAns: S3\n"


def read(name: str, content: bytes | str | Any) -> Loaded:
    if not isinstance(content, bytes | str):
        content = json.dumps(content)
    return load(Path(name), content.encode() if isinstance(content, str) else content)


def test_a_csv_set() -> None:
    loaded = read("a.csv", CSV)
    assert loaded.text.startswith(
        "Ques: Which keeps objects?\n\tA. S3\n\tB. EFS\n\tC. EBS\nAns: S3\nExpl: Buckets hold obj"
    )
    assert "Ans: Kinesis; Kafka\n" in loaded.text
    assert loaded.remark == (
        "2 of 4 questions not understood (row 4: no question; row 5: its key 'F' is none of its "
        "3 options)"
    )


def test_questions_with_more_answers_than_practice_takes_are_told() -> None:
    loaded = read("a.csv", 'Question,A,B,C,D,Answer\nWhich three?,S3,EFS,EBS,Glue,"A, B, C"\n')
    assert "Ans: S3; EFS; EBS\n" in loaded.text
    assert loaded.remark == (
        "1 of 1 questions kept, but not practised: only one or two answers can be right there "
        "(row 2: 3 right answers)"
    )


def test_imported_questions_are_past_questions_of_the_note() -> None:
    loaded = read("a.csv", CSV)
    questions = find_questions(read_rows(loaded.text))
    assert [(q.first + 1, q.answer + 1, q.explanation + 1) for q in questions] == [
        *((1, 5, 6), (8, 12, 0)),
    ]
    note = read_note("a.csv", loaded.text)
    assert [passage.kind for passage in note.passages] == ["question", "question"]
    assert note.asked == {1, 2, 3, 4, 8, 9, 10, 11}


@pytest.mark.parametrize(
    "text",
    [
        "Question,Option 1,Option 2,Answer\nWhich?,S3,EFS,1\n",
        "stem;choices;key\nWhich?;S3|EFS;A\n",
        "QUESTION TEXT\tChoice_A\tChoice_B\tCorrect Option\nWhich?\tA. S3\tB) EFS\t(a)\n",
        "question,options,correct answer\nWhich?,A. S3 B. EFS,Option A\n",
        "question,options,correct answer\nWhich?,S3; EFS,s3.\n",
        "Question,Answer Option 1,Answer Option 2,Correct Answers,Why\nWhich?,S3,EFS,1,\n",
    ],
)
def test_usual_spellings_of_the_header(text: str) -> None:
    assert read("a.csv", text) == Loaded(S3)


def test_other_columns() -> None:
    rows = "Front,Back\nWhich?,S3\n"
    assert read("a.csv", rows).text == "Ques: Which?\nAns: S3\n"
    rows = "question,correct answer,wrong 1,wrong 2,feedback\nWhich?,S3,EFS,EBS,so\n"
    assert read("a.csv", rows).text == (
        "Ques: Which?\n\tA. EBS\n\tB. EFS\n\tC. S3\nAns: S3\nExpl: so\n"
    )
    assert read("a.xlsx", xlsx({"Q": [["Question", "Answer"], ["Which?", "S3"]]})).text == (
        "Ques: Which?\nAns: S3\n"
    )


def test_a_table_that_is_no_set_is_a_note() -> None:
    assert (
        read("a.csv", "Service,Answer time\nS3,fast\n").text == "- Service: S3; Answer time: fast\n"
    )


@pytest.mark.parametrize(
    "entry",
    [
        {"question": "Which?", "options": ["S3", "EFS"], "answer": "S3"},
        {"question": "Which?", "options": ["S3", "EFS"], "correct_index": 0},
        {"question": "Which?", "options": {"A": "S3", "B": "EFS"}, "correct": "A"},
        {"stem": "Which?", "choices": ["A. S3", "B. EFS"], "key": ["A"]},
        {"prompt": "Which?", "options": [{"text": "S3", "correct": True}, {"text": "EFS"}]},
        {"question": {"text": "Which?"}, "a": "S3", "b": "EFS", "answer": "a"},
    ],
)
@pytest.mark.parametrize("within", [lambda e: [e], lambda e: {"questions": [e]}])
def test_json_sets(entry: dict[str, Any], within: Any) -> None:
    assert read("a.json", within(entry)) == Loaded(S3)


def test_json_with_wrong_answers_apart() -> None:
    entry = {"question": "Which?", "correct_answer": "S3", "incorrect_answers": ["FSx", "EFS"]}
    found = read("a.json", {"results": [entry]}).text
    assert found == "Ques: Which?\n\tA. EFS\n\tB. FSx\n\tC. S3\nAns: S3\n"


def test_json_rows_not_understood_are_told() -> None:
    good = {"question": "Which?", "options": ["S3", "EFS"], "answer": "S3"}
    bad = [{"question": "", "answer": "x"}, {"question": "Which?"}, 7, good | {"answer": "Z"}]
    loaded = read("a.json", [good, *bad, *bad])
    assert loaded.text == S3
    assert loaded.remark.startswith("8 of 9 questions not understood (question 2: no question; ")
    assert loaded.remark.endswith("; and 3 more)")


@pytest.mark.parametrize(
    ("key", "base", "answers"),
    [
        ("B", None, ("two",)),
        ("b)", None, ("two",)),
        ("A and C", None, ("one", "three")),
        ("AC", None, ("one", "three")),
        ("Option C", None, ("three",)),
        ("Two.", None, ("two",)),
        ("one|three", None, ("one", "three")),
        ("2", 1, ("two",)),
        ("2", 0, ("three",)),
        ("2", None, "may count from 0 or from 1"),
        ("D", None, "none of its 3 options"),
        ("4", 1, "none of its 3 options"),
        ("0", 1, "none of its 3 options"),
        ("", None, "no answer"),
        ("another", None, "none of its 3 options"),
    ],
)
def test_keys(key: str, base: int | None, answers: tuple[str, ...] | str) -> None:
    options = ("one", "two", "three")
    if isinstance(answers, tuple):
        assert answers_of(key, options, base) == answers
        return
    with pytest.raises(UnclearKey, match=answers):
        answers_of(key, options, base)


def test_numbers_count_from_what_the_set_shows() -> None:
    assert base_of([("1", 4), ("0", 4)]) == 0
    assert base_of([("1", 4), ("4", 4)]) == 1
    assert base_of([("1", 4), ("B", 4)]) is None
    rows = "question,a,b,c,answer\nWhich?,S3,EFS,EBS,1\nWhat?,S3,EFS,EBS,2\n"
    assert "row 2: its key 1 may count from 0 or from 1" in read("a.csv", rows).remark


def test_two_answers_are_asked_for() -> None:
    both = Imported("Which?", ("a", "b"), ("a", "b", "c")).lines()
    assert both[0] == "Ques: Which? (Select TWO.)"
    assert Imported("Which two?", ("a", "b")).lines() == ["Ques: Which two?", "Ans: a; b"]


ANKI = """\
Ques: What keeps objects?
Ans: S3; a bucket holds them
Expl: It is the oldest service.

Ques: ____ has shards.
Ans: Kinesis
Expl: Kinesis has shards. Asked often.

Ques: Kinesis has ____.
Ans: shards
Expl: Kinesis has shards. Asked often.
"""


@pytest.mark.parametrize("name", ["collection.anki2", "collection.anki21", "collection.anki21b"])
def test_anki_decks_of_every_age(name: str) -> None:
    loaded = read("a.apkg", apkg(name=name))
    assert loaded.text == ANKI
    assert loaded.remark == (
        "2 of 5 questions not understood (note 3: its front has no words; note 4: its back has no "
        "words)"
    )


def test_clozes_within_clozes() -> None:
    deck = apkg([("A {{c1::shard takes {{c2::1 MB}}}} a second.", "")])
    assert read("a.apkg", deck).text.splitlines()[:2] == [
        *("Ques: A ____ a second.", "Ans: shard takes 1 MB"),
    ]
    assert "Ques: A shard takes ____ a second." in read("a.apkg", deck).text


@pytest.mark.parametrize(
    ("deck", "said"),
    [
        (zipped({"collection.anki21b": b"no zstandard"}), "Support older Anki versions"),
        (zipped({"collection.anki2": b"SQLite format 3\0 no more"}), "damaged"),
        (zipped({"collection.anki2": anki_database([])}), "no notes"),
    ],
)
def test_decks_that_are_not_read(deck: bytes, said: str) -> None:
    with pytest.raises(NotesError, match=said):
        read("a.apkg", deck)


def test_fields_without_html() -> None:
    field = "a&nbsp;&lt;b&gt; <i>c</i><br>d<div>e</div>[sound:x.mp3]<!-- f --><script>g</script>"
    assert one_line(plain_field(field), "; ") == "a <b> c; d; e"
    assert plain_field("1 < 2 and 3 > 2") == "1 < 2 and 3 > 2"
