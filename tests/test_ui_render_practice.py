from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest

from core.practice import (
    Decision,
    Explanation,
    Grade,
    Item,
    Option,
    OptionNote,
    Pasted,
    Recheck,
    Response,
    Scope,
)
from core.types import Citation, Sentence
from tests.e2e.fakes import HOSTILE
from tests.e2e.fakes_practice import hostile_item, make_item
from tests.test_ui_render import TAGS, Reader
from ui.explain_handlers import Explained
from ui.judged import discussion, item_text, judge_item, judge_pasted, letter
from ui.practice_handlers import Offer, Told
from ui.quiz_session import QuizSession, Wanted
from ui.render import exchange_html
from ui.render_actions import actions_html
from ui.render_explain import explain_actions_html, explained_html, form_html
from ui.render_judged import SILENT, judged_html, lines_html
from ui.render_practice import answers_html, quiz_html
from ui.render_setup import setup_html

LINES = tuple(Citation(1, "a.md", n, n, f"Line {n}.") for n in range(1, 9))
ITEM = make_item(1, "scenario", LINES)
MORE_TAGS = TAGS | {
    *("section", "label", "select", "option", "datalist", "textarea", "dl", "dt", "dd", "kbd")
}


def asking(item: Item = ITEM, cards: int = 3) -> QuizSession:
    return QuizSession().began(Scope(), [Wanted()] * cards).showing(item, 0.0)


def answered(item: Item = ITEM, chosen: tuple[int, ...] = (0,), typed: str = "") -> QuizSession:
    grade = Grade(chosen == item.key if item.options else typed == item.answer)
    return asking(item).answered(Response(item.id, chosen, typed), grade)


def text(html: str) -> str:
    return " ".join(Reader(html).text.split())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_hostile_becomes_markup(hostile: str) -> None:
    cited = tuple(Citation(1, hostile, 1, 1, hostile) for _ in range(9))
    item = replace(hostile_item(1, cited), id=hostile, stem=hostile, domain=hostile)
    session = answered(item, (1,))
    note = OptionNote("wrong", (Sentence(hostile, cited[:1]),))
    explanation = Explanation((note,) * 5, note.sentences, hostile, hostile, hostile)
    kept = Recheck(True, hostile, cited[:1])
    gap = replace(item, options=(), key=(), accepted=(hostile,))
    pasted = Pasted(hostile, (hostile, "b"), 1, (0,), (), (hostile,))
    shown = Explained("done", hostile, pasted, Decision((0,), "notes", 0.5, cited[:1]))
    pieces = [
        quiz_html(asking(item).with_hint()),
        quiz_html(replace(asking(item), recheck=kept, error=hostile, message=hostile)),
        quiz_html(replace(session, recheck=kept)),
        quiz_html(session.ended(hostile)),
        quiz_html(QuizSession().began(Scope(), []).waiting(hostile)),
        quiz_html(QuizSession().began(Scope(), []).ended(hostile)),
        quiz_html(replace(asking(gap), typed=hostile)),
        quiz_html(answered(gap, (), hostile)),
        answers_html(session, Told(hostile, explanation, True, hostile)),
        answers_html(session, Told(hostile, explanation)),
        actions_html(session),
        actions_html(answered(gap, (), hostile)),
        setup_html(Offer((hostile,), (hostile,), (hostile,), hostile), Scope(hostile, hostile)),
        form_html(Explained(text=hostile, error=hostile)),
        form_html(Explained("correct", hostile, pasted)),
        explained_html(replace(shown, explanation=explanation, error=hostile)),
        exchange_html(discussion(item, Response(item.id, (1,)), explanation), latest=True),
    ]
    for piece in pieces:
        read = Reader(piece)
        assert set(read.tags) <= MORE_TAGS
        assert not [name for name in read.attributes if name.startswith("on")]
        assert not read.attributes & {"href", "src", "style"}
    for piece in (pieces[0], pieces[3], pieces[8], pieces[14], pieces[15]):
        assert hostile in Reader(piece).text or escape(hostile) in piece


def test_a_card_shows_no_answer_before_it_is_given() -> None:
    html = quiz_html(asking())
    assert "1 of 3" in text(html)
    assert "Medium · Data Engineering" in text(html)
    assert html.count('role="radio"') == 4
    assert "Delivery" not in html  # the heading may name the answer
    assert "cited here" not in html
    assert answers_html(asking()) == ""
    assert html.count('tabindex="0"') == 1


def test_a_checked_item_does_not_give_its_answer_away() -> None:
    kept = Recheck(True, "Kept: solved again. These lines decide it.", LINES[:1])
    before = quiz_html(replace(asking(), recheck=kept))
    assert "come with the answer" in text(before)
    assert "Line 1." not in before
    after = text(quiz_html(replace(answered(), recheck=kept)))
    assert "kept. Solved again. These lines decide it.[1]Line 1." in after


