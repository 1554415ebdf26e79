"""Years of cases with all that figures count: conclusions, extensions, verdicts, sanctions."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy import Column, LargeBinary, String, Table

from bench.figures import Tell
from bench.synthetic import CASE, Columns, insert
from portal.core import clock
from portal.core.db import Base
from portal.core.taxonomy import load

ROWS_AT_ONCE = 10_000
OWN = frozenset({"key_marks"})  # tables that each installation fills for itself
LONG = 100  # characters: texts that are more than a code
CACHE_KIBIBYTES = 3 << 20  # while writing: indexes over random names need their pages at hand


def _pick(listed: str, number: str) -> str:
    """Return the expression for one of a list, or nothing beyond its end."""
    return f"json_extract(:{listed}, '$[' || ({number}) || ']')"


def _pick_often(listed: str, dice: str, more: int = 0) -> str:
    """Return the expression for one of a list of which the first come more often than the last."""
    length = f"(json_array_length(:{listed}) + {more})"
    return _pick(listed, f"{dice} * {dice} * {length} / 1000000")


def _pick_any(listed: str, number: str) -> str:
    """Return the expression for one of a list, each as often."""
    return _pick(listed, f"abs({number} % json_array_length(:{listed}))")


def _add_days(day: str, days: str) -> str:
    return f"date({day}, '+' || abs({days}) || ' days')"


# Of a case: `i` its number, `a` to `c` dice of a thousand sides.
RECEIVED = "date(:day, '+' || (i * :days / :number) || ' days')"
WAIT = (
    "CASE WHEN c < 300 THEN 2 + c % 12 WHEN c < 650 THEN 14 + c % 14 WHEN c < 850 THEN 28 + c % 60"
    " WHEN c < 930 THEN 88 + c % 120 END"
)
CONCLUDED = f"date({RECEIVED}, '+' || ({WAIT}) || ' days')"
DONE = f"coalesce({CONCLUDED} <= :today, 0)"
HISTORY = CASE | {
    "category": _pick_often("categories", "a"),
    "region": _pick_often("regions", "b", more=1),  # the one beyond the last: nobody knows where
    "received_on": RECEIVED,
    "concluded_on": f"CASE WHEN {DONE} THEN {CONCLUDED} END",
    "status": f"CASE WHEN {DONE} THEN 'closed' ELSE 'in_review' END",
    "open": f"NOT {DONE}",
}


class Rows(NamedTuple):
    """What some rows of another table bring with them."""

    table: str
    columns: Columns
    source: str = "cases"
    condition: str = "1"


def _make_statuses(position: int, status: str, day: str, condition: str) -> Rows:
    columns = {
        "case_id": "id",
        "position": str(position),
        "status": f"'{status}'",
        "changed_on": day,
    }
    return Rows("status_changes", columns, condition=condition)


def _make_clocks(deadline: str, start: str, due: str, met: str, condition: str = "1") -> Rows:
    columns = {
        "case_id": "id",
        "deadline": f"'{deadline}'",
        "started_on": start,
        "due_on": due,
        "met_on": met,
    }
    return Rows("clocks", columns, condition=condition)


def _make_allegations(position: int, condition: str) -> Rows:
    ending = _pick_any("outcomes", f"record_key_{position + 1}")
    columns = {
        "case_id": "id",
        "position": str(position),
        "subcategory": "category",
        "outcome": f"CASE WHEN concluded_on IS NOT NULL THEN {ending} END",
        "first_outcome": f"CASE WHEN concluded_on IS NOT NULL THEN {ending} END",
        "decided_on": "concluded_on",
    }
    return Rows("allegations", columns, condition=condition)


ENDED = "concluded_on IS NOT NULL"
REVIEWED = f"{ENDED} AND record_key_1 % 20 = 0"
# The bits of the record keys are dice, too: they are random and known to every statement.
BESIDES = (
    _make_statuses(0, "received", "received_on", "1"),
    _make_statuses(1, "acknowledged", _add_days("received_on", "record_key_1 % 6"), "1"),
    _make_statuses(
        2, "routed", _add_days("received_on", "record_key_2 % 8"), "record_key_3 % 6 = 0"
    ),
    _make_statuses(3, "decided", "concluded_on", ENDED),
    _make_statuses(4, "review_requested", _add_days("concluded_on", "record_key_2 % 30"), REVIEWED),
    _make_statuses(
        5,
        "reopened",
        _add_days("concluded_on", "record_key_2 % 150"),
        f"{ENDED} AND record_key_4 % 50 = 0",
    ),
    _make_clocks(
        "acknowledgement",
        "received_on",
        "date(received_on, '+3 days')",
        _add_days("received_on", "record_key_1 % 6"),
    ),
    _make_clocks("decision", "received_on", "date(received_on, '+21 days')", "concluded_on"),
    _make_clocks(
        "extension_notice",
        "date(received_on, '+20 days')",
        "date(received_on, '+23 days')",
        _add_days("received_on", "20 + record_key_4 % 6"),
        "concluded_on > date(received_on, '+23 days') AND record_key_3 % 2 = 0",
    ),
    _make_allegations(0, "1"),
    _make_allegations(1, "record_key_4 % 7 = 0"),
    Rows(
        "sanctions",
        {
            "allegation_id": "id",
            "code": _pick_any("sanctions", "id * id"),
            "imposed_on": "decided_on",
        },
        "allegations",
        "outcome IN ('substantiated', 'partly_substantiated') AND id % 3 > 0",
    ),
    Rows(
        "verdicts",
        {
            "case_id": "id",
            "answer": _pick_any("answers", "record_key_1"),
            "respect": "CASE abs(record_key_2 % 3) WHEN 0 THEN 0 WHEN 1 THEN 1 END",
            "given_on": _add_days("concluded_on", "record_key_3 % 40"),
        },
        condition=f"{ENDED} AND record_key_2 % 5 = 0",
    ),
    Rows(
        "reviews",
        {
            "case_id": "id",
            "asked_on": _add_days("concluded_on", "record_key_2 % 30"),
            "decided_on": "CASE WHEN record_key_3 % 4 > 0 THEN date(concluded_on, '+50 days') END",
            "changed": "CASE WHEN record_key_3 % 4 > 0 THEN record_key_3 % 4 = 1 END",
        },
        condition=REVIEWED,
    ),
)


def write(file: Path, number: int, *, first: date, days: int, tell: Tell) -> None:
    """Fill the tables of an empty database with cases of some years.

    Args:
        file: the SQLite database.
        number: of cases.
        first: day on which the first came.
        days: in so many days they came, the same number on each.
        tell: is told which table is written.
    """
    taxonomy = load()
    given = {
        "number": number,
        "day": first.isoformat(),
        "days": days,
        "today": clock.get_today().isoformat(),
        "categories": json.dumps(list(taxonomy.categories)),
        "regions": json.dumps(list(taxonomy.regions)),
        "outcomes": json.dumps(list(taxonomy.outcomes)),
        "sanctions": json.dumps(list(taxonomy.sanctions)),
        "answers": json.dumps(["formal", "partial", "substantive"]),
    }
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        database.execute("PRAGMA synchronous = OFF")
        with _indexes_afterwards(database, tell):
            for table, statement in _list_statements():
                tell(f"writing {table}")
                database.execute(statement, given)
                database.commit()
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _list_statements() -> Iterator[tuple[str, str]]:
    """Yield what fills each table, the one of cases first."""
    numbers = (
        "WITH RECURSIVE n(i, a, b, c) AS (SELECT 0, 0, 0, 0 UNION ALL SELECT i + 1,"
        " abs(random() % 1000), abs(random() % 1000), abs(random() % 1000) FROM n"
        " WHERE i + 1 < :number)"
    )
    yield "cases", insert("cases", HISTORY, "n", numbers)
    for table in BESIDES:
        yield (
            table.table,
            insert(table.table, table.columns, f"{table.source} WHERE {table.condition}"),
        )


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
