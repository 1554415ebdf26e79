"""Coded acts on the page of a case."""

from collections.abc import Callable

from portal.cases.states import Status
from tests.factories import Make, StaffPerson
from tests.page import Browser, text_of
from tests.review.desk import ReviewDesk, at_desk
from tests.staff import StaffBrowser, signed

SignIn = Callable[[StaffPerson], Browser]


def address(desk: ReviewDesk) -> str:
    return f"/en/staff/case/{desk.case.id}"


def posted(
    browser: Browser, desk: ReviewDesk, act: str, *, status: int = 303, **answers: str
) -> str:
    page = browser.get(address(desk))
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    version = page.split('name="version" value="')[1].split('"')[0]
    answers = {"csrf_token": token, "version": version} | answers
    assert isinstance(browser, StaffBrowser)
    assert browser.account is not None
    whole = signed(browser.account, act, desk.case.id, answers, page)
    return browser.post(f"{address(desk)}/{act}", status=status, **whole)


def test_a_case_goes_its_steps(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take()
    browser = sign_in(desk.who)

    for step in ("acknowledge", "assess", "review"):
        posted(browser, desk, "step", step=step)

    make.session.refresh(desk.case)
    assert desk.case.status is Status.IN_REVIEW


def test_a_forged_step_is_refused(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take()
    browser = sign_in(desk.who)

    posted(browser, desk, "step", step="review", status=409)
    posted(browser, desk, "step", step="acknowledge", version="0", status=409)
    posted(browser, desk, "step", step="decided", status=422)


def test_a_stage_is_written_down_once(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take().step("acknowledge", "assess")
    browser = sign_in(desk.who)

    posted(browser, desk, "stage", stage="sent_to_prosecutor")
    posted(browser, desk, "stage", stage="sent_to_prosecutor", status=409)
    posted(browser, desk, "stage", stage="", status=422)
    posted(browser, desk, "stage", stage="hanged", status=422)

    assert "Sent to the prosecutor" in text_of(browser.get(address(desk)))


def test_an_allegation_is_added_and_a_known_one_is_complained_of(
    make: Make, sign_in: SignIn
) -> None:
    desk = at_desk(make).take()
    browser = sign_in(desk.who)

    posted(browser, desk, "allegation", subcategory="conduct.rude")
    page = posted(browser, desk, "allegation", subcategory="conduct.rude", status=422)

    assert "has this allegation already" in text_of(page)
    posted(browser, desk, "allegation", subcategory="nothing", status=422)
