"""The page where a release is read and signed off: by two of the board, and seen by nobody else."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Role
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import AuditEntry
from portal.statistics.models import SignOff
from tests.factories import Make, StaffPerson
from tests.page import Browser, text_of
from tests.staff import code_now, signed_in
from tests.statistics.histories import Q3, Histories, QuarterPublisher

PAGE = "/en/staff/releases"
INDEX = f"{PAGE}/{Q3}/v1/en/index.html"


@pytest.fixture
def board(make: Make, histories: Histories) -> list[StaffPerson]:
    """Two members of the oversight board."""
    histories.many(300)
    histories.done()
    make.body(PORTAL_BOARD)
    return [make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT, key=False) for _ in range(2)]


@pytest.fixture
def drafted(press: QuarterPublisher, board: list[StaffPerson]) -> QuarterPublisher:
    """A draft that two members of the board may sign."""
    assert board
    press.draft()
    return press


def sign(browser: Browser, person: StaffPerson, *, status: int, **other: str) -> str:
    answers = {"read": "y", "code": code_now(person)} | other
    return browser.post(PAGE, page=browser.get(PAGE), status=status, **answers)


def count_signatures(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(SignOff).where(SignOff.signed_on.is_not(None))).all())


class TestReading:
    def test_the_board_sees_what_it_signs(
        self, app: Flask, board: list[StaffPerson], drafted: QuarterPublisher
    ) -> None:
        page = text_of(signed_in(app, board[0].account).get(PAGE))

        release = drafted.newest()
        assert str(release.manifest) in page
        for words in ("2026-q3/v1", "0 of 2", "withstood", "received-category", "10:00"):
            assert words in page

    def test_its_pages_are_read_as_they_will_be(
        self, app: Flask, board: list[StaffPerson], drafted: QuarterPublisher
    ) -> None:
        browser = signed_in(app, board[0].account)
        response = browser.client.get(INDEX)

        assert response.data == drafted.draft_files()["en/index.html"]
        assert response.headers["Cache-Control"] == "no-store"
        browser.get(f"{PAGE}/{Q3}/v2/en/index.html", status=404)
        assert browser.client.get(f"{PAGE}/{Q3}/v1/none.csv").status_code == 404

    def test_who_opened_it_is_written_down_once(
        self, app: Flask, board: list[StaffPerson], drafted: QuarterPublisher, session: Session
    ) -> None:
        browser = signed_in(app, board[0].account)
        browser.get(PAGE)
        browser.get(PAGE)

        session.rollback()
        assert session.scalars(select(SignOff.account_id)).all() == [board[0].account.id]
        assert session.scalars(select(AuditEntry.act)).all().count("draft_read") == 1
        assert drafted.newest().signed_on is None

    @pytest.mark.usefixtures("drafted")
    def test_who_opened_only_a_file_of_it_is_written_down_too(
        self, app: Flask, board: list[StaffPerson], session: Session
    ) -> None:
        signed_in(app, board[1].account).client.get(INDEX)

        session.rollback()
        assert session.scalars(select(SignOff.account_id)).all() == [board[1].account.id]

    @pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.HEAD, Role.ADMINISTRATOR])
    def test_nobody_else_gets_to_see_it(
        self, app: Flask, make: Make, drafted: QuarterPublisher, role: Role
    ) -> None:
        body = None if role is Role.ADMINISTRATOR else "PROS_SPEC"
        other = signed_in(app, make.person(body_code=body, role=role, key=False).account)

        for address in (PAGE, INDEX):
            other.get(address, status=403)
        for address in (PAGE, INDEX):
            assert app.test_client().get(address).status_code == 303
        for address in (f"/figures/{Q3}/v1/manifest.json", f"/drafts/{Q3}-v1/manifest.json"):
            assert app.test_client().get(address).status_code == 404
        assert drafted.newest().signed_on is None

    def test_without_a_draft_it_says_so(self, app: Flask, board: list[StaffPerson]) -> None:
        page = text_of(signed_in(app, board[0].account).get(PAGE))

        assert "No release waits" in page


class TestSigning:
    def test_two_different_people_sign_and_it_comes_out(
        self, app: Flask, board: list[StaffPerson], drafted: QuarterPublisher, session: Session
    ) -> None:
        for person in board:
            sign(signed_in(app, person.account), person, status=303)

        assert count_signatures(session) == 2
        assert drafted.newest().signed_on is not None

    def test_nobody_signs_twice(
        self, app: Flask, board: list[StaffPerson], drafted: QuarterPublisher, session: Session
    ) -> None:
        browser = signed_in(app, board[0].account)
        page = browser.get(PAGE)
        browser.post(PAGE, page=page, status=303, read="y", code=code_now(board[0]))

        assert "Somebody else has to sign" in text_of(browser.get(PAGE))
        # the same page once more, with the code that was used already
        browser.post(PAGE, page=page, status=422, read="y", code=code_now(board[0]))
        assert count_signatures(session) == 1
        assert drafted.newest().signed_on is None

    @pytest.mark.parametrize(
        "other", [{"code": "000000"}, {"code": ""}, {"read": ""}], ids=["wrong", "none", "unread"]
    )
    def test_it_takes_a_good_code_and_a_word(
        self,
        app: Flask,
        board: list[StaffPerson],
        drafted: QuarterPublisher,
        session: Session,
        other: dict[str, str],
    ) -> None:
        sign(signed_in(app, board[0].account), board[0], status=422, **other)

        assert count_signatures(session) == 0
        assert drafted.newest().signed_on is None

    def test_after_wrong_codes_the_login_rests(
        self, app: Flask, board: list[StaffPerson], drafted: QuarterPublisher, session: Session
    ) -> None:
        browser = signed_in(app, board[0].account)
        for _ in range(5):
            sign(browser, board[0], status=422, code="000000")

        assert "Please wait" in sign(browser, board[0], status=422)
        assert count_signatures(session) == 0
        assert drafted.newest().signed_on is None

    def test_a_draft_that_changed_after_it_was_read_is_not_signed(
        self,
        app: Flask,
        board: list[StaffPerson],
        drafted: QuarterPublisher,
        histories: Histories,
        session: Session,
    ) -> None:
        browser = signed_in(app, board[0].account)
        page = browser.get(PAGE)
        session.rollback()
        histories.many(100)
        histories.done()
        drafted.advance(Q3, drafted.newest().published_on.replace(day=1), recount=True)

        browser.post(PAGE, page=page, status=409, read="y", code=code_now(board[0]))

        assert count_signatures(session) == 0


def test_later_it_tells_when_the_key_is_destroyed(
    app: Flask, board: list[StaffPerson], press: QuarterPublisher
) -> None:
    press.publish()

    page = text_of(signed_in(app, board[0].account).get(PAGE))

    assert "is destroyed on 14 December 2026" in page
