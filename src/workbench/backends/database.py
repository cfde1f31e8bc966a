"""The state: one SQLAlchemy engine over SQLite or PostgreSQL, its column types, and bulk writes.

SQLite runs in WAL mode with synchronous=FULL, so that a commit that returned is on disk; writers begin IMMEDIATE
and wait their turn (`write_line.py`) instead of failing half-way. Everything above this file is the same on both
databases.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    any_,
    bindparam,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy import DateTime as SADateTime
from sqlalchemy import Uuid as SAUuid
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeEngine

from workbench.backends.write_line import LinedConnection, WriteLine
from workbench.kernel.errors import Unavailable

PATIENCE = 30  # seconds that a writer waits for others on SQLite
_LINES: dict[Path, WriteLine] = {}
BLOCK = 500  # rows of one INSERT on SQLite; a statement may have 32,766 parameters, so tables up to 65 columns fit
POOL = 48  # at least as large as the server's thread pool (40), so that a request never waits for a connection


class Id(TypeDecorator[UUID]):
    """A UUID: 16 bytes on SQLite, the native type on PostgreSQL."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(SAUuid(as_uuid=True, native_uuid=True))
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: UUID | str | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return (value if isinstance(value, UUID) else UUID(value)).bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        return value if value is None or isinstance(value, UUID) else _uuid(value)


@lru_cache(maxsize=8192)
def _uuid(raw: bytes) -> UUID:
    # The same few ids stand in row after row, and making one takes longer than finding it.
    return UUID(bytes=bytes(raw))


class Time(TypeDecorator[datetime]):
    """A moment in UTC; naive values are refused by assertion, since they would be a bug here."""

    impl = SADateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        naive = _utc(value)
        return naive.replace(tzinfo=UTC) if dialect.name == "postgresql" else naive

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _utc(value: datetime) -> datetime:
    assert value.tzinfo is not None, "times are aware"
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).replace(tzinfo=None)


class Json(TypeDecorator[Any]):
    """JSON kept as text, byte for byte the same on both databases. None is SQL NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


def key_string(length: int) -> String:
    """A string that sorts by bytes on both databases, as keyset paging needs."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Base(DeclarativeBase):
    """Every table of the workbench."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {UUID: Id, datetime: Time, dict[str, Any]: Json, list[Any]: Json, list[str]: Json}


class Database:
    """The engine and its sessions. `url` is an SQLAlchemy URL; a new SQLite file's folder is made."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.url = url
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        arguments: dict[str, Any] = {}
        if self.is_sqlite:
            arguments = {"timeout": PATIENCE, "check_same_thread": False, "factory": LinedConnection}
        self.engine: Engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=POOL,
            max_overflow=POOL,
            pool_pre_ping=not self.is_sqlite,
            connect_args=arguments,
        )
        if self.is_sqlite:
            line = _line_of(parsed.database)
            event.listen(self.engine, "connect", lambda connection, _record: _prepare_sqlite(connection, line))
            event.listen(self.engine, "begin", _begin_sqlite)
        self._writes = sessionmaker(self.engine, expire_on_commit=False)
        self._reads = sessionmaker(self.engine.execution_options(reads_only=True), expire_on_commit=False)

    def session(self, *, reads_only: bool = False) -> Session:
        """An open session; its owner commits and closes it."""
        return (self._reads if reads_only else self._writes)()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back when it raises."""
        with self._writes() as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading only; on SQLite it never waits for a writer."""
        with self._reads() as session:
            yield session

    def check(self) -> None:
        """Raises `Unavailable` when the database does not answer, or is damaged."""
        try:
            with self.engine.connect().execution_options(reads_only=True) as connection:
                connection.execute(text("SELECT 1"))
        except DatabaseError as error:
            raise unanswered(error) from error

    def close(self) -> None:
        """Closes every pooled connection."""
        self.engine.dispose()


def unanswered(error: DatabaseError) -> Unavailable:
    """What to tell people about a database that does not do what is asked of it."""
    if type(error.orig) is sqlite3.DatabaseError:  # its subclasses tell of other things
        return Unavailable(
            f"The database is damaged: {error.orig}",
            fix="Bring the last backup back into an empty home: `workbench --home FOLDER restore FILE`.",
        )
    return Unavailable(
        f"The database does not answer: {error.orig}", fix="Check WORKBENCH_DATABASE_URL and that the server runs."
    )


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Acts once the session's work is on disk, not if it is rolled back and the session closed: for what cannot be
    undone."""
    event.listen(session, "after_commit", lambda _session: act(), once=True)


def _line_of(file: str | None) -> WriteLine:
    """The line of a file's writers, the same for every `Database` of this process on it."""
    return _LINES.setdefault(Path(file).resolve(), WriteLine()) if file else WriteLine()


