"""What a note is about: a summary proven line by line, or its headings, and what may be asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chat.asking import Asking, past_question, spread
from chat.facts import NoteFacts, plain_heading
from chat.suggestions import MAX_WORDS, past_questions
from core.text import shorten, strip_marker
from core.types import Line, Passage, Sentence
from retrieval.citations import cite
from retrieval.retriever import Retriever

HEADINGS = 5
QUESTIONS = 3
LONGEST_HEADING = 60
"""Characters."""
QUOTED = 2
"""Past questions, or lines of a note without headings, that stand for all of it."""
SHORT_QUESTION = 80
_LABEL = re.compile(r"^(?:[A-Za-z]{1,12}\s*)?[#.]?\s*\d{0,3}\s*[:)]\s*")


@dataclass(frozen=True, slots=True)
class About:
    """`summary` is a model's (`by`), or lines as they stand; without one there is an `outline`.

    Each sentence of a summary is proven. The outline is one sentence by code: the main headings,
    the past questions.
    """

    summary: tuple[Sentence, ...] = ()
    headings: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    by: str = ""
    outline: str = ""


def plain_about(retriever: Retriever, note: str) -> About | None:
    """Headings and questions by code alone; None when there is no such note."""
    lines = lines_of(retriever, note)
    if not lines:
        return None
    passages = [passage for passage in retriever.index.passages if passage.note == note]
    facts = NoteFacts(lines, passages)
    stems = _stems(passages)
    heads = main_headings(lines)
    made = Asking(facts).made(QUESTIONS)
    room = max(1, QUESTIONS - len(made))
    questions = (*sorted(dict.fromkeys(stems), key=len)[:room], *made)[:QUESTIONS]
    outline = outline_of(heads if facts.facts else (), stems, passages)
    summary = () if outline else _quoted(facts)
    return About(summary, heads, questions, "", outline)


def _stems(passages: Sequence[Passage]) -> list[str]:
    """Past questions that are short, one with a gap asked for as a question."""
    found: list[str] = []
    for passage in passages:
        if passage.kind == "question":
            first = _LABEL.sub("", strip_marker(passage.text.splitlines()[0]))
            asked = past_question(" ".join(first.split()))
            whole = asked.endswith("?") and 3 <= len(asked.split()) <= MAX_WORDS
            found.extend([asked] if whole else past_questions([passage]))
    return found


def outline_of(heads: Sequence[str], stems: Sequence[str], passages: Sequence[Passage]) -> str:
    """What a note holds, in a sentence; "" when it has one heading at most and no questions."""
    asked = sum(passage.kind == "question" for passage in passages)
    many = f"{asked:,} past question{'s' if asked > 1 else ''}" if asked else ""
    told = "; ".join(shorten(head, LONGEST_HEADING) for head in heads)
    if len(heads) > 1:
        return f"On {told}{f'; with {many}' if many else ''}."
    if not many:
        return ""
    short = [stem for stem in stems if len(stem) <= SHORT_QUESTION]
    shown = " and ".join(f"“{stem}”" for stem in spread(short, QUOTED))
    if not shown:
        return f"{many}."
    return f"{many}: {shown}" if asked <= QUOTED else f"{many}, among them {shown}"


def _quoted(facts: NoteFacts) -> tuple[Sentence, ...]:
    """The first lines that state something, as they stand."""
    chosen = spread([fact.line.text.strip() for fact in facts.facts], QUOTED)
    lines = {fact.line.text.strip(): fact.line for fact in reversed(facts.facts)}
    return tuple(
        Sentence(shorten(strip_marker(text), 200), (cite(number, lines[text]),))
        for number, text in enumerate(chosen, 1)
    )


def lines_of(retriever: Retriever, note: str) -> list[Line]:
    """The indexed lines of a note."""
    count = len(retriever.index.texts.get(note, ()))
    rows = (retriever.find(note, number) for number in range(1, count + 1))
    return [retriever.index.lines[row] for row in rows if row is not None]


def main_headings(lines: Sequence[Line]) -> tuple[str, ...]:
    """The first headings of the uppermost level that has more than one."""
    deepest = max((len(line.path) for line in lines), default=0)
    for level in range(deepest):
        found = dict.fromkeys(
            plain_heading(strip_marker(line.path[level]))
            for line in lines
            if len(line.path) > level
        )
        heads = [head for head in found if head and head != lines[0].note]
        if len(heads) > 1 or level == deepest - 1:
            return tuple(heads[:HEADINGS])
    return ()
