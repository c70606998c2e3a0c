"""Practice: the next item, a grade that is saved, an explanation, a second look."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from core.errors import ModelUnavailable, NoteproofError, NotesError
from core.practice import Explanation, Grade, Item, Recheck, Response, Scope
from providers.base import ChatProvider
from providers.turns import Turns
from quiz.explain.item import ItemExplainer
from quiz.grading import grade
from quiz.items.maker import ItemMaker, Made, Run
from quiz.model import PracticeCalls, Stopped
from quiz.workshop import Workshop
from study.pool import Pool, utc_now
from study.recheck import recheck
from study.store import StudyStore

PATIENCE = 100
"""Drafts in a row without an item after which somebody who waits is told so."""
TOPICS = 60
PAST = 0.25
"""Share of past questions among the items of a quiz, while both kinds are ready."""


class Practice:
    """Everything a learner does with items, by one model. Implements `ui.ports.Trainer`.

    It keeps nothing of its own that matters: those of other models may stand beside it, over the
    same store and pool.
    """

    def __init__(
        self,
        workshop: Workshop,
        store: StudyStore,
        pool: Pool,
        provider: ChatProvider,
        turns: Turns,
        explainer: ItemExplainer,
        *,
        now: Callable[[], datetime] = utc_now,
        rng: random.Random | None = None,
    ) -> None:
        self.workshop, self.store, self.pool = workshop, store, pool
        self._record = pool.record
        self._provider, self._turns, self._explainer = provider, turns, explainer
        self._now = now
        self._rng = rng or random.Random()
        self._no_variant: dict[str, ItemMaker] = {}

    def topics(self) -> Sequence[str]:
        """Concepts of which the notes say most; none until the notes have been read for them."""
        if not self.workshop.ready():
            return ()
        concepts = sorted(self.workshop.maker().known.concepts, key=lambda c: -len(c.facts))
        return sorted((concept.name for concept in concepts[:TOPICS]), key=str.lower)

    def domains(self) -> Sequence[str]:
        return self.workshop.exam.names

    def prepare(self, scope: Scope) -> None:
        if self._has_model():
            self.pool.want(scope, self._provider)

    def _has_model(self) -> bool:
        return self._provider.state().phase == "ready"

    def next(self, scope: Scope) -> Item | None:
        """From the pool, else a past question of the notes; without a model, from a template."""
        if not self.workshop.ready():
            return None
        self.workshop.require(scope)
        item = self._from_pool(scope) or self._from_bank(scope)
        if item is None and (not self._has_model() or self._model_failed(scope)):
            item = self._from_template(scope)
        if self._has_model():
            self.pool.want(scope, self._provider, again=item is not None)
        return item

    def _model_failed(self, scope: Scope) -> bool:
        return isinstance(self.pool.failure(scope, self._provider), ModelUnavailable)

    def _from_pool(self, scope: Scope) -> Item | None:
        """New questions and past ones mixed, as far as both are ready."""
        fresh, past = self.pool.fresh(scope), self._rng.random() < PAST
        wished = self.store.take_ready(
            lambda item: (item.origin == "notes") == past and fresh(item), self._now()
        )
        return wished or self.store.take_ready(fresh, self._now())

    def _from_bank(self, scope: Scope) -> Item | None:
        """A past question that was not shown, and passes the checks that need no model."""
        maker = self.workshop.maker()
        used = self.store.used_facts()
        for item in self.workshop.bank_items(scope, self._rng):
            if any(used.get(key, 0) for key in item.facts) or self.pool.past.refuses(item):
                continue
            examined, checks = maker.examine(item, self._run(scope, None))
            if checks[-1].passed:
                return self._show(examined)
        return None

    def _from_template(self, scope: Scope) -> Item | None:
        made = next((m for m in self.attempts(scope, None) if self._good(m)), None)
        return self._show(made.item) if made else None

    def _good(self, made: Made) -> bool:
        """Accepted, and its note has not been removed in the meantime."""
        return made.accepted and self.workshop.proven(made.item)

    def _show(self, item: Item) -> Item:
        self.store.record_shown(item, self._now())
        self._record.wordings().add(item)
        return item

    def attempts(self, scope: Scope, calls: PracticeCalls | None) -> Iterator[Made]:
        """Attempts at new items, one after the other; see `ItemMaker.attempts`."""
        run = self._run(scope, calls)
        return self.workshop.maker().attempts(run, self.store.used_facts)

    def _run(self, scope: Scope, calls: PracticeCalls | None) -> Run:
        return Run(scope, self._record.wordings(), calls, self._rng, self._record.tally)

    def generate(
        self, scope: Scope, count: int, rejected: Callable[[Made], None]
    ) -> Iterator[Made]:
        """`count` new items, checked, noted as shown; each draft that fails goes to `rejected`.

        Raises:
            NotesError: the scope holds nothing, or no more.
            ModelUnavailable: the model went away.
        """
        self.workshop.require(scope)
        calls = PracticeCalls(self._provider, self._turns) if self._has_model() else None
        left, failed = count, 0
        for made in self.attempts(scope, calls):
            if self._record.note(made):
                self._show(made.item)
                yield made
                left, failed = left - 1, 0
                if not left:
                    return
                continue
            rejected(made)
            failed += 1
            if failed == PATIENCE:
                break
        raise NotesError(f"No more questions can be made here: {self.why_none(scope)}")

    def making(self, scope: Scope) -> str:
        if not self.workshop.ready():
            return "Finding what your notes hold …"
        return self.pool.making(scope)

    def why_none(self, scope: Scope) -> str:
        try:
            self.workshop.require(scope)
        except NoteproofError as error:
            return str(error)
        if failure := self.pool.failure(scope, self._provider):
            return str(failure)
        narrow = "a wider topic, another kind or difficulty"
        return f"every draft failed a check or has been asked before. Try {narrow}, or more notes."

    def variant(self, item_id: str) -> Item | None:
        item = self._item(item_id)
        if not self.workshop.ready():
            return None
        fresh = self.pool.fresh(Scope(topic=item.concept))
        found = self.store.take_ready(
            lambda other: other.concept == item.concept and fresh(other), self._now()
        )
        return found or self._proven_template(item.concept)

    def _proven_template(self, concept: str) -> Item | None:
        """A template on a concept, solved blind at once when there is a model.

        Where none could be proven, none is tried again while the notes stay as they are.
        """
        maker, scope = self.workshop.maker(), Scope(topic=concept)
        if maker.known.find(concept) is None or self._no_variant.get(concept) is maker:
            return None
        with self._turns.foreground():
            calls = PracticeCalls(self._provider, Turns()) if self._has_model() else None
            for made in self.attempts(scope, None):
                if not self._good(made) or made.item.concept != concept:
                    continue
                try:
                    item, checks = maker.examine(made.item, self._run(scope, calls))
                except ModelUnavailable:
                    return self._show(made.item)
                if checks[-1].passed:
                    return self._show(item)
        self._no_variant[concept] = maker
        return None

    def retired(self, item_id: str) -> bool:
        return self.store.state(item_id) == "retired"

    def submit(self, response: Response) -> Grade:
        item = self._item(response.item_id)
        result = grade(item, response, self._names(item))
        self.store.save_attempt(response, result, self._now())
        return result

    def _names(self, item: Item) -> Collection[str]:
        """Other names of the notes: a slip of the pen must not turn one into another."""
        known = self.workshop.maker().known.concepts if item.kind == "gap" else ()
        return [
            name
            for concept in known
            if concept.name not in item.accepted
            for name in (concept.name, *concept.aliases)
        ]

    def explain(
        self, item_id: str, response: Response, cancel: threading.Event | None = None
    ) -> Iterator[Explanation]:
        with self._turns.foreground():
            yield from self._explainer.explain(self._item(item_id), response, cancel)

    def recheck(self, item_id: str, cancel: threading.Event | None = None) -> Recheck:
        """Check and solve an item anew; one that fails is never shown again.

        Cancelled, it is kept: nothing was found against it.
        """
        item = self._item(item_id)
        try:
            with self._turns.foreground():
                calls = PracticeCalls(self._provider, Turns(), cancel)
                model = calls if self._has_model() else None
                found = recheck(item, self.workshop.maker(), model)
        except Stopped:
            return Recheck(True, "Not checked to the end: it was stopped.", item.citations)
        if not found.kept:
            self.store.retire(item_id, found.reason, self._now())
        return found

    def _item(self, item_id: str) -> Item:
        item = self.store.item(item_id)
        if item is None:
            raise NoteproofError("This question is not known any more: take a new one.")
        return item
