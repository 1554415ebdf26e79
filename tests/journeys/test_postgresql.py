"""What works on SQLite works on PostgreSQL: some of the same tests, and races that it allows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.models import SignInAttempts
from portal.accounts.service import sign_in
from portal.accounts.service.sign_in import Now
from portal.cases import audit
from portal.cases.codes import AuditAct
from portal.cases.models import AuditEntry, Case
from portal.core.config import Settings
from portal.core.db import WRITES, Sessions, make_sessions
from portal.web.parts import SESSIONS
from tests.dialogue.conftest import desk, reporter
from tests.dialogue.service.test_writing import TestWhatTheReporterWrites as Writing
from tests.factories import TODAY, Make
from tests.intake import test_views as filing
from tests.intake.steps import needed, receipt_on, send, write_page
from tests.page import Browser
from tests.review import test_cli as timer
from tests.review.desk import ReviewDesk, at_desk
from tests.review.service import test_holding as holding
from tests.review.service import test_transfers as transfers
from tests.review.service.test_decisions import (
    test_a_decision_stops_the_clocks_and_begins_the_window_of_review as decided,
)

AT_ONCE = 6
NOW = Now(TODAY, 1_800_000_000, 30)
FIXTURES = (desk, reporter)  # of the tests about coming back
Result = TypeVar("Result")


@pytest.fixture
def settings(tmp_path: Path, postgresql: str) -> Settings:
    """Settings of a portal whose database is PostgreSQL."""
    return Settings(
        instance=tmp_path / "instance",
        public_url="http://localhost",
        database_url=postgresql,
    )


class TestFiling:
    """A report is filed, by the server or by the browser, once."""

    @pytest.fixture
    def portal(self, make: Make) -> Make:
        return make.portal("KNB_AC", "PROS_SPEC")

    @pytest.fixture(autouse=True)
    def is_postgresql(self, session: Session, portal: Make) -> None:
        assert session.get_bind().dialect.name == "postgresql"
        assert "KNB_AC" in portal.units

    test_files = staticmethod(filing.test_two_files_and_a_text_arrive_as_they_were_sent)
    test_twice = staticmethod(
        filing.test_the_same_page_sent_twice_files_once_and_shows_the_same_receipt
    )
    test_at_once = staticmethod(filing.test_two_at_the_same_moment_file_once)
    test_sealed = staticmethod(
        filing.test_a_report_sealed_in_the_browser_is_stored_as_it_came_and_promised_to_the_log
    )
    test_sealed_twice = staticmethod(
        filing.test_a_sealed_page_sent_twice_files_once_and_another_window_is_told_so
    )
    test_place = staticmethod(filing.test_nobody_takes_the_place_of_another_case)


class TestComingBack:
    """The reporter reads, writes, judges, asks for a review."""

    test_message = Writing.test_a_message_with_a_file_is_opened_by_the_body_alone
    test_answer = Writing.test_an_answer_ends_the_waiting
    test_twice = Writing.test_the_same_page_sent_twice_writes_once
    test_verdict = Writing.test_a_verdict_is_given_once_after_a_decision


class TestReview:
    """A body works on a case."""

    @pytest.fixture
    def desk(self, make: Make) -> ReviewDesk:
        return at_desk(make).take().step("acknowledge", "assess")

    test_claim = staticmethod(holding.test_of_two_who_take_a_case_at_the_same_moment_one_is_faster)
    test_recusal = staticmethod(holding.test_if_nobody_is_left_the_board_learns_it_the_same_day)
    test_decision = staticmethod(decided)
    test_transfer = staticmethod(
        transfers.test_the_next_body_opens_the_report_and_the_last_one_does_not
    )
    test_clocks = staticmethod(timer.test_late_clocks_are_told_and_a_dry_run_tells_nobody)
    test_retention = staticmethod(timer.test_content_goes_after_its_time_and_a_dry_run_keeps_it)


def at_once(app: Flask, act: Callable[[Session], Result]) -> list[Result]:
    """Let several do the same in transactions that begin at the same moment."""
    made: Sessions = SESSIONS.get_from(app)
    start = Barrier(AT_ONCE)

    def done(_: int) -> Result:
        with made.begin() as session:
            session.connection(execution_options=WRITES)
            start.wait()
            return act(session)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(done, range(AT_ONCE)))


def test_an_empty_trail_begun_by_many_at_once_has_no_fault(app: Flask, session: Session) -> None:
    def act(reading_session: Session) -> None:
        for number in range(5):
            audit.record(
                reading_session,
                AuditAct.OVERDUE,
                actor=audit.SYSTEM,
                detail=str(number),
                today=TODAY,
            )

    at_once(app, act)

    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 5 * AT_ONCE
    assert audit.verify(session) == []


def test_wrong_passwords_at_the_same_moment_are_all_counted(
    app: Flask, session: Session, make: Make
) -> None:
    key = make.keyring.accounts

    def act(reading_session: Session) -> object:
        return sign_in.enter_password(
            reading_session, "nobody", password_ok=False, key=key, at=NOW
        ).refusal

    refusals = at_once(app, act)

    row = session.scalars(select(SignInAttempts)).one()
    assert row.failures == sign_in.FREE_FAILURES
    assert refusals.count(sign_in.SignInRefusal.WRONG) == sign_in.FREE_FAILURES


def test_many_reports_at_once_are_all_there(
    app: Flask, session: Session, browser: Browser, make: Make
) -> None:
    make.portal("KNB_AC")
    people = [Browser(app.test_client()) for _ in range(AT_ONCE)]

    def files(browser: Browser) -> str:
        return receipt_on(send(browser, write_page(browser), needed("bribery")))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = set(pool.map(files, people))

    session.rollback()
    assert len(codes) == session.scalar(select(func.count()).select_from(Case)) == AT_ONCE
    assert audit.verify(session) == []
    assert browser.get("/en/")


def test_a_database_that_is_away_gives_the_text_back(
    app: Flask, browser: Browser, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.portal("KNB_AC")
    page = write_page(browser)
    away = make_sessions("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    monkeypatch.setitem(app.extensions, "sessions", away)
    typed = {**needed("bribery"), "what_happened": "кактус words of a person, to be kept"}

    again = send(browser, page, typed, status=503)

    assert "кактус words of a person, to be kept" in again
