"""What becomes of items when a note that they cite is renamed, removed, or comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.practice import Item
from core.types import Citation
from study.database import Database
from study.items_json import item_to_json
from study.rows import read_item
from study.tables import ItemRow, as_utc


class NoteHistory:
    """Lets items and their attempts follow the notes; implements `ingest`'s `History`.

    Each method is one transaction, and raises ConfigError as `StudyStore` does.
    """

    def __init__(self, database: Callable[[], Database], now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def renamed(self, old: str, new: str) -> None:
        """Every citation of the note names it anew; items stay what they are."""
        with self._database().writing() as session:
            for row, item in _citing(session, old):
                moved = rename_in(item, old, new)
                row.payload = item_to_json(moved)
                row.note = new if row.note == old else row.note
                if row.reason == _reason(old):
                    row.reason = _reason(new)

    def removed(self, name: str) -> None:
        """The items that cite the note are never given again; attempts at them stay."""
        moment = as_utc(self._now())
        with self._database().writing() as session:
            for row, _ in _citing(session, name):
                if row.state != "retired":
                    row.state, row.reason, row.retired_at = "retired", _reason(name), moment

    def returned(self, name: str) -> None:
        """Those retired only because the note was removed are what they were."""
        query = select(ItemRow).where(ItemRow.reason == _reason(name))
        with self._database().writing() as session:
            for row in session.scalars(query):
                row.state = "ready" if row.shown_at is None else "shown"
                row.reason, row.retired_at = "", None


def cites(item: Item, note: str) -> bool:
    """Whether an item, or one of its options, rests on a note."""
    return any(citation.note == note for citation in _citations(item))


def _citations(item: Item) -> Iterator[Citation]:
    yield from item.citations
    for option in item.options:
        yield from option.citations
    if item.hint is not None:
        yield item.hint


def rename_in(item: Item, old: str, new: str) -> Item:
    """The item with every mention of a note by its new name."""

    def moved(citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        return tuple(replace(c, note=new) if c.note == old else c for c in citations)

    options = tuple(replace(o, citations=moved(o.citations)) for o in item.options)
    hint = moved((item.hint,))[0] if item.hint is not None else None
    path = tuple(new if part == old else part for part in item.path)
    return replace(item, options=options, citations=moved(item.citations), hint=hint, path=path)


def _citing(session: Session, note: str) -> Iterator[tuple[ItemRow, Item]]:
    for row in session.scalars(select(ItemRow)).all():
        item = read_item(row.payload)
        if item is not None and cites(item, note):
            yield row, item


def _reason(note: str) -> str:
    return f"Its note {note} was removed."
