"""Cases as bare rows, written by the database itself: enough to see how things grow."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date

from bench.portal_server import Installation
from portal.core import clock
from portal.core.taxonomy import load

BODY = "PROS_SPEC"
Columns = Mapping[str, str]  # of a table, each as an SQL expression

# `i` is the number of the case; :day and :days are those of `write`.
CASE = {
    "id": "lower(hex(randomblob(16)))",
    "row_key": "randomblob(32)",
    "second_half": "randomblob(76)",
    "category": "json_extract(:categories, '$[' || (i % json_array_length(:categories)) || ']')",
    "region": "json_extract(:regions, '$[' || (i % json_array_length(:regions)) || ']')",
    "leadership": "0",
    "outside_police": "0",
    "body_code": f"'{BODY}'",
    "priority": "1 + i % 4",
    "language": "'kk'",
    "sealed_by": "'browser'",
    "received_on": "date(:day, '+' || (i % :days) || ' days')",
    **{f"record_key_{part}": "random() >> 32" for part in range(1, 5)},
    "version": "1",
}
# A case of a queue: every other one is open, a tenth of those late.
WAITING = CASE | {
    "status": "CASE i % 2 WHEN 0 THEN 'in_review' ELSE 'closed' END",
    "open": "i % 2 = 0",
    "concluded_on": "CASE i % 2 WHEN 1 THEN date(:today) END",
    "next_due_on": "CASE i % 2 WHEN 0 THEN date(:today, (i % 40 - 4) || ' days') END",
}
# A case of a quarter: decided some weeks after it came.
DECIDED = CASE | {
    "status": "'decided'",
    "open": "0",
    "concluded_on": "date(:day, '+' || (i % :days + i % 27) || ' days')",
}

# What each case has besides; these expressions know the columns of `cases`.
ENVELOPE = {
    "id": "lower(hex(randomblob(16)))",
    "case_id": "id",
    "thread": "'case'",
    "seq": "0",
    "kind": "'report'",
    "author": "'reporter'",
    "body_code": "body_code",
    # what a row of 13 KB keeps beside it; the rest would lie on pages that no queue reads
    "sealed": "zeroblob(1000)",
    "digest": "hex(zeroblob(32))",
    "filed_on": "received_on",
}
CLOCK = {
    "case_id": "id",
    "deadline": "'acknowledgement'",
    "started_on": "received_on",
    "due_on": "coalesce(next_due_on, concluded_on)",
    "met_on": "concluded_on",
}
ENDING = (
    "CASE WHEN concluded_on IS NOT NULL THEN"
    " json_extract(:outcomes, '$[' || (rowid % json_array_length(:outcomes)) || ']') END"
)
ALLEGATION = {
    "case_id": "id",
    "position": "0",
    "subcategory": "category",
    "outcome": ENDING,
    "first_outcome": ENDING,
    "decided_on": "concluded_on",
}
STATUS_CHANGE = {
    "case_id": "id",
    "position": "0",
    "status": "'received'",
    "changed_on": "received_on",
}
BESIDES: Mapping[str, Columns] = {
    "envelopes": ENVELOPE,
    "clocks": CLOCK,
    "allegations": ALLEGATION,
    "status_changes": STATUS_CHANGE,
}


def write(
    place: Installation, case: Columns, number: int, *, first: date, days: int, besides: bool = True
) -> None:
    """Bring the number of cases of a body up to `number`.

    Args:
        place: an installation in which the body exists.
        case: the columns of a case.
        number: of cases in the end.
        first: day on which the first came.
        days: in so many days all of them came.
        besides: write what belongs to each, too.
    """
    taxonomy = load()
    given = {
        "day": first.isoformat(),
        "days": days,
        "today": clock.get_today().isoformat(),
        "categories": json.dumps(list(taxonomy.categories)),
        "regions": json.dumps(list(taxonomy.regions)),
        "outcomes": json.dumps(list(taxonomy.outcomes)),
    }
    with closing(sqlite3.connect(place.settings.instance / "portal.sqlite")) as database:
        database.execute("PRAGMA cache_size = -200000")
        (before,) = database.execute("SELECT count(*) FROM cases").fetchone()
        numbers = (
            "WITH RECURSIVE n(i) AS (SELECT :before UNION ALL SELECT i + 1 FROM n"
            " WHERE i + 1 < :number)"
        )
        bounds = {"before": before, "number": number}
        database.execute(insert("cases", case, "n", numbers), given | bounds)
        for table, columns in BESIDES.items() if besides else ():
            database.execute(insert(table, columns, "cases WHERE rowid > :before"), given | bounds)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def insert(table: str, columns: Columns, source: str, before: str = "") -> str:
    """Return the statement that fills a table from what a source has."""
    names, values = ", ".join(columns), ", ".join(columns.values())
    return f"INSERT INTO {table} ({names}) {before} SELECT {values} FROM {source}"  # noqa: S608 - ours
