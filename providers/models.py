"""Every model that a session may choose, each made once: sessions with the same choice share it."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, replace

from core.model_choice import ModelChoice
from core.settings import Settings
from providers.breaker import Breaker
from providers.factories import FACTORIES, embedded
from providers.ladder import Ladder, Rung
from providers.ledger import Ledger


class Models:
    """Ladders over shared providers. Any thread may use it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rungs: dict[ModelChoice, Rung] = {}
        self._embedded = embedded(settings)
        self._lock = threading.Lock()

    def ladder(self, choice: ModelChoice, ledger: Ledger | None = None) -> Ladder:
        """What answers a session, its calls counted in `ledger`; not yet started.

        Below a server stands the embedded model, if its file is on this machine. That file may be
        fetched once a session has chosen it.
        """
        rungs = [self._rung(choice)]
        if choice.llm in ("openai", "bedrock"):
            rungs.append(self._rung(replace(choice, llm="embedded")))
        elif choice.llm == "embedded":
            self._embedded.may_fetch = True
        return Ladder(rungs, ledger=ledger)

    def _rung(self, choice: ModelChoice) -> Rung:
        key = of_its_rung(choice, self._settings.choice)
        with self._lock:
            if key not in self._rungs:
                settings = self._settings.model_copy(update=asdict(key))
                own = key.llm == "embedded"
                provider = self._embedded if own else FACTORIES[key.llm](settings)
                self._rungs[key] = Rung(provider, Breaker(time.monotonic))
            return self._rungs[key]

    def close(self) -> None:
        """Stop every model that was started. Idempotent."""
        with self._lock:
            for rung in self._rungs.values():
                rung.provider.close()


def of_its_rung(choice: ModelChoice, default: ModelChoice) -> ModelChoice:
    """The choice without what belongs to other rungs, so that changing that changes no model."""
    kept = {name: v for name, v in asdict(choice).items() if name.startswith(f"{choice.llm}_")}
    return replace(default, llm=choice.llm, **kept)
