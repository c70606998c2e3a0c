"""What was made so far: wordings that are taken, items counted, checks that failed."""

from __future__ import annotations

import logging
import threading
from collections import Counter

from quiz.checks.freshness import Wordings
from quiz.items.maker import Made
from quiz.items.tally import Tally
from retrieval.embedder import Embedder
from study.store import StudyStore

_LOG = logging.getLogger("noteproof.items")


class Record:
    """Every attempt is noted here, whoever made it; all methods may be called from any thread.

    `rejected` counts the failed checks of this process by kind and name, `tally` its items.
    """

    def __init__(self, store: StudyStore, embedder: Embedder) -> None:
        self._store, self._embedder = store, embedder
        self._known: Wordings | None = None
        self._reading, self._counting = threading.Lock(), threading.Lock()
        self.tally = Tally()
        self.rejected: Counter[tuple[str, str]] = Counter()

    def wordings(self) -> Wordings:
        """All that was ever asked, read from the store once."""
        with self._reading:
            if self._known is None:
                self._known = Wordings(self._embedder, self._store.wordings())
            return self._known

    def note(self, made: Made) -> bool:
        """Count an attempt; True when it gave an item, whose wording is now taken."""
        item, failed = made.item, made.checks[-1]
        if made.accepted:
            self.wordings().add(item)
        with self._counting:
            if made.accepted:
                self.tally.count(item)
            else:
                self.rejected[item.kind, failed.name] += 1
            count = self.rejected[item.kind, failed.name]
        if made.accepted:
            _LOG.info("accepted %s in %.1f s: %s", item.kind, made.seconds, item.id)
        else:
            what = f"{item.kind} with the options given" if item.given else item.kind
            _LOG.info("rejected %s by %s (%d so far): %s", what, failed.name, count, failed.detail)
        return made.accepted
