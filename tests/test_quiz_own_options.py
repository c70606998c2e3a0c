"""Past questions that bring their own options: read, checked, asked as their author gave them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import NotesError
from core.practice import Item, Scope
from core.types import Line
from ingest.questions_import.written import Imported
from quiz.items.bank import Bank, PastQuestion, read_bank
from quiz.items.maker import ItemMaker, Made
from quiz.items.own_options import meant, unlettered, with_options
from quiz.items.past_attempts import past_attempts
from quiz.items.past_item import given_item
from study.recheck import recheck
from tests.cells import CELLS, SOLVE, Pupil, calls_of, library_of, run_of, workshop_of
from tests.fakes import FakeEmbedder
from tests.outlines import index_of

RAIN = "Which part should be named when a plant stands upright after a long rain?"
HARM = "A leaf is full of fatty poisons and builds too little glucose. Which parts fail?"
SINGLE = Imported(RAIN, ("Vacuole",), ("Nucleus", "The cell wall", "Vacuole", "Chromoplast"))
DOUBLE = Imported(
    HARM, ("Peroxisome", "Chloroplast"), ("Peroxisome", "Nucleus", "Chloroplast", "Centrosome")
)


def note_of(*questions: Imported) -> str:
    return "\n\n".join("\n".join(question.lines()) for question in questions) + "\n"


def maker_of(folder: Path, text: str) -> ItemMaker:
    return workshop_of(folder, cells=CELLS, exam=text).maker()


def tried(maker: ItemMaker, stem: str, model: Pupil | None = None) -> list[Made]:
    made = past_attempts(maker, run_of(model=model), set)
    return [one for one in made if one.item.stem.startswith(stem)]


def texts(item: Item, *, right: bool) -> set[str]:
    return {o.text for place, o in enumerate(item.options) if (place in item.key) == right}


def test_a_set_of_another_program_keeps_its_options(tmp_path: Path) -> None:
    """From the file to the item; a second look later finds the same."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "set.csv").write_text(
        f"Question,A,B,C,D,Answer\n{RAIN},Nucleus,The cell wall,Vacuole,Chromoplast,C\n"
    )
    workshop = workshop_of(tmp_path, library_of(tmp_path, cells=CELLS))
    found = workshop.bank_items(Scope(), random.Random(1))
    (item,) = [one for one in found if one.stem == RAIN]
    assert (item.given, item.answer, item.origin) == (True, "Vacuole", "notes")
    assert texts(item, right=False) == {"Nucleus", "The cell wall", "Chromoplast"}
    assert recheck(item, workshop.maker(), None).kept
    assert not recheck(replace(item, key=()), workshop.maker(), None).kept


