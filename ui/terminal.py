"""Values, errors and progress -> text for a terminal. Imports nothing heavy."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from core.errors import NoteproofError
from core.types import Answer, Citation, Hit, Sentence

if TYPE_CHECKING:
    from retrieval.store import NoteInfo


def sentence_text(sentence: Sentence) -> str:
    """A sentence with its citations as note:line."""
    return sentence.text + places(sentence.citations)


def places(citations: Iterable[Citation]) -> str:
    """Each place in brackets, with a space before it."""
    return "".join(f" [{place(citation)}]" for citation in citations)


def place(citation: Citation) -> str:
    """`note:line`, as editors and compilers write it; with the page where the note has some."""
    page = f" ({citation.page})" if citation.page else ""
    return f"{citation.note}:{citation.first_line}{page}"


def answer_tail(answer: Answer) -> str:
    """What stands under the sentences: the refusal, the nearest lines, who answered."""
    rows = []
    if answer.abstained:
        rows.append("Your notes do not say." if answer.from_notes else "The model gave no answer.")
        if answer.nearest:
            rows.append("The nearest lines:")
            rows.extend(f"  {place(c)}  {c.quote}" for c in answer.nearest)
    if not answer.from_notes and answer.sentences:
        rows.append("Not from your notes.")
    if answer.notice:
        rows.append(answer.notice)
    rows.append(f"({answer.answered_by}, {answer.timings.total_ms / 1000:.1f} s)")
    return "\n".join(rows)


def hits_text(hits: Sequence[Hit]) -> str:
    """Hits for reading: place, path, text."""
    blocks = []
    for hit in hits:
        passage = hit.passage
        path = " > ".join(part.strip() for part in passage.path[-3:])
        head = f"{passage.note}:{passage.first_line}-{passage.last_line}  {hit.score:.2f}  {path}"
        blocks.append(head + "\n" + "\n".join(f"    {row}" for row in passage.text.splitlines()))
    return "\n\n".join(blocks) if blocks else "Nothing found."


def sources_text(notes: Sequence[NoteInfo]) -> str:
    """One row a note, those that failed with why."""
    width = max((len(note.name) for note in notes), default=0)
    rows = []
    for note in notes:
        told = note.problem and f"left out: {note.problem}"
        counts = f"{note.passages} passages, {note.lines} lines, {note.questions} past questions"
        more = f"; {note.remark}" if note.remark else ""
        rows.append(f"{note.name:<{width}}  {told or counts}{more}")
    return "\n".join(rows)


@contextmanager
def told() -> Iterator[None]:
    """Turns our errors into one line on standard error, and exit code 1."""
    try:
        yield
    except NoteproofError as error:
        print(f"noteproof: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        raise typer.Exit(1) from None


QUIET = 1.0
"""Seconds in which nothing is told of progress where it cannot be written over."""


def progress_line(
    label: str, now: Callable[[], float] = time.monotonic
) -> Callable[[str, float], None]:
    """A progress report on standard error, one line that is written over on a terminal.

    What is left of a stage is estimated once there is something to go by. Elsewhere, such as in a
    file, what is done within a second is not told.
    """
    last, began, first = ("", -1), 0.0, now()

    def show(stage: str, share: float) -> None:
        nonlocal last, began
        percent = int(share * 100)
        if stage != last[0]:
            began = now()
        if (stage, percent) == last:
            return
        told = percent % 20 == 0 or stage != last[0]
        if not sys.stderr.isatty() and not (told and now() - first > QUIET):
            return
        last = stage, percent
        end = "\r" if sys.stderr.isatty() and percent < 100 else "\n"
        left = time_left(now() - began, share)
        print(f"{label}: {stage} {percent:3d} %{left:<20}", end=end, file=sys.stderr, flush=True)

    return show


def time_left(seconds: float, share: float) -> str:
    """`, about 3 min left`; empty near the ends and in the first seconds."""
    if seconds < 3 or not 0.01 <= share < 1:
        return ""
    left = seconds / share - seconds
    if left < 90:
        return f", about {max(1, round(left))} s left"
    return (
        f", about {round(left / 60)} min left"
        if left < 5400
        else f", about {left / 3600:.1f} h left"
    )
