"""Years of cases of the invented country, with all that figures count of them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Column, LargeBinary, String, Table

from bench.figures import Tell
from bench.synthetic import insert
from portal.core.db import WRITES, Base, make_sessions
from portal.demonstration.case_rows import TABLES, draw_batches
from portal.invented.country import Country

ROWS_AT_ONCE = 10_000
OWN = frozenset({"key_marks"})  # tables that each installation fills for itself
LONG = 100  # characters: texts that are more than a code
DRAWN = 20_000  # cases; what is measured grows with their number, not with how much they differ
CACHE_KIBIBYTES = 3 << 20  # while writing: indexes over random names need their pages at hand


# What a copy of a row has of its own; `n` counts the copies.
_CASE = "substr({0}, 1, 24) || printf('%08x', n)"
OWN_VALUES = {
    "cases.id": _CASE.format("id"),
    "cases.row_key": "randomblob(32)",
    **{f"cases.record_key_{part}": "random() >> 32" for part in range(1, 5)},
    "allegations.id": "id + n * (SELECT max(id) FROM allegations)",
    "sanctions.allegation_id": "allegation_id + n * (SELECT max(id) FROM allegations)",
}
COPIES = (
    "WITH RECURSIVE copies(n) AS (SELECT 1 WHERE :copies > 0 UNION ALL SELECT n + 1 FROM copies"
    " WHERE n < :copies)"
)


def write(file: Path, number: int, *, first: date, days: int, tell: Tell) -> None:
    """Fill the tables of an empty database with cases of some years.

    The first of them are drawn; the others are copies with keys of their own.

    Args:
        file: the SQLite database.
        number: of cases; above `DRAWN` a multiple of it.
        first: day on which the first came.
        days: in so many days they came.
        tell: is told which table is written.
    """
    drawn = min(number, DRAWN)
    _draw(file, drawn, Country(first, first + timedelta(days=days)), tell)
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        database.execute("PRAGMA synchronous = OFF")
        with _indexes_afterwards(database, tell):
            # of the last table first: what is copied of one depends on none that was copied
            for table in reversed(TABLES):
                tell(f"writing {table.__tablename__}")
                database.execute(
                    _build_copying(table.__tablename__), {"copies": number // drawn - 1}
                )
                database.commit()
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _draw(file: Path, number: int, country: Country, tell: Tell) -> None:
    tell(f"drawing {number:,} cases")
    open_session = make_sessions(f"sqlite:///{file}")
    for _, batch in draw_batches(country, number):
        with open_session.begin() as session:
            session.connection(execution_options=WRITES)
            batch.write(session)
    open_session.kw["bind"].dispose()


def _build_copying(name: str) -> str:
    """Return the statement that copies the rows of a table."""
    table = Base.metadata.tables[name]
    given = table.autoincrement_column  # nobody refers to those that are left to the database
    columns = [
        column.name
        for column in table.columns
        if column is not given or f"{name}.{column.name}" in OWN_VALUES
    ]
    values = {column: column for column in columns}
    if "case_id" in values:
        values["case_id"] = _CASE.format("case_id")
    values |= {
        column: OWN_VALUES[f"{name}.{column}"]
        for column in columns
        if f"{name}.{column}" in OWN_VALUES
    }
    return insert(name, values, f"{name}, copies", COPIES)


@contextmanager
def _indexes_afterwards(database: sqlite3.Connection, tell: Tell) -> Iterator[None]:
    """Fill tables without their indexes, which are made faster of what is there.

    Those that keep rows unique are part of their tables; they stay.
    """
    listed = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    indexes = database.execute(listed).fetchall()
    for name, _ in indexes:
        database.execute(f"DROP INDEX {name}")
    yield
    tell(f"making {len(indexes)} indexes")
    for _, statement in indexes:
        database.execute(statement)
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def copy(file: Path, url: str, *, tell: Tell) -> None:
    """Copy every table of a SQLite database into the same empty tables of PostgreSQL."""
    address = url.replace("postgresql+psycopg://", "postgresql://")
    with closing(sqlite3.connect(file)) as source, psycopg.connect(address) as target:
        with _constraints_afterwards(target, tell):
            for table in Base.metadata.sorted_tables:
                if table.name in OWN:
                    continue
                tell(f"copying {table.name}")
                _copy(source, target, table)
                _count_on(target, table)
        target.commit()
        target.autocommit = True
        tell("VACUUM ANALYZE")
        target.execute("VACUUM ANALYZE")


def _copy(source: sqlite3.Connection, target: psycopg.Connection, table: Table) -> None:
    """Copy one table; SQLite writes each row as the text that PostgreSQL reads."""
    fields = [_as_text(column) for column in table.columns]
    line = " || char(9) || ".join(fields)
    lines = source.execute(f"SELECT {line} || char(10) FROM {table.name}")  # noqa: S608 - ours
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns),
    )
    with target.cursor().copy(statement) as copied:
        while some := lines.fetchmany(ROWS_AT_ONCE):
            copied.write("".join(text for (text,) in some))


def _count_on(target: psycopg.Connection, table: Table) -> None:
    """Let the numbers that the database gives go on behind those that were copied."""
    number = table.autoincrement_column
    if number is not None:
        statement = sql.SQL(
            "SELECT setval(pg_get_serial_sequence({name}, {column}), max({field})) FROM {table}"
        ).format(
            name=sql.Literal(table.name),
            column=sql.Literal(number.name),
            field=sql.Identifier(number.name),
            table=sql.Identifier(table.name),
        )
        target.execute(statement)


def _as_text(column: Column[Any]) -> str:
    """Return the expression for a value as COPY reads it; codes and days need no escape."""
    text = column.name
    if isinstance(column.type, LargeBinary):
        text = f"CASE WHEN {text} IS NOT NULL THEN '\\\\x' || hex({text}) END"
    elif isinstance(column.type, String) and (column.type.length or LONG) >= LONG:
        for letter, escape in (("char(92)", "\\\\"), ("char(10)", "\\n"), ("char(9)", "\\t")):
            text = f"replace({text}, {letter}, '{escape}')"
    return f"coalesce({text}, '\\N')"


@contextmanager
def _constraints_afterwards(target: psycopg.Connection, tell: Tell) -> Iterator[None]:
    """Fill tables without their indexes and constraints, and make those of what is there.

    References are not looked up again: the rows come from tables that have them, too.
    """
    constraints = target.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        " AND contype IN ('p', 'u', 'f') ORDER BY contype"
    ).fetchall()
    for table, name, _ in constraints:
        target.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = target.execute(
        "SELECT quote_ident(indexname), indexdef FROM pg_indexes WHERE schemaname = 'public'"
    ).fetchall()
    for name, _ in indexes:
        target.execute(f"DROP INDEX {name}")
    yield
    tell(f"making {len(constraints)} constraints and {len(indexes)} indexes")
    target.execute("SET LOCAL maintenance_work_mem = '1GB'")
    references = [
        constraint for constraint in constraints if constraint[2].startswith("FOREIGN KEY")
    ]
    for table, name, definition in [
        constraint for constraint in constraints if constraint not in references
    ]:
        target.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for _, definition in indexes:
        target.execute(definition)
    for table, name, definition in references:
        target.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")
