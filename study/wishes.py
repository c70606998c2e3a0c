"""What learners wish for: items of a scope by a model, and what became of each wish."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from core.errors import NoteproofError
from core.practice import Scope
from providers.base import ChatProvider, NoModel


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """How many items a scope is to have ready, and the model of whoever asked last."""

    scope: Scope
    count: int
    provider: ChatProvider


class Wishes:
    """The scopes wanted, each with its last wish; all methods may be called from any thread.

    `model` is that of the last wish.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wanted: dict[Scope, Wish] = {}
        self._full: set[Scope] = set()
        self._given_up: dict[tuple[Scope, str], NoteproofError | None] = {}
        self._drafts: tuple[Scope | None, int] = (None, 0)
        self._closed = False
        self.number = 0
        self.model: ChatProvider = NoModel()

    def add(self, wish: Wish, *, again: bool) -> bool:
        """False when it is not taken: its model gave the scope up, and is not to try `again`."""
        key = wish.scope, wish.provider.label
        with self._changed:
            if again:
                self._given_up.pop(key, None)
            if key in self._given_up or self._closed:
                return False
            self.number += 1
            self.model = wish.provider
            self._full.discard(wish.scope)
            self._wanted.pop(wish.scope, None)
            self._wanted[wish.scope] = wish
            self._changed.notify_all()
            return True

    def open(self) -> Wish | None:
        """The last wish for a scope that is not full; its drafts are counted from now on."""
        with self._changed:
            found = self._latest()
            self._drafts = (found.scope if found else None, 0)
            return found

    def overtaken(self, wish: Wish) -> bool:
        """Whether another scope was wished for since, and is not full."""
        with self._changed:
            latest = self._latest()
            return latest is not None and latest.scope != wish.scope

    def _latest(self) -> Wish | None:
        latest = reversed(self._wanted.values())
        return next((wish for wish in latest if wish.scope not in self._full), None)

    def wait(self, number: int) -> None:
        """Until there were more than so many wishes, or it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self.number != number)

    def tried(self, wish: Wish, drafts: int) -> None:
        """So many drafts in a row were not good enough."""
        with self._changed:
            self._drafts = (wish.scope, drafts)

    def fulfil(self, wish: Wish) -> None:
        """Its scope is full, unless it was wished for again since."""
        with self._changed:
            if self._wanted.get(wish.scope) is wish:
                self._full.add(wish.scope)

    def give_up(self, wish: Wish, why: NoteproofError | None) -> None:
        """Its model has nothing for the scope; the wish of another model, made since, stands."""
        label = wish.provider.label
        with self._changed:
            now = self._wanted.get(wish.scope)
            if now and now.provider.label == label:
                del self._wanted[wish.scope]
            self._given_up[wish.scope, label] = why

    def making(self, scope: Scope) -> str:
        """One line on what is being made for a scope; empty when it is full, or given up."""
        with self._changed:
            if scope not in self._wanted or scope in self._full:
                return ""
            drafts = self._drafts[1] if self._drafts[0] == scope else 0
        tried = f" ({drafts} drafts were not good enough)" if drafts else ""
        return f"Writing a question and solving it again from your notes{tried} …"

    def failure(self, scope: Scope, provider: ChatProvider) -> NoteproofError | None:
        """Why a model gave a scope up, if not for lack of good drafts."""
        with self._changed:
            return self._given_up.get((scope, provider.label))

    def close(self) -> None:
        """Take no more, and wake whoever waits. Idempotent."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
