"""Marks that stand with an option: a tick, '(my answer)', '<- correct'."""

from __future__ import annotations

import re
from typing import Literal

Mark = Literal["mine", "key", "cross", "box"]
"""The learner chose it; it is right; it is crossed out; its box or circle is filled."""

TICKS = "✓✔✅🗸"
CROSSES = "✗✘❌✖✕"
FILLED = "☑☒◉⦿●■🔘"

_WORD = re.compile(rf"[A-Za-z']+|[{TICKS}{CROSSES}]")
_MEANS: dict[str, Mark] = {
    **dict.fromkeys(("my", "your", "mine", "selected", "chosen", "chose", "picked"), "mine"),
    **dict.fromkeys(("correct", "right", *TICKS), "key"),
    **dict.fromkeys(("incorrect", "wrong", "not", *CROSSES), "cross"),
}
_FILL = frozenset(
    "answer answers choice selection option pick guess response this one the is was and but a i "
    "you actual".split()
)
_ALONE = (["right"], ["not"])
_ARROW = re.compile(r"\s(?:<[-=]+|[-=]+>|←|⬅|⇐|➜|--?|–|—)\s?([^<>←⬅⇐➜–—-]{1,40})$")
_CLOSING = {")": "(", "]": "["}
_VOTED = " most voted"


def marks_of(text: str) -> frozenset[Mark]:
    """What a remark says of an option; nothing when it holds any other word."""
    spoken = [word.lower() for word in _WORD.findall(text)]
    if not all(word in _MEANS or word in _FILL for word in spoken) or spoken in _ALONE:
        return frozenset()
    found = {_MEANS[word] for word in spoken if word in _MEANS}
    return frozenset(found - {"key"} if "cross" in found else found)


def unmark(text: str) -> tuple[str, frozenset[Mark]]:
    """An option without the marks at its end, and what they say. Never leaves it empty."""
    marks: set[Mark] = set()
    while True:
        rest, found = _last_mark(text)
        if rest == text or not rest:
            return text, frozenset(marks)
        text = rest
        marks |= found


def glyph_marks(glyphs: str) -> frozenset[Mark]:
    """What ticks, crosses and filled boxes in front of an option say."""
    found: set[Mark] = set()
    if any(glyph in TICKS for glyph in glyphs):
        found.add("key")
    if any(glyph in CROSSES for glyph in glyphs):
        found.add("cross")
    if any(glyph in FILLED for glyph in glyphs) or "x" in glyphs.lower():
        found.add("box")
    return frozenset(found)


def _last_mark(text: str) -> tuple[str, frozenset[Mark]]:
    bare = text.rstrip(TICKS + CROSSES + " ")
    if bare != text.rstrip():
        return bare, glyph_marks(text[len(bare) :])
    if text.lower().endswith(_VOTED):
        return text[: -len(_VOTED)].rstrip(), frozenset()
    start = text.rfind(_CLOSING.get(text[-1:], "\0"), max(0, len(text) - 48))
    if start >= 0 and (found := marks_of(text[start:])):
        return text[:start].rstrip(), found
    arrow = _ARROW.search(text[-48:])
    if arrow and (found := marks_of(arrow.group(1))):
        return text[: -len(arrow.group())].rstrip(), found
    return text, frozenset()