def test_without_a_hint_there_is_no_button_for_it() -> None:
    assert "quiz-hint" not in actions_html(asking(replace(ITEM, hint=None)))


def test_of_two_right_options_the_verdict_names_the_letters() -> None:
    two = make_item(1, "two", LINES)
    letters = " and ".join(letter(place) for place in two.key)
    assert f"The right ones are {letters}." in text(actions_html(answered(two, (0, 3))))


def test_the_reason_is_not_said_twice() -> None:
    said = (Sentence("It is B.", LINES[:1]),)
    notes = (OptionNote("wrong"), OptionNote("right", said), OptionNote("wrong"))
    judged = judge_pasted(PASTED, Decision((1,), "notes"), Explanation(notes, said))
    assert judged.summary == ()


def test_a_bullet_is_not_quoted() -> None:
    cited = Citation(1, "a.md", 1, 1, "\t- Glue - an ETL service")
    assert ">Glue - an ETL service<" in lines_html((cited,))


def test_a_line_stands_under_its_headings() -> None:
    cited = Citation(1, "a.md", 3, 3, "- Purpose: cleans data")
    shown = lines_html((cited,), lambda _: ("AWS", "ETL", "1. Glue"))
    assert "<small>a.md:3 · ETL › Glue</small>" in shown
    assert "<small>a.md:3</small>" in lines_html((cited,))


def test_what_was_chosen_is_still_chosen() -> None:
    html = quiz_html(asking(make_item(1, "two", LINES)).holding((0, 3), ""))
    assert html.count('role="checkbox"') == 5
    assert html.count('aria-checked="true"') == 2
    assert "Choose two" in html


def test_a_gap_is_a_field() -> None:
    html = quiz_html(asking(make_item(1, "gap", LINES)).holding((), 'a "b"'))
    assert 'id="gap"' in html
    assert 'value="a &quot;b&quot;"' in html


def test_options_are_annotated_by_colour_sign_and_word() -> None:
    html = judged_html(judge_item(ITEM, Response("i1", (0,))))
    assert '<li class="wrong">' in html
    assert "✕</i>Your answer" in html
    assert '<li class="right">' in html
    assert "✓</i>Right<" in html
    assert html.count('class="neutral"') == 2
    assert html.count("Show in my notes") == 3
    assert html.count(SILENT) == 1
    right = judged_html(judge_item(ITEM, Response("i1", (1,))))
    assert "✓</i>Right, your answer" in right
    assert "✕" not in right


def test_citations_are_numbered_by_their_place_in_the_notes() -> None:
    known = judge_item(ITEM, Response("i1", (0,)))
    assert [c.number for option in known.options for c in option.citations] == [1, 2, 1]
    later = Explanation(
        (OptionNote("wrong", (Sentence("New.", (LINES[5], LINES[1])),)),),
        (Sentence("Why.", (LINES[6],)),),
    )
    told = judge_item(ITEM, Response("i1", (0,)), later)
    assert [c.number for c in told.options[0].citations] == [3, 2]
    assert told.options[1] == known.options[1]  # what is not told yet stays as it was
    assert told.summary[0].citations[0].number == 4


def test_an_option_that_the_model_finds_nothing_on_is_silent() -> None:
    silent = Explanation((OptionNote("wrong", silent=True),))
    judged = judge_item(ITEM, Response("i1", (0,)), silent)
    assert (judged.options[0].silent, judged.options[0].said) == (True, ())


def test_an_explanation_of_another_card_is_not_shown() -> None:
    other = Told("i9", Explanation(summary=(Sentence("Wrong card.", ()),)), error="Wrong too.")
    assert "Wrong" not in answers_html(answered(), other)


@pytest.mark.parametrize(
    ("session", "said", "buttons"),
    [
        (asking(), "", ["Check", "Hint", "This question is wrong"]),
        (asking().with_hint(), "", ["Check", "This question is wrong"]),
        (asking().failed("x"), "", ["Check", "Hint", "Skip", "This question is wrong"]),
        (asking().being_checked(), "Solving this question again from its lines", ["Stop"]),
        (asking().skipped(), "", ["Stop"]),
        (
            answered(),
            "✕Not right. It is B. Kinesis Data Streams.",
            ["Next", "Explain", "Stop", "Discuss", "This question is wrong"],
        ),
        (
            answered(chosen=(1,)),
            "✓Right.",
            ["Next", "Explain", "Stop", "Discuss", "This question is wrong"],
        ),
        (answered().ended(), "", ["Retry missed (1)", "New variants", "New quiz"]),
        (answered(chosen=(1,)).ended(), "", ["New quiz"]),
        (QuizSession().began(Scope(), []).ended("x"), "", ["Change the choice"]),
        (
            QuizSession().began(Scope(), [Wanted()]).failed("x"),
            "",
            ["Change the choice", "Try again"],
        ),
        (
            answered().skipped().failed("x"),
            "",
            ["Change the choice", "Try again", "Show my score"],
        ),
    ],
)
def test_the_verdict_and_the_buttons(session: QuizSession, said: str, buttons: list[str]) -> None:
    html = actions_html(session)
    head, *rest = html.split("<button")
    assert text(head) == said
    assert [one.split(">", 1)[1].split("<")[0] for one in rest] == buttons


