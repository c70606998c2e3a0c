from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.errors import NoteproofError
from core.practice import Response, Scope
from core.types import Citation
from tests.e2e.fakes_practice import ScriptedTrainer
from tests.test_ui_handlers import FakeShelf
from ui import dealing, practice_handlers
from ui.practice_handlers import Told
from ui.quiz_session import QuizSession, Ready, Wanted

LINES = tuple(Citation(n, "a.md", n, n, f"Line {n}.") for n in range(1, 9))


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> ScriptedTrainer:
    monkeypatch.setattr(dealing, "POLL", 0.001)
    return ScriptedTrainer(lambda: LINES, pause=0.0)


def steps(
    trainer: ScriptedTrainer,
    session: QuizSession,
    ready: Ready | None = None,
    cancel: threading.Event | None = None,
    **action: object,
) -> list[tuple[QuizSession, Ready | None]]:
    cancel = cancel or threading.Event()
    return list(practice_handlers.act(trainer, session, ready, action, cancel, clock=lambda: 100.0))


def after(trainer: ScriptedTrainer, session: QuizSession, **action: object) -> QuizSession:
    return steps(trainer, session, **action)[-1][0]


def started(trainer: ScriptedTrainer, **choices: object) -> QuizSession:
    return after(trainer, QuizSession(), do="start", **({"count": "5"} | choices))


def test_a_quiz_begins_with_the_scope_that_was_chosen(trainer: ScriptedTrainer) -> None:
    choices = {"topic": " streams ", "note": "a.md", "domain": "D", "kind": "gap"}
    session = started(trainer, **choices, difficulty="hard", count="20")
    scope = Scope("streams", "D", frozenset({"a.md"}), "gap", "hard")
    assert trainer.prepared == [scope]
    assert trainer.asked == [scope]
    assert (session.phase, session.total, session.shown_at) == ("asking", 20, 100.0)


def test_what_is_unknown_restricts_nothing(trainer: ScriptedTrainer) -> None:
    session = started(trainer, topic=None, kind="essay", difficulty="", note="", count="7")
    assert trainer.prepared == [Scope()]
    assert session.total == 10


def test_an_answer_is_saved_before_it_is_graded(trainer: ScriptedTrainer) -> None:
    session = replace(started(trainer), shown_at=87.66)
    session = after(trainer, session, do="check", item="i1", chosen=[1])
    assert trainer.submitted == [Response("i1", (1,), "", 12.3, False)]
    assert (session.phase, session.right) == ("answered", 1)


def test_an_answer_that_is_not_saved_is_not_graded(trainer: ScriptedTrainer) -> None:
    trainer.lost = ["The disk is full."]
    session = after(trainer, started(trainer), do="check", item="i1", chosen=[1])
    assert (session.phase, session.error, session.chosen) == ("asking", "The disk is full.", (1,))
    assert session.played == ()


@pytest.mark.parametrize(
    ("kind", "sent", "said"),
    [
        ("scenario", {}, "Choose an option first."),
        ("scenario", {"chosen": [9]}, "Choose an option first."),
        ("scenario", {"chosen": "x"}, "Choose an option first."),
        ("scenario", {"chosen": [0, 1]}, "Choose an option first."),
        ("two", {"chosen": [1]}, "Choose two options."),
        ("two", {"chosen": [1, 1]}, "Choose two options."),
        ("gap", {"typed": "  "}, "Type an answer first."),
    ],
)
def test_an_answer_that_is_none(
    trainer: ScriptedTrainer, kind: str, sent: dict[str, object], said: str
) -> None:
    session = after(trainer, started(trainer, kind=kind), do="check", item="i1", **sent)
    assert (session.error, trainer.submitted) == (said, [])


@pytest.mark.parametrize("do", ["check", "next", "hint", "flag", "skip", "nonsense"])
def test_an_action_for_another_card_changes_nothing(trainer: ScriptedTrainer, do: str) -> None:
    session = started(trainer)
    assert steps(trainer, session, do=do, item="gone", chosen=[1]) == [(session, None)]
    assert (trainer.submitted, trainer.rechecked, len(trainer.asked)) == ([], [], 1)


def test_checking_twice_saves_once(trainer: ScriptedTrainer) -> None:
    session = after(trainer, started(trainer), do="check", item="i1", chosen=[1])
    assert steps(trainer, session, do="check", item="i1", chosen=[0]) == [(session, None)]
    assert len(trainer.submitted) == 1


def test_the_next_card_comes_from_what_was_fetched_ahead(trainer: ScriptedTrainer) -> None:
    session = started(trainer)
    ready = dealing.prefetch(trainer, session, None)
    assert ready is not None
    assert dealing.prefetch(trainer, session, ready) is ready
    session = after(trainer, session, do="check", item="i1", chosen=[1])
    dealt = steps(trainer, session, ready, do="next", item="i1")
    assert [(now.item and now.item.id, left) for now, left in dealt] == [("i2", None)]
    assert len(trainer.asked) == 2


