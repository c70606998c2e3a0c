"""What outlives a session: items made and shown, and attempts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Self, cast

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from core.errors import ConfigError, NoteproofError
from core.practice import Attempt, Grade, Item, Response
from study.database import Database
from study.note_items import NoteHistory
from study.rows import add_attempt, add_item, read_attempt, read_item
from study.tables import AttemptRow, FactRow, ItemRow, ItemState, as_utc


class StudyStore:
    """Items and attempts in a database file, or at any SQLAlchemy URL.

        store = StudyStore("sqlite:///var/study.db")

    Every method may be called from any thread, and while another process uses the same file.
    What a method has written when it returns survives a kill and a power cut. Times are aware;
    those that come back are UTC. Any method raises ConfigError, with what to do, when the
    database cannot be used, and has then written nothing; ValueError for a naive time.
    """

    def __init__(self, url: str, patience: float = 10.0) -> None:
        """Nothing is opened yet, so that a broken file spoils nothing but practice.

        `patience`: seconds to wait for another writer.
        """
        self._url, self._patience = url, patience
        self._opening = threading.Lock()
        self._opened: Database | None = None

    def open(self) -> Self:
        """Open it, or make it with its folder; the first use does so by itself.

        Raises:
            ConfigError: not writable, not a study database, or one of a newer Noteproof.
        """
        _ = self._database
        return self

    @property
    def _database(self) -> Database:
        with self._opening:
            if self._opened is None:
                self._opened = Database(self._url, self._patience)
            return self._opened

    def notes(self, now: Callable[[], datetime]) -> NoteHistory:
        """What lets the items follow their notes; nothing is opened yet."""
        return NoteHistory(lambda: self._database, now)

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.close()

    def put_ready(self, item: Item, now: datetime) -> None:
        """Keep an item for later. One whose id is known already stays as it is."""
        moment = as_utc(now)
        with self._database.writing() as session:
            if session.get(ItemRow, item.id) is None:
                add_item(session, item, moment)

    def take_ready(self, wanted: Callable[[Item], bool], now: datetime) -> Item | None:
        """The oldest ready item that `wanted` accepts, now shown; None if there is none.

        Two callers never get the same item, in one process or in two.
        """
        moment = as_utc(now)
        for item in self._ready_items():
            if wanted(item) and self._claim(item.id, moment):
                return item
        return None

    def ready(self, wanted: Callable[[Item], bool]) -> int:
        """How many ready items `wanted` accepts."""
        return sum(map(wanted, self._ready_items()))

    def discard_ready(self, unwanted: Callable[[Item], bool]) -> int:
        """Drop the ready items that `unwanted` accepts, as if never made; how many they were.

        For items whose lines are gone. What has been shown stays.
        """
        ids = [item.id for item in self._ready_items() if unwanted(item)]
        with self._database.writing() as session:
            dropped = session.scalars(
                delete(ItemRow)
                .where(ItemRow.id.in_(ids), ItemRow.state == "ready")
                .returning(ItemRow.id)
            )
            return len(dropped.all())

    def record_shown(self, item: Item, now: datetime) -> None:
        """Note that an item has been shown, whether it was ready or new. Again: no change."""
        moment = as_utc(now)
        with self._database.writing() as session:
            row = session.get(ItemRow, item.id)
            if row is None:
                add_item(session, item, moment, shown=True)
            elif row.shown_at is None:
                row.shown_at = moment
                row.state = "shown" if row.state == "ready" else row.state

    def item(self, item_id: str) -> Item | None:
        """An item in any state; None if it was never kept.

        Raises:
            ConfigError: it was written by another version and cannot be read.
        """
        with self._database.reading() as session:
            payload = session.scalar(select(ItemRow.payload).where(ItemRow.id == item_id))
        if payload is None:
            return None
        item = read_item(payload)
        if item is None:
            raise ConfigError(
                f"{self._database.place} holds a question of another version of Noteproof "
                f"({item_id}): update Noteproof, or move the file aside."
            )
        return item

    def state(self, item_id: str) -> ItemState | None:
        """What became of an item; None if it was never kept."""
        with self._database.reading() as session:
            found = session.scalar(select(ItemRow.state).where(ItemRow.id == item_id))
        return cast(ItemState | None, found)

    def retire(self, item_id: str, reason: str, now: datetime) -> None:
        """Never give this item again; the first reason stays.

        Raises:
            NoteproofError: there is no such item.
        """
        moment = as_utc(now)
        with self._database.writing() as session:
            row = self._known(session, item_id)
            if row.state != "retired":
                row.state, row.reason, row.retired_at = "retired", reason, moment

    def shown_facts(self) -> dict[str, int]:
        """Fact key -> how many items that test it were shown, those retired since included."""
        return self._count_facts(ItemRow.shown_at.is_not(None))

    def used_facts(self) -> dict[str, int]:
        """The same with the items that are ready: what a new item should not test again."""
        return self._count_facts(ItemRow.shown_at.is_not(None) | (ItemRow.state == "ready"))

    def _count_facts(self, counted: ColumnElement[bool]) -> dict[str, int]:
        query = (
            select(FactRow.fact, func.count())
            .join(ItemRow, ItemRow.id == FactRow.item_id)
            .where(counted)
            .group_by(FactRow.fact)
        )
        with self._database.reading() as session:
            return dict(session.execute(query).all())

    def wordings(self) -> list[str]:
        """`stem | answer` of every item kept, oldest first: ready, shown or retired."""
        with self._database.reading() as session:
            found = session.scalars(select(ItemRow.wording).order_by(ItemRow.made_at, ItemRow.id))
            return list(found)

    def save_attempt(self, response: Response, grade: Grade, now: datetime) -> Attempt:
        """Save a graded response; it is on disk when this returns. Who answers has been shown it.

        Raises:
            NoteproofError: it answers an item that was never kept.
        """
        moment = as_utc(now)
        with self._database.writing() as session:
            row = self._known(session, response.item_id)
            if row.state == "ready":
                row.state, row.shown_at = "shown", moment
            return add_attempt(session, response, grade, moment)

    def attempts(self, item_id: str | None = None) -> list[Attempt]:
        """Every attempt, or those on one item, in the order they were saved."""
        query = select(AttemptRow).order_by(AttemptRow.id)
        if item_id is not None:
            query = query.where(AttemptRow.item_id == item_id)
        with self._database.reading() as session:
            return [read_attempt(row) for row in session.scalars(query)]

    def _ready_items(self) -> list[Item]:
        query = (
            select(ItemRow.payload)
            .where(ItemRow.state == "ready")
            .order_by(ItemRow.made_at, ItemRow.id)
        )
        with self._database.reading() as session:
            items = map(read_item, session.scalars(query))
            return [item for item in items if item is not None]

    def _claim(self, item_id: str, now: datetime) -> bool:
        with self._database.writing() as session:
            claimed = session.scalar(
                update(ItemRow)
                .where(ItemRow.id == item_id, ItemRow.state == "ready")
                .values(state="shown", shown_at=now)
                .returning(ItemRow.id)
            )
        return claimed is not None

    def _known(self, session: Session, item_id: str) -> ItemRow:
        row = session.get(ItemRow, item_id)
        if row is None:
            raise NoteproofError(
                f"There is no question {item_id!r} in {self._database.place}: take a new one."
            )
        return row
