"""What the page does when the learner does something: plain functions, tested directly."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chat.events import Drafting
from chat.suggestions import suggest
from core.errors import IndexMissing, NoteproofError
from core.types import Citation
from ui.conversation import Conversation, Exchange
from ui.ports import Asker, Model, Shelf
from ui.render_notes import note_html, window

SUGGESTIONS = 4
DRAFT_INTERVAL = 0.06
"""Seconds between two drafts sent to the browser: faster than reading, cheap to draw."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask: `before` is the conversation to go on from."""

    before: Conversation
    question: str
    from_notes: bool = True


def read_request(
    conversation: Conversation, typed: str | None, action: Mapping[str, object]
) -> Request:
    """What a submit, a suggested question, or a button under an answer asks for."""
    last = conversation.last
    match action.get("do"):
        case "ask":
            return Request(conversation, str(action.get("question", "")))
        case "again" if last is not None:
            return Request(conversation.without_last(), last.question, last.from_notes)
        case "without-notes" if last is not None:
            return Request(conversation, last.question, from_notes=False)
    return Request(conversation, typed or "")


def ask(
    asker: Asker,
    request: Request,
    notes: Collection[str] | None,
    cancel: threading.Event,
    shown: Conversation | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Conversation]:
    """The conversation after each thing that happens.

    An error before any evidence leaves the conversation as `shown` was, with the error; later
    ones are kept beside what has arrived. Left early, it stops the model.
    """
    before = request.before
    shown = shown if shown is not None else before
    question = request.question.strip()
    problem = _problem(question, notes)
    if problem:
        yield replace(shown, error=problem)
        return
    exchange = Exchange(question, request.from_notes)
    try:
        yield before.asking(exchange)
        drawn = clock()
        for event in asker.stream(
            question,
            before.turns(),
            notes=notes,
            from_notes=request.from_notes,
            cancel=cancel,
        ):
            exchange = exchange.after(event)
            if isinstance(event, Drafting) and event.text and clock() - drawn < DRAFT_INTERVAL:
                continue
            drawn = clock()
            yield before.asking(exchange)
    except NoteproofError as error:
        if exchange.found_ms is None and not exchange.sentences:
            yield replace(shown, error=str(error))
        else:
            yield before.asking(replace(exchange, draft="", error=str(error)))
    finally:
        cancel.set()


def _problem(question: str, notes: Collection[str] | None) -> str:
    if not question:
        return "Type a question first."
    if notes is not None and not notes:
        return "No note is ticked: tick at least one under Sources."
    return ""


def stop(cancel: threading.Event | None) -> None:
    """Stop the model; the stream then ends by itself."""
    if cancel is not None:
        cancel.set()


def chosen(shelf: Shelf, unchecked: Collection[str]) -> frozenset[str] | None:
    """The notes to search, or None for all of them."""
    usable = {source.name for source in shelf.sources() if not source.problem}
    return frozenset(usable - set(unchecked)) if usable & set(unchecked) else None


def act_on_sources(
    shelf: Shelf, model: Model, unchecked: frozenset[str], action: Mapping[str, object]
) -> frozenset[str]:
    """A tick or a button in the left column; returns the unticked notes."""
    match action.get("do"):
        case "choose":
            names = action.get("unchecked")
            return frozenset(map(str, names)) if isinstance(names, list) else unchecked
        case "renew":
            shelf.start()
        case "send-notes":
            shelf.consent()
        case "keep-index":
            shelf.keep_old()
        case "start-model":
            model.start()
    return unchecked


def suggestions(shelf: Shelf, notes: Collection[str], rng: random.Random) -> tuple[str, ...]:
    """Questions on these notes to begin with, or none while there is no index."""
    try:
        index = shelf.retriever().index
    except IndexMissing:
        return ()
    passages = [passage for passage in index.passages if passage.note in notes]
    lines = [line for line in index.lines if line.note in notes]
    return tuple(suggest(passages, lines, SUGGESTIONS, rng))


def headings_above(shelf: Shelf, citation: Citation) -> Sequence[str]:
    """The headings above a cited line; none when it is not in the index any more."""
    try:
        retriever = shelf.retriever()
    except IndexMissing:
        return ()
    row = retriever.find(citation.note, citation.first_line)
    return () if row is None else retriever.index.lines[row].path


def busy(shelf: Shelf, model: Model) -> bool:
    """Whether something is going on, or about to, that the page should follow."""
    indexing = shelf.state().phase in ("empty", "indexing")
    return indexing or model.state().phase in ("missing", "fetching", "loading")


def open_note(shelf: Shelf, note: str, line: int) -> str:
    """The note around a line, as HTML, with the pages or slides it is on."""
    lines: Sequence[str] = shelf.note_lines(note)
    return note_html(note, lines, line, _pages(shelf, note, window(len(lines), line)))


def _pages(shelf: Shelf, note: str, numbers: range) -> dict[int, str]:
    """The first of these lines on each page; nothing where the note has no pages."""
    pages: dict[int, str] = {}
    page = ""
    try:
        retriever = shelf.retriever()
    except IndexMissing:
        return pages
    for number in numbers:
        row = retriever.find(note, number)
        now = page if row is None else retriever.index.lines[row].page
        if row is not None and not now:
            return {}
        if now != page:
            pages[number] = page = now
    return pages
