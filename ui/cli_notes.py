"""The commands `index` and `concepts`: what was read of the notes, and what they name."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from core.errors import NoteproofError, NotesUnreachable
from ui.records import dump
from ui.records_practice import concept_record
from ui.terminal import progress_line, sources_text

if TYPE_CHECKING:
    from ingest.indexer import IndexReport
    from ingest.library import Library
    from quiz.concepts.concept_map import ConceptMap


def bring_up_to_date(library: Library) -> None:
    """Index what has changed; standard output stays free for the command's own.

    Notes out of reach are no reason to stop while there is an index of them.
    """
    try:
        report = library.update(progress_line("indexing"))
    except NotesUnreachable as error:
        if not library.open_existing():
            raise
        print(f"{error} Until then the last index serves.", file=sys.stderr)
        return
    for message in report.messages:
        print(message, file=sys.stderr)
    if report.sent:
        print(report.sent, file=sys.stderr)
    if report.problems and not report.unchanged:
        print(sources_text(report.problems), file=sys.stderr)


def print_index(library: Library, *, as_json: bool, yes: bool = False) -> None:
    """Index what has changed, and print what became of each note. `yes` agrees to send them."""
    report = _updated(library, yes=yes)
    if as_json:
        print(dump(asdict(report)))
        return
    for message in report.messages:
        print(message)
    print(sources_text(report.notes))
    done = f"{report.embedded} texts embedded, {report.reused} taken over"
    print("Nothing has changed." if report.unchanged else f"Done: {done}.")
    if report.sent:
        print(report.sent)


def _updated(library: Library, *, yes: bool) -> IndexReport:
    """What was done, after a question on the terminal if notes would leave this machine."""
    from ingest.embedding import ConsentNeeded

    try:
        return library.update(progress_line("indexing"), consented=yes)
    except ConsentNeeded as question:
        if not sys.stdin.isatty():
            raise
        if not typer.confirm(f"{question.asked} Go on?", err=True):
            raise NoteproofError(
                "Nothing was sent; the index is as it was. Unset NOTEPROOF_EMBEDDING_MODEL to "
                "index on this machine."
            ) from None
    return library.update(progress_line("indexing"), consented=True)


def print_concepts(known: ConceptMap, *, as_json: bool) -> None:
    """The map, one concept a block or one JSON line each."""
    for concept in known.concepts:
        if as_json:
            print(dump(concept_record(concept)))
            continue
        also = f" ({', '.join(concept.aliases)})" if concept.aliases else ""
        print(f"{concept.name}{also}  [{concept.domain}]  {concept.note}:{concept.line}")
        for fact in concept.facts:
            under = f"{fact.heading}: " if fact.heading else ""
            print(f"    {under}{fact.text}  {fact.line.note}:{fact.line.number}")
        if concept.siblings:
            print(f"    beside: {', '.join(concept.siblings)}")
    if not as_json and not known.concepts:
        print("No concepts: the notes have no headings with lines under them and no definitions.")
