"""Checks of the options of an item: distinct, of one shape, none about the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from statistics import fmean

from core.practice import Check, Item
from core.text import words
from quiz.checks.context import Notes, found
from quiz.checks.item_text import LABEL, same_text
from quiz.checks.name_text import holds_phrase, same_name

LONGEST_NAME = 6
SHORTEST_PHRASE = 4
LONGER = 1.4
SLACK = 8
_LONE = re.compile(r"(?:all|none|both|any|either|neither)", re.I)
_ALL_OF = re.compile(
    r"(?:all|none|both|any|either|neither)(?: of)?(?: the| these| those)?"
    r" (?:above|below|these|those|them|options?|answers?|choices|statements|others?)"
    r"(?: (?:is|are) \w+| apply)?",
    re.I,
)
_LETTERS = re.compile(
    r"(?i:both|only|either|neither)?\s*(?i:options?|answers?|choices?)?\s*\(?[A-E]\)?"
    r"(?:(?:\s*,\s*|\s*(?:,\s*)?(?:and|or|nor|&|\+)\s*)\(?[A-E]\)?)+\s*(?:only|above)?",
)
_NUMBERS = re.compile(
    r"(?:both|only|either)?\s*(?:options?|choices?) [1-6](?: (?:and|or) [1-6])?", re.I
)
_STANDOUT = (
    ("number", re.compile(r"(?<![\w.-])-?\d[\d.,]*%?(?!\w)")),
    ("bracket", re.compile(r"[(\[{]")),
    ("label", re.compile(rf"^(?:[^\s:]+ ){{0,{LABEL - 1}}}[^\s:]+: ")),
)
_LABEL = dict(_STANDOUT)["label"]


def distinct(item: Item, notes: Notes) -> Check:
    """No two options are the same thing in other clothes.

    Of two options one may hold the other ("SageMaker", "SageMaker Neo") unless one is the key:
    then both are right, or neither, if it was not the question's author who told them apart.
    """
    problems = (
        _alike(item.options[a].text, item.options[b].text, touches_key=_touches_key(item, a, b))
        for a, b in combinations(range(len(item.options)), 2)
    )
    return found("distinct", next(filter(None, problems), ""))


def _touches_key(item: Item, *places: int) -> bool:
    return not item.given and not {*item.key}.isdisjoint(places)


def _alike(text: str, other: str, *, touches_key: bool) -> str:
    if same_text(text, other) or same_name(text, other):
        return f"{text!r} and {other!r} are the same"
    if touches_key and (holds_phrase(text, other) or holds_phrase(other, text)):
        return f"one of {text!r} and {other!r} holds the other, and one is the key"
    return ""


def one_shape(item: Item, notes: Notes) -> Check:
    """Nothing but the content tells the options apart.

    A tell is what the key, or each of two keys, has and no distractor: a free-standing number, a
    bracket (a digit in a name, "S3", is no detail), a label ("Use: ..."), the one clause among
    names. So is the label of one key when all that is wrong has one other. All options are names
    (at most six words) or all are phrases (at least four: a short phrase beside a long one is no
    tell); properties are written as the notes have them, two words or ten, so there only the tell
    fails. All end as sentences, or none.

    The key is not the longest by more than `LONGER` times the mean of the distractors, in
    characters: a notably longer key is the classic tell of Haladyna's item-writing rules, and
    test-wise learners pick it. 1.4 is what the eye sees, three lines beside two; a key that is the
    longest by less, or not the longest, tells nothing. `SLACK` characters more, a word, are always
    allowed, because between names of five letters a factor says nothing.
    """
    return found("one_shape", next(_shape_problems(item), ""))


def _shape_problems(item: Item) -> Iterator[str]:
    if item.kind == "true_false" or len(item.options) < 2:
        return
    texts, key = [option.text.strip() for option in item.options], set(item.key)
    lengths = [len(words(text)) for text in texts]
    short = {place for place, length in enumerate(lengths) if length < SHORTEST_PHRASE}
    long = {place for place, length in enumerate(lengths) if length > LONGEST_NAME}
    told = any(side == key for side in (short, long))
    if short and long and (told or item.kind not in ("property", "two")):
        yield "some options are names and others are clauses"
    ends = {text.removesuffix("etc.").endswith((".", "!", ";")) for text in texts}
    if len(ends) > 1:
        yield "some options end as a sentence and others do not"
    keys = [texts[place] for place in item.key]
    others = [text for place, text in enumerate(texts) if place not in key]
    if keys and others:
        yield from filter(None, [_too_long(min(keys, key=len), others)])
    labels = {_label(text) for text in others}
    if len(labels) == 1 and not labels.issuperset(map(_label, keys)):
        yield "a key has another label than all that is wrong"
    for what, mark in _STANDOUT:
        if keys and all(map(mark.search, keys)) and not any(map(mark.search, others)):
            yield f"only the key has a {what}"


def _label(text: str) -> str:
    found = _LABEL.match(text)
    return found.group().lower() if found else ""


def _too_long(key: str, others: list[str]) -> str:
    mean = fmean(len(other) for other in others)
    bound = max(LONGER * mean, mean + SLACK, *map(len, others))
    if len(key) <= bound:
        return ""
    return f"the key has {len(key)} characters, the distractors {mean:.0f} on average"


def tells(text: str) -> frozenset[str]:
    """What `one_shape` compares in one option, but for its length in characters."""
    count = len(words(text))
    found = {what for what, mark in _STANDOUT if mark.search(text)}
    found |= {"short"} if count < SHORTEST_PHRASE else set()
    return frozenset(found | ({"long"} if count > LONGEST_NAME else set()))


def no_all_of_above(item: Item, notes: Notes) -> Check:
    """No option is about other options: they are shuffled, and it gives the key away."""
    told = (option.text for option in item.options if _about_options(option.text))
    text = next(told, None)
    return found("no_all_of_above", "" if text is None else f"{text!r} is about other options")


def _about_options(text: str) -> bool:
    text = " ".join(text.strip(" .!").split())
    return any(form.fullmatch(text) for form in (_LONE, _ALL_OF, _LETTERS, _NUMBERS))
