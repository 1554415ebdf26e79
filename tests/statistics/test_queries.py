"""The same cases give the same release, whichever database holds them."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.db import Base, sessions
from portal.statistics import queries, service
from tests.services import empty_database, postgresql
from tests.statistics.histories import YEAR_PUBLISHED_ON, Histories, Press

DAY = date(2026, 5, 5)
FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as address:
        yield address


@pytest.fixture
def elsewhere(server: str) -> Iterator[Session]:
    """A session on PostgreSQL."""
    with empty_database(server, "figures") as address:
        made = sessions(address)
        engine = made.kw["bind"]
        Base.metadata.create_all(engine)
        with made() as session:
            yield session
        engine.dispose()


def write(histories: Histories) -> None:
    for number in range(60):
        concluded_on = date(2026, 11, 3) if number % 2 else None
        outcomes = (("withdrawn", "substantiated") if number % 3 else (None,)) if number % 2 else ()
        case = histories.case(
            received_on=DAY,
            region=("KZ-75", None)[number % 2],
            concluded_on=concluded_on,
            outcomes=outcomes,  # type: ignore[arg-type]
        )
        histories.clock(case, "acknowledgement", date(2026, 5, 12), date(2026, 5, 6))
        if number % 5 == 0:
            histories.routed(case, 1)
    histories.done()


def test_a_release_is_the_same_on_postgresql(
    app: Flask, session: Session, elsewhere: Session
) -> None:
    files = []
    for one in (session, elsewhere):
        write(Histories(one))
        press = Press(app, one)
        prepared = press.prepare("2026-q4", YEAR_PUBLISHED_ON)
        service.record(one, prepared)
        one.rollback()
        files.append(prepared.files)

    assert files[0] == files[1]


def test_the_events_of_a_cohort_say_what_became_of_each(
    histories: Histories, session: Session
) -> None:
    case = histories.case(received_on=DAY, concluded_on=date(2026, 6, 1), outcomes=("lawful",))
    histories.clock(case, "acknowledgement", date(2026, 5, 12), date(2026, 5, 6))
    histories.clock(case, "extension_notice", date(2026, 5, 20), None)
    histories.routed(case, 3)
    histories.done()

    (found,) = queries.cohort(session, FIRST, LAST)

    assert found.record_key == case.record_key
    assert found.acknowledged_on == date(2026, 5, 6)
    assert (found.extension_due_on, found.extension_told_on) == (date(2026, 5, 20), None)
    assert found.redirected_on == date(2026, 5, 8)
    assert found.outcome is None


def test_a_conclusion_bears_the_first_outcome_in_the_order_given(
    histories: Histories, session: Session
) -> None:
    histories.case(received_on=DAY, concluded_on=LAST, outcomes=("lawful", "withdrawn"))
    histories.case(received_on=DAY, concluded_on=LAST)
    histories.done()

    found = list(queries.concluded(session, FIRST, LAST, ("withdrawn", "lawful")))

    assert {event.outcome for event in found} == {0, None}
