"""Figures over questions: means by kind, shares, percentiles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

Row = Mapping[str, float]


def means_by_kind(rows: Iterable[tuple[str, Row]]) -> dict[str, dict[str, float]]:
    """kind -> figure -> mean, with the number of questions as `n` and everything under `all`."""
    groups: dict[str, list[Row]] = {}
    for kind, row in rows:
        groups.setdefault(kind, []).append(row)
        groups.setdefault("all", []).append(row)
    return {
        kind: {"n": len(found)} | {name: fmean(row[name] for row in found) for name in found[0]}
        for kind, found in groups.items()
    }


def share(flags: Sequence[bool]) -> float | None:
    """The share that holds, or None of nothing."""
    return sum(flags) / len(flags) if flags else None


def percentile(values: Sequence[float], q: float) -> float | None:
    """The value at rank q (0..1), nearest rank; None of nothing."""
    if not values:
        return None
    return sorted(values)[max(math.ceil(q * len(values)) - 1, 0)]


def table(figures: Mapping[str, Mapping[str, float]]) -> str:
    """Figures as aligned text: one row a kind."""
    columns = list(next(iter(figures.values()), {}))
    rows = [["", *columns]]
    for kind, row in figures.items():
        rows.append([kind, *(_shown(row[name]) for name in columns)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns) + 1)]
    return "\n".join(
        "  ".join(
            cell.rjust(w) if i else cell.ljust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _shown(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
