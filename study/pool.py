"""Items made ahead, in the background, so that the next one is there at once."""

from __future__ import annotations

import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from core.errors import ModelUnavailable, NoteproofError
from core.practice import Item, Scope
from providers.base import ChatProvider, NoModel
from providers.turns import Turns
from quiz.checks.freshness import Wordings
from quiz.items.maker import ItemMaker, Made, Run
from quiz.items.tally import Tally
from quiz.model import PracticeCalls, Stopped
from quiz.workshop import Workshop
from retrieval.embedder import Embedder
from study.store import StudyStore

READY = 4
"""Items kept ready for a scope."""
DRAFTS = 30
"""Attempts in a row without an item after which a scope is given up until asked again."""
_LOG = logging.getLogger("noteproof.items")


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many items a scope is to have ready, and the model of whoever asked last."""

    count: int
    provider: ChatProvider


class Pool:
    """One worker that fills the scopes learners want, the last wanted first. When all are full, it
    prepares the past questions of the notes: options, checks, solved blind. That many calls are
    not made to a model on another machine: they may cost.

    `rejected` counts the failed checks of this process.
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
        self._workshop, self._store = workshop, store
        self._embedder, self._now = embedder, now
        self._rng = rng or random.Random()
        self._known: Wordings | None = None
        self._reading = threading.Lock()
        self._stop = threading.Event()
        self._calls = PracticeCalls(NoModel(), turns, self._stop)
        self._changed = threading.Condition()
        self._wanted: dict[Scope, Wanted] = {}
        self._last: ChatProvider = NoModel()
        self._asked = 0
        self._full: set[Scope] = set()
        self._given_up: dict[tuple[Scope, str], NoteproofError | None] = {}
        self._tried: tuple[Scope | None, int] = (None, 0)
        self._thread: threading.Thread | None = None
        # What follows is the worker's own, but for reading.
        self._maker: ItemMaker | None = None
        self._runs: dict[Scope, Iterator[Made]] = {}
        self._levels: dict[Scope, int] = {}
        self._past: Iterator[Made] | None = None
        self._refused: set[str] = set()
        self.tally = Tally()
        self.rejected: Counter[tuple[str, str]] = Counter()

    def wordings(self) -> Wordings:
        """All that was ever asked, read from the store once."""
        with self._reading:
            if self._known is None:
                self._known = Wordings(self._embedder, self._store.wordings())
            return self._known

    def want(
        self, scope: Scope, provider: ChatProvider, count: int = READY, *, again: bool = True
    ) -> None:
        """Keep `count` items ready for a scope, written by `provider`; returns at once.

        A scope that this model gave up is tried `again`, or left alone.
        """
        with self._changed:
            if again:
                self._given_up.pop((scope, provider.label), None)
            if (scope, provider.label) in self._given_up or self._stop.is_set():
                return
            self._asked += 1
            self._full.discard(scope)
            self._wanted.pop(scope, None)
            self._wanted[scope] = Wanted(count, provider)
            self._last = provider
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="items", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def making(self, scope: Scope) -> str:
        """One line on what is being made for a scope; empty when it is full, or given up."""
        with self._changed:
            if scope not in self._wanted or scope in self._full:
                return ""
            drafts = self._tried[1] if self._tried[0] == scope else 0
        tried = f" ({drafts} drafts were not good enough)" if drafts else ""
        return f"Writing a question and solving it again from your notes{tried} …"

    def failure(self, scope: Scope, provider: ChatProvider) -> NoteproofError | None:
        """Why a model gave a scope up, if not for lack of good drafts."""
        with self._changed:
            return self._given_up.get((scope, provider.label))

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
        with self._changed:
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(10)

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._changed:
                asked = self._asked
                lacking = [scope for scope in self._wanted if scope not in self._full]
                if not lacking and (self._past is None or self._last.state().goes_to):
                    self._changed.wait()
                    continue
                scope = lacking[-1] if lacking else None
                wanted = self._wanted[scope] if scope else Wanted(0, self._last)
                self._tried = (scope, 0)
            self._calls.provider = wanted.provider
            if scope is None:
                self._prepare_past()
                continue
            try:
                self._serve(scope, wanted, asked)
            except Stopped:
                return
            except NoteproofError as error:
                _LOG.info("no items: %s", error)
                self._runs.pop(scope, None)
                self._give_up(scope, wanted, error)

    def _serve(self, scope: Scope, wanted: Wanted, asked: int) -> None:
        """Make one item for a scope that lacks some; else note that it is full."""
        self._renew()
        fresh = self.fresh(scope)
        if self._store.ready(lambda item: item.origin != "notes" and fresh(item)) < wanted.count:
            if not self._fill(scope):
                self._give_up(scope, wanted, None)
            return
        with self._changed:
            if asked == self._asked:
                self._full.add(scope)

    def _renew(self) -> None:
        """Forget what belongs to notes that have changed since."""
        maker = self._workshop.maker()
        if maker is not self._maker:
            self._maker = maker
            self._runs.clear()
            self._levels.clear()
            self._refused.clear()
            run = Run(Scope(), self.wordings(), self._calls, self._rng, self.tally)
            self._past = maker.past(run, self._store.used_facts)
            self._store.discard_ready(self._workshop.outdated)

    def _prepare_past(self) -> None:
        """One past question; there are no more when the last was tried, or the model goes."""
        assert self._past is not None
        try:
            made = next(self._past, None)
        except Stopped:
            return
        except NoteproofError as error:
            _LOG.info("past questions are not prepared: %s", error)
            made = None
        if made is None:
            self._past = None
        elif self.note(made):
            self._store.put_ready(made.item, self._now())
        elif made.item.guessable is not None:  # else the model failed, not the question
            self._refused.update(made.item.facts)

    def refuses(self, item: Item) -> bool:
        """Whether a past question was tried since the notes changed, and failed a check."""
        return not self._refused.isdisjoint(item.facts)

    def _give_up(self, scope: Scope, wanted: Wanted, why: NoteproofError | None) -> None:
        """The wish of another model, made since, stands."""
        with self._changed:
            now = self._wanted.get(scope)
            if now and now.provider.label == wanted.provider.label:
                del self._wanted[scope]
            self._given_up[scope, wanted.provider.label] = why

    def _fill(self, scope: Scope) -> bool:
        """Make one item for a scope; False when it cannot be had."""
        state = self._calls.provider.state()
        if state.phase != "ready" or self._maker is None:
            raise ModelUnavailable(f"The model is not ready: {state.detail or state.phase}.")
        if scope not in self._runs:
            run = Run(scope, self.wordings(), self._calls, self._rng, self.tally)
            self._runs[scope] = self._maker.attempts(run, self._store.used_facts)
        for tried in range(1, DRAFTS + 1):
            made = next(self._runs[scope], None)
            if self._stop.is_set():
                raise Stopped
            if made is None:
                del self._runs[scope]
                return False
            if self.note(made):
                self._keep(made.item, scope)
                return True
            with self._changed:
                self._tried = (scope, tried)
        return False

    def _keep(self, item: Item, scope: Scope) -> None:
        used = self._store.used_facts()
        self._levels[scope] = max(used.get(key, 0) for key in item.facts)
        self._store.put_ready(item, self._now())

    def note(self, made: Made) -> bool:
        """Count an attempt; True when it gave an item, whose wording is now taken."""
        item, failed = made.item, made.checks[-1]
        if made.accepted:
            self.wordings().add(item)
        with self._changed:
            if made.accepted:
                self.tally.count(item)
            else:
                self.rejected[item.kind, failed.name] += 1
            count = self.rejected[item.kind, failed.name]
        if made.accepted:
            _LOG.info("accepted %s in %.1f s: %s", item.kind, made.seconds, item.id)
        else:
            told = item.kind, failed.name, count, failed.detail
            _LOG.info("rejected %s by %s (%d so far): %s", *told)
        return made.accepted
