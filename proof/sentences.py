"""A stream of text -> sentences with the evidence numbers they cite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BRACKET = re.compile(r"\s*[\[【]\s*(?:\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)?\s*[\]】]")
_MARKS = re.compile(
    rf"{_BRACKET.pattern}(?:\s*(?:,|and|or|&)?{_BRACKET.pattern})*(?:,?\s+respectively\b)?"
)
"""Marks in a row, with what joins them: `[1] and [3], respectively`."""
_END = re.compile(r"[.!?](?=\s+(?:[A-Z0-9\"'“(*`-])|\s*$)|\n+|(?<=\])\s+(?=[A-Z])")
_SURELY_WHOLE = re.compile(r"[\]】]\s*[.!?]\s*$")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|fig)|\b[A-Z])\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the model wrote it: its text without marks, and the numbers it cites."""

    text: str
    cited: tuple[int, ...] = ()


def parse_sentence(text: str) -> Draft:
    """Take the citation marks out of a sentence; numbers in order, each once.

    Only square brackets are marks: `(4)` may be content.
    """
    numbers: list[int] = []
    for mark in _BRACKET.findall(text):
        numbers.extend(_numbers(mark))
    clean = _MARKS.sub("", text).strip()
    clean = re.sub(r"^(?:[-*•]\s+|(?:Answer|A)\s*:\s*)+", "", clean)
    clean = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(clean.split()))
    clean = re.sub(r"([.!?])[.,;:]+|[,;:]+([.!?])", r"\1\2", clean).rstrip(",;: ")
    return Draft(clean, tuple(dict.fromkeys(numbers)))


def _numbers(mark: str) -> Iterator[int]:
    parts = re.findall(r"\d{1,3}|[–-]", mark)
    for position, part in enumerate(parts):
        if part.isdigit():
            yield int(part)
        elif 0 < position < len(parts) - 1 and parts[position - 1].isdigit():
            first, last = int(parts[position - 1]), int(parts[position + 1])
            yield from range(first + 1, min(last, first + 10))


class SentenceStream:
    """Fed with pieces of text, gives whole sentences as soon as they are known to be whole."""

    def __init__(self) -> None:
        self._rest = ""

    @property
    def rest(self) -> str:
        """What has arrived and is not yet a sentence."""
        return self._rest

    def feed(self, piece: str) -> Iterator[Draft]:
        """Sentences that this piece completes. The last one waits: a mark may still follow."""
        self._rest += piece
        while (cut := _boundary(self._rest)) is not None:
            sentence, self._rest = self._rest[:cut], self._rest[cut:].lstrip()
            yield from _worth(sentence)

    def close(self, *, cut: bool = False) -> Iterator[Draft]:
        """What is left when the stream ends; when it was `cut`, only what surely is whole.

        A full stop may be that of a number or an abbreviation; one behind a citation is none.
        """
        rest, self._rest = self._rest, ""
        if not cut or _SURELY_WHOLE.search(rest):
            yield from _worth(rest)


def _worth(text: str) -> Iterator[Draft]:
    draft = parse_sentence(text)
    if draft.text.strip(" .;:-"):
        yield draft


def _boundary(text: str) -> int | None:
    """Where the first sentence ends, marks included, once something else has begun after it."""
    for match in _END.finditer(text):
        before = text[: match.end()]
        if match.group().startswith((".", "!", "?")) and _ABBREVIATION.search(before):
            continue
        end = match.end()
        while (mark := _BRACKET.match(text, end)) is not None:
            end = mark.end()
        if end < len(text) and text[end:].lstrip() and not text[end:].lstrip().startswith("["):
            while end < len(text) and text[end] in ".!?":
                end += 1
            return end
    return None
