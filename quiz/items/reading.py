"""The notes as the checks of an item read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from quiz.concepts.concept_map import ConceptMap
from retrieval.lexical import LexicalIndex


class NotesReading:
    """Implements `quiz.checks.Notes` over one state of the notes."""

    def __init__(
        self,
        note_lines: Callable[[str], Sequence[str]],
        known: ConceptMap,
        vocabulary: LexicalIndex,
    ) -> None:
        self._note_lines = note_lines
        self._known = known
        self._vocabulary = vocabulary

    def line(self, note: str, number: int) -> str | None:
        lines = self._note_lines(note)
        return lines[number - 1] if 1 <= number <= len(lines) else None

    def facts_of(self, concept: str) -> Sequence[str]:
        found = self._known.find(concept)
        return [fact.text for fact in found.facts] if found else []

    def tells(self, word: str) -> bool:
        """Whether a lower-cased word stands in the notes, but not all over them."""
        return self._vocabulary.tells(word)

    def common(self, word: str) -> bool:
        return self._vocabulary.common(word)
