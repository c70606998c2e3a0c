"""The values that travel through Noteproof: frozen, and ignorant of storage, UI and LangChain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PassageKind = Literal["prose", "list", "table", "question"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a note. `number` is 1-based over `str.splitlines()`; `text` is verbatim.

    `page` names the page or slide it is on, such as `page 3`; empty in notes that have none.
    """

    note: str
    number: int
    text: str
    path: tuple[str, ...] = ()
    page: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of lines that belong together, `first_line` to `last_line` inclusive."""

    id: str
    note: str
    path: tuple[str, ...]
    first_line: int
    last_line: int
    text: str
    kind: PassageKind = "prose"


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. `score` is a z-score sum; `best_lines` are its lines, best first."""

    passage: Passage
    score: float
    best_lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One numbered line of evidence; `text` is what the model reads of it.

    `context` is the whole passage: it tells what the line is about, and proves nothing.
    """

    number: int
    line: Line
    text: str
    context: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        return self.line.path


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a model is given: numbered lines, 1-based and consecutive."""

    items: tuple[EvidenceLine, ...] = ()

    def get(self, number: int) -> EvidenceLine | None:
        """The item with this number, or None: a model's reference is never trusted."""
        return self.items[number - 1] if 1 <= number <= len(self.items) else None


@dataclass(frozen=True, slots=True)
class Citation:
    """A proof: `quote` is the verbatim text of `first_line` to `last_line` of `note`.

    `page` is that of the first line, as in `Line`.
    """

    number: int
    note: str
    first_line: int
    last_line: int
    quote: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer. Unsupported sentences carry no citations."""

    text: str
    citations: tuple[Citation, ...] = ()
    supported: bool = True


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds since the question arrived, and the model's own token counts."""

    evidence_ms: float = 0.0
    first_token_ms: float | None = None
    total_ms: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer.

    `nearest` are the closest lines, shown when `abstained`. `answered_by` names the rung.
    `notice` says why a lower rung answered; `from_notes` is False only for an answer the
    learner asked for without their notes. `remote`: a model of another machine answered.
    """

    question: str
    sentences: tuple[Sentence, ...] = ()
    nearest: tuple[Citation, ...] = ()
    abstained: bool = False
    answered_by: str = "extractive"
    notice: str = ""
    from_notes: bool = True
    timings: Timings = field(default_factory=Timings)
    remote: bool = False

    @property
    def text(self) -> str:
        """The sentences in a row; lines of notes quoted as sentences get a full stop."""
        texts = (sentence.text for sentence in self.sentences)
        return " ".join(text if text[-1:] in ".!?" else f"{text}." for text in texts)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every distinct citation, in order of number."""
        found = {c.number: c for s in self.sentences for c in s.citations}
        return tuple(found[number] for number in sorted(found))


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str
