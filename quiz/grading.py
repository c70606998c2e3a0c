"""Grading: a choice by its places, a gap by its words, with slips of spelling forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from core.practice import Grade, Item, Response
from retrieval.lexical import same_word

_ARTICLES = {"a", "an", "the"}
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PIECE = re.compile(r"(?:^-(?=\d))?[^-+#]+(?:[+#]+$)?")
_NOT_BETWEEN_DIGITS = re.compile(r"(?<!\d) | (?!\d)")
_COUNTS = ("none", "one", "two", "three", "four", "five", "six")


def grade(item: Item, response: Response, others: Collection[str] = ()) -> Grade:
    """Whether a response is the key.

    A choice is right when its places are the key's, in any order. A gap is right when the typed
    words are one of `item.accepted`: case, punctuation, hyphens, spaces, articles and plurals do
    not count, and misspelt words pass with a remark. Not forgiven: a word of up to three letters
    or with a digit or sign in it ("L2" is not "L1", "DeepAR" not "DeepAR+"), another letter in an
    acronym ("BART" is not "BERT"; "LTSM" is a slip), a wrong first letter, a word that belongs to
    one of `others`, and whatever is nearer to one of `others` than to an accepted answer.
    `others` are the other names in the notes; those that are an accepted answer do not count.
    """
    if item.options:
        return _grade_choice(item, response.chosen)
    return _grade_gap(item.accepted, response.typed, others)


def _grade_choice(item: Item, chosen: Sequence[int]) -> Grade:
    places, key = set(chosen), set(item.key)
    if not places <= set(range(len(item.options))):
        return Grade(False, f"choose among the {len(item.options)} options")
    if len(places) != len(key):
        return Grade(False, f"choose {_count(len(key))}")
    return Grade(bool(key) and places == key)


def _count(number: int) -> str:
    return _COUNTS[number] if number < len(_COUNTS) else str(number)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart: `words` without articles, and what it may look like when run together.

    `plain` are its spellings, `singular` the same without plural s.
    """

    text: str
    words: tuple[str, ...]
    acronyms: frozenset[str]
    plain: frozenset[str]
    singular: frozenset[str]

    @property
    def joined(self) -> str:
        return _join(self.words)


def _grade_gap(accepted: Iterable[str], typed: str, others: Collection[str]) -> Grade:
    said = _name(typed)
    if not said.words:
        return Grade(False)
    right = [name for name in map(_name, accepted) if name.words]
    if any(said.plain & name.plain or said.singular & name.singular for name in right):
        return Grade(True)
    known = frozenset[str]().union(*(name.singular for name in right))
    rivals = [rival for rival in map(_name, others) if not rival.singular & known]
    if any(said.singular & rival.singular for rival in rivals):
        return Grade(False)
    taken = {word for rival in rivals for word in rival.words}
    near = [name for name in right if _misspelt(said, name, taken)]
    if not near:
        return Grade(False)
    nearest = min(near, key=lambda name: _distance(said, name))
    if any(_distance(said, rival) < _distance(said, nearest) for rival in rivals):
        return Grade(False)
    return Grade(True, f"spelt: {nearest.text}")


def _name(text: str) -> _Name:
    """`text` without case and punctuation; signs stay where they make another name, as in C++."""
    raws = unicodedata.normalize("NFKC", text).split()
    every = [piece for raw in raws for piece in _pieces(raw)]
    # An article stands before something: "Plan A" ends with a name.
    named = [raw for raw in raws[:-1] if raw.lower() not in _ARTICLES] + raws[-1:]
    kept = [piece for raw in named for piece in _pieces(raw)]
    spellings = [some for some in (every, kept) if some]
    return _Name(
        text,
        tuple(piece.casefold() for piece in kept),
        frozenset(piece.casefold() for piece in kept if _is_acronym(piece)),
        frozenset(_join(some) for some in spellings),
        frozenset(_join(map(_singular, some)) for some in spellings),
    )


def _pieces(raw: str) -> list[str]:
    """The words in what stands between two spaces."""
    plain = _THOUSANDS.sub("", raw.replace("−", "-"))
    letters = (c if c in "+#-" or unicodedata.category(c)[0] in "LNM" else " " for c in plain)
    return [piece for part in "".join(letters).split() for piece in _PIECE.findall(part)]


def _join(words: Iterable[str]) -> str:
    """Words run together in lower case, but for numbers: "1.5" is not "15"."""
    return _NOT_BETWEEN_DIGITS.sub("", " ".join(words)).casefold()


def _singular(word: str) -> str:
    """Without a plural's small s: "HTTPS" has none."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word


def _is_acronym(word: str) -> bool:
    return len(word) <= 6 and word.removesuffix("s").isupper()


def _distance(said: _Name, name: _Name) -> int:
    return OSA.distance(said.joined, name.joined)


def _misspelt(said: _Name, name: _Name, taken: Collection[str]) -> bool:
    """Whether `said` is `name` with slips: word by word, or run together with spaces amiss."""
    if len(said.words) == len(name.words):
        pairs = zip(said.words, name.words, strict=True)
        return all(_slipped(word, other, name.acronyms, taken) for word, other in pairs)
    if name.acronyms or not all(map(_is_forgiving, said.words + name.words)):
        return False
    return same_word(said.joined, name.joined)


def _slipped(word: str, other: str, acronyms: Collection[str], taken: Collection[str]) -> bool:
    if word == other:
        return True
    if other in acronyms and sorted(word) != sorted(other):
        return False
    if _singular(word) == _singular(other):
        return True
    if word in taken or not (_is_forgiving(word) and _is_forgiving(other)):
        return False
    return same_word(word, other)


def _is_forgiving(word: str) -> bool:
    """Whether a slip leaves it recognisable: more than three letters, and letters only."""
    return len(word) > 3 and word.isalpha()