def test_what_was_fetched_for_another_quiz_is_not_dealt(trainer: ScriptedTrainer) -> None:
    old = dealing.prefetch(trainer, started(trainer), None)
    session = started(trainer)
    again = after(trainer, replace(session, quiz=2), do="check", item="i3", chosen=[3])
    assert old is not None
    dealt = steps(trainer, again, old, do="next", item="i3")[-1][0]
    assert dealt.item is not None
    assert dealt.item.id == "i4"


def test_nothing_is_fetched_ahead_of_the_last_card_or_on_trouble(
    trainer: ScriptedTrainer,
) -> None:
    session = replace(started(trainer), wanted=())
    assert dealing.prefetch(trainer, session, None) is None
    broken = replace(started(trainer), scope=Scope(topic="broken"))
    assert dealing.prefetch(trainer, broken, None) is None
    assert dealing.prefetch(trainer, QuizSession(), None) is None


def test_waiting_says_what_is_being_made(trainer: ScriptedTrainer) -> None:
    seen = [now for now, _ in steps(trainer, QuizSession(), do="start", topic="slow")]
    assert [now.phase for now in seen] == ["waiting", "waiting", "waiting", "asking"]
    assert seen[0].message == "Writing a question on <Firehose>"


def test_waiting_is_stopped(trainer: ScriptedTrainer) -> None:
    trainer.slow_looks = 10_000
    cancel = threading.Event()
    cancel.set()
    seen = steps(trainer, QuizSession(), None, cancel, do="start", topic="slow")
    assert [now.phase for now, _ in seen] == ["waiting", "setup"]


def test_none_at_all_says_why(trainer: ScriptedTrainer) -> None:
    session = started(trainer, topic="none")
    assert (session.phase, session.message) == (
        "stuck",
        "Nothing on 'none': choose another topic.",
    )


def test_a_scope_that_runs_dry_ends_with_the_score(trainer: ScriptedTrainer) -> None:
    session = started(trainer, topic="few")
    for name in ("i1", "i2"):
        session = after(trainer, session, do="check", item=name, chosen=[0])
        session = after(trainer, session, do="next", item=name)
    assert (session.phase, len(session.played)) == ("ended", 2)
    assert "choose another topic" in session.message


def test_trouble_while_dealing_leaves_a_way_on(trainer: ScriptedTrainer) -> None:
    session = started(trainer, topic="broken")
    assert (session.phase, session.wanted != ()) == ("stuck", True)
    assert "run</b> it again" in session.error
    again = after(trainer, replace(session, scope=Scope()), do="next")
    assert again.phase == "asking"


def test_a_flag_keeps_or_retires(trainer: ScriptedTrainer) -> None:
    session = started(trainer)
    kept = [now for now, _ in steps(trainer, session, do="flag", item="i1", chosen=[2])]
    assert [now.checking for now in kept] == [True, False]
    assert (kept[-1].item, kept[-1].chosen) == (session.item, (2,))
    trainer.retire = {"i1"}
    gone = after(trainer, session, do="flag", item="i1")
    assert gone.item is not None
    assert (gone.phase, gone.item.id, gone.total) == ("asking", "i2", 5)
    assert "two options are right." in gone.message


def test_a_stopped_recheck_changes_nothing(trainer: ScriptedTrainer) -> None:
    trainer.retire = {"i1"}
    cancel = threading.Event()
    cancel.set()
    last = steps(trainer, started(trainer), None, cancel, do="flag", item="i1")[-1][0]
    assert last.item is not None
    assert (last.item.id, last.recheck, last.checking) == ("i1", None, False)


