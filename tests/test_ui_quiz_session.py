from __future__ import annotations

from dataclasses import replace

import pytest

from core.practice import Grade, Item, Option, Recheck, Response, Scope
from core.types import Citation
from ui.quiz_session import QuizSession, Wanted, topic

SCOPE = Scope(topic="streams")
FRESH = Wanted()


def item(name: str, *path: str) -> Item:
    options = (Option("one"), Option("two"))
    return Item(name, "scenario", "template", "Which?", options, (0,), "c", (), (), path=path)


def playing(cards: int = 3) -> QuizSession:
    return QuizSession().began(SCOPE, [FRESH] * cards).showing(item("a"), 10.0)


def answer(session: QuizSession, correct: bool) -> QuizSession:
    assert session.item is not None
    return session.answered(Response(session.item.id, (0,)), Grade(correct))


def test_a_quiz_from_the_first_card_to_the_score() -> None:
    session = playing(2)
    assert (session.phase, session.number, session.total, session.shown_at) == ("asking", 1, 2, 10)
    session = answer(session, True)
    assert (session.phase, session.number, session.total) == ("answered", 1, 2)
    assert session.last is not None
    session = session.skipped()
    assert (session.phase, session.number, session.item, session.last) == ("waiting", 2, None, None)
    session = answer(session.showing(item("b"), 20.0), False).ended()
    assert (session.phase, session.right, len(session.played)) == ("ended", 1, 2)
    assert [card.item.id for card in session.missed] == ["b"]


def test_every_change_is_a_step_and_every_quiz_a_number() -> None:
    first = playing()
    second = first.began(SCOPE, [FRESH])
    assert (first.quiz, second.quiz) == (1, 2)
    steps = [first, first.with_hint(), first.with_hint().failed("x"), first.being_checked()]
    assert [session.step for session in steps] == [2, 3, 4, 3]
    assert first.step == 2  # nothing is changed in place


def test_what_is_chosen_is_held_only_while_the_card_is_open() -> None:
    session = playing().holding((1,), "typed")
    assert (session.chosen, session.typed) == ((1,), "typed")
    answered = answer(session, True)
    assert answered.holding((0,), "") == answered
    assert answered.skipped().chosen == ()


def test_a_hint_goes_with_its_card() -> None:
    session = playing().with_hint()
    assert session.hinted
    assert not session.skipped().showing(item("b"), 0.0).hinted


def test_an_error_ends_with_the_next_step() -> None:
    failed = playing().failed("disk full")
    assert (failed.phase, failed.error) == ("asking", "disk full")
    assert failed.with_hint().error == ""
    assert QuizSession().began(SCOPE, [FRESH]).failed("no index").phase == "stuck"


@pytest.mark.parametrize(
    ("wanted", "answered", "left", "played"),
    [
        (FRESH, False, 3, 0),
        (FRESH, True, 3, 0),
        (Wanted(variant_of="x"), False, 2, 0),
        (Wanted(again=item("a")), True, 2, 0),
    ],
)
def test_a_retired_item_counts_for_nothing(
    wanted: Wanted, answered: bool, left: int, played: int
) -> None:
    session = QuizSession().began(SCOPE, [wanted] * 3).showing(item("a"), 0.0)
    session = answer(session, False) if answered else session
    gone = session.being_checked().after_recheck(Recheck(False, "two are right"))
    assert (gone.phase, gone.item, gone.checking) == ("waiting", None, False)
    assert (len(gone.wanted), len(gone.played)) == (left, played)
    assert "two are right" in gone.message


def test_a_kept_item_stays_with_the_reason() -> None:
    checking = playing().holding((1,), "").being_checked()
    assert checking.checking
    kept = checking.after_recheck(Recheck(True, "as before"))
    assert (kept.phase, kept.checking, kept.chosen) == ("asking", False, (1,))
    assert kept.recheck == Recheck(True, "as before")
    assert checking.after_recheck(None).recheck is None
    assert answer(kept, True).recheck is None


def test_a_quiz_that_never_began_is_stuck_and_leads_back() -> None:
    stuck = QuizSession().began(SCOPE, [FRESH]).ended("nothing here")
    assert (stuck.phase, stuck.message) == ("stuck", "nothing here")
    back = stuck.to_setup()
    assert (back.phase, back.scope, back.quiz) == ("setup", SCOPE, 1)
    assert back.step > stuck.step


def test_scores_by_topic_weakest_first() -> None:
    session = QuizSession()
    for path, right in (("A", True), ("A", False), ("B", True), ("C", False)):
        session = session.began(SCOPE, [FRESH]) if not session.played else session
        session = replace(session, wanted=(FRESH,)).showing(item("x", "top", path), 0.0)
        session = answer(session, right)
    assert session.by_topic() == (("C", 0, 1), ("A", 1, 2), ("B", 1, 1))


@pytest.mark.parametrize(
    ("path", "domain", "named"),
    [(("# Top", "\t- Kinesis"), "Data", "Kinesis"), ((), "Data", "Data"), ((), "", "c")],
)
def test_the_topic_of_an_item(path: tuple[str, ...], domain: str, named: str) -> None:
    assert topic(replace(item("a", *path), domain=domain)) == named


def test_the_name_of_a_note_is_no_topic() -> None:
    cited = (Citation(1, "n.txt", 1, 1, "x"),)
    assert topic(replace(item("a", "n.txt"), citations=cited)) == "c"
    assert topic(replace(item("a", "n.txt", "Questions:"), citations=cited)) == "Questions"
