"""Values, errors and progress -> text for a terminal. Imports nothing heavy."""

from __future__ import annotations

import sys
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
        rows.append(f"{note.name:<{width}}  {told or counts}")
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


def progress_line(label: str) -> Callable[[str, float], None]:
    """A progress report on standard error, one line that is written over on a terminal."""
    last = -1

    def show(stage: str, share: float) -> None:
        nonlocal last
        percent = int(share * 100)
        if percent == last or (not sys.stderr.isatty() and percent % 20):
            return
        last = percent
        end = "\r" if sys.stderr.isatty() and percent < 100 else "\n"
        print(f"{label}: {stage} {percent:3d} %   ", end=end, file=sys.stderr, flush=True)

    return show
