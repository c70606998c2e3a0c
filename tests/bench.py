"""Practice over notes on cells, as app.py wires it, with a scripted model and its own clock."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from core.practice import Explanation, Item, Response
from providers.base import ModelState
from providers.turns import Turns
from quiz.workshop import Workshop
from study.pool import Pool
from study.practice import Practice
from study.store import StudyStore
from tests.cells import Pupil, workshop_of
from tests.fakes import FakeEmbedder, FakeProvider, Held

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
OFF = ModelState("off", "no model is set up")


def now() -> datetime:
    return NOW


class FakeExplainer:
    """Says two things of every item; `asked` holds what it was called with."""

    def __init__(self) -> None:
        self.asked: list[tuple[Item, Response]] = []

    def explain(
        self, item: Item, response: Response, cancel: threading.Event | None = None
    ) -> Iterator[Explanation]:
        self.asked.append((item, response))
        yield Explanation(draft="so ...")
        yield Explanation(done=True)


class HeldPupil(Held, Pupil):
    """A pupil that says nothing until it is let go."""


class Bench:
    """A practice, and what it stands on. Without a `model`, none is set up."""

    def __init__(
        self,
        folder: Path,
        model: Pupil | None = None,
        *,
        workshop: Workshop | None = None,
        seed: int = 0,
        **notes: str,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.turns, self.explainer = folder, Turns(), FakeExplainer()
        self.workshop = workshop or workshop_of(folder, **notes)
        self.workshop.maker()
        self.store = StudyStore(f"sqlite:///{folder / 'study.db'}")
        self.model = model
        self.provider = FakeProvider(model, None if model else OFF)
        rng = random.Random(seed)
        embedder = FakeEmbedder(dimension=2048)
        self.pool = Pool(self.workshop, self.store, self.turns, embedder, now, rng)
        self.practice = self.practice_by(self.provider, rng)

    def practice_by(self, provider: FakeProvider, rng: random.Random | None = None) -> Practice:
        """Practice by another model, over the same store and pool."""
        parts = (self.workshop, self.store, self.pool, provider, self.turns, self.explainer)
        return Practice(*parts, now=now, rng=rng)

    def close(self) -> None:
        self.pool.close()
        if isinstance(self.model, Held):
            self.model.let_go.set()
        self.store.close()

    def again(self, model: Pupil | None = None) -> Bench:
        """The program started anew on the same files."""
        self.close()
        return Bench(self.folder, model, workshop=self.workshop, seed=1)
