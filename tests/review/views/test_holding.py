"""Buttons that change who holds a case."""

from collections.abc import Callable

from portal.accounts.models import Role
from tests.factories import Make, StaffPerson
from tests.page import Browser, text_of
from tests.review.desk import at_desk, colleague

SignIn = Callable[[StaffPerson], Browser]


def test_a_case_is_taken_given_back_and_handed_over(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make)
    other = colleague(make, desk)
    browser, address = sign_in(desk.who), f"/en/staff/case/{desk.case.id}"

    for verb in ("claim", "release", "claim"):
        browser.post(f"{address}/{verb}", page=browser.get(address), status=303)
    browser.post(f"{address}/hand-over", page=browser.get(address), to=other.account.id, status=303)

    assert f"{other.account.login} holds this case" in text_of(browser.get(address))


def test_who_was_slower_is_told_who_was_faster(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make, login="aigul")
    slow = sign_in(colleague(make, desk).who)
    address = f"/en/staff/case/{desk.case.id}"
    page = slow.get(address)
    desk.take()

    answer = slow.post(f"{address}/claim", page=page, status=409)

    assert "aigul took case" in text_of(answer)


def test_nobody_hands_a_case_to_who_may_not_hold_it(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take()
    stranger = make.person(body_code="PROS_SPEC")
    browser, address = sign_in(desk.who), f"/en/staff/case/{desk.case.id}"

    for to in (stranger.account.id, "", "nobody"):
        browser.post(f"{address}/hand-over", page=browser.get(address), to=to, status=422)


def test_who_stays_away_gets_no_page_of_the_case_any_more(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take()
    browser, address = sign_in(desk.who), f"/en/staff/case/{desk.case.id}"

    browser.post(f"{address}/recuse", page=browser.get(address), status=303)

    browser.get(address, status=404)
    make.session.refresh(desk.case)
    assert desk.case.holder_id is None


def test_a_page_that_was_open_for_too_long_changes_nothing(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take()
    browser, address = sign_in(desk.who), f"/en/staff/case/{desk.case.id}"

    for verb in ("release", "recuse", "step", "stage", "allegation", "propose", "hand-over"):
        page = browser.post(f"{address}/{verb}", status=422)
        assert "open for too long" in page

    make.session.refresh(desk.case)
    assert desk.case.holder_id == desk.account.id


def test_the_head_gives_a_case_of_a_colleague_back(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take()
    head = sign_in(make.person(body_code=desk.unit.code, role=Role.HEAD))
    address = f"/en/staff/case/{desk.case.id}"

    head.post(f"{address}/release", page=head.get(address), status=303)

    make.session.refresh(desk.case)
    assert desk.case.holder_id is None
