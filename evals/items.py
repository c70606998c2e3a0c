"""Practice items: how many drafts are accepted, how long one takes, what would give them away."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from core.practice import Item, Scope
from evals.measures import percentile, share
from providers.turns import Turns
from quiz.checks.freshness import Wordings
from quiz.items.maker import Made, Run
from quiz.items.tally import Tally
from quiz.model import PracticeCalls
from retrieval.embedder import Embedder

if TYPE_CHECKING:
    from app import Services


def evaluate_items(
    services: Services, scope: Scope, count: int, seed: int, show: Callable[[Made], None]
) -> dict[str, Any]:
    """Make items until `count` are accepted, as the pool does, but keep none; and add up."""
    ready = services.desk.model.state().phase == "ready"
    calls = PracticeCalls(services.desk.model, Turns()) if ready else None
    used: Counter[str] = Counter()
    wordings, tally, left = Wordings(services.embedder), Tally(), count
    made = []
    run = Run(scope, wordings, calls, random.Random(seed), tally)
    attempts = services.desk.trainer.workshop.maker().attempts(run, lambda: used)
    for attempt in attempts:
        made.append(attempt)
        show(attempt)
        if attempt.accepted:
            used.update(attempt.item.facts)
            wordings.add(attempt.item)
            tally.count(attempt.item)
            left -= 1
            if not left:
                break
    return add_up(made, services.embedder)


def add_up(made: Sequence[Made], embedder: Embedder) -> dict[str, Any]:
    """The figures of some attempts, in the order they were made."""
    items = [attempt.item for attempt in made if attempt.accepted]
    scenario = seconds_each(made, "scenario")
    choices = [item for item in items if len(item.options) > 2 and len(item.key) == 1]
    options = [option for item in items for option in item.options if item.kind != "true_false"]
    figures: dict[str, Any] = {
        "accepted": len(items),
        "drafts": len(made),
        "accepted_share": share([attempt.accepted for attempt in made]),
        "scenario_seconds_median": median(scenario) if scenario else None,
        "scenario_seconds_p90": percentile(scenario, 0.9),
        "guessable": share([i.guessable for i in items if i.guessable is not None]),
        "key_longest": share([_key_longest(item) for item in choices]),
        "near_duplicates": _repeats(items, embedder),
        "options_explained": share([bool(o.rationale and o.citations) for o in options]),
    }
    return {
        "figures": figures,
        "by_kind": _by_kind(made),
        "rejected_by": dict(
            Counter(f"{m.item.kind}: {m.checks[-1].name}" for m in made if not m.accepted)
        ),
        "key_positions": _positions(choices),
    }


def seconds_each(made: Sequence[Made], kind: str) -> list[float]:
    """Seconds spent on each accepted item of a kind, the drafts that failed before it included."""
    spent, each = 0.0, []
    for attempt in made:
        if attempt.item.kind != kind:
            continue
        spent += attempt.seconds
        if attempt.accepted:
            each.append(spent)
            spent = 0.0
    return each


def _by_kind(made: Sequence[Made]) -> dict[str, dict[str, float | int | None]]:
    kinds = dict.fromkeys(attempt.item.kind for attempt in made)
    rows: dict[str, dict[str, float | int | None]] = {}
    for kind in kinds:
        own = [attempt for attempt in made if attempt.item.kind == kind]
        seconds = seconds_each(made, kind)
        rows[kind] = {
            "drafts": len(own),
            "accepted": sum(attempt.accepted for attempt in own),
            "share": share([attempt.accepted for attempt in own]),
            "seconds": median(seconds) if seconds else None,
            "guessable": share(
                [bool(a.item.guessable) for a in own if a.accepted and a.item.guessable is not None]
            ),
        }
    return rows


def _positions(items: Sequence[Item]) -> dict[str, float]:
    """Share of the keys at each place, over single-choice items of four options."""
    four = [item for item in items if len(item.options) == 4]
    counts = Counter("ABCD"[item.key[0]] for item in four)
    return {place: counts[place] / len(four) for place in "ABCD"} if four else {}


def _key_longest(item: Item) -> bool:
    sizes = [len(option.text) for option in item.options]
    key = sizes[item.key[0]]
    return all(key > size for place, size in enumerate(sizes) if place != item.key[0])


def _repeats(items: Sequence[Item], embedder: Embedder) -> int:
    known, repeats = Wordings(embedder), 0
    for item in items:
        repeats += not known.repeats(item).passed
        known.add(item)
    return repeats
