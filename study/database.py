"""The database: durable, shared by threads and processes, its failures told with a next step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, inspect, make_url, select
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    SQLAlchemyError,
    TimeoutError,
)
from sqlalchemy.orm import Session

from core.errors import ConfigError
from study import sqlite
from study.tables import SCHEMA, MetaRow, Table

_OTHER = "or set NOTEPROOF_HOME to another folder"
_ADVICE = {
    "locked": "close the other program that uses it and try again",
    "busy": "close the other program that uses it and try again",
    "full": "make room there",
    "i/o error": "make room there and check the disk",
    "readonly": "allow writing there",
    "unable to open": "allow writing there",
    "not a database": "move the file aside",
    "malformed": "move the file aside",
}


class Database:
    """A study database at an SQLAlchemy URL. Its methods may be called from any thread.

    `patience` is how many seconds to wait for another process that is writing. What has been
    committed survives a killed process and, on SQLite, a power cut.
    """

    def __init__(self, url: str, patience: float = 10.0) -> None:
        parsed = _parse(url)
        self.place = parsed.database or parsed.render_as_string(hide_password=True)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            _make_parent(Path(parsed.database))
        self._engine = _engine(parsed, patience)
        self._writer = self._engine.execution_options(writes=True)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view. Raises ConfigError when the database cannot be read."""
        with self._explained(), Session(self._engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """All of it is written when this ends, or nothing is.

        Raises:
            ConfigError: it cannot be written; the message says what to do.
        """
        with self._explained(), Session(self._writer) as session, session.begin():
            yield session

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._engine.dispose()

    def _prepare(self) -> None:
        with self.reading() as session:
            if self._has_schema(session):
                return
        with self.writing() as session:
            # Another process may have been faster; the lock is ours now, so look again.
            if not self._has_schema(session):
                Table.metadata.create_all(session.connection())
                session.add(MetaRow(name="schema", value=SCHEMA))

    def _has_schema(self, session: Session) -> bool:
        present = set(inspect(session.connection()).get_table_names())
        if present.isdisjoint(Table.metadata.tables):
            return False
        found = None
        if MetaRow.__tablename__ in present:
            found = session.scalar(select(MetaRow.value).where(MetaRow.name == "schema"))
        if found is None:
            raise ConfigError(
                f"{self.place} is not a study database: move the file aside, {_OTHER}."
            )
        if found != SCHEMA:
            raise ConfigError(
                f"{self.place} is of another version of Noteproof (schema {found}, this one "
                f"knows {SCHEMA}): update Noteproof, {_OTHER}."
            )
        return True

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, ProgrammingError):
            raise
        except DatabaseError as error:
            raise explained(str(error.orig), self.place) from error
        except TimeoutError as error:
            raise explained("busy", self.place) from error


def explained(problem: str, place: str) -> ConfigError:
    """What the learner reads when the database says `problem`."""
    problem = " ".join(problem.split())
    told = problem.lower()
    advice = next((advice for sign, advice in _ADVICE.items() if sign in told), "")
    return ConfigError(
        f"The study database {place} cannot be used ({problem}): "
        f"{advice or 'move the file aside'}, {_OTHER}."
    )


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise ConfigError(
            "The study database's address is not an SQLAlchemy URL such as sqlite:///var/study.db."
        ) from None


def _make_parent(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"The folder {file.parent} cannot be made ({error.strerror or error}): allow writing "
            f"there, {_OTHER}."
        ) from error


def _engine(url: URL, patience: float) -> Engine:
    try:
        engine = create_engine(url)
    except (SQLAlchemyError, ImportError) as error:
        raise ConfigError(
            f"No driver for {url.drivername} ({error}): install it, or use SQLite."
        ) from error
    if engine.dialect.name == "sqlite":
        sqlite.tune(engine, patience)
    return engine
