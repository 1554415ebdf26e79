"""The second person's page."""

from collections.abc import Callable

from portal.accounts.models import Role
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.states import Status
from portal.review.views.blueprint import format_reference
from tests.factories import Make, StaffPerson
from tests.page import Browser, hidden
from tests.review.desk import ReviewDesk, at_desk
from tests.review.views.test_case_acts import posted
from tests.staff import StaffBrowser, signed

SignIn = Callable[[StaffPerson], Browser]


def asked(make: Make, sign_in: SignIn) -> ReviewDesk:
    desk = at_desk(make).take().step("acknowledge", "assess")
    posted(sign_in(desk.who), desk, "propose", kind="no_substance")
    return desk


def answer(browser: Browser, word: str, *, status: int = 303) -> None:
    page = browser.get("/en/staff/proposals")
    address = page.split('method="post" action="')[-1].split('"')[0]
    browser.post(address, page=page, grant=word, status=status)


def test_a_person_of_the_board_confirms(make: Make, sign_in: SignIn) -> None:
    desk = asked(make, sign_in)
    board = sign_in(make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT))
    assert format_reference(desk.case.id) in board.get("/en/staff/proposals")

    answer(board, "yes")

    make.session.refresh(desk.case)
    assert desk.case.status is Status.DECIDED
    assert format_reference(desk.case.id) not in board.get("/en/staff/proposals")


def test_a_person_of_the_board_refuses(make: Make, sign_in: SignIn) -> None:
    desk = asked(make, sign_in)
    board = sign_in(make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT))

    answer(board, "maybe", status=422)
    assert format_reference(desk.case.id) in board.get("/en/staff/proposals")
    answer(board, "no")

    make.session.refresh(desk.case)
    assert desk.case.status is Status.ASSESSMENT


def test_others_see_and_answer_nothing(make: Make, sign_in: SignIn) -> None:
    desk = asked(make, sign_in)
    board = sign_in(make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT))
    page = board.get("/en/staff/proposals")
    address = page.split('method="post" action="')[-1].split('"')[0]
    head = sign_in(make.person(body_code=desk.unit.code, role=Role.HEAD))

    own = head.get("/en/staff/proposals")
    token = own.split('name="csrf_token" type="hidden" value="')[-1].split('"')[0]

    assert format_reference(desk.case.id) not in own
    case_id = desk.case.id
    sent = {**hidden(page, address), "csrf_token": token, "grant": "yes"}
    assert isinstance(head, StaffBrowser)
    assert head.account is not None
    head.post(address, **signed(head.account, "answer", case_id, sent, own), status=404)
    sign_in(desk.who).get("/en/staff/proposals", status=403)
