"""What items are made from, for the notes as they are now; built anew when the notes change."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.errors import NoteproofError, NotesError
from core.practice import Difficulty, Item, ItemKind, Scope
from quiz.checks.run import run_checks
from quiz.concepts.concept_map import build_map
from quiz.concepts.domains import Exam
from quiz.items.bank import read_bank
from quiz.items.difficulty import difficulty
from quiz.items.eligible import names_one
from quiz.items.maker import ItemMaker
from quiz.items.past_item import given_item, past_items
from quiz.items.reading import NotesReading
from retrieval.remembered import RememberedEmbedder
from retrieval.retriever import Retriever

NO_CONCEPTS = (
    "Your notes hold nothing that can be asked: no headings with lines under them, no "
    "`Term - definition`, no past questions. Add such notes, or paste a question under Explain."
)


class Workshop:
    """The concept map, the bank and the maker over the current index.

    All methods may be called from any thread; the first call after a change of the notes takes
    some seconds (three for 2,500 lines).
    """

    def __init__(
        self,
        retriever: Callable[[], Retriever],
        note_lines: Callable[[str], Sequence[str]],
        embedder: RememberedEmbedder,
        exam: Exam,
    ) -> None:
        self.exam = exam
        self._retriever = retriever
        self._note_lines = note_lines
        self._embedder = embedder
        self._lock = threading.Lock()
        self._source: Retriever | None = None
        self._maker: ItemMaker | None = None
        self._failure: NoteproofError | None = None

    def maker(self) -> ItemMaker:
        """The maker for the notes as they are.

        Raises:
            IndexMissing: there is no index.
        """
        source = self._retriever()
        with self._lock:
            if self._maker is None or self._source is not source:
                known = build_map(source.index, self._embedder, self.exam)
                bank = read_bank(source.index, self._embedder)
                notes = NotesReading(self._note_lines, known, source.vocabulary)
                self._maker = ItemMaker(known, bank, notes, self._embedder)
                self._source = source
                self._embedder.save()
            return self._maker

    def ready(self) -> bool:
        """Whether `maker` answers at once; if not, it is being built from now on.

        Raises:
            IndexMissing: there is no index.
            ConfigError: building it has failed; asked again, it is tried again.
        """
        source = self._retriever()
        if self._maker is not None and self._source is source:
            return True
        if not self._lock.locked():
            failure, self._failure = self._failure, None
            if failure is not None:
                raise failure
            threading.Thread(target=self._build, name="workshop", daemon=True).start()
        return False

    def _build(self) -> None:
        try:
            self.maker()
        except NoteproofError as error:
            self._failure = error

    def scope(
        self,
        topic: str,
        domain: str,
        notes: Sequence[str] | None,
        kind: ItemKind | None,
        level: Difficulty | None,
    ) -> Scope:
        """A scope from what a learner typed; see `Exam.find` for domains."""
        found = self.exam.find(domain) if domain.strip() else ""
        chosen = frozenset(notes) if notes is not None else None
        return Scope(topic.strip(), found, chosen, kind, level)

    def names(self, scope: Scope) -> frozenset[str]:
        """Names of the concepts in a scope."""
        return frozenset(target.concept.name for target in self.maker().targets(scope))

    def fits(self, item: Item, scope: Scope) -> bool:
        """Whether an item belongs to a scope, and its lines are still in the notes."""
        return (
            (scope.kind is None or item.kind == scope.kind)
            and (scope.difficulty is None or item.difficulty == scope.difficulty)
            and (not scope.domain or item.domain == scope.domain)
            and (scope.notes is None or all(c.note in scope.notes for c in item.citations))
            and (not scope.topic or self._is_about(item, scope))
            and self.proven(item)
        )

    def _is_about(self, item: Item, scope: Scope) -> bool:
        """Whether its concept is in scope, or the topic names what a past question is about."""
        if item.concept in self.names(scope):
            return True
        return item.origin == "notes" and names_one(scope.topic, (item.concept, *item.path))

    def proven(self, item: Item) -> bool:
        """Whether every line that an item cites still says what it said."""
        cited = [*item.citations, *(c for option in item.options for c in option.citations)]
        return all(self._says(c.note, c.first_line, c.quote) for c in cited)

    def outdated(self, item: Item) -> bool:
        """Whether a note that an item cites is there, and does not say that any more."""
        here = (c for c in item.citations if self._note_lines(c.note))
        return not all(self._says(c.note, c.first_line, c.quote) for c in here)

    def _says(self, note: str, number: int, quote: str) -> bool:
        lines = self._note_lines(note)
        return 1 <= number <= len(lines) and lines[number - 1].strip() == quote.strip()

    def bank_items(self, scope: Scope, rng: random.Random) -> list[Item]:
        """The past questions in a scope that have options, or get some by code, in random order."""
        maker = self.maker()
        items = past_items(maker.bank, maker.known, maker.notes, rng)
        levelled = (replace(item, difficulty=difficulty(item, maker.known)) for item in items)
        found = [item for item in levelled if self.fits(item, scope)]
        rng.shuffle(found)
        return found

    def require(self, scope: Scope) -> None:
        """Raise when nothing can ever come of a scope.

        Raises:
            NotesError: the notes hold no concept, or none of this scope; says what to do.
        """
        maker = self.maker()
        if not maker.known.concepts and not maker.bank.questions:
            raise NotesError(NO_CONCEPTS)
        if not self.names(scope) and not self.bank_items(scope, random.Random(0)):
            about = f" about {scope.topic!r}" if scope.topic else ""
            raise NotesError(
                f"There is nothing to practise{about} in what you have chosen"
                f"{self._refused(scope)}. Choose another topic, domain or source, or leave them "
                "open."
            )

    def _refused(self, scope: Scope) -> str:
        """Why the past questions of the notes of a scope cannot be asked, if it has some."""
        maker, chosen = self.maker(), scope.notes or frozenset()
        here = [one for one in maker.bank.questions if one.lines[0].note in chosen]
        items = [given_item(one, maker.known, random.Random(0)) for one in here]
        failed = [run_checks(item, maker.notes)[-1] for item in items if item is not None]
        why = next((check.detail for check in failed if not check.passed), "")
        return f": its past questions cannot be asked ({why})" if why else ""
