"""The commands `search` and `ask`: one question for reading or as JSON, or a batch of lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TextIO

from chat.events import Answered, SentenceReady
from core.errors import ConfigError, NoteproofError
from ui.ports import Asker, Finder
from ui.records import Request, answer_record, dump, hits_record, read_requests
from ui.terminal import answer_tail, hits_text, sentence_text


def need_input(text: str | None, batch: bool, stdin: TextIO) -> None:
    """Raises ConfigError where a program would wait for lines that nobody means to type."""
    if text is None and not batch and stdin.isatty():
        raise ConfigError('Type a question, as in: python app.py ask "What is SMOTE?"')


def search_notes(
    finder: Finder, query: str | None, rows: Iterable[str], count: int, *, as_json: bool
) -> None:
    """Print `count` hits for a query, or for each of the rows if there is none."""
    if query is not None:
        hits = finder.search(query, k=count).hits
        print(dump({"query": query, "hits": hits_record(hits)}) if as_json else hits_text(hits))
        return

    def found(request: Request) -> dict[str, Any]:
        retrieval = finder.search(request.question, request.history, k=count)
        return {"hits": hits_record(retrieval.hits)}

    _print_batch(rows, found, {"hits": []})


def ask_notes(
    asker: Asker, question: str | None, rows: Iterable[str], *, from_notes: bool, as_json: bool
) -> None:
    """Print the answer to a question, or to each of the rows if there is none."""
    if question is not None:
        for event in asker.stream(question, from_notes=from_notes):
            if isinstance(event, SentenceReady) and not as_json:
                print(sentence_text(event.sentence), flush=True)
            elif isinstance(event, Answered):
                answer = event.answer
                print(dump(answer_record(answer)) if as_json else answer_tail(answer))
        return

    def answered(request: Request) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for event in asker.stream(request.question, request.history, from_notes=from_notes):
            if isinstance(event, Answered):
                record = answer_record(event.answer)
        return record

    _print_batch(rows, answered, {})


def _print_batch(
    rows: Iterable[str], reply: Callable[[Request], dict[str, Any]], nothing: dict[str, Any]
) -> None:
    """One record a row, in order; what cannot be answered is `nothing` and the `error`."""
    for request in read_requests(rows):
        try:
            if request.error:
                raise ConfigError(request.error)
            record = reply(request)
        except NoteproofError as error:
            record = nothing | {"error": str(error)}
        print(dump({"id": request.id} | record), flush=True)
