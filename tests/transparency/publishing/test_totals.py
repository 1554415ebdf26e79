"""Reports and outcomes of a quarter are what stands between the markers of its batches."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from crypto.log_entries import Announcement, Step
from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.transparency.publishing import files, totals
from portal.transparency.publishing.totals import Count, Totals
from portal.transparency.writing.service import append, merge
from tests.factories import Make


def step(kind: str) -> bytes:
    return Step(kind, bytes(16), bytes(32)).entry


def marker(day: str) -> bytes:
    return Announcement("batch", day, b"").entry


def test_what_follows_the_last_marker_waits() -> None:
    totals = Totals()

    totals.add([step("R"), step("S"), step("O"), marker("2026-03-29"), step("R")])
    totals.add([marker("2026-03-31"), step("R"), step("O")])

    assert totals.find_quarter(Quarter("2026-q1")) == Count(2, 1)
    assert totals.find_quarter(Quarter("2026-q2")) is None
    assert (totals.waiting, totals.size) == (Count(1, 1), 8)
    assert totals.first == date(2026, 3, 29)


def test_a_quarter_counts_once_its_last_day_is_closed() -> None:
    totals = Totals()
    totals.add([step("R"), marker("2026-03-29")])

    assert totals.find_quarter(Quarter("2026-q1")) is None
    totals.add([marker("2026-04-05")])
    assert totals.find_quarter(Quarter("2026-q1")) == Count(1, 0)


def test_they_are_kept_beside_the_files_and_go_on_from_there(
    make: Make, session: Session, settings: Settings
) -> None:
    place = settings.instance / files.FOLDER
    make.filed(today=date(2026, 3, 31))
    make.filed(today=date(2026, 4, 1))
    for day in (date(2026, 4, 6), date(2026, 4, 13)):
        merge(session, make.log, today=day)
        session.commit()
        files.publish(session, place)

    kept = totals.read_totals(place)

    assert kept.find_quarter(Quarter("2026-q1")) == Count(1, 0)
    assert kept.quarters[Quarter("2026-q2")] == Count(1, 0)
    assert kept == totals.update_totals(session, Path("nowhere"), kept.size)


def test_a_longer_count_than_the_log_begins_anew(
    make: Make, session: Session, settings: Settings
) -> None:
    append(session, make.log, [Announcement("batch", "2026-03-31", b"")], today=date(2026, 4, 6))
    place = settings.instance / files.FOLDER
    place.mkdir(parents=True)
    (place / totals.FILE).write_bytes(Totals(size=9).data)

    assert totals.update_totals(session, place, 1).size == 1


@pytest.mark.parametrize("kind", ["R", "S", "O"])
def test_a_step_closes_nothing(kind: str) -> None:
    assert totals.parse_marker(step(kind)) is None
