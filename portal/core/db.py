"""The database: base class of all tables, engines for SQLite and PostgreSQL, sessions."""

from contextlib import suppress
from typing import TypeVar

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

# Fixed names, so that migrations can say which constraint they change.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_SECONDS = 15
CACHE_KIBIBYTES = 256 << 10  # of a long walk through the file; usually it is 2 MiB
# Connection option: this transaction will write, so take the lock at once.
WRITES = {"portal_writes": True}

Sessions = sessionmaker[Session]
Row = TypeVar("Row", bound="Base")


class Base(DeclarativeBase):
    """What every table is."""

    metadata = MetaData(naming_convention=NAMING)


def make_engine(url: str) -> Engine:
    """Return an engine; on SQLite every commit is on the disk before it returns.

    Errors never print the values of a statement: they could be what a person wrote.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_sessions(url: str) -> Sessions:
    """Return what opens sessions on this database."""
    return sessionmaker(make_engine(url), expire_on_commit=False)


def lock_row(session: Session, row: Row) -> Row:
    """Return the row with the primary key of this one, locked, or this one if there is none yet.

    Of two transactions that bring the first one at once, both end up with the same row.
    """
    kind = type(row)
    key = inspect(kind).primary_key_from_instance(row)
    stored = session.get(kind, key, with_for_update=True, populate_existing=True)
    if stored is None:
        session.flush()  # faults of other rows are not ours to forgive
        with suppress(IntegrityError), session.begin_nested():
            session.add(row)
        stored = session.get_one(kind, key, with_for_update=True, populate_existing=True)
    return stored


def read_much(session: Session, sessions: int = 1) -> None:
    """Let SQLite keep more of the file in memory on this connection, for a long walk through it.

    Args:
        session: of the connection.
        sessions: so many walk at the same time and share the memory.
    """
    if session.get_bind().dialect.name == "sqlite":
        cache = CACHE_KIBIBYTES // sessions
        session.connection().exec_driver_sql(f"PRAGMA cache_size = -{cache}")


def use_snapshot(session: Session) -> None:
    """Let everything that this session reads be of one moment; SQLite does so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Durable commits, checked references, and no remains of deleted rows in the file."""
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock first where a transaction writes: a later upgrade could fail."""
    writes = connection.get_execution_options().get("portal_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
