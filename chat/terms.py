"""When the notes use other words than the question: terms of the notes that may be meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.text import strip_marker, words
from proof.claims import rarest_names
from retrieval.lexical import LexicalIndex
from retrieval.retriever import Retrieval

CANDIDATES = 16
PICKS = 3
_CUT = re.compile(r" - |: |:$|\(| = ")


def wanted(retrieval: Retrieval, vocabulary: LexicalIndex) -> bool:
    """Whether other words might find more: few words are covered, and no name is found."""
    if not retrieval.unsure or not retrieval.hits:
        return False
    names = rarest_names(retrieval.query, vocabulary, vocabulary.__contains__)
    best = retrieval.hits[0].passage
    found = set(words(f"{' '.join(best.path)} {best.text}"))
    return not names & found


def candidates(retrieval: Retrieval) -> list[str]:
    """Short headings and names on and above the best lines, nearest to the question first."""
    found: dict[str, str] = {}
    for line, _ in retrieval.lines:
        for text in (*line.path[-2:], strip_marker(line.text)):
            name = _CUT.split(text)[0].strip(" :-–")
            if 1 <= len(words(name)) <= 5 and not name.endswith("?"):
                found.setdefault(name.lower(), name)
    return list(found.values())[:CANDIDATES]


def picked(reply: str, offered: Sequence[str]) -> list[str]:
    """The offered terms that a reply names, in its order; what was not offered is ignored."""
    by_name = {name.lower(): name for name in offered}
    parts = (part.strip(" .").lower() for part in re.split(r"[;\n]", reply))
    return [by_name[part] for part in dict.fromkeys(parts) if part in by_name][:PICKS]