def test_short_questions_with_their_options_are_asked(tmp_path: Path) -> None:
    """A set of two questions, alone in the notes and chosen by its note."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "set.csv").write_text(
        "Question,Option A,Option B,Option C,Correct Answer,Explanation\n"
        "Which keeps objects?,S3,EFS,EBS,A,Buckets hold objects.\n"
        'Which two stream?,Kinesis,Kafka,Glue,"A, B",\n'
    )
    workshop = workshop_of(tmp_path, library_of(tmp_path))
    scope = Scope(notes=frozenset({"set.csv"}))
    workshop.require(scope)
    found = {item.stem: item for item in workshop.bank_items(scope, random.Random(1))}
    assert {*found} == {"Which keeps objects?", "Which two stream? (Select TWO.)"}
    one = found["Which keeps objects?"]
    assert (one.answer, one.options[one.key[0]].rationale) == ("S3", "S3. Buckets hold objects.")


def test_a_source_whose_questions_cannot_be_asked_is_told_why(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "set.csv").write_text(
        'Question,A,B,C,D,Answer\nWhich keep objects?,S3,EFS,EBS,Glue,"A, B, C"\n'
    )
    workshop = workshop_of(tmp_path, library_of(tmp_path, cells=CELLS))
    with pytest.raises(NotesError, match=r"past questions cannot be asked \(3 keys, not 1\)"):
        workshop.require(Scope(notes=frozenset({"set.csv"})))


@pytest.mark.parametrize(
    ("question", "kind"), [(SINGLE, "scenario"), (DOUBLE, "two")], ids=["one", "two"]
)
def test_the_options_of_the_author_are_asked_and_solved_blind(
    tmp_path: Path, question: Imported, kind: str
) -> None:
    model = Pupil()
    (made,) = tried(maker_of(tmp_path, note_of(question)), question.stem, model)
    item = made.item
    assert made.accepted, made.checks
    assert {"solved_blind", "distinct"} <= {check.name for check in made.checks}
    assert (item.kind, item.given, item.guessable) == (kind, True, False)
    assert texts(item, right=True) == {*question.answers}
    assert texts(item, right=False) == {*question.options} - {*question.answers}
    assert not any("wrong options" in prompt for prompt in model.prompts)


def test_each_option_cites_what_the_notes_say_or_that_they_give_another_answer(
    tmp_path: Path,
) -> None:
    (made,) = tried(maker_of(tmp_path, note_of(SINGLE)), RAIN)
    told = {option.text: option for option in made.item.options}
    assert told["Nucleus"].rationale.startswith("Nucleus: Stores the chromosomes")
    assert {citation.note for citation in told["Nucleus"].citations} == {"cells.txt"}
    assert told["Vacuole"].rationale == "Vacuole"
    for text in ("The cell wall", "Chromoplast"):
        assert told[text].rationale == "Your notes give another answer: Vacuole"
        assert [c.quote for c in told[text].citations] == ["Ans: Vacuole"]
        assert told[text].about == ""


BAD = [
    pytest.param(
        note_of(SINGLE).replace("Ans: Vacuole", "Ans: Lysosome"),
        ("one_key", "none of the options is the key"),
        "Lysosome",
        id="the key is none of the options",
    ),
    pytest.param(
        note_of(Imported(RAIN, ("Vacuole",), ("Nucleus", "Vacuole", "the nucleus"))),
        ("distinct", "'Nucleus' and 'the nucleus' are the same"),
        "Vacuole",
        id="two options are one",
    ),
    pytest.param(
        note_of(Imported(RAIN, ("Vacuole",), ("Vacuole", "Nucleus", "Vacuoles"))),
        ("distinct", "'Vacuole' and 'Vacuoles' are the same"),
        "Vacuole",
        id="the key stands twice",
    ),
    pytest.param(
        note_of(Imported(RAIN, ("Vacuole",), ("Vacuole",))),
        ("schema", "1 options, not 2 to 8"),
        "Vacuole",
        id="one option",
    ),
    pytest.param(
        note_of(Imported(RAIN, ("Vacuole",), ("Vacuole", "Nucleus", "None of the above"))),
        ("no_all_of_above", "'None of the above' is about other options"),
        "Vacuole",
        id="an option about the others, which are shuffled",
    ),
]


@pytest.mark.parametrize(("text", "why", "answer"), BAD)
def test_options_that_fail_a_check_are_refused_with_the_reason_and_others_are_made(
    tmp_path: Path, text: str, why: tuple[str, str], answer: str
) -> None:
    maker = maker_of(tmp_path, text)
    refused, made = tried(maker, RAIN)
    assert refused.item.given
    assert not refused.accepted
    check = refused.checks[-1]
    assert (check.name, check.detail) in {why, (why[0], _turned(why[1]))}
    assert made.accepted, made.checks
    assert (made.item.given, made.item.answer, len(made.item.options)) == (False, answer, 4)


def _turned(detail: str) -> str:
    """The same of two options in the other order: they are shuffled."""
    first, _, second = detail.removesuffix(" are the same").partition(" and ")
    return f"{second} and {first} are the same"


def test_without_a_model_the_bank_has_the_options_that_can_be_asked(tmp_path: Path) -> None:
    text = note_of(SINGLE, Imported(f"{HARM} Now", ("Nucleus",), ("Nucleus",)))
    workshop = workshop_of(tmp_path, cells=CELLS, exam=text)
    found = workshop.bank_items(Scope(notes=frozenset({"exam.txt", "cells.txt"})), random.Random(1))
    given = {item.stem: item.given for item in found}
    assert given[RAIN]
    assert not any(own for stem, own in given.items() if stem != RAIN)


def test_a_key_that_the_lines_do_not_bear_out_is_not_saved_by_other_options(
    tmp_path: Path,
) -> None:
    """Whoever wrote the key may be wrong: without the right option nobody would see it."""
    model = Pupil(rules=[(SOLVE, "?")])
    (made,) = tried(maker_of(tmp_path, note_of(SINGLE)), RAIN, model)
    assert made.checks[-1].name == "solved_blind"
    assert made.item.given


SHAPES = [
    pytest.param(("Vacuole", "Nucleus"), id="two options"),
    pytest.param(("Vacuole", *"PQRSTUV"), id="eight options"),
    pytest.param(("Vacuole", "A big wall of many cells that holds", "Nucleus"), id="of any shape"),
    pytest.param(("Vacuole", "Nucleus", "Vacuole membrane"), id="one holds the key"),
    pytest.param(("Vacuole", "Rain", "Nucleus"), id="named in the stem"),
]


@pytest.mark.parametrize("options", SHAPES)
def test_an_author_has_liberties_that_made_options_have_not(
    tmp_path: Path, options: Sequence[str]
) -> None:
    text = note_of(Imported(RAIN, ("Vacuole",), tuple(options)))
    (made,) = tried(maker_of(tmp_path, text), RAIN)
    assert made.accepted, made.checks
    assert texts(made.item, right=False) == {*options} - {"Vacuole"}


def lines(*rows: str) -> list[Line]:
    return [Line("exam.txt", number, row) for number, row in enumerate(rows, 1)]


@pytest.mark.parametrize(
    ("rows", "stem", "options"),
    [
        (("Which?", "\tA. S3", "\tB. EFS"), 1, ("S3", "EFS")),
        (("Which?", "of these?", "\tA) S3", "\t   on disk", "\tB) EFS"), 2, ("S3 on disk", "EFS")),
        (("Which?", "\tA. S3"), 1, ("S3",)),
        (("Which?", "\tA. Smith asks.", "Which?"), 3, ()),
        (("Who asks?", "\tA. Smith does, or not?"), 2, ()),
        (("Which?", "\tB. S3", "\tC. EFS"), 3, ()),
        (("Which?", "A. S3", "B. EFS"), 3, ()),
        (("Which?", "\tA. S3", "\tC. EFS"), 3, ()),
    ],
)
def test_options_are_indented_lines_in_the_order_of_letters(
    rows: Sequence[str], stem: int, options: tuple[str, ...]
) -> None:
    asked, heads, found = with_options(lines(*rows))
    assert len(asked) == stem
    assert found == options
    assert len(heads) == len(options)


FOUR = ("S3", "EFS", "Kinesis, then S3", "EBS")


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("S3", (0,)),
        ("efs.", (1,)),
        ("S3; Kinesis, then S3", (0, 2)),
        ("EBS and EFS", (1, 3)),
        ("S3, EFS, and EBS", (0, 1, 3)),
        ("Kinesis, then S3", (2,)),
        ("B", (1,)),
        ("b)", (1,)),
        ("B. EFS", (1,)),
        ("B and D", (1, 3)),
        ("D because it is fast", (3,)),
        ("B. S3", ()),
        ("E", ()),
        ("Kafka", ()),
        ("S3; Kafka", ()),
        ("A company", ()),
        ("", ()),
    ],
)
def test_what_an_answer_means(said: str, places: tuple[int, ...]) -> None:
    assert meant(said, FOUR) == places


def test_words_go_before_letters_and_figures() -> None:
    assert meant("C", ("C", "R", "Java")) == (0,)
    assert meant("5", ("1", "5", "10")) == (1,)
    assert unlettered("Ans: C", ("C", "R", "Java")) == "Ans: C"
    assert meant("S3", ()) == ()


def bank_of(text: str) -> Bank:
    return read_bank(index_of(notes=text), FakeEmbedder())


def read(text: str) -> PastQuestion:
    (question,) = bank_of(text).questions
    return question


def test_an_answer_by_letter_is_told_and_proven_in_words(tmp_path: Path) -> None:
    """The options are shuffled: a letter of the notes would name another one."""
    text = f"Ques: {RAIN}\n\tA. Nucleus\n\tB. Vacuole\n\tC. Ribosome\nAns: B\nExpl: Holds water.\n"
    question = read(text)
    assert (question.answers, question.right) == (("Vacuole",), (1,))
    assert question.told == "Vacuole. Holds water."
    maker = maker_of(tmp_path, text)
    (made,) = tried(maker, RAIN)
    assert made.accepted, made.checks
    cited = [citation.quote for citation in made.item.citations]
    assert cited == ["B. Vacuole", "Ans: B", "Expl: Holds water."]
    seen = maker.solver.lines(made.item).splitlines()
    assert "Vacuole" in seen
    assert not {"B. Vacuole", "Ans: B"} & {*seen}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("\tB. EFS", "EFS"),
        ("- Ans: B", ""),
        ("Ans: B because it is shared", "because it is shared"),
        ("Ans: B. EFS", "EFS"),
        ("Ans: EFS", "Ans: EFS"),
        ("Expl: B is shared", "Expl: B is shared"),
        ("B is shared", "B is shared"),
    ],
)
def test_letters_that_name_the_answer_go_and_nothing_else(line: str, said: str) -> None:
    assert unlettered(line, FOUR) == said


def test_a_number_in_the_story_asks_for_no_second_answer() -> None:
    stem = "A firm with 2 sites wants a shared disk. Which service fits?"
    question = read(note_of(Imported(stem, ("EFS",), ("S3", "EFS", "EBS"))))
    assert (question.answers, question.right) == (("EFS",), (1,))


def test_three_answers_are_told_to_be_too_many(tmp_path: Path) -> None:
    text = note_of(Imported(RAIN, ("Vacuole", "Nucleus", "Ribosome"), ("Vacuole", *FOUR[:1])))
    text = text.replace("\tB. S3", "\tB. Nucleus\n\tC. Ribosome\n\tD. Lysosome")
    (refused,) = tried(maker_of(tmp_path, text), RAIN)
    assert (refused.checks[-1].name, refused.checks[-1].detail) == ("one_key", "3 keys, not 1")


def test_a_question_without_options_has_none_of_its_own(tmp_path: Path) -> None:
    maker = maker_of(tmp_path, f"Ques: {RAIN}\nAns: Vacuole\n")
    question = next(one for one in maker.bank.questions if one.stem == RAIN)
    assert question.options == ()
    assert given_item(question, maker.known, random.Random(1)) is None


def test_a_variant_is_another_author_s(tmp_path: Path) -> None:
    """A model writes its stem: its options are held to what made ones are."""
    from quiz.items.variant import variant_item

    maker = maker_of(tmp_path, note_of(SINGLE))
    concept = maker.known.find("Vacuole")
    assert concept is not None
    made = variant_item(concept, maker.bank, maker.known, {}, calls_of(Pupil()), random.Random(1))
    assert made is not None
    assert not made.given
