"""Lines drawn on a PDF page -> the grids they make; a text line that runs over one is cut there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_THIN = 3.0
_SHORT = 5.0
_TOUCH = 3.0
_LETTERS = 0.3
"""Points between two letters that are not of one word."""
MOST = 500
"""Strokes of one page; more are a drawing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight stroke; one of its sides is thin."""

    x0: float
    x1: float
    y0: float
    y1: float

    @property
    def upright(self) -> bool:
        return self.y1 - self.y0 > self.x1 - self.x0

    def meets(self, other: Rule) -> bool:
        """Whether they touch or cross."""
        return (
            self.x0 <= other.x1 + _TOUCH
            and other.x0 <= self.x1 + _TOUCH
            and self.y0 <= other.y1 + _TOUCH
            and other.y0 <= self.y1 + _TOUCH
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """Where its upright strokes stand, from the left, and its level ones, from the top."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]


def rules_of(x0: float, y0: float, x1: float, y1: float) -> list[Rule]:
    """The strokes of a drawn shape: itself if it is thin, else the four edges of its box."""
    wide, high = x1 - x0, y1 - y0
    if wide <= _THIN or high <= _THIN:
        return [Rule(x0, x1, y0, y1)] if max(wide, high) >= _SHORT else []
    sides = [(x0, x1, y0, y0), (x0, x1, y1, y1), (x0, x0, y0, y1), (x1, x1, y0, y1)]
    return [Rule(*side) for side in sides]


def grids(rules: Iterable[Rule]) -> list[Grid]:
    """Strokes that hang together and part their place into two columns at least."""
    found = []
    for group in _joined(rules):
        xs = _places(rule.x0 for rule in group if rule.upright)
        ys = _places(rule.y0 for rule in group if not rule.upright)
        if len(xs) >= 2 and not ys:
            ys = [min(rule.y0 for rule in group), max(rule.y1 for rule in group)]
        level = [rule for rule in group if not rule.upright]
        if level and xs:
            xs = _places([*xs, min(rule.x0 for rule in level), max(rule.x1 for rule in level)])
            ys = _places([*ys, min(r.y0 for r in group), max(r.y1 for r in group)])
        if len(xs) >= 3 and len(ys) >= 2:
            found.append(Grid(tuple(xs), tuple(reversed(ys))))
    return found


def cut(signs: Sequence[Any], rules: Sequence[Rule]) -> list[list[Any]]:
    """The signs of a text line, parted where an upright stroke stands between two of them."""
    boxed = [one for one in signs if hasattr(one, "fontname")]
    if not boxed:
        return [list(signs)]
    left, right = min(one.x0 for one in boxed), max(one.x1 for one in boxed)
    middle = (min(one.y0 for one in boxed) + max(one.y1 for one in boxed)) / 2
    at = sorted(
        rule.x0
        for rule in rules
        if rule.upright and left < rule.x0 < right and rule.y0 <= middle <= rule.y1
    )
    if not at:
        return [list(signs)]
    parts: list[list[Any]] = [[] for _ in range(len(at) + 1)]
    place, end = 0, None
    for one in signs:
        drawn = hasattr(one, "fontname")
        if drawn and (end is None or abs(one.x0 - end) > _LETTERS):
            place = max(place, sum(one.x0 + 1 > x for x in at))
        end = one.x1 if drawn and one.get_text().strip() else None
        parts[place].append(one)
    return [part for part in parts if part]


def whole(rules: Iterable[Rule]) -> list[Rule]:
    """Strokes that go on where another ends as one, such as edges of cells side by side.

    None when there are too many for a table.
    """
    along: dict[tuple[bool, int], list[Rule]] = {}
    for rule in rules:
        place = rule.x0 if rule.upright else rule.y0
        along.setdefault((rule.upright, round(place)), []).append(rule)
    joined: list[Rule] = []
    for (upright, _), group in along.items():
        group.sort(key=lambda rule: rule.y0 if upright else rule.x0)
        last = group[0]
        for rule in group[1:]:
            if last.meets(rule):
                last = Rule(last.x0, max(last.x1, rule.x1), last.y0, max(last.y1, rule.y1))
            else:
                joined.append(last)
                last = rule
        joined.append(last)
    return joined if len(joined) <= MOST else []


def _joined(rules: Iterable[Rule]) -> Iterable[list[Rule]]:
    """Groups of strokes that touch, directly or over others."""
    left = dict.fromkeys(rules)
    while left:
        group = [next(iter(left))]
        del left[group[0]]
        for rule in group:
            near = [other for other in left if rule.meets(other)]
            group.extend(near)
            for other in near:
                del left[other]
        yield group


def _places(values: Iterable[float]) -> list[float]:
    """Ascending, those that are nearly the same once."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _TOUCH:
            places.append(value)
    return places
