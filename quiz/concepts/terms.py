"""A line or heading -> the term it names and what it says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.function_words import FUNCTION_WORDS
from core.text import strip_marker, words

MAX_TERM = 6
"""Words; what stands before a dash or colon is no term when it is longer."""
_SPLIT = re.compile(
    r"\s*(?:\s[-–—]{1,3}\s|\s[-–—]{2,3}|[-–—]{2,3}\s|\s[-–—](?=\w)|\t+[-–—]|:(?!//|:)\s*|\s?={1,3}>?\s+|\s->\s)\s*"
)
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_LEAD = re.compile(
    r"^(?:\([A-Za-z0-9]{1,2}\)|[A-Za-z0-9]{1,2}\)\.?|\."
    r"|\d+(?:\.\d+)*[).]+(?!\d)|\d+(?:\.\d+)+\s)\s*"
)
_ROUTE = re.compile(r"->.*->")
_FORMULA = re.compile(r"[()\[\]{}|^<>=]|\s\*\s|\b\w\s[/+]\s|\s[/+]\s\w\b|\d\s/|^[*/+]|[*/]$")
"""What is left in a name when a formula was cut: `q * (y`, `sum(|y`."""
_CALL = re.compile(r"\w+\((?:\w|\w{1,3}(?:\s*[,|]\s*\w{1,3})+)\)")
"""`Q(s, a)`, a formula that stands for itself."""
_URL = re.compile(r"\S*(?:https?://|www\.|[A-Za-z]:\\)\S*")


@dataclass(frozen=True, slots=True)
class Term:
    """`name` without marks; `says` is the text after it, "" for a bare heading."""

    name: str
    says: str = ""
    aliases: tuple[str, ...] = ()


def read_term(text: str) -> Term | None:
    """The term that a line begins with: `Term - definition`, `Term: definition` or a heading.

    Abbreviations and long forms, in brackets or after a dash, become aliases. None: the line
    begins with no term; a route, "A -> B -> C", defines none of its places.

    >>> read_term("- PCA - Principal Component Analysis")
    Term(name='PCA', says='', aliases=('Principal Component Analysis',))
    """
    body = _LEAD.sub("", strip_marker(text)).strip()
    if not body or _URL.search(body) or _ROUTE.search(body):
        return None
    parts = [part.strip() for part in _SPLIT.split(body, maxsplit=2)]
    head, rest = parts[0], [part for part in parts[1:] if part]
    aliases = [inner.strip() for inner in _BRACKETS.findall(head)]
    name = _clean(_BRACKETS.sub("", head))
    if not name or len(words(name)) > MAX_TERM or not any(c.isalpha() for c in name):
        return None
    if _FORMULA.search(name) or _CALL.match(head):
        return None
    found = [a for a in aliases if stands_for(name, a) or _shortens(a, name)]
    while rest and stands_for(name, _BRACKETS.sub("", rest[0])):
        found.append(_clean(_BRACKETS.sub("", rest.pop(0))))
    return Term(name, " - ".join(rest), tuple(dict.fromkeys(found)))


def _clean(text: str) -> str:
    return " ".join(text.split()).strip(" .,;:-–—'\"“”‘’*_|")


def stands_for(name: str, other: str) -> bool:
    """Whether one is the other's abbreviation: `RCF` and `Random Cut Forest`."""
    return _abbreviates(name, other) or _abbreviates(other, name)


def _shortens(short: str, name: str) -> bool:
    """Whether capitals behind a name are letters of it, in order: `Deoxyribonucleic Acid (DNA)`."""
    if not re.fullmatch(r"[A-Z]{2,6}", short) or not name.upper().startswith(short[0]):
        return False
    rest = iter(name.upper())
    return all(letter in rest for letter in short)


def _abbreviates(short: str, long: str) -> bool:
    letters = re.sub(r"[^A-Za-z0-9]", "", short).lower()
    if not 2 <= len(letters) <= 7 or " " in short.strip() or not short[:1].isalnum():
        return False
    found = [word for word in re.split(r"[\s/–—-]+", long) if word]
    plain = [word for word in found if word.lower() not in FUNCTION_WORDS]
    if max(len(found), len(plain)) < 2:
        return False
    return any(_initials(row) == letters or _camel(row) == letters for row in (found, plain))


def _initials(row: list[str]) -> str:
    return "".join(word[0] for word in row).lower()


def _camel(row: list[str]) -> str:
    """Capitals inside words count too: `eXtreme Gradient Boosting` has X, G and B."""
    return "".join(c for word in row for c in word if c.isupper()).lower()


def name_words(name: str) -> list[str]:
    """The words that tell one name from another: `DeepAR+` is not `DeepAR`."""
    return words(name) + re.findall(r"[+#]+$", name.strip())
