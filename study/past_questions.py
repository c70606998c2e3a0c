"""The past questions of the notes, prepared one by one: options, checks, solved blind."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from core.errors import NoteproofError
from core.practice import Item
from providers.base import ChatProvider
from quiz.items.maker import ItemMaker, Made, Run
from quiz.items.past_attempts import past_attempts
from study.record import Record
from study.store import StudyStore

_LOG = logging.getLogger("noteproof.items")


class PastQuestions:
    """Prepares each past question once in a state of the notes, by whichever model there is.

    A model with which it broke off leaves the rest to another, and is tried again when it is asked
    again. That many calls are not made to a model on another machine: they may cost.

    `renew` and `prepare` are the worker's; the rest may be called from any thread.
    """

    def __init__(self, store: StudyStore, record: Record, now: Callable[[], datetime]) -> None:
        self._store, self._record, self._now = store, record, now
        self._begin: Callable[[], Iterator[Made]] | None = None
        self._attempts: Iterator[Made] | None = None
        self._broke_off: set[str] = set()
        self._refused: set[str] = set()

    @property
    def done(self) -> bool:
        """Whether all were tried, or none are known yet."""
        return self._begin is None

    def renew(self, maker: ItemMaker, run: Run) -> None:
        """Begin with the questions of other notes."""
        self._begin, self._attempts = lambda: past_attempts(maker, run, self._settled), None
        self._broke_off.clear()
        self._refused.clear()

    def _settled(self) -> set[str]:
        """The facts of those that are kept, and of those that failed a check."""
        return self._refused.union(self._store.used_facts())

    def left_for(self, provider: ChatProvider) -> bool:
        """Whether a model is to prepare one."""
        if self._begin is None or provider.label in self._broke_off:
            return False
        return not provider.state().goes_to

    def ask_again(self, provider: ChatProvider) -> None:
        """A model with which it broke off is tried once more."""
        self._broke_off.discard(provider.label)

    def prepare(self, provider: ChatProvider) -> None:
        """The next one, by a model that the calls of the run go to.

        Raises:
            Stopped: the calls were stopped.
        """
        assert self._begin is not None
        if self._attempts is None:
            self._attempts = self._begin()
        try:
            made = next(self._attempts, None)
            if made is None:
                self._begin = self._attempts = None
            elif self._record.note(made):
                self._store.put_ready(made.item, self._now())
            elif made.item.guessable is not None:  # else the model failed, not the question
                self._refused.update(made.item.facts)
        except NoteproofError as error:
            _LOG.info("past questions are not prepared by %s: %s", provider.label, error)
            self._attempts = None
            self._broke_off.add(provider.label)

    def refuses(self, item: Item) -> bool:
        """Whether a past question was tried since the notes changed, and failed a check."""
        return not self._refused.isdisjoint(item.facts)
