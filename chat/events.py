"""What happens while a question is answered, in order of appearance."""

from __future__ import annotations

from dataclasses import dataclass

from core.types import Answer, Citation, Hit, Sentence


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """What the notes hold on the question. May come twice: better words may find better lines."""

    hits: tuple[Hit, ...]
    nearest: tuple[Citation, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Drafting:
    """The model's words of the sentence being written: not checked yet, show them as such.

    Empty when the sentence is done: either a `SentenceReady` follows, or it was dropped.
    """

    text: str


@dataclass(frozen=True, slots=True)
class SentenceReady:
    """A sentence that passed the check."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Answered:
    """The end: the whole answer."""

    answer: Answer


Event = EvidenceFound | Drafting | SentenceReady | Answered
