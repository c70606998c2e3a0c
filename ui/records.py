"""Values -> the JSON that the command line prints, and back from JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from core.types import Answer, Hit, Turn


class _Message(BaseModel):
    role: Literal["user", "assistant"]
    content: str


class _Asked(BaseModel):
    id: str | int | None = None
    question: str
    history: list[_Message] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One line of a batch. `error` says why it could not be read."""

    id: str | int | None
    question: str = ""
    history: tuple[Turn, ...] = ()
    error: str = ""


def read_requests(rows: Iterable[str]) -> Iterator[Request]:
    """JSON lines `{"id", "question", "history"?}`; other fields are ignored, blank lines too."""
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            asked = _Asked.model_validate_json(row)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            yield Request(_id_of(row), error=f"line {number} is not a question: {reason}")
            continue
        turns = tuple(Turn(m.role, m.content) for m in asked.history or [])
        yield Request(asked.id, asked.question, turns)


class _Pasted(BaseModel):
    id: str | int | None = None
    text: str


@dataclass(frozen=True, slots=True)
class PastedText:
    """One line of a batch of pasted questions. `error` says why it could not be read."""

    id: str | int | None
    text: str = ""
    error: str = ""


def read_texts(rows: Iterable[str]) -> Iterator[PastedText]:
    """JSON lines `{"id", "text"}`; other fields are ignored, blank lines too."""
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            given = _Pasted.model_validate_json(row)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            yield PastedText(_id_of(row), error=f"line {number} is no pasted question: {reason}")
            continue
        yield PastedText(given.id, given.text)


def _id_of(row: str) -> str | int | None:
    try:
        value = json.loads(row)
    except ValueError:
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str | int) else None


def hits_record(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Hits, best first: note, first_line, last_line, score, path, text; page where there is one."""
    return [
        {
            "note": hit.passage.note,
            "first_line": hit.passage.first_line,
            "last_line": hit.passage.last_line,
            "score": round(hit.score, 4),
            "path": list(hit.passage.path),
            "text": hit.passage.text,
            **({"page": page} if (page := page_of(hit)) else {}),
        }
        for hit in hits
    ]


def page_of(hit: Hit) -> str:
    """The page or slide of its best line; empty where the note has none."""
    return hit.best_lines[0].page if hit.best_lines else ""


def answer_record(answer: Answer) -> dict[str, Any]:
    """The whole answer; times in milliseconds."""
    record = asdict(answer)
    record["text"] = answer.text
    record["citations"] = [asdict(citation) for citation in answer.citations]
    for name, value in record["timings"].items():
        record["timings"][name] = round(value, 1) if isinstance(value, float) else value
    return record


def dump(record: dict[str, Any]) -> str:
    """One line of JSON."""
    return json.dumps(record, ensure_ascii=False)
