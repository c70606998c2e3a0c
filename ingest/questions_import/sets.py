"""Question sets in rows (CSV, TSV, XLSX) or JSON -> past questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import NotesError
from ingest.formats.loaded import Loaded
from ingest.questions_import.columns import is_set, is_wrong, option_of, part_of, plain
from ingest.questions_import.keys import UnclearKey, answers_of, base_of, without_letter
from ingest.questions_import.written import MOST_OPTIONS, Imported, NotUnderstood, one_line, write

_LISTS = ("questions", "items", "cards", "data", "results", "quiz")
_TEXTS = ("text", "option", "answer", "value", "label", "content")
_RIGHT = frozenset("correct iscorrect right isright isanswer istrue".split())


@dataclass(frozen=True, slots=True)
class _Raw:
    """One question before its key is read. `base`: from what its numbers count, if that is told."""

    where: str
    stem: str
    key: str
    options: tuple[str, ...]
    explanation: str
    base: int | None = None


def from_rows(rows: Sequence[Sequence[str]]) -> Loaded | None:
    """The questions of a table, or None when its head is not that of a set."""
    rows = [row for row in rows if any(row)]
    if len(rows) < 2 or not is_set(rows[0]):
        return None
    head = rows[0]
    return _written([_of_row(head, row, f"row {number}") for number, row in enumerate(rows[1:], 2)])


def from_json(book: Any) -> Loaded:
    """The questions of a JSON list, or of the list in an object.

    Raises:
        NotesError: there are none.
    """
    entries = book
    if isinstance(book, dict):
        found = {plain(str(key)): value for key, value in book.items()}
        entries = next((found[name] for name in _LISTS if isinstance(found.get(name), list)), None)
    if not isinstance(entries, list) or not any(_is_question(entry) for entry in entries):
        raise NotesError(
            "it is JSON, but no question set: give each question a `question`, `options`, `answer`"
        )
    return _written([_of_entry(entry, f"question {n}") for n, entry in enumerate(entries, 1)])


def _is_question(entry: Any) -> bool:
    return isinstance(entry, dict) and any(part_of(str(key)) == "question" for key in entry)


def _written(rows: Sequence[_Raw | NotUnderstood]) -> Loaded:
    base = base_of([(r.key, len(r.options)) for r in rows if isinstance(r, _Raw) and r.options])
    return write([_understood(row, base) if isinstance(row, _Raw) else row for row in rows])


def _understood(raw: _Raw, base: int | None) -> Imported | NotUnderstood:
    if not raw.stem:
        return NotUnderstood(raw.where, "no question")
    if len(raw.options) > MOST_OPTIONS:
        return NotUnderstood(raw.where, f"more than {MOST_OPTIONS} options")
    try:
        told = raw.base if raw.base is not None else base
        answers = answers_of(raw.key, raw.options, told)
    except UnclearKey as error:
        return NotUnderstood(raw.where, str(error))
    return Imported(raw.stem, answers, raw.options, raw.explanation, raw.where)


def _of_row(head: Sequence[str], row: Sequence[str], where: str) -> _Raw:
    values: dict[str, str] = {}
    options: list[str] = []
    wrong: list[str] = []
    base = None
    for name, cell in zip(head, row, strict=False):
        part = part_of(name)
        if part and cell:
            values.setdefault(part, cell)
        elif cell and is_wrong(name):
            wrong.append(cell)
        elif cell and (mark := option_of(name)):
            options.append(cell)
            base = 1 if mark.isdigit() else base
    if listed := values.get("options"):
        options.extend(_split(listed))
    key = values.get("key", "")
    wrong.extend(_split(values.get("wrong", "")))
    if wrong and not options:
        options = sorted([*wrong, key], key=str.casefold) if key else []
    shown = tuple(without_letter(option) for option in options)
    return _Raw(where, values.get("question", ""), key, shown, values.get("explanation", ""), base)


def _split(cell: str) -> list[str]:
    """Options in one cell, parted by bars, semicolons, or their own letters."""
    for mark in (r"\s*\|\s*", r"\s*;\s*", r"\s+(?=\(?[B-H][.)]\s)"):
        parts = [part for part in re.split(mark, cell) if part]
        if len(parts) > 1:
            return parts
    return [cell] if cell else []


def _of_entry(entry: Any, where: str) -> _Raw | NotUnderstood:
    if not _is_question(entry):
        return NotUnderstood(where, "no question")
    values: dict[str, Any] = {}
    base = None
    for name, value in entry.items():
        part = part_of(str(name))
        if part and value not in (None, "", []):
            values.setdefault(part, value)
            base = 0 if part == "key" and plain(str(name)).endswith("index") else base
    options, right = _options(values.get("options"))
    if not options:
        single = {option_of(str(name)): value for name, value in entry.items()}
        options = [_text(single[mark]) for mark in sorted(single) if mark and single[mark]]
    key = _key(values.get("key"))
    if right and not isinstance(values.get("key"), str | list):
        key = "\n".join(right)
    if (wrong := _options(values.get("wrong"))[0]) and not options and key:
        options = sorted([*wrong, key], key=str.casefold)
    stem, why = _text(values.get("question")), _text(values.get("explanation"))
    return _Raw(where, stem, key, tuple(map(without_letter, options)), why, base)


def _key(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(filter(None, map(_text, value)))
    return _text(value)


def _options(value: Any) -> tuple[list[str], list[str]]:
    """Options in any of the usual ways, and those that are marked as right."""
    if isinstance(value, str):
        return _split(value), []
    if isinstance(value, Mapping):
        return [_text(value[key]) for key in sorted(value, key=str)], []
    options, right = [], []
    for one in value if isinstance(value, list) else []:
        text = _text(one)
        if text:
            options.append(text)
            marked = isinstance(one, dict) and any(
                plain(str(name)) in _RIGHT and flag is True for name, flag in one.items()
            )
            right.extend([without_letter(text)] if marked else [])
    return options, right


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = next((value[name] for name in _TEXTS if isinstance(value.get(name), str)), "")
    if isinstance(value, bool) or value is None or isinstance(value, list):
        return "" if value is None or isinstance(value, list) else str(value)
    return one_line(str(value))
