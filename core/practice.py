"""The values of practice: concepts, items, checks, responses, grades. Frozen and pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.types import Citation, Line, Sentence

ItemKind = Literal["scenario", "property", "two", "true_false", "gap", "variant"]
"""Single choice from a scenario; which property belongs to a concept; select TWO; true or false;
fill the gap, typed; a question of the notes with another scenario."""
Origin = Literal["notes", "model", "template"]
"""Who wrote the stem: the learner's notes, a model, or code."""
Difficulty = Literal["easy", "medium", "hard"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the notes say of a concept. `heading` is the sub-heading between them, or "".

    `text` is what the line says without marks and without the concept's own name before it.
    """

    line: Line
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """A named thing in the notes. `siblings` are names of other things of its kind, nearest first.

    `score` (0..1) is how sure the map is that `name` is a name and not a label of the outline.
    """

    name: str
    note: str
    line: int
    path: tuple[str, ...]
    facts: tuple[Fact, ...]
    siblings: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    domain: str = ""
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `rationale` says why it is right, or what it is for instead.

    `about` names the concept that the option is, or belongs to. No citations: the notes say
    nothing about it.
    """

    text: str
    rationale: str = ""
    citations: tuple[Citation, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A practice question. `key` are 0-based places in `options` as shown; a gap has none.

    `accepted` are the answers a gap takes, the first is the one shown. `facts` are the keys of
    the tested facts, see `quiz.concepts.facts.fact_key`. `guessable` is whether it was solved
    without the lines; None when no model tried. `variant_of` is the id of the item it varies.
    `given` is whether its options are those of the question's author.
    """

    id: str
    kind: ItemKind
    origin: Origin
    stem: str
    options: tuple[Option, ...]
    key: tuple[int, ...]
    concept: str
    facts: tuple[str, ...]
    citations: tuple[Citation, ...]
    accepted: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    domain: str = ""
    difficulty: Difficulty = "medium"
    hint: Citation | None = None
    guessable: bool | None = None
    variant_of: str = ""
    given: bool = False

    @property
    def answer(self) -> str:
        """The right answer in words."""
        if not self.options:
            return self.accepted[0] if self.accepted else ""
        return "; ".join(self.options[place].text for place in self.key)


@dataclass(frozen=True, slots=True)
class Check:
    """One named test of an item, and what it found."""

    name: str
    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a learner wants to practise. Empty fields and None: no restriction."""

    topic: str = ""
    domain: str = ""
    notes: frozenset[str] | None = None
    kind: ItemKind | None = None
    difficulty: Difficulty | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What a learner answered: places in `options`, or the typed words of a gap."""

    item_id: str
    chosen: tuple[int, ...] = ()
    typed: str = ""
    seconds: float = 0.0
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """`correct` is whether the response is the key; `remark` says what was forgiven, if any."""

    correct: bool
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A graded response, saved. `at` is UTC."""

    id: int
    response: Response
    grade: Grade
    at: datetime


@dataclass(frozen=True, slots=True)
class OptionNote:
    """What is said of one option: sentences whose citations have been checked.

    `silent` is True when the notes say nothing about it.
    """

    verdict: Literal["right", "wrong", "undecided"]
    sentences: tuple[Sentence, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every option of an item explained, in order; `summary` says why the key holds.

    It comes several times, fuller each time; `done` marks the last. `draft` is what the model is
    writing, not checked yet. `tokens` are what models on other machines counted for it.
    """

    options: tuple[OptionNote, ...] = ()
    summary: tuple[Sentence, ...] = ()
    draft: str = ""
    answered_by: str = "extractive"
    notice: str = ""
    done: bool = False
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Pasted:
    """A question as people copy it, taken apart. Places are 0-based.

    `select` is how many options are to be chosen, 0 for "all that apply"; `mine` is the learner's
    answer, `given` the key that came along. `problems` say what was unclear: then nothing was
    guessed.
    """

    stem: str
    options: tuple[str, ...] = ()
    select: int = 1
    mine: tuple[int, ...] = ()
    given: tuple[int, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Which options are right, who says so, how sure it is (0..1), and the deciding lines."""

    key: tuple[int, ...] = ()
    source: Literal["given", "notes", "undecided"] = "undecided"
    confidence: float = 0.0
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Recheck:
    """What became of an item that a learner called wrong: kept or retired, and why."""

    kept: bool
    reason: str
    citations: tuple[Citation, ...] = ()
