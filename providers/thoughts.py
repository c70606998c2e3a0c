"""Thoughts that a server sends as text: `<think>…</think>` before the answer."""

from __future__ import annotations

import re

_OPEN = re.compile(r"\s*<(think|thinking)>")
_OPENINGS = ("<think>", "<thinking>")


class Thoughts:
    """Takes the thoughts from the beginning of a stream of text.

    >>> thoughts = Thoughts()
    >>> [thoughts.feed(piece) for piece in ("<th", "ink>Hm.</thi", "nk>\\n\\nParis", " is.")]
    ['', '', 'Paris', ' is.']
    """

    def __init__(self) -> None:
        self._held = ""
        self._close = ""
        self._over = False
        self.met = False

    def feed(self, text: str) -> str:
        """What belongs to the answer, as far as it can be told by now."""
        if self._over:
            return text
        self._held += text
        if not self._close:
            if found := _OPEN.match(self._held):
                self._close, self.met = f"</{found[1]}>", True
            elif not _may_open(self._held):
                return self.rest()
        before, closed, after = self._held.partition(self._close) if self._close else ("", "", "")
        if closed and after.strip():
            self._over, self._held = True, ""
            return after.lstrip()
        if self._close and not closed:
            self._held = before[-len(self._close) :]
        return ""

    def rest(self) -> str:
        """What was held back and is no thought; from here on all belongs to the answer."""
        rest, self._held = ("" if self._close else self._held), ""
        self._over = True
        return rest


def _may_open(text: str) -> bool:
    """Whether a text may be the beginning of an opening mark."""
    begun = text.lstrip()
    return any(mark.startswith(begun) for mark in _OPENINGS)