def _prepare_sqlite(connection: LinedConnection, line: WriteLine) -> None:
    connection.line = line
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={PATIENCE * 1000}",
        "cache_size=-8192",  # KiB, of each of dozens of connections; the system keeps the file in memory
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("reads_only", False):
        connection.exec_driver_sql("BEGIN")
        return
    raw = connection.connection.driver_connection
    assert isinstance(raw, LinedConnection)
    try:
        raw.stand_in_line(PATIENCE)
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.leave_line()  # does nothing once the transaction has begun


def insert_many(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Writes many rows, each with the same keys, which are column names. See `insert_columns`."""
    if rows:
        insert_columns(session, table, {name: [row[name] for row in rows] for name in rows[0]})


def insert_columns(session: Session, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Writes many rows, given by column, the fast way of each database: whole blocks on SQLite, COPY on PostgreSQL.

    Every column has as many values. Constraints hold; a violation raises as any insert does. One row is written faster
    than through the ORM, too.
    """
    session.flush()
    if not next(iter(columns.values())):
        return
    connection = session.connection()
    columns = {name: values for name, values in columns.items() if not _is_null(values)}
    names = ", ".join(f'"{name}"' for name in columns)
    bound = [_bound(values, table.c[name].type, connection.dialect) for name, values in columns.items()]
    rows = list(zip(*bound, strict=True))
    into = f'INSERT INTO "{table.name}" ({names}) VALUES'
    if connection.dialect.name != "postgresql":
        _insert_blocks(connection, into, rows)
        return
    if len(rows) == 1:  # COPY asks the server twice
        connection.exec_driver_sql(f"{into} ({', '.join(['%s'] * len(rows[0]))})", rows[0])
        return
    raw = connection.connection.driver_connection
    assert raw is not None
    with raw.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _insert_blocks(connection: Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Hundreds of rows in one statement cost SQLite a third less than one by one, and other threads run meanwhile."""
    marks = f"({', '.join('?' * len(rows[0]))})"
    whole = len(rows) - len(rows) % BLOCK
    block = f"{into} {', '.join([marks] * BLOCK)}" if whole else ""
    for start in range(0, whole, BLOCK):
        connection.exec_driver_sql(block, tuple(chain.from_iterable(rows[start : start + BLOCK])))
    if whole < len(rows):
        connection.exec_driver_sql(f"{into} {marks}", rows[whole:])


def _bound(values: Sequence[Any], kind: TypeEngine[Any], dialect: Dialect) -> Sequence[Any]:
    """A column's values as the driver takes them: what SQLAlchemy would do value by value, a column at a time."""
    if len(values) > 1 and all(value is values[0] for value in values):
        return list(_bound(values[:1], kind, dialect)) * len(values)
    if isinstance(kind, Json):
        return [None if value is None else orjson.dumps(value).decode() for value in values]
    if isinstance(kind, Id):
        native = dialect.name == "postgresql"
        return values if native else [None if value is None else value.bytes for value in values]
    if isinstance(kind, LargeBinary):
        return values
    if isinstance(kind, Time) and dialect.name == "sqlite":  # as SQLAlchemy's DATETIME writes it, several times faster
        return [None if value is None else _utc(value).isoformat(" ", "microseconds") for value in values]
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return values if process is None else [process(value) for value in values]


def _is_null(values: Sequence[Any]) -> bool:
    """Whether a column has no value in any row: what is not named is NULL, and costs nothing."""
    return values[0] is None and all(value is None for value in values)


def among(dialect: str, column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """That a text column has one of the texts in the list that is bound as the parameter `name`.

    An IN list of thousands costs more to spell than to look up, and this is spelled the same for any number.
    """
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(Text)))
    listed = func.json_each(bindparam(name, type_=Json())).table_valued("value")
    return column.in_(select(listed.c.value))


def in_chunks(values: Iterable[Any], size: int = 500) -> Iterator[list[Any]]:
    """The values in lists of at most `size`, for IN lists that stay within the databases' parameter limits."""
    chunk: list[Any] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
