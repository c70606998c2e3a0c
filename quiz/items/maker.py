"""Attempts to make items: a target, a draft, the checks, the blind solver."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from core.errors import MalformedOutput
from core.practice import Check, Fact, Item, ItemKind, Scope
from quiz.checks.freshness import Wordings
from quiz.checks.run import run_checks
from quiz.concepts.concept_map import ConceptMap
from quiz.items.bank import Bank
from quiz.items.difficulty import difficulty
from quiz.items.drafts import Drafter
from quiz.items.eligible import Target, in_turn, kinds_in_turn, targets
from quiz.items.options import placed
from quiz.items.reading import NotesReading
from quiz.items.scenario import adds_no_names, holds_facts, without
from quiz.items.solve import Solver, solved
from quiz.items.tally import Tally, has_place
from quiz.model import PracticeCalls
from retrieval.citations import cite
from retrieval.embedder import Embedder

TRIES = 2
"""Drafts of one kind that a model may write on one fact in a run; code writes the same again."""


@dataclass(frozen=True, slots=True)
class Made:
    """An attempt: the item it gave, or the draft that failed and its last check."""

    item: Item
    checks: tuple[Check, ...]
    seconds: float

    @property
    def accepted(self) -> bool:
        return all(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class Run:
    """What attempts are made for and with. Without `calls`, no model is asked."""

    scope: Scope
    wordings: Wordings
    calls: PracticeCalls | None
    rng: random.Random
    tally: Tally


class ItemMaker:
    """Makes items from one state of the notes."""

    def __init__(
        self,
        known: ConceptMap,
        bank: Bank,
        notes: NotesReading,
        embedder: Embedder,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.known = known
        self.bank = bank
        self.notes = notes
        self._embedder = embedder
        self.solver = Solver(known, embedder)
        self._drafter = Drafter(known, bank, embedder)
        self.clock = clock
        self._targets: dict[Scope, list[Target]] = {}

    def targets(self, scope: Scope) -> list[Target]:
        """What the scope offers."""
        place = replace(scope, kind=None, difficulty=None)
        if place not in self._targets:
            self._targets[place] = targets(self.known, place, self._embedder)
        return self._targets[place]

    def attempts(self, run: Run, shown: Callable[[], Mapping[str, int]]) -> Iterator[Made]:
        """Attempts while there is something left to try in the scope, the facts shown least first.

        `shown` is asked anew before every attempt. The caller decides when it has enough, and
        records what it takes. A fact comes again only when no fact shown less gives an item.

        Raises:
            ModelUnavailable: the model has gone.
        """
        found = self.targets(run.scope)
        tried: Counter[tuple[str, str]] = Counter()
        while True:
            counts = shown()
            turns = in_turn(found, counts, run.rng)
            made = (self._attempt(target, run, tried, counts) for target in turns)
            first = next((attempt for attempt in made if attempt is not None), None)
            if first is None:
                return
            yield first

    def examined(self, item: Item, run: Run, began: float) -> Made:
        """The attempt at an item that was begun at a time of `clock`."""
        item, checks = self.examine(item, run)
        return Made(item, checks, self.clock() - began)

    def _attempt(
        self,
        target: Target,
        run: Run,
        tried: Counter[tuple[str, str]],
        counts: Mapping[str, int],
    ) -> Made | None:
        """The first kind that gives a draft for a fact; None when none does any more."""
        tight = run.calls is not None and not run.tally.allows(True)
        for kind in kinds_in_turn(run.scope, run.calls is not None, run.rng, tight=tight):
            written = kind in ("scenario", "variant") and run.calls is not None
            if tried[target.key, kind] >= (TRIES if written else 1):
                continue
            tried[target.key, kind] += 1
            began = self.clock()
            try:
                item = self._drafter.draft(
                    target, kind, run.scope.difficulty, run.calls, counts, run.rng
                )
            except MalformedOutput as error:
                found = Check("well_formed", False, str(error))
                return Made(_nothing(target, kind), (found,), self.clock() - began)
            if item is not None and _is_wanted(item, target, run.scope, counts):
                return self.examined(item, run, began)
        return None

    def examine(self, item: Item, run: Run) -> tuple[Item, tuple[Check, ...]]:
        """The checks in order, cheap first, to the first that fails; the item as it is then."""
        if has_place(item):
            item = placed(item, run.tally.place(item, run.rng))
        checks = list(run_checks(item, self.notes))
        if checks[-1].passed:
            checks.append(run.wordings.repeats(item))
        if checks[-1].passed and item.kind == "scenario" and item.origin == "model":
            told = self._told(item)
            checks.append(holds_facts(item.stem, told))
            if checks[-1].passed:
                checks.append(adds_no_names(item.stem, told, item.domain, self.notes.tells))
        share = None
        if checks[-1].passed and run.calls is not None:
            try:
                item, share, found = self._solved(item, run.calls, run)
            except MalformedOutput as error:
                found = [Check("solved_blind", False, str(error))]
            checks += found
        item = replace(item, difficulty=difficulty(item, self.known, share))
        if run.scope.difficulty and checks[-1].passed:
            fits = item.difficulty == run.scope.difficulty
            checks.append(Check("difficulty", fits, "" if fits else f"it is {item.difficulty}"))
        return item, tuple(checks)

    def _solved(
        self, item: Item, calls: PracticeCalls, run: Run
    ) -> tuple[Item, float | None, list[Check]]:
        """The item with `guessable`, the key's least share, and what the solver found.

        A scenario that a rival fits too is good without the rival: it gets another, once.
        """
        item = replace(item, guessable=self.solver.guess(item, calls, run.rng))
        if item.origin != "notes" and not run.tally.allows(item.guessable):
            return item, None, [Check("not_trivial", False, _TRIVIAL)]
        solution = self.solver.solve(item, calls, run.rng)
        if not solution.passed and item.kind == "scenario" and item.origin == "model":
            other = without(item, solution.chosen, self.known)
            if other is not None and run_checks(other, self.notes)[-1].passed:
                item, solution = other, self.solver.solve(other, calls, run.rng)
        return item, solution.share, [Check("not_trivial", True), solved(solution)]

    def _told(self, item: Item) -> list[Fact]:
        concept = self.known.find(item.concept)
        lines = {
            (c.note, c.first_line)
            for o in item.options
            for c in o.citations
            if o.about == item.concept
        }
        facts = concept.facts if concept else ()
        return [fact for fact in facts if (fact.line.note, fact.line.number) in lines]


_TRIVIAL = "it was solved without the notes, as enough others were"


def _is_wanted(item: Item, target: Target, scope: Scope, counts: Mapping[str, int]) -> bool:
    """Whether all facts a draft tests are as fresh as its target, and of the chosen notes."""
    if scope.notes is not None and any(c.note not in scope.notes for c in item.citations):
        return False
    return all(counts.get(key, 0) <= counts.get(target.key, 0) for key in item.facts)


def _nothing(target: Target, kind: ItemKind) -> Item:
    """What stands for a draft that the model did not write."""
    proof = (cite(1, target.fact.line),)
    return Item("", kind, "model", "", (), (), target.concept.name, (target.key,), proof)