def test_a_recheck_that_fails_is_told_on_the_card(
    trainer: ScriptedTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise NoteproofError("no model")

    monkeypatch.setattr(trainer, "recheck", fail)
    last = after(trainer, started(trainer), do="flag", item="i1")
    assert (last.phase, last.error, last.checking) == ("asking", "no model", False)


def ended(trainer: ScriptedTrainer) -> QuizSession:
    session = started(trainer)
    for name, chosen in (("i1", 0), ("i2", 2), ("i3", 0)):
        session = after(trainer, session, do="check", item=name, chosen=[chosen])
        if name != "i3":
            session = after(trainer, session, do="next", item=name)
    return after(trainer, session, do="end", item="i3")


def test_the_missed_come_again_or_as_variants(trainer: ScriptedTrainer) -> None:
    session = ended(trainer)
    assert (session.phase, session.right) == ("ended", 1)
    again = after(trainer, session, do="retry")
    assert again.item is not None
    assert (again.item.id, again.total, again.quiz) == ("i1", 2, 2)
    assert len(trainer.asked) == 3
    new = after(trainer, session, do="variants")
    assert (new.total, trainer.varied) == (2, ["i1"])


def test_what_a_removed_note_gave_is_not_dealt(trainer: ScriptedTrainer) -> None:
    session = started(trainer)
    ready = dealing.prefetch(trainer, session, None)
    assert ready is not None
    trainer.gone.add(ready.item.id)
    dealt = steps(trainer, session, ready, do="skip", item="i1")[-1][0]
    assert dealt.item is not None
    assert dealt.item.id == "i3"


def test_what_a_removed_note_gave_is_not_dealt_again(trainer: ScriptedTrainer) -> None:
    over = ended(trainer)
    trainer.gone.update(trainer.items)
    again = after(trainer, over, do="retry")
    assert (again.phase, again.message) == ("stuck", dealing.GONE)


def test_variants_that_do_not_come_are_left_out(
    trainer: ScriptedTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = ended(trainer)
    found = iter([None, trainer.items["i2"]])
    monkeypatch.setattr(trainer, "variant", lambda _: next(found))
    new = after(trainer, session, do="variants")
    assert new.item is not None
    assert (new.item.id, new.total) == ("i2", 1)
    assert new.message.startswith("No new variant")
    monkeypatch.setattr(trainer, "variant", lambda _: None)
    monkeypatch.setattr(trainer, "making", lambda _: "writing")
    monkeypatch.setattr(dealing, "VARIANT_POLLS", 3)
    seen = [now.phase for now, _ in steps(trainer, session, do="variants")]
    assert seen == ["waiting"] * 5 + ["stuck"]


def test_looking_for_a_variant_is_said_and_can_be_stopped(trainer: ScriptedTrainer) -> None:
    session, cancel = ended(trainer), threading.Event()
    seen = practice_handlers.act(trainer, session, None, {"do": "variants"}, cancel)
    waiting, _ = next(seen)
    assert (waiting.phase, waiting.message) == ("waiting", dealing.VARIANT)
    cancel.set()
    assert [now.phase for now, _ in seen] == ["setup"]


def test_ending_without_an_answer_leads_back(trainer: ScriptedTrainer) -> None:
    assert after(trainer, started(trainer), do="end", item="i1").phase == "setup"
    assert after(trainer, started(trainer), do="new").phase == "setup"


def answered(trainer: ScriptedTrainer) -> QuizSession:
    return after(trainer, started(trainer), do="check", item="i1", chosen=[0])


def told(trainer: ScriptedTrainer, clock: Iterator[float]) -> list[Told]:
    cancel = threading.Event()
    return list(practice_handlers.explain(trainer, answered(trainer), cancel, lambda: next(clock)))


def test_an_explanation_streams(trainer: ScriptedTrainer) -> None:
    seen = told(trainer, iter(range(1000)))
    assert [bool(one.explanation and one.explanation.draft) for one in seen] == [
        *(False, False),
        *(True, True, True),
        *(False, False),
    ]
    assert [one.running for one in seen] == [True] * 6 + [False]
    assert seen[-1].explanation is not None
    assert seen[-1].explanation.done


def test_drafts_are_thinned_out(trainer: ScriptedTrainer) -> None:
    seen = told(trainer, iter([0.0] * 1000))
    assert not any(one.explanation and one.explanation.draft for one in seen)


def test_an_explanation_that_fails_keeps_what_there_is(
    trainer: ScriptedTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = trainer.explain

    def broken(*arguments: object) -> Iterator[object]:
        yield next(whole(*arguments))
        raise NoteproofError("The model went away.")

    monkeypatch.setattr(trainer, "explain", broken)
    last = told(trainer, iter(range(1000)))[-1]
    assert (last.error, last.running) == ("The model went away.", False)
    assert last.explanation is not None


def test_leaving_an_explanation_stops_the_model(trainer: ScriptedTrainer) -> None:
    cancel = threading.Event()
    stream = practice_handlers.explain(trainer, answered(trainer), cancel)
    next(stream)
    stream.close()
    assert cancel.is_set()
    assert list(practice_handlers.explain(trainer, QuizSession(), cancel)) == [Told("")]


def test_the_offer_says_why_there_is_nothing(
    trainer: ScriptedTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = practice_handlers.offer(trainer, FakeShelf())
    assert (offer.notes, len(offer.topics), offer.problem) == (("a.md", "b.md"), 2, "")

    def fail() -> None:
        raise NoteproofError("no index yet")

    monkeypatch.setattr(trainer, "topics", fail)
    offer = practice_handlers.offer(trainer, FakeShelf())
    assert (offer.notes, offer.problem) == (("a.md", "b.md"), "no index yet")


def test_a_wanted_card_is_fresh_unless_it_says_otherwise(trainer: ScriptedTrainer) -> None:
    assert Wanted().fresh
    assert not Wanted(variant_of="i1").fresh


@pytest.mark.parametrize("late", [True, False], ids=["it came", "there is none"])
def test_the_last_item_may_come_between_the_two_looks(
    trainer: ScriptedTrainer, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    found = iter([None, trainer.next(Scope()) if late else None])
    monkeypatch.setattr(trainer, "next", lambda _: next(found))
    monkeypatch.setattr(trainer, "making", lambda _: "")
    new = started(trainer)
    assert (new.item is not None, next(found, "all asked")) == (late, "all asked")
