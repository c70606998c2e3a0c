"""Long paragraphs -> a line for each sentence, so that a citation opens few words."""

from __future__ import annotations

import re

LONG = 240
"""Characters up to which a paragraph stays one line."""
_MARKED = re.compile(r"\s*(?:[-*+>|#•]|\d{1,3}[.)]\s|```|\t)|\s{4}")
_SHORT = "e.g i.e etc vs cf al Mr Dr Fig No Eq Sec Vol".split()
_END = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)"
    + "".join(rf"(?<!\b{re.escape(word)}\.)" for word in _SHORT)
    + r"\s+(?=[A-Z0-9\"'(])"
)


def sentences(paragraph: str) -> list[str]:
    """A paragraph cut behind its sentences; whole when it is short."""
    return [paragraph] if len(paragraph) <= LONG else _END.split(paragraph)


def by_sentence(markdown: str) -> str:
    """Markdown with a line for each sentence of its long paragraphs; all else as it is."""
    lines: list[str] = []
    fenced = False
    for line in markdown.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        lines.extend([line] if fenced or _MARKED.match(line) else sentences(line))
    return "\n".join(lines) + "\n" * markdown.endswith("\n")
