"""A trainer and an explainer that follow a script: deterministic, recording, loud."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from core.errors import NoteproofError
from core.practice import (
    Decision,
    Explanation,
    Grade,
    Item,
    ItemKind,
    Option,
    OptionNote,
    Pasted,
    Recheck,
    Response,
    Scope,
)
from core.types import Citation, Sentence
from tests.e2e.fakes import HOSTILE

Cite = Callable[[], tuple[Citation, ...]]
NAMES = ("Firehose", "Kinesis Data Streams", "AWS Glue", "Amazon EMR", "Amazon Athena")


def make_item(number: int, kind: ItemKind, cited: Sequence[Citation]) -> Item:
    """Item `i<number>`; its key is at place `number % 4`, for TWO the next place as well."""
    one = tuple(cited[:1])
    options = tuple(
        Option(name, f"{name} is cited here.", (cited[place % 2],) if place < 3 else ())
        for place, name in enumerate(NAMES)
    )
    stem = f"Question {number}: which service delivers streams to S3 without `servers`?"
    key: tuple[int, ...] = (number % 4,)
    accepted: tuple[str, ...] = ()
    match kind:
        case "two":
            key = (number % 4, number % 4 + 1)
        case "true_false":
            options, key = (Option("True", "So it stands.", one), Option("False", "", one)), (0,)
        case "gap":
            options, key, accepted = (), (), ("Firehose",)
            stem = f"Question {number}: ____ delivers streams to S3."
        case _:
            options = options[:4]
    return Item(
        f"i{number}",
        kind,
        "template",
        stem,
        options,
        key,
        "Firehose",
        (f"fact-{number}",),
        one,
        accepted,
        path=("# Streaming data", "## Delivery" if number % 2 else "## Replay"),
        domain="Data Engineering",
        hint=cited[1],
    )


def hostile_item(number: int, cited: Sequence[Citation]) -> Item:
    """An item every text of which wants to be markup."""
    options = tuple(Option(text, text, (cited[2 + n],)) for n, text in enumerate(HOSTILE[:5]))
    return Item(
        f"i{number}",
        "scenario",
        "model",
        " ".join(HOSTILE),
        options,
        (0,),
        HOSTILE[0],
        (HOSTILE[0],),
        tuple(cited[2:3]),
        path=(HOSTILE[1],),
        domain=HOSTILE[1],
        hint=cited[2],
    )


@dataclass
class ScriptedTrainer:
    """Gives items by the scope's topic: `none`, `slow`, `few` (two), `broken`, `hostile`.

    Each call is kept. `retire` are the ids that a recheck retires, `lost` holds what `submit`
    raises; `steps` and `pause` say how long an explanation takes.
    """

    cite: Cite
    steps: int = 3
    pause: float = 0.01
    retire: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    slow_looks: int = 3
    prepared: list[Scope] = field(default_factory=list)
    asked: list[Scope] = field(default_factory=list)
    submitted: list[Response] = field(default_factory=list)
    rechecked: list[str] = field(default_factory=list)
    varied: list[str] = field(default_factory=list)
    explained: list[Response] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)

    def topics(self) -> Sequence[str]:
        return ("Firehose", "Kinesis <b>Data</b> Streams")

    def domains(self) -> Sequence[str]:
        return ("Data Engineering", "Modeling")

    def prepare(self, scope: Scope) -> None:
        self.prepared.append(scope)

    def next(self, scope: Scope) -> Item | None:
        self.asked.append(scope)
        if scope.topic == "broken":
            raise NoteproofError("The index is gone: <b>run</b> it again.")
        waits = scope.topic == "slow" and len(self.asked) <= self.slow_looks
        ended = scope.topic == "few" and len(self.items) >= 2
        if scope.topic == "none" or waits or ended:
            return None
        return self._new(scope.kind or "scenario", scope.topic == "hostile")

    def _new(self, kind: ItemKind, hostile: bool = False) -> Item:
        number = len(self.items) + 1
        cited = self.cite()
        item = hostile_item(number, cited) if hostile else make_item(number, kind, cited)
        self.items[item.id] = item
        return item

    def making(self, scope: Scope) -> str:
        if scope.topic != "slow" or len(self.asked) > self.slow_looks:
            return ""
        return "Writing a question on <Firehose>"

    def why_none(self, scope: Scope) -> str:
        return f"Nothing on {scope.topic!r}: choose another topic."

    def variant(self, item_id: str) -> Item | None:
        self.varied.append(item_id)
        return self._new(self.items[item_id].kind)

    def retired(self, item_id: str) -> bool:
        return item_id in self.gone

    def submit(self, response: Response) -> Grade:
        item = self.items[response.item_id]
        assert response.chosen or response.typed
        if self.lost:
            raise NoteproofError(self.lost.pop())
        self.submitted.append(response)
        if not item.options:
            right = response.typed.lower().startswith("fire")
            return Grade(right, "Spelt Firehose." if response.typed != "Firehose" else "")
        return Grade(response.chosen == item.key)

    def explain(
        self, item_id: str, response: Response, cancel: threading.Event | None = None
    ) -> Iterator[Explanation]:
        item, cancel = self.items[item_id], cancel or threading.Event()
        self.explained.append(response)
        known = tuple(OptionNote("wrong") for _ in item.options)
        yield Explanation(known)
        for step in range(self.steps):
            if cancel.wait(self.pause):
                self.stopped.append(item_id)
                yield Explanation(known, answered_by="scripted", done=True)
                return
            yield Explanation(known, draft="draft " * (step % 20 + 1))
        cited = self.cite()
        notes = tuple(
            OptionNote("wrong", (Sentence(f"Told of {option.text}.", (cited[1],)),))
            if place < 3
            else OptionNote("wrong", silent=True)
            for place, option in enumerate(item.options)
        )
        why = (Sentence("Because the line says so.", cited[:1]),)
        yield Explanation(notes, why, answered_by="scripted", done=True)

    def recheck(self, item_id: str, cancel: threading.Event | None = None) -> Recheck:
        self.rechecked.append(item_id)
        (cancel or threading.Event()).wait(self.pause * self.steps)
        if item_id in self.retire:
            return Recheck(False, "two options are right.")
        return Recheck(True, "Solved alike in 4 shuffles.", self.cite()[:1])


@dataclass
class ScriptedExplainer:
    """Reads `stem / A. / B. / My answer: / Correct:` line by line; `unclear` has problems.

    It decides for the first option, and for nothing when the stem holds `undecided`.
    """

    cite: Cite
    steps: int = 3
    pause: float = 0.01
    parsed: list[str] = field(default_factory=list)
    decided: list[Pasted] = field(default_factory=list)
    cancels: list[threading.Event | None] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def parse(self, text: str) -> Pasted:
        self.parsed.append(text)
        stem, *rows = text.splitlines()
        options = tuple(row[3:] for row in rows if row[1:3] == ". ")
        mine = tuple(ord(row[-1]) - 65 for row in rows if row.startswith("My answer: "))
        given = tuple(ord(row[-1]) - 65 for row in rows if row.startswith("Correct: "))
        problems = ("Where the <i>options</i> begin is unclear.",) if "unclear" in stem else ()
        return Pasted(stem, options, 1, mine, given, problems)

    def decide(self, pasted: Pasted, cancel: threading.Event | None = None) -> Decision:
        assert not pasted.problems
        self.decided.append(pasted)
        self.cancels.append(cancel)
        if "fail" in pasted.stem:
            raise NoteproofError("The model went away: <b>start</b> it.")
        if pasted.given:
            return Decision(pasted.given, "given", 1.0)
        if "undecided" in pasted.stem:
            return Decision(citations=self.cite()[:1])
        return Decision((0,), "notes", 0.72, self.cite()[:2])

    def explain(
        self, pasted: Pasted, decision: Decision, cancel: threading.Event | None = None
    ) -> Iterator[Explanation]:
        cancel = cancel or threading.Event()
        notes: list[OptionNote] = []
        for place, text in enumerate(pasted.options):
            for step in range(self.steps):
                if cancel.wait(self.pause):
                    self.stopped.append(pasted.stem)
                    yield Explanation(tuple(notes), answered_by="scripted", done=True)
                    return
                yield Explanation(tuple(notes), draft="draft " * (step % 20 + 1))
            verdict = "right" if place in decision.key else "wrong"
            said = (Sentence(f"Told of {text}.", self.cite()[:1]),) if place < 2 else ()
            notes.append(OptionNote(verdict, said, silent=not said))
            yield Explanation(tuple(notes))
        yield Explanation(tuple(notes), answered_by="scripted", done=True)
