"""The facts in the body of a note: its lines without titles, headings, front matter, questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from chat.suggestions import looks_like_a_name
from core.function_words import FUNCTION_WORDS
from core.text import strip_marker, words
from core.types import Line, Passage
from retrieval.retriever import Retriever

SHORTEST, LONGEST = 3, 45
"""Words of a line that states a fact."""
SHORT_ENTRY = 12
"""Words of a line that may be an entry about the file: `Author: J. Doe`, `Version: 2`."""
FIRST_LINES = 3
"""Where such entries stand in a note without headings."""
_ADDRESS = re.compile(r"\S*(?:://|www\.|[A-Za-z]:\\)\S*|\S+@\S+\.\S+")
_ENTRY = re.compile(r"^[^:.!?]{1,40}:\s+\S")
_KEY = re.compile(r"^([^:.;!?|]{1,60}?)(?::| [-–—])\s+(?=\S)")
_ORDINAL = re.compile(r"^\d+(?:\.\d+)*[.)]?\s+(?=[A-Z])")
_CELLS = re.compile(r"^\s*\|.*\|\s*$")


@dataclass(frozen=True, slots=True)
class Fact:
    """A line under its headings, the note's title not among them; `key: text` if it has a key.

    `subject` is a key like a name that stands under one heading only, or the nearest heading that
    names a thing; "" where there is neither.
    """

    line: Line
    path: tuple[str, ...]
    subject: str
    key: str
    text: str

    @property
    def section(self) -> str:
        """The main heading it stands under."""
        return self.path[0] if self.path else ""


class NoteFacts:
    """What of a note may be told and asked, in the order of its lines."""

    def __init__(self, lines: Sequence[Line], passages: Sequence[Passage] = ()) -> None:
        self.lines = list(lines)
        questions = {
            number
            for passage in passages
            if passage.kind == "question"
            for number in range(passage.first_line, passage.last_line + 1)
        }
        self._heads = _headings(self.lines)
        self.title = _common_path(self.lines, self._heads)
        plain = [line for line in self.lines if line.number not in questions | self._heads]
        out = _front_matter(plain, self.title)
        self._body = [line for line in plain if line.number not in out]

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Its facts, no two alike."""
        found: dict[frozenset[str], Fact] = {}
        for line in self._body:
            fact = self._fact(line)
            if fact is not None:
                alike = frozenset(w for w in words(line.text) if not w.isdigit())
                found.setdefault(alike, fact)
        return tuple(found.values())

    @cached_property
    def sections(self) -> dict[str, list[Fact]]:
        """Its facts by main heading."""
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.section, []).append(fact)
        return found

    def main(self, count: int) -> list[str]:
        """The main headings with most facts, at most `count`, in the order of the note."""
        largest = sorted(self.sections, key=lambda name: -len(self.sections[name]))[:count]
        return [name for name in self.sections if name in largest]

    @cached_property
    def sides(self) -> Counter[str]:
        """Lower-cased headings and keys -> of how many things they name a side."""
        places: dict[str, set[tuple[str, ...]]] = {}
        for line in self._body:
            for depth, name in enumerate(line.path):
                places.setdefault(plain_heading(name).lower(), set()).add(line.path[:depth])
            key = _KEY.match(strip_marker(line.text))
            if key:
                places.setdefault(key.group(1).lower(), set()).add(line.path)
        return Counter({name: len(under) for name, under in places.items()})

    @cached_property
    def frequency(self) -> Counter[str]:
        """How many lines each word stands in, headings counted."""
        return Counter(word for line in self.lines for word in set(words(line.text)))

    def _fact(self, line: Line) -> Fact | None:
        text = " ".join(strip_marker(line.text).split())
        said = _ADDRESS.sub(" ", text)
        content = [w for w in words(said) if w not in FUNCTION_WORDS]
        if len(content) < SHORTEST or len(words(said)) > LONGEST or _CELLS.match(line.text):
            return None
        if (said != text and len(content) < 2 * SHORTEST) or text.endswith(("?", ":", "…")):
            return None
        path = tuple(plain_heading(part) for part in line.path[len(self.title) :])
        named = [part for part in path if self.sides[part.lower()] < 2]
        key = _KEY.match(text)
        found = key.group(1).strip() if key and len(words(key.group(1))) <= 6 else ""
        said = text[key.end() :] if found and key else text
        named_so = len(found.split()) > 1 or looks_like_a_name(found)
        own = named_so and self.sides[found.lower()] < 2
        return Fact(line, path, found if own else (named[-1] if named else ""), found, said)


def plain_heading(heading: str) -> str:
    """A heading without its number and colon."""
    return _ORDINAL.sub("", heading).rstrip(" :-–—") or heading


def _headings(lines: Sequence[Line]) -> frozenset[int]:
    """Numbers of the lines that are headings of those after them."""
    found = set()
    for line, after in pairwise(lines):
        depth = len(line.path)
        if len(after.path) > depth and after.path[depth] == strip_marker(line.text):
            found.add(line.number)
    return frozenset(found | {line.number for line in lines if line.text.lstrip().startswith("#")})


def _common_path(lines: Sequence[Line], heads: Collection[int]) -> tuple[str, ...]:
    """The headings that stand over everything else: the title of a note."""
    paths = [line.path for line in lines if line.number not in heads]
    if not paths or len(set(paths)) == 1:
        return ()
    shared = list(paths[0])
    for path in paths:
        while list(path[: len(shared)]) != shared:
            shared.pop()
    return tuple(shared)


def _front_matter(lines: Sequence[Line], title: tuple[str, ...]) -> frozenset[int]:
    """Numbers of the lines before the first sub-heading that are about the file, not its subject.

    They are short entries (`Author: J. Doe`), or say nothing in any word of the rest.
    """
    deeper = [number for number, line in enumerate(lines) if len(line.path) > len(title)]
    first = deeper[0] if deeper else min(FIRST_LINES, len(lines) // 3)
    head, rest = lines[:first], lines[first:]
    texts = (f"{' '.join(line.path[len(title) :])} {line.text}" for line in rest)
    known = {w for text in texts for w in words(text)} - FUNCTION_WORDS
    return frozenset(
        line.number for line in head if _is_entry(line) or not (known & set(words(line.text)))
    )


def _is_entry(line: Line) -> bool:
    text = strip_marker(line.text)
    return bool(_ENTRY.match(text)) and len(words(text)) <= SHORT_ENTRY


def facts_of(retriever: Retriever, lines: Sequence[Line]) -> NoteFacts:
    """The facts of one note, whose lines these are."""
    note = lines[0].note if lines else ""
    return NoteFacts(lines, [p for p in retriever.index.passages if p.note == note])
