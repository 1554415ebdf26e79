"""What the database adds up is what a person would count, case by case."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import lists
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cases.models import PublicBody
from portal.core.db import Base, make_engine
from portal.statistics.catalogue.tables import load
from portal.statistics.counting import tables as counting
from portal.statistics.dataset.tallies import Tallies
from portal.statistics.disclosure.noise import Tally
from tests.statistics.counting import lives
from tests.statistics.counting.lives import LIVES, QUARTER, OracleCase, cell_of

TABLES = tuple(load().tables.values())


def engine(address: str) -> Iterator[Engine]:
    made = make_engine(address)
    Base.metadata.create_all(made)
    with Session(made) as session:
        session.add_all(PublicBody(code=code, kind=code.partition(".")[0]) for code in lives.BODIES)
        session.commit()
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def small() -> Iterator[Engine]:
    """SQLite in memory."""
    yield from engine("sqlite://")


@pytest.fixture
def large(postgresql: str) -> Iterator[Engine]:
    """PostgreSQL."""
    yield from engine(postgresql)


def counted(engine: Engine, lives_there: Sequence[OracleCase]) -> dict[str, Tallies]:
    """Return what is counted of these lives, and leave no trace of them."""
    with Session(engine) as session:
        for number, life in enumerate(lives_there):
            lives.write(session, number, life)
        session.flush()
        return counting.count(session, TABLES, QUARTER, lambda _text: None)


def by_hand(lives_there: Sequence[OracleCase]) -> dict[str, Tallies]:
    tallies: dict[str, Tallies] = {table.id: {} for table in TABLES}
    for table in TABLES:
        for life in lives_there:
            if cell := cell_of(table, life):
                known = tallies[table.id]
                known[cell] = known.get(cell, Tally()).add_record(life.record_key)
    return tallies


def test_every_limit_is_kept_to_the_day(small: Engine) -> None:
    edge = lives.on_the_edge()

    assert counted(small, edge) == by_hand(edge)


@settings(max_examples=25, deadline=None)
@given(examples=lists(LIVES, max_size=30))
def test_every_table_counts_what_a_person_would_count(
    small: Engine, examples: list[OracleCase]
) -> None:
    assert counted(small, examples) == by_hand(examples)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(examples=lists(LIVES, max_size=30))
def test_postgresql_counts_the_same(large: Engine, examples: list[OracleCase]) -> None:
    assert counted(large, examples) == by_hand(examples)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_connections_at_once_count_the_same(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    address = f"sqlite:///{tmp_path}/cases.sqlite"
    if database == "postgresql":
        address = request.getfixturevalue("postgresql")
    edge, told = lives.on_the_edge(), list[str]()
    for made in engine(address):
        with Session(made) as session, Session(made) as beside:
            for number, life in enumerate(edge):
                lives.write(session, number, life)
            session.commit()

            assert counting.count(session, TABLES, QUARTER, told.append, beside) == by_hand(edge)
    assert len(told) == len({text.partition(":")[0] for text in told})  # each event and span once
