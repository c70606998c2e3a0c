"""Items made ahead, in the background, so that the next one is there at once."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime

from core.errors import ModelUnavailable, NoteproofError
from core.practice import Item, Scope
from providers.base import ChatProvider, NoModel
from providers.turns import Turns
from quiz.items.maker import ItemMaker, Made, Run
from quiz.model import PracticeCalls, Stopped
from quiz.workshop import Workshop
from retrieval.embedder import Embedder
from study.past_questions import PastQuestions
from study.record import Record
from study.store import StudyStore
from study.wishes import Wish, Wishes

READY = 4
"""Items kept ready for a scope."""
DRAFTS = 30
"""Attempts in a row without an item after which a scope is given up until asked again."""
_LOG = logging.getLogger("noteproof.items")


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class Pool:
    """One worker that fills the scopes learners want, the last wanted first. When all are full, it
    prepares the `past` questions of the notes. All it tries goes into `record`.
    """

    def __init__(
        self,
        workshop: Workshop,
        store: StudyStore,
        turns: Turns,
        embedder: Embedder,
        now: Callable[[], datetime] = utc_now,
        rng: random.Random | None = None,
    ) -> None:
        self._workshop, self._store, self._now = workshop, store, now
        self._rng = rng or random.Random()
        self._stop = threading.Event()
        self._calls = PracticeCalls(NoModel(), turns, self._stop)
        self._wishes = Wishes()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self.record = Record(store, embedder)
        self.past = PastQuestions(store, self.record, now)
        # What follows is the worker's own, but for reading.
        self._maker: ItemMaker | None = None
        self._runs: dict[Scope, Iterator[Made]] = {}
        self._levels: dict[Scope, int] = {}

    def want(
        self, scope: Scope, provider: ChatProvider, count: int = READY, *, again: bool = True
    ) -> None:
        """Keep `count` items ready for a scope, written by `provider`; returns at once.

        A scope that this model gave up is tried `again`, or left alone.
        """
        if again:
            self.past.ask_again(provider)
        if not self._wishes.add(Wish(scope, count, provider), again=again):
            return
        with self._starting:
            if self._stop.is_set() or (self._thread is not None and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._work, name="items", daemon=True)
            self._thread.start()

    def making(self, scope: Scope) -> str:
        """One line on what is being made for a scope; empty when it is full, or given up."""
        return self._wishes.making(scope)

    def failure(self, scope: Scope, provider: ChatProvider) -> NoteproofError | None:
        """Why a model gave a scope up, if not for lack of good drafts."""
        return self._wishes.failure(scope, provider)

    def fresh(self, scope: Scope) -> Callable[[Item], bool]:
        """Whether an item may be given in a scope: no fact of it was shown more than need be.

        Need be: as often as the fact of the scope shown least, or as the last item made for the
        scope tests, for the maker had then nothing fresher.
        """
        shown = self._store.shown_facts()
        offered = self._workshop.maker().targets(scope)
        least = min((shown.get(target.key, 0) for target in offered), default=0)
        level = max(least, self._levels.get(scope, 0))
        return lambda item: (
            all(shown.get(key, 0) <= level for key in item.facts)
            and self._workshop.fits(item, scope)
        )

    def close(self) -> None:
        """Stop the worker. Idempotent."""
        self._stop.set()
        self._wishes.close()
        with self._starting:
            thread = self._thread
        if thread is not None:
            thread.join(10)

    def _work(self) -> None:
        while not self._stop.is_set():
            number, wish = self._wishes.number, self._wishes.open()
            model = wish.provider if wish else self._wishes.model
            self._calls.provider = model
            try:
                if wish is not None:
                    self._serve(wish)
                elif self.past.left_for(model):
                    self.past.prepare(model)
                else:
                    self._wishes.wait(number)
            except Stopped:
                return

    def _serve(self, wish: Wish) -> None:
        """Make one item for a scope that lacks some; else note that it is full.

        Where none is ready, somebody may be waiting: it goes ahead of other background work.
        """
        try:
            self._renew()
            fresh = self.fresh(wish.scope)
            ready = self._store.ready(lambda item: item.origin != "notes" and fresh(item))
            if ready >= wish.count:
                self._wishes.fulfil(wish)
                return
            with self._calls.ahead() if not ready else nullcontext():
                if not self._fill(wish):
                    self._wishes.give_up(wish, None)
        except NoteproofError as error:
            _LOG.info("no items: %s", error)
            self._runs.pop(wish.scope, None)
            self._wishes.give_up(wish, error)

    def _renew(self) -> None:
        """Forget what belongs to notes that have changed since."""
        maker = self._workshop.maker()
        if maker is not self._maker:
            self._runs.clear()
            self._levels.clear()
            self.past.renew(maker, self._run(Scope()))
            self._store.discard_ready(self._workshop.outdated)
            self._maker = maker

    def _run(self, scope: Scope) -> Run:
        return Run(scope, self.record.wordings(), self._calls, self._rng, self.record.tally)

    def _fill(self, wish: Wish) -> bool:
        """Make an item for a scope unless another is wished for meanwhile; False: there is none."""
        scope, state = wish.scope, wish.provider.state()
        if state.phase != "ready" or self._maker is None:
            raise ModelUnavailable(f"The model is not ready: {state.detail or state.phase}.")
        if scope not in self._runs:
            self._runs[scope] = self._maker.attempts(self._run(scope), self._store.used_facts)
        for tried in range(1, DRAFTS + 1):
            made = next(self._runs[scope], None)
            if self._stop.is_set():
                raise Stopped
            if made is None:
                del self._runs[scope]
                return False
            if self.record.note(made):
                self._keep(made.item, scope)
                return True
            if self._wishes.overtaken(wish):
                return True
            self._wishes.tried(wish, tried)
        return False

    def _keep(self, item: Item, scope: Scope) -> None:
        used = self._store.used_facts()
        self._levels[scope] = max(used.get(key, 0) for key in item.facts)
        self._store.put_ready(item, self._now())
