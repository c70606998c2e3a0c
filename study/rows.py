"""Values to rows and back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.practice import Attempt, Grade, Item, Response
from study.items_json import item_from_json, item_to_json
from study.tables import AttemptRow, FactRow, ItemRow


def add_item(session: Session, item: Item, now: datetime, *, shown: bool = False) -> None:
    """Keep a new item and its facts, ready or already shown."""
    row = ItemRow(
        id=item.id,
        state="shown" if shown else "ready",
        kind=item.kind,
        origin=item.origin,
        concept=item.concept,
        domain=item.domain,
        difficulty=item.difficulty,
        note=item.citations[0].note if item.citations else "",
        wording=f"{item.stem} | {item.answer}",
        payload=item_to_json(item),
        made_at=now,
        shown_at=now if shown else None,
    )
    session.add(row)
    session.flush()
    session.add_all(FactRow(item_id=item.id, fact=fact) for fact in dict.fromkeys(item.facts))


def read_item(payload: str) -> Item | None:
    """The item of a row; None when another version wrote it in a way this one cannot read."""
    try:
        return item_from_json(payload)
    except ValueError:
        return None


def add_attempt(session: Session, response: Response, grade: Grade, now: datetime) -> Attempt:
    """Keep a graded response; the attempt has the number it was given."""
    row = AttemptRow(
        item_id=response.item_id,
        chosen=list(response.chosen),
        typed=response.typed,
        seconds=response.seconds,
        hinted=response.hinted,
        correct=grade.correct,
        remark=grade.remark,
        at=now,
    )
    session.add(row)
    session.flush()
    return read_attempt(row)


def read_attempt(row: AttemptRow) -> Attempt:
    """The attempt of a row."""
    response = Response(row.item_id, tuple(row.chosen), row.typed, row.seconds, row.hinted)
    return Attempt(row.id, response, Grade(row.correct, row.remark), row.at)
