"""The words of an item, so that two texts can be compared as a learner would."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from rapidfuzz import fuzz

from core.function_words import FUNCTION_WORDS, NEGATIONS
from core.text import words
from proof.claims import stands_among

NEAR = 92.0
"""Ratio (0..100) from which two texts may be one: about one letter in a dozen differs. Honest
pairs reach it too ("supervised learning", "unsupervised learning": 95), so words decide."""

LABEL = 4
"""Words that a label may have before what is said under it: "Use: Very deep networks"."""

TOKEN = re.compile(
    r"(?<![\w.])-?\d+(?:[.,]\d+)*%?(?!\w)|[^\W_]+(?:['’][^\W_]+)*(?:[+#]+(?!\w))?|[<>=≤≥]+"
)
_FORMULA = re.compile(
    r"[\w)]\s*[*^=]\s*[\w(]|[\w)]\s+/\s+[\w(]|\)\s*/|/\s*\(|^\s*\w+\s*/\s*\w+\s*$"
)
_ARTICLES = frozenset({"a", "an", "the"})
_NEUTRAL = _ARTICLES | frozenset("of is are be was were that which it its this these for".split())
_ORDERED = frozenset("to from into than before after by not without then".split())
_TWO = re.compile(
    r"\b(?:select|choose|pick|which|what)\s+(?:\w+\s+)?(?:two|2)\b(?!-)", re.IGNORECASE
)
_ASKING = re.compile(r"[^.!?]*\?")
_CLAUSE = re.compile(
    r"[,:“\"]|\b(?:if|when|that|who|because|while|without|so|but|and|where|to)\b"
    r"|(?<!should )(?<!can )(?<!do )(?<!must )(?<!would )\b(?:it|they|he|she|you|we|there)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:is|are|was|were|does|do|did|can|could|should|would|will|has|have|must)"
    r"\s+(not)\b|\b(cannot|\w+n['’]t|never|except)\b(?!\s+(?:for|when)\b)",
    re.IGNORECASE,
)


def tokens(text: str) -> list[str]:
    """Lower-cased words without articles and plural s; `-1`, `50%`, `>` and `C++` stay whole."""
    found = (_plain(match.group()) for match in TOKEN.finditer(text))
    return [token for token in found if token not in _ARTICLES]


def normalised(text: str) -> str:
    """What is left of an option when case, marks, articles, plural s and word order go.

    Order stays where it carries the meaning: "speech to text", "TP / FP".
    """
    if is_formula(text):
        return "".join(text.lower().split())
    found = tokens(text)
    return " ".join(found if _ORDERED.intersection(found) else sorted(found))


def is_formula(text: str) -> bool:
    """Whether a text is to be compared sign by sign: "TP / (TP + FP)"."""
    return _FORMULA.search(text) is not None


def hard_words(text: str) -> frozenset[str]:
    """Numbers, abbreviations and names: words that are another thing when one letter differs."""
    return frozenset(_hard(text))


def told_apart(text: str, other: str) -> bool:
    """Whether two texts that look alike say different things.

    They do when a number, a name or a denial stands in one of them only, or when each has an
    ordinary word of its own: "increases the rate" and "decreases the rate".
    """
    hard = hard_words(text) | hard_words(other) | NEGATIONS
    mine, theirs = set(tokens(text)), set(tokens(other))
    left, right = _unmatched(mine, theirs, hard), _unmatched(theirs, mine, hard)
    return bool((left | right) & hard) or bool(left and right)


def renamed(text: str, other: str, *, numbers: bool = True) -> bool:
    """Whether each of two texts has a number or a name that the other has not."""
    mine, theirs = hard_words(text), hard_words(other)
    left, right = mine - set(tokens(other)), theirs - set(tokens(text))
    if not numbers:
        left, right = _spelt(left), _spelt(right)
    return bool(left and right)


def same_text(text: str, other: str) -> bool:
    """Whether two texts are equal, or near-identical and not told apart by a word."""
    mine, theirs = normalised(text), normalised(other)
    if mine == theirs:
        return True
    if is_formula(text) or fuzz.ratio(mine, theirs) < NEAR:
        return False
    return not told_apart(text, other)


def keeps_order(text: str, other: str) -> bool:
    """Whether the content words that two texts share come in one order, where order matters."""
    if not _ORDERED.intersection(tokens(text)):
        return True
    places = tokens(other)
    found = [places.index(t) for t in tokens(text) if t in places and t not in FUNCTION_WORDS]
    return found == sorted(found)


def unlabelled(text: str) -> str:
    """What an option says without the label before it."""
    label, _, said = text.partition(": ")
    return said if said and len(words(label)) <= LABEL else text


def says_two(stem: str) -> bool:
    """Whether a stem says that two options are to be chosen."""
    return _TWO.search(stem) is not None or re.search(r"\bTWO\b", stem) is not None


def denial(stem: str) -> str:
    """The word by which a stem asks for what is not so ("NOT", "except"), or "".

    Only the asking clause counts: "which service fits if they do not want servers?" denies
    nothing.
    """
    for sentence in _ASKING.findall(stem):
        asked = re.search(r"\b(?:which|what|all)\b.*", sentence, re.I | re.S)
        clause = _CLAUSE.split(asked.group(), maxsplit=1)[0] if asked else ""
        if match := _DENIAL.search(clause):
            return match.group(1) or match.group(2)
    return ""


def _plain(word: str) -> str:
    word = re.sub(r"['’]s$", "", word.lower())
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]


def _hard(text: str) -> Iterator[str]:
    for match in TOKEN.finditer(text):
        word = match.group()
        inside = text[: match.start()].rstrip(" \t\"'“‘(")[-1:] not in {"", *".?!|:•\n"}
        special = sum(c.isupper() or not c.isalpha() for c in word) > 1 or not word.isalpha()
        named = inside and word[0].isupper() and word.lower() not in FUNCTION_WORDS
        if (special and not re.search(r"['’]", word)) or named:
            yield _plain(word)


def _unmatched(mine: set[str], theirs: set[str], hard: Collection[str]) -> set[str]:
    left = mine - theirs - _NEUTRAL
    return {word for word in left if word in hard or not stands_among(word, theirs)}


def _spelt(found: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in found if not word[-1].isdigit() or word[0].isalpha())
