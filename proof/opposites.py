"""Words that say the opposite of each other, and whether a claim turns its line round.

A claim is compared clause by clause with the clauses of its lines that share most words with it.
An opposite turns it round; a negation turns it back: "not allowed" is "denied".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from core.function_words import FUNCTION_WORDS, NEGATIONS
from core.text import words

Turn = Literal["against", "even", "none"]

_TABLE = Path(__file__).with_name("opposites.txt")
"""A pair a row, each side in all its forms. Words with many other senses (on, left, hard) are not
in it: a false alarm costs a true answer."""

_AFFIXED = (
    re.compile(r"(?:un|non)(?=[a-z]{4})"),
    re.compile(
        r"i[nmlr](?=[a-z]{3,}(?:able|ible|ent|ant|ate|ive|al|ect|ite|ete|id|ar|ous|ure|ncy|ly)$)"
    ),
)
_SWAPPED = (("over", "under"), ("up", "down"), ("in", "out"), ("pre", "post"), ("micro", "macro"))
_NON = re.compile(r"\bnon[- ](?=[a-z]{4})", re.IGNORECASE)
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[,;:()]|\s[-–—]+\s|(?<=[.!?])\s|\b(?:and|but|while|whereas|although|though|or)\b"
)
_TIMES = frozenset(["before", "after"])

Clause = list[str]


def _sides() -> dict[str, list[tuple[int, int]]]:
    """Word -> the pairs it is in, and its side of each."""
    found: dict[str, list[tuple[int, int]]] = {}
    for pair, row in enumerate(_TABLE.read_text(encoding="utf-8").splitlines()):
        for side, half in enumerate(re.split(r"[|/]", row)):
            for word in dict.fromkeys(half.split()):
                found.setdefault(word, []).append((pair, side))
    return found


_SIDES = _sides()


def turn(claim: str, lines: Sequence[str]) -> Turn:
    """How a claim stands to the lines it is said to follow from.

    `against`: some clause of it says the opposite. `even`: opposites are there and cancel out.

    >>> turn("Access is allowed by default.", ["Access is denied by default"])
    'against'
    >>> turn("Access is not allowed by default.", ["Access is denied by default"])
    'even'
    """
    known = [clause for line in lines for clause in _clauses(line)]
    said = _clauses(claim)
    even = False
    for clause in said:
        if any(_both_ways(clause, other) for other in said):
            continue
        turned = {_turned(clause, other) for other in _nearest(clause, known)}
        if turned == {"against"}:
            return "against"
        even = even or turned == {"even"}
    return "even" if even else "none"


def clauses(text: str) -> list[str]:
    """The parts of a text that each say one thing."""
    return [part for part in _CLAUSE.split(text) if part.strip()]


def _clauses(text: str) -> list[Clause]:
    text = _NOT_ONLY.sub(" ", _NON.sub("non", text))
    return [found for part in clauses(text) if (found := words(part))]


def _content(clause: Clause) -> set[str]:
    plain = FUNCTION_WORDS | NEGATIONS | _SIDES.keys()
    return {_stem(word) for word in clause if word not in plain}


def _stem(word: str) -> str:
    """Enough of a word to know it again: `supports` is `support`, `encrypted` `encryption`."""
    return word[:5]


def _nearest(clause: Clause, known: Sequence[Clause]) -> list[Clause]:
    """Those that share most content words with a clause: one at least, and half of them."""
    content = _content(clause)
    shared = [len(content & _content(other)) for other in known]
    most = max(shared, default=0)
    if not most or 2 * most < len(content):
        return []
    return [other for other, count in zip(known, shared, strict=True) if count == most]


def _turned(claim: Clause, line: Clause) -> Turn:
    """Whether the clauses say the same thing with opposite words, or one denies it."""
    turns = sum(_table_turns(claim, line)) + _affix_turns(claim, line)
    denial = _denies(claim) != _denies(line)
    if turns:
        return "against" if (turns + denial) % 2 else "even"
    whole = len(_content(claim)) >= 2 and _content(claim) <= _content(line)
    return "against" if denial and whole else "none"


def _both_ways(clause: Clause, other: Clause) -> bool:
    """Whether a claim lists a thing and its denial: missing at random, missing not at random."""
    mine, theirs = _content(clause), _content(other)
    return _denies(clause) != _denies(other) and bool(mine) and (mine <= theirs or theirs <= mine)


def _denies(clause: Clause) -> bool:
    return sum(word.replace("’", "'") in NEGATIONS for word in clause) % 2 == 1


def _table_turns(claim: Clause, line: Clause) -> Iterator[int]:
    """1 for every pair of which the claim has the other side, or the same in the other order."""
    mine, theirs = _order(claim), _order(line)
    for pair in mine.keys() & theirs.keys():
        said, told = mine[pair], theirs[pair]
        if len(set(said)) == len(set(told)) == 1:
            swapped = _relates(claim) and _relates(line) and _ends_swapped(claim, line)
            yield int(set(said) != set(told)) ^ int(swapped)
        elif len(said) == len(told) and said == told[::-1] != told:
            yield int(("by" in claim) == ("by" in line))


def _order(clause: Clause) -> dict[int, list[int]]:
    """Pair -> the sides of it that a clause has, in its order."""
    found: dict[int, list[int]] = {}
    for word in clause:
        for pair, side in _SIDES.get(word, ()):
            found.setdefault(pair, []).append(side)
    return found


def _relates(clause: Clause) -> bool:
    """Whether it sets two things against each other: faster than, before, after."""
    return "than" in clause or bool(_TIMES & set(clause))


def _ends_swapped(claim: Clause, line: Clause) -> bool:
    """Whether what stands before the relation there stands behind it here: `A > B` is `B < A`."""
    (before, behind), (first, then) = _ends(claim), _ends(line)
    return len(before & then) + len(behind & first) > len(before & first) + len(behind & then)


def _ends(clause: Clause) -> tuple[set[str], set[str]]:
    middle = next(i for i, word in enumerate(clause) if word == "than" or word in _TIMES)
    return _content(clause[:middle]), _content(clause[middle:])


def _affix_turns(claim: Clause, line: Clause) -> int:
    """Words of one clause that are in the other with `un-`, `in-`, `non-` before them."""
    mine = {word for word in claim if word not in line}
    theirs = {word for word in line if word not in claim}
    return sum(any(_affixed(word, other) for other in theirs) for word in mine)


def _affixed(word: str, other: str) -> bool:
    """`mutable` and `immutable`, `overfit` and `underfit`."""
    short, long = sorted((word, other), key=len)
    for prefix in _AFFIXED:
        match = prefix.match(long)
        if match and _same_base(long[match.end() :], short):
            return True
    return any(
        one.startswith(a) and two.startswith(b) and _same_base(one[len(a) :], two[len(b) :])
        for a, b in _SWAPPED
        for one, two in ((word, other), (other, word))
    )


def _same_base(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return len(short) >= 3 and long.startswith(short) and len(long) - len(short) <= 3
