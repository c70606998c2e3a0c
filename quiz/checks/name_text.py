"""Names in the texts of an item: abbreviations, other spellings, phrases inside others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quiz.checks.item_text import TOKEN, normalised, tokens

_GLUE = r"(?:(?:the|of|and|for|in|a|an|to|on)[\s-]+)*"
_SMALL = frozenset("the of and for in a an to on".split())
_ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]{1,5}(?=s?\b)")
_BRACKET = re.compile(r"\s*\(([^()]*)\)")


def same_name(text: str, other: str) -> bool:
    """Whether two names are one: "PCA", "Principal Component Analysis (PCA)"."""
    mine, theirs = name_forms(text), name_forms(other)
    return any(normalised(a) == normalised(b) for a in mine for b in theirs) or any(
        a in initials(b) or b in initials(a) for a in mine for b in theirs
    )


def name_forms(text: str) -> tuple[str, ...]:
    """A name as it stands, and when a bracket holds its abbreviation, both of them alone."""
    match = _BRACKET.search(text)
    if not match or not _ABBREVIATION.fullmatch(match.group(1)):
        return (text,)
    rest = " ".join((text[: match.start()], text[match.end() :])).strip()
    return tuple(form for form in (text, rest, match.group(1)) if form)


def initials(name: str) -> frozenset[str]:
    """`AUC` and `AUTC` for "Area Under the Curve"; nothing for a single word."""
    found = [match.group() for match in TOKEN.finditer(name) if match.group()[0].isalpha()]
    rows = (found, [word for word in found if word.lower() not in _SMALL])
    return frozenset("".join(word[0] for word in row).upper() for row in rows if 2 <= len(row) <= 6)


def abbreviations(text: str) -> frozenset[str]:
    """The words in capitals of a text, without a plural s."""
    return frozenset(_ABBREVIATION.findall(text))


def spells_out(text: str, name: str) -> bool:
    """Whether words in a row have the letters of an abbreviation, of three or more, in a name.

    >>> spells_out("a long short-term memory", "LSTM cell")
    True
    """
    return any(
        re.search(rf"[\s-]+{_GLUE}".join(rf"\b{c}\w*" for c in short), text, re.I) is not None
        for short in abbreviations(name)
        if len(short) > 2 and short.isalpha()
    )


def holds_phrase(text: str, phrase: str) -> bool:
    """Whether the words of a phrase stand in a text in a row, joined or apart. A bare number is no
    phrase.

    >>> holds_phrase("K-means clustering", "KMeans"), holds_phrase("word embedding", "bedding")
    (True, False)
    """
    found = tokens(phrase)
    if not any(c.isalpha() for token in found for c in token):
        return False
    return _holds_joined(tokens(text), "".join(found))


def _holds_joined(held: Sequence[str], whole: str) -> bool:
    """Whether words in a row, when they are joined, are a whole word or phrase."""
    for start in range(len(held)):
        run = ""
        for word in held[start:]:
            run += word
            if not whole.startswith(run):
                break
            if run == whole:
                return True
    return False
