"""Small text helpers used on both sides of the index."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
_POSSESSIVE = re.compile(r"['’]s$")
MARKER = re.compile(
    r"^\s*(?:(?:(?!(?<=\S\s)-[\d(.])[-*+•–—◦▪●○‣·]|->)\s*"
    r"|\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z])[).]+\s+|#{1,6}\s+)+"
)


def strip_marker(text: str) -> str:
    """A line without its indent, bullet, number or heading marks; itself if nothing remains."""
    return MARKER.sub("", text).strip() or text.strip()


def words(text: str) -> list[str]:
    """Lower-cased words without `'s`; `snake_case` and `CNN-QR` fall into their parts."""
    found = [word.lower() for word in WORD.findall(text)]
    if "'" in text or "’" in text:
        return [_POSSESSIVE.sub("", word) for word in found]
    return found


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word, with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0] + "…"
