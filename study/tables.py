"""The tables of the study database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import JSON, Dialect, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

SCHEMA = 1
"""To be raised with every change that an older Noteproof could not read."""

ItemState = Literal["ready", "shown", "retired"]


def as_utc(time: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: the time is naive.
    """
    if time.utcoffset() is None:
        raise ValueError(f"{time!r} has no time zone: pass datetime.now(UTC)")
    return time.astimezone(UTC)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as ISO text in UTC that sorts as the times do."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else as_utc(value).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else as_utc(datetime.fromisoformat(value))


class Table(DeclarativeBase):
    """Base of every table."""

    type_annotation_map = {datetime: UtcTime, list[int]: JSON}  # noqa: RUF012


class MetaRow(Table):
    """What the database says of itself: `schema` is its version."""

    __tablename__ = "meta"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class ItemRow(Table):
    """An item made, and what became of it. `payload` is the whole `core.practice.Item`."""

    __tablename__ = "items"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    origin: Mapped[str]
    concept: Mapped[str]
    domain: Mapped[str]
    difficulty: Mapped[str]
    note: Mapped[str]
    wording: Mapped[str]
    payload: Mapped[str]
    made_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")


class FactRow(Table):
    """A fact that an item tests."""

    __tablename__ = "item_facts"

    item_id: Mapped[str] = mapped_column(
        ForeignKey("items.id", ondelete="CASCADE"), primary_key=True
    )
    fact: Mapped[str] = mapped_column(primary_key=True, index=True)


class AttemptRow(Table):
    """A graded response."""

    __tablename__ = "attempts"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), index=True)
    chosen: Mapped[list[int]]
    typed: Mapped[str]
    seconds: Mapped[float]
    hinted: Mapped[bool]
    correct: Mapped[bool]
    remark: Mapped[str]
    at: Mapped[datetime]
