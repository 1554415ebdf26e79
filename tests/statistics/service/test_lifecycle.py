"""The life of a release, step by step: who may do what when."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crypto import log_entries
from portal.accounts.models import Account, RosterEntry
from portal.cases import audit
from portal.cases.models import AuditEntry
from portal.core.calendar import Quarter
from portal.core.errors import Conflict, Unsigned
from portal.statistics.catalogue import release_days
from portal.statistics.models import LedgerEntry, ReleaseVersion, SignOff
from portal.statistics.service import lifecycle
from portal.transparency.models import LogEntry
from tests.statistics.histories import BOARD, Q3, Histories, QuarterPublisher

Q4 = Quarter("2026-q4")
EARLIEST = date(2026, 11, 14)
DAY = date(2026, 12, 8)
NOW = release_days.get_release_instant(DAY)


def acts(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


class TestCounting:
    def check(self, press: QuarterPublisher, quarter: Quarter, today: date) -> None:
        lifecycle.check_may_count(press.session, quarter, today=today)

    def test_a_quarter_waits_45_days(self, press: QuarterPublisher) -> None:
        with pytest.raises(Conflict, match="2026-11-14"):
            self.check(press, Q3, EARLIEST - timedelta(days=1))

        self.check(press, Q3, EARLIEST)

    def test_quarters_are_counted_in_their_order(self, press: QuarterPublisher) -> None:
        press.publish()

        for quarter in (Q3, Quarter("2027-q1"), Quarter("2026-q2")):
            with pytest.raises(Conflict, match="comes 2026-q4"):
                self.check(press, quarter, date(2027, 12, 1))

    def test_one_release_is_made_at_a_time(self, press: QuarterPublisher) -> None:
        press.begin()

        with pytest.raises(Conflict, match="being made"):
            self.check(press, Q4, date(2027, 3, 1))

    def test_older_cases_than_the_first_quarter_are_noticed(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        assert not lifecycle.has_older_cases(press.session, Q3)
        histories.case(received_on=date(2026, 5, 5))
        histories.done()

        assert lifecycle.has_older_cases(press.session, Q3)
        assert not lifecycle.has_older_cases(press.session, Quarter("2026-q2"))

    def test_the_same_quarter_twice_at_once_is_refused_by_the_database(
        self, press: QuarterPublisher
    ) -> None:
        first, second = (
            lifecycle.plan_release(press.session, Q3, press.build, today=EARLIEST) for _ in range(2)
        )
        lifecycle.begin(press.session, first)

        with pytest.raises(Conflict, match="begun"):
            lifecycle.begin(press.session, second)


def on_the_roster(press: QuarterPublisher, login: str, **said: object) -> None:
    """Let the roster say otherwise of somebody."""
    entry = RosterEntry.account_id == press.account(login)
    press.session.execute(update(RosterEntry).where(entry).values(**said))
    press.session.commit()


class TestSigning:
    @pytest.fixture
    def draft(self, press: QuarterPublisher) -> ReleaseVersion:
        return press.draft()

    def test_two_people_complete_it(self, press: QuarterPublisher, draft: ReleaseVersion) -> None:
        press.sign(Q3, BOARD[0])
        assert press.newest().signed_on is None

        press.sign(Q3, BOARD[1])
        assert press.newest().signed_on == EARLIEST
        assert draft.manifest is not None
        assert acts(press.session) == ["draft_read", "draft_signed"] * 2
        assert audit.verify(press.session) == []

    def test_the_same_person_signs_once(
        self, press: QuarterPublisher, draft: ReleaseVersion
    ) -> None:
        press.sign(Q3, BOARD[0])

        with pytest.raises(Conflict, match="once"):
            press.sign(Q3, BOARD[0])
        press.session.rollback()
        assert lifecycle.count_signatures(press.session, draft) == 1

    def test_who_signs_has_been_on_the_roster_for_seven_days(
        self, press: QuarterPublisher, draft: ReleaseVersion
    ) -> None:
        on_the_roster(press, BOARD[0], founder=False, since=EARLIEST - timedelta(days=6))

        with pytest.raises(Unsigned, match="season"):
            press.sign(Q3, BOARD[0])
        press.session.rollback()
        assert lifecycle.count_signatures(press.session, draft) == 0

        on_the_roster(press, BOARD[0], since=EARLIEST - timedelta(days=7))
        press.sign(Q3)
        assert press.newest().signed_on == EARLIEST

    def test_one_key_in_two_accounts_is_one(
        self, press: QuarterPublisher, draft: ReleaseVersion
    ) -> None:
        press.sign(Q3, BOARD[0])
        first, two = map(press.account, BOARD)
        key = press.session.get_one(Account, first).signing
        press.session.execute(update(Account).where(Account.id == two).values(signing=key))
        on_the_roster(press, BOARD[1], signing=key)

        lifecycle.sign_off(press.session, draft, str(draft.manifest), two, today=EARLIEST)

        assert lifecycle.count_signatures(press.session, draft) == 2
        assert draft.signed_on is None, "two accounts, and one key"

    def test_who_left_the_roster_since_is_not_counted(
        self, press: QuarterPublisher, draft: ReleaseVersion
    ) -> None:
        press.sign(Q3, BOARD[0])
        on_the_roster(press, BOARD[0], until=EARLIEST)

        press.sign(Q3, BOARD[1])

        assert draft.signed_on is None

    def test_what_was_read_is_what_is_signed(
        self, press: QuarterPublisher, draft: ReleaseVersion
    ) -> None:
        account = press.account(BOARD[0])

        with pytest.raises(Conflict, match="another"):
            lifecycle.sign_off(press.session, draft, "0" * 64, account, today=EARLIEST)

    def test_a_draft_that_changes_loses_its_signatures(
        self, press: QuarterPublisher, histories: Histories, draft: ReleaseVersion
    ) -> None:
        before = draft.manifest
        press.sign()
        histories.many(100)
        histories.done()

        awaited = press.advance(Q3, EARLIEST, recount=True)

        assert "0 of 2" in awaited
        assert press.newest().manifest != before
        assert any("changed" in text for text in press.told)

    def test_a_draft_that_is_counted_again_without_a_change_keeps_them(
        self, press: QuarterPublisher, draft: ReleaseVersion
    ) -> None:
        before = draft.manifest
        press.sign()

        assert "awaits its minute" in press.advance(Q3, EARLIEST, recount=True)
        assert press.newest().manifest == before

    def test_nobody_reads_a_draft_after_its_release(
        self, press: QuarterPublisher, draft: ReleaseVersion
    ) -> None:
        press.sign()
        press.advance(Q3, DAY)
        late, account = press.newest(), press.account("board.third")

        lifecycle.note_reader(press.session, late, account, today=DAY)

        assert draft.id == late.id
        assert press.session.scalar(select(func.count()).select_from(SignOff)) == len(BOARD)


class TestPublishing:
    def test_it_needs_both_signatures(self, press: QuarterPublisher) -> None:
        draft = press.draft()
        press.sign(Q3, BOARD[0])

        with pytest.raises(Conflict, match="2 signatures"):
            lifecycle.publish(press.session, draft, press.log, NOW)

    @pytest.mark.parametrize(
        ("at", "refusal"),
        [
            (NOW - timedelta(seconds=1), "2026-12-08 10:00"),
            (NOW + timedelta(days=1), "another day"),
        ],
    )
    def test_it_happens_at_the_announced_minute(
        self, press: QuarterPublisher, at: datetime, refusal: str
    ) -> None:
        press.draft()
        press.sign()

        with pytest.raises(Conflict, match=refusal):
            lifecycle.publish(press.session, press.newest(), press.log, at)

    def test_the_ledger_and_the_trail_know_it(self, press: QuarterPublisher) -> None:
        press.draft()
        press.sign()
        release = press.newest()

        lifecycle.publish(press.session, release, press.log, NOW)

        assert release.released_on == DAY
        assert press.session.scalars(select(LedgerEntry.quarter).distinct()).all() == [Q3]
        assert acts(press.session)[-1] == "published"

    def test_the_public_log_has_its_fingerprint_once(self, press: QuarterPublisher) -> None:
        press.draft()
        press.sign()
        release = press.newest()

        lifecycle.publish(press.session, release, press.log, NOW)
        lifecycle.publish(press.session, release, press.log, NOW)

        digest = bytes.fromhex(str(release.manifest))
        expected = log_entries.Release("2026-q3/v1", digest).entry
        assert list(press.session.scalars(select(LogEntry.entry))) == [expected]

    def test_what_was_published_is_not_given_up(self, press: QuarterPublisher) -> None:
        release = press.publish()

        with pytest.raises(Conflict, match="stays"):
            lifecycle.drop(press.session, release)
