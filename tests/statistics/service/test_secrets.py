"""The secrets of a release: recomputing works for thirty days, and never again after them."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import OpenError
from portal.cases.models import AuditEntry, Case
from portal.core.calendar import Quarter
from portal.core.errors import Conflict
from portal.core.sweeps import Sweeps
from portal.core.taxonomy import load
from portal.statistics import workflow
from portal.statistics.dataset.tallies import Tallies
from portal.statistics.disclosure.noise import Tally
from portal.statistics.models import ReleaseVersion
from portal.statistics.service import lifecycle, secrets
from portal.statistics.service.build import count
from portal.statistics.workflow import SweepLimits
from portal.web.parts import SETTINGS
from tests.statistics.histories import KEY, Q3, Histories, QuarterPublisher

SIGNED_ON = date(2026, 11, 14)  # the first day of counting
LAST_DAY = SIGNED_ON + timedelta(days=29)
MASTER = bytes(range(32))


def record_keys(session: Session) -> list[tuple[int, ...]]:
    session.rollback()
    parts = (Case.record_key_1, Case.record_key_2, Case.record_key_3, Case.record_key_4)
    return [tuple(row) for row in session.execute(select(*parts).order_by(Case.id))]


@pytest.fixture
def published(press: QuarterPublisher, histories: Histories) -> QuarterPublisher:
    """A release with reports enough to be seen, in every cell of the country."""
    for category in load().categories:
        histories.many(30, category=category)
    histories.done()
    press.publish()
    return press


def destroy(press: QuarterPublisher, today: date) -> list[str]:
    press.session.commit()
    with press.app.app_context():
        return workflow.destroy(press.desk, today)


class TestRecomputing:
    def test_for_thirty_days_an_auditor_gets_the_same_numbers(
        self, published: QuarterPublisher
    ) -> None:
        assert destroy(published, LAST_DAY) == []

        spec = lifecycle.make_spec(published.newest(), published.master)
        again = count(published.session, spec, published.build)

        assert again.documents == published.published().read_documents()

    def test_afterwards_nobody_can(self, published: QuarterPublisher) -> None:
        before, release = record_keys(published.session), published.newest()

        assert destroy(published, LAST_DAY + timedelta(days=1)) == ["2026-q3/v1"]

        release = published.newest()
        assert (release.key, release.counted) == (None, None)
        with pytest.raises(Conflict, match="destroyed"):
            secrets.unlock_key(release, published.master)
        assert not set(before) & set(record_keys(published.session))
        # not even whoever wrote the key of the release down: the record keys are gone, too
        order = published.make_spec_with(KEY)
        again = count(published.session, order, published.build)
        # one cell could get the same noise by chance, all of them hardly
        assert again.documents != published.published().read_documents()

    def test_it_is_done_once_and_written_down(self, published: QuarterPublisher) -> None:
        destroy(published, LAST_DAY + timedelta(days=1))
        after = record_keys(published.session)

        assert destroy(published, LAST_DAY + timedelta(days=40)) == []
        assert record_keys(published.session) == after
        acts = published.session.scalars(select(AuditEntry.act)).all()
        assert acts.count("release_key_destroyed") == 1


class TestPendingDraft:
    def test_record_keys_wait_for_a_draft_and_the_key_of_a_release_does_not(
        self, published: QuarterPublisher
    ) -> None:
        before = record_keys(published.session)
        published.draft(Quarter("2026-q4"))

        assert destroy(published, date(2027, 2, 20)) == ["2026-q3/v1"]
        assert record_keys(published.session) == before

        published.sign(Quarter("2026-q4"))
        published.advance(Quarter("2026-q4"), date(2027, 3, 9))
        destroy(published, date(2027, 3, 9))
        assert not set(before) & set(record_keys(published.session))

    def test_a_draft_keeps_its_key_however_old_it_gets(self, press: QuarterPublisher) -> None:
        press.draft()

        assert destroy(press, date(2030, 1, 1)) == []
        assert press.newest().key is not None


class TestBounds:
    """A sweep expects to destroy little, on the day after the last."""

    LATER = date(2027, 1, 1)

    @staticmethod
    def release(press: QuarterPublisher, version: int) -> None:
        press.session.add(
            ReleaseVersion(
                quarter=Q3,
                version=version,
                level="L0",
                published_on=SIGNED_ON,
                previous="0" * 64,
                key=KEY,
                signed_on=SIGNED_ON,
                released_on=SIGNED_ON,
            )
        )
        press.session.commit()

    def sweep(self, press: QuarterPublisher, day: date, **allowed: Any) -> list[str]:
        sweeps = Sweeps(SETTINGS.get_from(press.app).state, "releases")
        with press.app.app_context():
            return workflow.sweep(press.desk, day, SweepLimits(sweeps, **allowed))

    def test_the_secrets_of_many_releases_do_not_go_at_once(self, press: QuarterPublisher) -> None:
        for version in range(1, 4):
            self.release(press, version)

        with pytest.raises(Conflict, match="3 of 3 releases with secrets would be destroyed; no"):
            self.sweep(press, self.LATER)

        assert (
            press.session.query(ReleaseVersion).filter(ReleaseVersion.key.is_not(None)).count() == 3
        )
        press.session.commit()
        assert len(self.sweep(press, self.LATER, up_to=3)) == 3

    def test_the_secrets_of_one_go_as_expected(self, press: QuarterPublisher) -> None:
        self.release(press, 1)

        assert self.sweep(press, self.LATER) == [f"{Q3}/v1"]

    def test_a_clock_that_jumped_destroys_nothing(self, press: QuarterPublisher) -> None:
        self.release(press, 1)
        assert self.sweep(press, SIGNED_ON) == []

        for day in (date(2036, 1, 1), date(2020, 1, 1)):
            with pytest.raises(Conflict, match="Nothing was destroyed"):
                self.sweep(press, day)
        assert self.sweep(press, self.LATER, after_a_pause=True) == [f"{Q3}/v1"]


def test_secrets_open_only_under_their_own_name_and_key() -> None:
    locked = secrets.lock_key(MASTER, "2026-q3/v1", KEY)
    release = ReleaseVersion(quarter=Q3, version=1, key=locked)

    assert secrets.unlock_key(release, MASTER) == KEY
    with pytest.raises(OpenError):
        secrets.unlock_key(release, bytes(32))
    release.version = 2
    with pytest.raises(OpenError):
        secrets.unlock_key(release, MASTER)


def test_counts_come_back_as_they_were() -> None:
    cells: dict[str, Tallies] = {
        "received-category": {("money",): Tally(3, 2**127 + 5), ("force",): Tally()}
    }
    locked = secrets.lock_counts(MASTER, "2026-q3/v1", (3, 1), cells)
    release = ReleaseVersion(quarter=Q3, version=1, counted=locked)

    assert secrets.unlock_counts(release, MASTER) == ((3, 1), cells)
    assert b"money" not in locked
