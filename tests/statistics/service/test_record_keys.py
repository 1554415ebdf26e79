"""Redrawn record keys: part by part, once their release has lost its key, none forgotten."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

from portal.cases.models import Case
from portal.core.calendar import Quarter
from portal.core.db import Base, Sessions, make_engine
from portal.statistics.models import ReleaseVersion
from portal.statistics.service import lifecycle, secrets
from portal.statistics.service.record_keys import redraw
from tests.statistics.histories import Q3, Histories

SIGNED_ON = date(2026, 11, 14)
TODAY = date(2027, 1, 1)
FIRST = date(2026, 9, 20)
DAYS = 8
A_DAY = 5  # cases
Keys = dict[str, tuple[int, ...]]


@pytest.fixture(params=["sqlite", "postgresql"])
def sessions(request: pytest.FixtureRequest) -> Iterator[Sessions]:
    """A database with five cases on each of eight days and a release whose time has come."""
    address = "sqlite://"
    if request.param == "postgresql":
        address = request.getfixturevalue("postgresql")
    engine = make_engine(address)
    Base.metadata.create_all(engine)
    made = sessionmaker(engine, expire_on_commit=False)
    with made() as session:
        histories = Histories(session)
        for after in range(DAYS):
            histories.many(A_DAY, received_on=FIRST + timedelta(days=after))
        session.add(release(Q3))
        histories.done()
        secrets.destroy(session, today=TODAY)
        session.commit()
    yield made
    engine.dispose()


def release(
    quarter: Quarter, *, signed_on: date = SIGNED_ON, released: bool = True
) -> ReleaseVersion:
    return ReleaseVersion(
        quarter=quarter,
        version=1,
        level="L0",
        published_on=signed_on,
        previous="",
        key=b"locked",
        signed_on=signed_on,
        released_on=signed_on if released else None,
    )


def record_keys(sessions: Sessions) -> Keys:
    """Return the record key of each case, the first received first."""
    parts = (Case.record_key_1, Case.record_key_2, Case.record_key_3, Case.record_key_4)
    with sessions() as session:
        rows = session.execute(select(Case.id, *parts).order_by(Case.received_on, Case.id))
        return {case: (first, two, three, four) for case, first, two, three, four in rows}


def part(sessions: Sessions, cases: int, today: date = TODAY) -> date | None:
    """Do one part, as the command does it: in a transaction of its own."""
    with sessions.begin() as session:
        return redraw(session, today=today, cases=cases)


def to_the_end(sessions: Sessions, cases: int = 12) -> int:
    """Do what is left, and return in how many parts."""
    count = 0
    while part(sessions, cases):
        count += 1
    return count


def changed(before: Keys, after: Keys) -> list[bool]:
    return [key != after[case] for case, key in before.items()]


class TestParts:
    def test_a_part_is_whole_days_and_no_more_cases_than_asked(self, sessions: Sessions) -> None:
        before = record_keys(sessions)

        assert part(sessions, 12) == FIRST + timedelta(days=1)

        assert changed(before, record_keys(sessions)) == [True] * 10 + [False] * 30

    def test_a_day_with_more_cases_is_one_part(self, sessions: Sessions) -> None:
        assert part(sessions, 2) == FIRST
        assert part(sessions, 2) == FIRST + timedelta(days=1)

    def test_in_the_end_every_case_has_another_key(self, sessions: Sessions) -> None:
        before = record_keys(sessions)

        assert to_the_end(sessions) == 4

        after = record_keys(sessions)
        assert not set(before.values()) & set(after.values())
        assert len({number for key in after.values() for number in key}) == 4 * len(after)
        assert {number < 0 for key in after.values() for number in key} == {True, False}
        assert all(-(1 << 31) <= number < 1 << 31 for key in after.values() for number in key)

    def test_it_is_done_once(self, sessions: Sessions) -> None:
        to_the_end(sessions)
        after = record_keys(sessions)

        assert part(sessions, 100, TODAY + timedelta(days=40)) is None
        assert record_keys(sessions) == after
        with sessions() as session:
            (done,) = session.scalars(select(ReleaseVersion))
            assert (done.renewed_on, done.renewed_until) == (TODAY, None)


class TestInterruption:
    def test_whoever_goes_on_begins_where_the_last_one_stopped(self, sessions: Sessions) -> None:
        before = record_keys(sessions)
        part(sessions, 12)
        stopped = record_keys(sessions)

        assert part(sessions, 12, TODAY + timedelta(days=1)) == FIRST + timedelta(days=3)

        after = record_keys(sessions)
        assert changed(before, after) == [True] * 20 + [False] * 20
        assert changed(stopped, after) == [False] * 10 + [True] * 10 + [False] * 20

    def test_a_part_that_fails_leaves_no_trace(self, sessions: Sessions) -> None:
        part(sessions, 12)
        stopped = record_keys(sessions)

        session = sessions()
        redraw(session, today=TODAY, cases=12)
        session.close()

        assert record_keys(sessions) == stopped
        assert part(sessions, 12) == FIRST + timedelta(days=3)

    def test_a_draft_that_begins_between_parts_keeps_its_keys(self, sessions: Sessions) -> None:
        part(sessions, 12)
        stopped = record_keys(sessions)
        with sessions.begin() as session:
            draft = release(Quarter("2026-q4"), signed_on=date(2027, 2, 20), released=False)
            session.add(draft)

        assert part(sessions, 12) is None
        assert record_keys(sessions) == stopped

        with sessions.begin() as session:
            session.get_one(ReleaseVersion, draft.id).released_on = date(2027, 3, 9)
        assert to_the_end(sessions) == 3
        assert changed(stopped, record_keys(sessions)) == [False] * 10 + [True] * 30

    def test_what_another_release_counted_meanwhile_is_redrawn_from_the_start(
        self, sessions: Sessions
    ) -> None:
        part(sessions, 12)
        stopped = record_keys(sessions)
        with sessions.begin() as session:
            session.add(release(Quarter("2026-q2"), signed_on=date(2026, 11, 30)))
            session.add(release(Quarter("2026-q4"), signed_on=date(2026, 12, 1)))
            session.flush()
            secrets.destroy(session, today=TODAY)

        to_the_end(sessions)

        assert all(changed(stopped, record_keys(sessions)))
        with sessions() as session:
            assert set(session.scalars(select(ReleaseVersion.renewed_on))) == {TODAY}


class TestWhichCases:
    def test_those_after_the_quarter_keep_theirs(self, sessions: Sessions) -> None:
        with sessions.begin() as session:
            session.delete(session.scalars(select(ReleaseVersion)).one())
            session.add(release(Quarter("2026-q2")))
            session.flush()
            secrets.destroy(session, today=TODAY)
        before = record_keys(sessions)

        to_the_end(sessions)

        assert record_keys(sessions) == before

    def test_a_release_that_has_its_key_keeps_its_cases(self, sessions: Sessions) -> None:
        to_the_end(sessions)
        with sessions.begin() as session:
            session.add(release(Quarter("2026-q4"), signed_on=TODAY))
        before = record_keys(sessions)

        assert part(sessions, 12, TODAY + timedelta(days=29)) is None
        # its day has come, but nobody has destroyed its key yet
        assert part(sessions, 12, TODAY + timedelta(days=30)) is None
        assert record_keys(sessions) == before


def test_a_draft_waits_for_the_part_that_runs(postgresql: str) -> None:
    """On SQLite the write lock sees to it; here it is the rows of the releases."""
    engine = make_engine(postgresql)
    Base.metadata.create_all(engine)
    sessions = sessionmaker(engine)
    with sessions() as session:
        Histories(session).many(3, received_on=FIRST)
        session.add(release(Q3))
        session.flush()
        secrets.destroy(session, today=TODAY)
        session.commit()

    with sessions.begin() as redrawing:
        redraw(redrawing, today=TODAY)
        with sessions() as counting:
            counting.execute(text("SET LOCAL lock_timeout = '100ms'"))
            draft = release(Quarter("2026-q4"), released=False)
            with pytest.raises(OperationalError, match="lock timeout"):
                lifecycle.begin(counting, draft)

    with sessions.begin() as counting:
        lifecycle.begin(counting, release(Quarter("2026-q4"), released=False))
    engine.dispose()
