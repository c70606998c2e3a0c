"""The cheap checks of an item, in code, each with a name: what fails is never shown."""

from __future__ import annotations

from core.practice import Check, Item
from quiz.checks.context import ItemCheck, Notes, found
from quiz.checks.item_text import says_two
from quiz.checks.options import distinct, no_all_of_above, one_shape
from quiz.checks.proof import not_also_true, rationales
from quiz.checks.stem import (
    is_question,
    negation_marked,
    no_leak,
    stands_alone,
    whole_text,
)

__all__ = ["CHECKS", "ItemCheck", "Notes", "run_checks"]

GIVEN, GIVEN_TWO = range(2, 9), range(3, 9)
"""How many options an author may give: as many as question sets have letters for."""


def schema(item: Item, notes: Notes) -> Check:
    """The fields that a kind needs are there, and none that it cannot have."""
    return found("schema", _misfit(item))


def _misfit(item: Item) -> str:
    texts = (item.stem, *(option.text for option in item.options), *item.accepted)
    if not item.id.strip():
        return "the item has no id"
    if not all(text.strip() for text in texts):
        return "a text is empty"
    if not item.facts or not all(item.facts):
        return "no fact is tested"
    if not item.citations:
        return "the item cites no line"
    if item.kind == "gap":
        filled = bool(item.accepted) and not item.options and not item.key
        return "" if filled else "a gap has accepted answers, and neither options nor a key"
    if not all(0 <= place < len(item.options) for place in item.key):
        return f"the key {item.key} is not among {len(item.options)} options"
    return _miscounted(item)


def _miscounted(item: Item) -> str:
    if item.kind == "true_false":
        right = sorted(option.text for option in item.options) == ["False", "True"]
        return "" if right else "the options are not True and False"
    two = item.kind == "two" or (item.kind in ("scenario", "variant") and says_two(item.stem))
    count = len(item.options)
    if item.given:
        allowed = GIVEN_TWO if two else GIVEN
        told = f"{allowed[0]} to {allowed[-1]}"
        return "" if count in allowed else f"{count} options, not {told}"
    made = (5,) if two else (3, 4)
    return "" if count in made else f"{count} options, not {' or '.join(map(str, made))}"


def one_key(item: Item, notes: Notes) -> Check:
    """As many keys as the stem asks for: two when it says so, else one."""
    return found("one_key", _miskeyed(item))


def _miskeyed(item: Item) -> str:
    if item.kind == "gap":
        return ""
    if len(set(item.key)) != len(item.key):
        return f"a place stands twice in the key {item.key}"
    if item.kind == "two" and not says_two(item.stem):
        return "the stem does not say that two are to be chosen"
    if not item.key:
        return "none of the options is the key"
    wanted = 2 if says_two(item.stem) and item.kind != "true_false" else 1
    return "" if len(item.key) == wanted else f"{len(item.key)} keys, not {wanted}"


CHECKS: tuple[ItemCheck, ...] = (
    schema,
    one_key,
    is_question,
    whole_text,
    no_all_of_above,
    stands_alone,
    negation_marked,
    distinct,
    one_shape,
    no_leak,
    rationales,
    not_also_true,
)
"""Cheap first: counting, then words, then the notes."""


OF_MADE_OPTIONS = frozenset({one_shape, no_leak, not_also_true})
"""What only options made here must pass. Those that came with a question are its author's: of any
shape, perhaps named in the stem, and as near to the key as exams have them. Whether the notes bear
out the key is then for the blind solver to find, not for a bound by words."""


def run_checks(item: Item, notes: Notes) -> tuple[Check, ...]:
    """The checks in order, up to the first that fails: an item is good when the last passed."""
    done: list[Check] = []
    for check in CHECKS:
        if item.given and check in OF_MADE_OPTIONS:
            continue
        done.append(check(item, notes))
        if not done[-1].passed:
            break
    return tuple(done)
