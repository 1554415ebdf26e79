"""What the database keeps, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from portal.core.db import make_engine
from portal.core.write_once import write_once

DAY, LATER = date(2026, 3, 2), date(2026, 3, 3)
ROWS = Table(
    "rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(5)),
    Column("day", Date),
)
write_once(ROWS, "day")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """An empty table of each database."""
    url = f"sqlite:///{tmp_path}/rows.sqlite"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgresql"))
    engine = make_engine(url)
    with engine.connect() as connection:
        ROWS.create(connection)
        yield connection
    engine.dispose()


def test_an_empty_day_is_filled_once(connection: Connection) -> None:
    connection.execute(insert(ROWS).values(id=1, name="one"))

    connection.execute(update(ROWS).values(day=DAY))
    connection.execute(update(ROWS).values(day=DAY, name="two"))

    assert connection.execute(select(ROWS)).all() == [(1, "two", DAY)]


@pytest.mark.parametrize("day", [LATER, None])
def test_a_day_does_not_move(connection: Connection, day: date | None) -> None:
    connection.execute(insert(ROWS).values(id=1, name="one", day=DAY))

    with pytest.raises(IntegrityError):
        connection.execute(update(ROWS).values(day=day))
