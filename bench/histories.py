"""Years of cases with all that figures count: conclusions, extensions, verdicts, sanctions."""

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql

from bench.figures import Tell
from bench.synthetic import CASE, Columns, insert
from portal.core import clock
from portal.core.db import Base
from portal.core.taxonomy import load

CACHE_KIBIBYTES = 3 << 20  # while writing: indexes over random names need their pages at hand


def _pick(listed: str, number: str) -> str:
    """Return the expression for one of a list, or nothing beyond its end."""
    return f"json_extract(:{listed}, '$[' || ({number}) || ']')"


def _often(listed: str, dice: str, more: int = 0) -> str:
    """Return the expression for one of a list of which the first come more often than the last."""
    length = f"(json_array_length(:{listed}) + {more})"
    return _pick(listed, f"{dice} * {dice} * {length} / 1000000")


def _any(listed: str, number: str) -> str:
    """Return the expression for one of a list, each as often."""
    return _pick(listed, f"abs({number} % json_array_length(:{listed}))")


def _after(day: str, days: str) -> str:
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
    "category": _often("categories", "a"),
    "region": _often("regions", "b", more=1),  # the one beyond the last: nobody knows where
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


def _status(position: int, status: str, day: str, condition: str) -> Rows:
    columns = {
        "case_id": "id",
        "position": str(position),
        "status": f"'{status}'",
        "changed_on": day,
    }
    return Rows("status_changes", columns, condition=condition)


def _clock(deadline: str, start: str, due: str, met: str, condition: str = "1") -> Rows:
    columns = {
        "case_id": "id",
        "deadline": f"'{deadline}'",
        "started_on": start,
        "due_on": due,
        "met_on": met,
    }
    return Rows("clocks", columns, condition=condition)


def _allegation(position: int, condition: str) -> Rows:
    ending = _any("outcomes", f"record_key_{position + 1}")
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
    _status(0, "received", "received_on", "1"),
    _status(1, "acknowledged", _after("received_on", "record_key_1 % 6"), "1"),
    _status(2, "routed", _after("received_on", "record_key_2 % 8"), "record_key_3 % 6 = 0"),
    _status(3, "decided", "concluded_on", ENDED),
    _status(4, "review_requested", _after("concluded_on", "record_key_2 % 30"), REVIEWED),
    _status(
        5,
        "reopened",
        _after("concluded_on", "record_key_2 % 150"),
        f"{ENDED} AND record_key_4 % 50 = 0",
    ),
    _clock(
        "acknowledgement",
        "received_on",
        "date(received_on, '+3 days')",
        _after("received_on", "record_key_1 % 6"),
    ),
    _clock("decision", "received_on", "date(received_on, '+21 days')", "concluded_on"),
    _clock(
        "extension_notice",
        "date(received_on, '+20 days')",
        "date(received_on, '+23 days')",
        _after("received_on", "20 + record_key_4 % 6"),
        "concluded_on > date(received_on, '+23 days') AND record_key_3 % 2 = 0",
    ),
    _allegation(0, "1"),
    _allegation(1, "record_key_4 % 7 = 0"),
    Rows(
        "sanctions",
        {
            "allegation_id": "id",
            "code": _any("sanctions", "id * id"),
            "imposed_on": "decided_on",
        },
        "allegations",
        "outcome IN ('substantiated', 'partly_substantiated') AND id % 3 > 0",
    ),
    Rows(
        "verdicts",
        {
            "case_id": "id",
            "answer": _any("answers", "record_key_1"),
            "respect": "CASE abs(record_key_2 % 3) WHEN 0 THEN 0 WHEN 1 THEN 1 END",
            "given_on": _after("concluded_on", "record_key_3 % 40"),
        },
        condition=f"{ENDED} AND record_key_2 % 5 = 0",
    ),
    Rows(
        "reviews",
        {
            "case_id": "id",
            "asked_on": _after("concluded_on", "record_key_2 % 30"),
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
        "today": clock.today().isoformat(),
        "categories": json.dumps(list(taxonomy.categories)),
        "regions": json.dumps(list(taxonomy.regions)),
        "outcomes": json.dumps(list(taxonomy.outcomes)),
        "sanctions": json.dumps(list(taxonomy.sanctions)),
        "answers": json.dumps(["formal", "partial", "substantive"]),
    }
    numbers = (
        "WITH RECURSIVE n(i, a, b, c) AS (SELECT 0, 0, 0, 0 UNION ALL SELECT i + 1,"
        " abs(random() % 1000), abs(random() % 1000), abs(random() % 1000) FROM n"
        " WHERE i + 1 < :number)"
    )
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        database.execute("PRAGMA synchronous = OFF")
        statements = [("cases", insert("cases", HISTORY, "n", numbers))]
        for one in BESIDES:
            source = f"{one.source} WHERE {one.condition}"
            statements.append((one.table, insert(one.table, one.columns, source)))
        for table, statement in statements:
            tell(f"writing {table}")
            database.execute(statement, given)
            database.commit()
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def copy(file: Path, url: str, *, tell: Tell) -> None:
    """Copy every table of a SQLite database into the same empty tables of PostgreSQL."""
    address = url.replace("postgresql+psycopg://", "postgresql://")
    with closing(sqlite3.connect(file)) as source, psycopg.connect(address) as target:
        for table in Base.metadata.sorted_tables:
            names = [column.name for column in table.columns]
            tell(f"copying {table.name}")
            rows = source.execute(
                f"SELECT {', '.join(names)} FROM {table.name}"  # noqa: S608 - ours
            )
            with target.cursor().copy(
                sql.SQL("COPY {} ({}) FROM STDIN").format(
                    sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
                )
            ) as lines:
                for row in rows:
                    lines.write_row(row)
        target.commit()
        target.autocommit = True
        target.execute("VACUUM ANALYZE")
