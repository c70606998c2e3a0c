"""Which options a pasted text calls right, and which one the learner chose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from core.text import shorten
from quiz.paste.answers import Names, Statement, is_no_answer, names_in
from quiz.paste.marks import Mark
from quiz.paste.options import Found
from quiz.paste.rows import place_of
from quiz.paste.text import normal

CLOSE = 90.0
"""How alike (rapidfuzz, of 100) an answer in words and its option must be at least."""

_SPLIT = re.compile(r";|,|\s(?:and|&)\s")
_WHOSE: dict[Literal["mine", "key"], str] = {"mine": "Your answer", "key": "The key"}

Places = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """Places of the learner's options and of the key's, and what was unclear."""

    mine: Places
    key: Places
    problems: tuple[str, ...]


def settle(statements: Sequence[Statement], options: Sequence[Found], asked: int | None) -> Answers:
    """What labels and marks say together. Where they contradict each other, nothing is taken."""
    if not options:
        return Answers((), (), ())
    problems: list[str] = []
    said = {role: _all_said(statements, role, options, problems) for role in _WHOSE}
    for role in _WHOSE:
        said[role].append(_marked(options, role))
    filled = _marked(options, "box")
    if len(filled) < len(options):
        said["mine" if any(said["key"]) else "key"].append(filled)
    crossed = _marked(options, "cross")
    if not any(said["mine"]) and len(crossed) <= (asked or 1) < len(options):
        said["mine"].append(crossed)
    mine = _agreed("mine", said["mine"], problems)
    return Answers(mine, _agreed("key", said["key"], problems), tuple(problems))


def letter(place: int) -> str:
    """A for 0; numbers after Z."""
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def letters(places: Iterable[int]) -> str:
    """'B, D'."""
    return ", ".join(letter(place) for place in places)


def _marked(options: Sequence[Found], mark: Mark) -> Places:
    return tuple(place for place, option in enumerate(options) if mark in option.marks)


def _agreed(role: Literal["mine", "key"], said: Iterable[Places], problems: list[str]) -> Places:
    different = list(dict.fromkeys(places for places in said if places))
    if len(different) > 1:
        readings = " and ".join(letters(places) for places in different)
        problems.append(f"{_WHOSE[role]} is given in different ways, {readings}: keep one of them.")
        return ()
    return different[0] if different else ()


def _all_said(
    statements: Sequence[Statement],
    role: Literal["mine", "key"],
    options: Sequence[Found],
    problems: list[str],
) -> list[Places]:
    """The places of each label; numbered labels ('Ans1', 'Ans2') add up to one answer."""
    found: list[Places] = []
    given = [one for one in statements if one.role == role and one.value]
    for one in given:
        if is_no_answer(one.value):
            continue
        places, problem = _places(one.value, options)
        if problem:
            problems.append(f"{_WHOSE[role]} {problem}")
        found.append(places)
    numbers = [one.number for one in given]
    if len(numbers) > 1 and all(numbers) and len(set(numbers)) == len(numbers):
        return [tuple(sorted({place for places in found for place in places}))]
    return found


def _places(value: str, options: Sequence[Found]) -> tuple[Places, str]:
    """The options that a value names by letter, number or words; else a problem."""
    lines = value.split("\n")
    if len(lines) > 1:
        found = [_places(line, options) for line in lines]
        problem = next((problem for _, problem in found if problem), "")
        return tuple(sorted({place for places, _ in found for place in places})), problem
    names = names_in(value) or _packed(value, options)
    whole = names is not None and not names.rest.strip(" .,;:!)")
    exact = _exact(value, options)
    if names is not None:
        named = _named(names, options)
        if not exact or (whole and named[0] and _same_sort(names, options)):
            return named
    if exact:
        return exact, ""
    words = _close(value, options) or _each(_SPLIT.split(value), options)
    shown = shorten(value, 60)
    return words, "" if words else f"'{shown}' is none of the options: give its letter."


def _each(parts: Sequence[str], options: Sequence[Found]) -> Places:
    """The options of several answers in words; () when one of them is none."""
    found = [_close(part, options) for part in parts if part.strip()]
    return tuple(sorted({place for places in found for place in places})) if all(found) else ()


def _same_sort(names: Names, options: Sequence[Found]) -> bool:
    """Whether the options are named by the same sort of name: letters, or numbers."""
    digits = [option.name.isdigit() for option in options if option.name]
    return bool(digits) and all(name.isdigit() == digits[0] for name in names.names)


def _packed(value: str, options: Sequence[Found]) -> Names | None:
    """'BD' as B and D, when there are such options."""
    match = re.match(r"([A-Z]{2,6}|[a-z]{2,6})(?=$|[\s.,;(])", value)
    known = {letter(place) for place in range(len(options))} | {one.name.upper() for one in options}
    if match is None or not known.issuperset(name := match.group().upper()):
        return None
    if len(set(name)) < len(name) or (match.group().islower() and match.end() < len(value)):
        return None
    return Names(tuple(name), value[match.end() :])


def _named(names: Names, options: Sequence[Found]) -> tuple[Places, str]:
    places: set[int] = set()
    for name in names.names:
        found = _by_name(name, options)
        if len(found) != 1:
            what = "which stands before two options" if found else "which is not there"
            return (), f"names option {name.upper()}, {what}: correct the letter."
        places |= set(found)
    other = _exact(names.rest.strip(" .):-–—"), options)
    if other and not places & set(other):
        by_name = f"names option {names.names[0].upper()} but has the words of option"
        return (), f"{by_name} {letters(other)}: keep one of them."
    return tuple(sorted(places)), ""


def _by_name(name: str, options: Sequence[Found]) -> list[int]:
    """Options with this letter or number; without any of its sort, the one at its place."""
    sort = [one.name for one in options if one.name and one.name.isdigit() == name.isdigit()]
    if sort:
        return [at for at, one in enumerate(options) if one.name.upper() == name.upper()]
    if {normal(one.text) for one in options} == {"true", "false"} and name.upper() in "TF":
        return [at for at, one in enumerate(options) if one.text[0].upper() == name.upper()]
    return [place_of(name)] if 0 <= place_of(name) < len(options) else []


def _exact(text: str, options: Sequence[Found]) -> Places:
    found = tuple(at for at, one in enumerate(options) if normal(one.text) == normal(text))
    return found if len(found) == 1 else ()


def _close(text: str, options: Sequence[Found]) -> Places:
    """The only option with nearly these words and exactly these digits."""
    if exact := _exact(text, options):
        return exact
    digits = re.findall(r"\d+", text)
    near = [
        at
        for at, one in enumerate(options)
        if re.findall(r"\d+", one.text) == digits
        and fuzz.ratio(normal(one.text), normal(text)) >= CLOSE
    ]
    return tuple(near) if len(near) == 1 else ()
