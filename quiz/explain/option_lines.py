"""Lines of the notes about an option of a question: evidence small enough for a small model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from core.text import strip_marker
from core.types import Citation, Evidence, EvidenceLine, Line
from quiz.explain.option_words import OptionWords
from retrieval.evidence import excerpt, tokens
from retrieval.labels import is_short
from retrieval.quoting import found_nothing
from retrieval.retriever import Retrieval, Retriever

SEARCHED = 60
"""Lines that are looked at for an option that is no name."""
SCALE = 6.0
"""The scores of a search, which reach some 20, beside what it is worth to be about the option."""
NEAR_FIGURE = 0.35
"""Share of the question's rare words beside a figure, for the line to be about that figure."""
LEADING = 5
"""The first lines under a heading say what the thing is."""
LISTED = 4
"""Commas or slashes that make a line in which a name is only mentioned a list of names."""
_COMMAS = re.compile(r"[,/]")
_ADDRESS = re.compile(r"^\W*(?:https?://|www\.)")


@dataclass(frozen=True, slots=True)
class Asked:
    """An option as it is looked up: `about` names what it belongs to, `own` is cited already."""

    text: str
    about: str = ""
    own: tuple[Citation, ...] = ()

    @property
    def subject(self) -> str:
        """What a sentence on the option is about."""
        return self.about or self.text

    @property
    def query(self) -> str:
        return f"{self.about} {self.text}" if self.part else self.text

    @property
    def part(self) -> bool:
        """Whether the option is something that is said of its subject, not the subject itself."""
        return bool(self.about) and self.about != self.text


class OptionLines:
    """Finds what the notes say of the options of one question."""

    def __init__(self, retriever: Retriever, stem: str) -> None:
        self.retriever = retriever
        self.stem = stem
        asked = self._search(stem)
        self._near = dict(asked.lines)
        self._foreign = found_nothing(asked)

    def about(self, asked: Asked, budget: int, weight: float = 0.6) -> Evidence:
        """Lines of one place that name the option, those it cites already first, then the best.

        Empty when the notes do not name it, or know nothing of the question. `budget` is in
        tokens; `weight` is how much the question counts beside the option.
        """
        own = list(self._cited(asked.own))
        found = [] if own and asked.part else self._naming(asked, weight)
        near = [line for line in found if line.path == (own or found)[0].path]
        return self._numbered([*own, *near], asked.query, budget)

    def anywhere(self, asked: Asked, budget: int, weight: float) -> Evidence:
        """The same from any place in the notes."""
        return self._numbered(self._naming(asked, weight), asked.query, budget)

    def _naming(self, asked: Asked, weight: float) -> list[Line]:
        """The lines that name the option and say more than its name, best first."""
        names = OptionWords.of(asked.subject, self.retriever.vocabulary)
        if self._foreign or names.unknown:
            return []
        found = dict(self._search(asked.query).lines)
        scores: dict[Line, float] = {}
        for line in found if names.whole else islice(found, SEARCHED):
            named = names.named_by(line)
            if named and self._says(line, names, named):
                search = found[line] + weight * self._near.get(line, 0.0)
                scores[line] = search / SCALE + named + self._leads(line, names)
        return sorted(scores, key=lambda line: -scores[line])

    def _search(self, query: str) -> Retrieval:
        return self.retriever.search(query, 1, lines=len(self.retriever.index.lines))

    def _leads(self, line: Line, names: OptionWords) -> float:
        """What it is worth to be among the first lines under the option's own heading."""
        lines, row = self.retriever.index.lines, self.retriever.row(line)
        for offset in range(1, min(LEADING, row) + 1):
            above = lines[row - offset]
            if (*above.path, strip_marker(above.text)) == line.path:
                return 1.5 - offset / LEADING if names.named_by(above) > 1 else 0.0
        return 0.0

    def _says(self, line: Line, names: OptionWords, named: float) -> bool:
        """Whether a line says anything: it is no address, no bare heading, no list of names."""
        if _ADDRESS.search(line.text) or not names.tells_more(line.text):
            return False
        if named <= 1 and len(_COMMAS.findall(line.text)) >= LISTED:
            return False
        if names.figures and not self._beside(line):
            return False
        lines, row = self.retriever.index.lines, self.retriever.row(line)
        below = lines[row + 1] if row + 1 < len(lines) else line
        heads = len(below.path) > len(line.path) and below.path[len(line.path)] == strip_marker(
            line.text
        )
        return not heads or not is_short(line)

    def _beside(self, line: Line) -> bool:
        """Whether a line holds enough of the question."""
        text = f"{line.text} {' '.join(line.path)}"
        return self.retriever.vocabulary.coverage(self.stem, text) >= NEAR_FIGURE

    def _cited(self, citations: Sequence[Citation]) -> Iterator[Line]:
        """The lines of citations as they are in the index; a past question's story is none."""
        index = self.retriever.index
        for citation in citations:
            for number in range(citation.first_line, citation.last_line + 1):
                row = self.retriever.find(citation.note, number)
                if row is not None and (citation.note, number) not in index.asked:
                    yield index.lines[row]

    def _numbered(self, lines: Sequence[Line], query: str, budget: int) -> Evidence:
        """The first lines that fit, numbered; at least one."""
        items: list[EvidenceLine] = []
        spent = 0
        for line in dict.fromkeys(lines):
            text = excerpt(line, query, self.retriever.vocabulary)
            spent += tokens(text) + 4
            if items and spent > budget:
                break
            context = self.retriever.context(self.retriever.row(line))
            items.append(EvidenceLine(len(items) + 1, line, text, context))
        return Evidence(tuple(items))