def test_a_forgiven_misspelling_is_said_so() -> None:
    gap = make_item(1, "gap", LINES)
    session = asking(gap).answered(Response("i1", typed="Firehos"), Grade(True, "Spelt Firehose."))
    assert text(actions_html(session)).startswith("✓Right. Spelt Firehose.")
    assert text(quiz_html(session)).endswith("Your answerFirehosRight answerFirehose")


def test_the_score_names_what_was_missed() -> None:
    said = text(quiz_html(answered().ended("Nothing more.")))
    assert "0 of 1 right 0 %Nothing more." in said
    assert "Right answer: B. Kinesis Data Streams" in said
    assert "Your answer: A. Firehose" in said


def test_an_item_becomes_the_beginning_of_a_talk() -> None:
    exchange = discussion(ITEM, Response("i1", (0,)), None)
    assert exchange.question == item_text(ITEM, Response("i1", (0,)))
    assert "C. AWS Glue\nD. Amazon EMR\nMy answer: A. Firehose\n" in exchange.question
    assert exchange.answer is not None
    assert exchange.answer.text.startswith("A: Firehose is cited here.")
    html = exchange_html(exchange, latest=True)
    assert "Regenerate" not in html
    assert "from Practice" in html
    gap = discussion(make_item(1, "gap", LINES), Response("i1", typed="x"), None)
    assert gap.answer is not None
    assert gap.answer.text == "Line 1."
    bare = replace(ITEM, options=(Option("one"), Option("two")), key=(0,))
    told = discussion(bare, Response("i1", (0,)), None).answer
    assert told is not None
    assert told.text == "Line 1."


PASTED = Pasted("Which?", ("one", "two", "three"), 1, (1,))


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision((0,), "given", 1.0), "A is right, says the key you pasted."),
        (Decision((0,), "notes", 0.9), "A is right, by your notes: very sure (90 %)."),
        (Decision((1,), "notes", 0.72), "fairly sure (72 %). ✓So is your answer."),
        (Decision((0,), "notes", 0.5), "not very sure (50 %). ✕Your answer was B."),
        (Decision((0, 2), "notes", 0.1), "A and C are right, by your notes: unsure (10 %)."),
        (
            Decision(citations=LINES[:1]),
            "Your notes do not decide this question. The nearest lines: Line 1.a.md:1",
        ),
    ],
)
def test_a_decision_in_words(decision: Decision, said: str) -> None:
    html = explained_html(Explained("done", "", PASTED, decision))
    assert said in text(html.replace("</p>", "</p> "))


def test_an_undecided_question_marks_nothing_right_or_wrong() -> None:
    judged = judge_pasted(PASTED, Decision())
    assert [option.verdict for option in judged.options] == ["undecided"] * 3
    html = judged_html(judged)
    assert 'class="right"' not in html
    assert '<li class="mine">' in html


def test_the_buttons_of_an_explanation() -> None:
    assert explain_actions_html(Explained()) == ""
    assert "Stop" in explain_actions_html(Explained("deciding", "", PASTED))
    whole = Explained("done", "", PASTED, Decision(), Explanation(done=True))
    done = explain_actions_html(whole)
    assert "Another question" in done
    assert "Try again" not in done
    stopped = replace(whole, explanation=Explanation())
    assert "Try again" in explain_actions_html(stopped)
    assert "Stopped before" in text(explained_html(stopped))
    assert "Try again" in explain_actions_html(Explained("done", "", PASTED, error="x"))


def test_many_options_have_names() -> None:
    many = Pasted("Which?", tuple(map(str, range(40))))
    html = form_html(Explained("correct", "", many))
    assert html.count('type="text"') == 41
    assert (letter(25), letter(26)) == ("Z", "27")


@pytest.mark.parametrize(("select", "shown"), [(1, "1"), (5, "5"), (0, "All that apply")])
def test_how_many_are_to_be_chosen(select: int, shown: str) -> None:
    html = form_html(Explained("correct", "", Pasted("Which?", ("a", "b"), select)))
    assert f'value="{select}" selected>{shown}<' in html
    assert html.count(" selected") == 1


def test_the_form_offers_what_there_is() -> None:
    offer = Offer(("Glue",), ("Modeling",), ("a.md",))
    scope = Scope("Glue", "Modeling", frozenset({"a.md"}), "two", "hard")
    html = setup_html(offer, scope, 20)
    assert html.count(" selected") == 5
    assert 'value="Glue"' in html
    assert "no index" in setup_html(Offer(problem="no index"))
