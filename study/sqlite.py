"""SQLite as a database that several processes share and a power cut does not harm."""

from __future__ import annotations

import sqlite3
import time

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection


def tune(engine: Engine, patience: float) -> None:
    """Every commit on disk before it returns; writers queue up for `patience` seconds."""

    @event.listens_for(engine, "connect")
    def connect(connection: PoolProxiedConnection, record: ConnectionPoolEntry) -> None:
        # SQLAlchemy's type of a connection lacks what sqlite3's has.
        # The driver's own BEGIN comes late and without a lock: a reader that turns writer would
        # fail at once when another process wrote meanwhile, whatever the busy_timeout.
        connection.isolation_level = None  # type: ignore[attr-defined]
        cursor: sqlite3.Cursor = connection.cursor()  # type: ignore[assignment]
        cursor.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
        _write_ahead(cursor, patience)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA fullfsync=ON")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _write_ahead(cursor: sqlite3.Cursor, patience: float) -> None:
    """Switch to write-ahead logging. SQLite does not wait for this lock, so we do."""
    deadline = time.monotonic() + patience
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
