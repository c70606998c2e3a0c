"""Which options a key means: letters, numbers, or the options' own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_uppercase

_BETWEEN = r"\s*(?:,|;|\||&|/|\band\b|\s)\s*"
_LETTERS = re.compile(rf"\(?[A-Ha-h][.)]?(?:{_BETWEEN}\(?[A-Ha-h][.)]?)*")
_NUMBERS = re.compile(rf"\d(?:{_BETWEEN}\d)*")
_RUN = re.compile(r"[A-H]{2,4}")
_PREFIX = re.compile(r"(?:option|choice|answer)\s*[:#]?\s*", re.IGNORECASE)
_OWN = re.compile(r"\(?[A-Ha-h1-8][.):]\s+")


class UnclearKey(ValueError):
    """A key that means no option, or one cannot tell which."""


def numbers_of(key: str) -> list[int]:
    """The numbers that a key consists of; empty when it is something else."""
    text = _PREFIX.sub("", key.strip(), count=1)
    return [int(digit) for digit in re.findall(r"\d", text)] if _NUMBERS.fullmatch(text) else []


def base_of(keys: Sequence[tuple[str, int]]) -> int | None:
    """Whether (key, count of options) count from 0 or 1; None when nothing tells."""
    numbers = [(number, count) for key, count in keys for number in numbers_of(key)]
    if any(number == 0 for number, _ in numbers):
        return 0
    return 1 if any(number == count for number, count in numbers) else None


def answers_of(key: str, options: Sequence[str], base: int | None) -> tuple[str, ...]:
    """The options that a key means; without options the key itself.

    Raises:
        UnclearKey: with the reason.
    """
    if not key:
        raise UnclearKey("no answer")
    if not options:
        return (key,)
    if same := [option for option in options if _same(option, key)]:
        return (same[0],)
    parts = [part for part in re.split(r"\s*[;|\n]\s*", key) if part]
    matched = [option for part in parts for option in options if _same(option, part)]
    if len(parts) > 1 and len(matched) == len(parts):
        return tuple(matched)
    places = _places(_PREFIX.sub("", key, count=1).strip(), base)
    if not places or any(not 0 <= place < len(options) for place in places):
        raise UnclearKey(f"its key {key[:40]!r} is none of its {len(options)} options")
    return tuple(options[place] for place in dict.fromkeys(places))


def _places(key: str, base: int | None) -> list[int]:
    if _LETTERS.fullmatch(key):
        plain = re.sub(r"\band\b", " ", key)
        return [ascii_uppercase.index(letter) for letter in re.findall("[A-H]", plain.upper())]
    if _RUN.fullmatch(key) and len(set(key)) == len(key):
        return [ascii_uppercase.index(letter) for letter in key]
    numbers = numbers_of(key)
    if numbers and base is None:
        raise UnclearKey(f"its key {key} may count from 0 or from 1: write the option's words")
    return [number - (base or 0) for number in numbers]


def without_letter(option: str) -> str:
    """An option without the letter or number that it begins with."""
    return _OWN.sub("", option, count=1) if _OWN.match(option) else option


def _same(option: str, key: str) -> bool:
    left, right = (
        " ".join(without_letter(t).casefold().split()).rstrip(".") for t in (option, key)
    )
    return left == right
