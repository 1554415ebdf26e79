"""The pages of the queue and of the notices."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import insert

from portal.accounts.models import Role
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.codes import NoticeKind
from portal.cases.models import Case, Notice
from portal.core import clock
from portal.review.service.upkeep import list_late_clocks, tell_of_late
from portal.review.views.blueprint import count_days_left, format_reference
from portal.review.views.queue import NOTICES
from tests.factories import TODAY, Make, StaffPerson
from tests.page import Browser, text_of
from tests.review.desk import at_desk
from tests.review.queries.test_queue import rows

SignIn = Callable[[StaffPerson], Browser]


def test_the_queue_shows_the_coded_facts_of_a_case(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take()

    page = text_of(sign_in(desk.who).get("/en/staff"))

    assert format_reference(desk.case.id) in page
    assert "Received" in page
    assert "late" in page, "the case of the tests is old by now"
    assert desk.account.login in page
    assert "new from the reporter" in page


def test_the_queue_works_in_every_language(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make)
    browser = sign_in(desk.who)

    for language in ("kk", "ru", "en"):
        assert format_reference(desk.case.id) in browser.get(f"/{language}/staff")


def test_a_long_queue_has_pages_and_keeps_its_filters(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make)
    make.session.execute(insert(Case), rows(70, body_code=desk.unit.code))
    make.session.commit()
    browser = sign_in(desk.who)

    first = browser.get("/en/staff?category=bribery&which=open")
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(older)

    assert "category=bribery" in older
    assert first.count('scope="row"') == 50
    assert second.count('scope="row"') == 21
    assert browser.get("/en/staff?category=conduct").count('scope="row"') == 0


def test_a_reference_is_found_as_people_write_it(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make)
    make.case()
    browser = sign_in(desk.who)

    for typed in (format_reference(desk.case.id), desk.case.id[:8].upper(), desk.case.id):
        assert browser.get(f"/en/staff?reference={typed}").count('scope="row"') == 1


def test_a_wish_that_makes_no_sense_is_told(make: Make, sign_in: SignIn) -> None:
    browser = sign_in(at_desk(make).who)

    for wish in ("reference=%3Cscript%3E", "which=everything", "status=gone", "category=x"):
        browser.get(f"/en/staff?{wish}", status=422)
    browser.get("/en/staff?after=nowhere", status=400)


def test_notices_tell_codes_and_no_content(make: Make, sign_in: SignIn) -> None:
    case = make.case(category="excessive_force")
    late = list_late_clocks(make.session, today=TODAY + timedelta(days=90), limit=100)
    tell_of_late(make.session, late, today=TODAY)
    make.session.commit()
    board = make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)

    page = sign_in(board).get("/en/staff/notices")

    assert format_reference(case.id) in page
    assert "Late" in page
    assert f'/en/staff/case/{case.id}"' not in page, "the board cannot open the case"


def test_what_is_late_is_told_to_heads_and_not_to_everybody(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make)
    place = {"case_id": desk.case.id, "body_code": desk.unit.code}
    make.session.add(Notice(**place, kind="overdue", subject="decision", sent_on=TODAY))
    make.session.commit()
    head = make.person(body_code=desk.unit.code, role=Role.HEAD)

    assert "No notices" in sign_in(desk.who).get("/en/staff/notices")
    assert "Late" in sign_in(head).get("/en/staff/notices")


def test_older_notices_are_on_further_pages(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make)
    board = make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)
    told = {"case_id": desk.case.id, "body_code": PORTAL_BOARD, "kind": "copy", "sent_on": TODAY}
    make.session.execute(insert(Notice), [told | {"subject": str(number)} for number in range(60)])
    make.session.commit()
    browser = sign_in(board)

    first = browser.get("/en/staff/notices")
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(older)

    assert [page.count("<tr>") - 1 for page in (first, second)] == [50, 10]
    assert 'rel="next"' not in second
    assert "Notices" in browser.get("/en/staff/notices?before=none")


def test_a_case_closed_to_a_person_sends_them_no_notice(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make)
    make.session.add(
        Notice(
            case_id=desk.case.id,
            body_code=desk.unit.code,
            kind="copy",
            subject="",
            sent_on=clock.get_today(),
        )
    )
    make.session.commit()
    browser = sign_in(desk.who)
    assert format_reference(desk.case.id) in browser.get("/en/staff/notices")

    page = browser.get(f"/en/staff/case/{desk.case.id}")
    browser.post(f"/en/staff/case/{desk.case.id}/recuse", page=page, status=303)

    assert format_reference(desk.case.id) not in browser.get("/en/staff/notices")


def test_working_days_are_counted_both_ways() -> None:
    friday, monday = date(2026, 2, 27), date(2026, 3, 2)

    assert count_days_left(friday, monday) == 1
    assert count_days_left(monday, friday) == -1
    assert count_days_left(monday, monday) == 0


def test_a_day_after_a_weekend_is_not_today(app: Flask) -> None:
    saturday = date(2026, 11, 28)
    with app.test_request_context("/en/staff"):
        left = app.jinja_env.get_template("review/_clock.html").module.left  # type: ignore[attr-defined]
        words = [left(saturday + timedelta(days=days), saturday) for days in range(3)]

    assert words == ["today", "0 working days left", "1 working day left"]


def test_an_administrator_reads_no_case(make: Make, sign_in: SignIn) -> None:
    case = make.case()
    browser = sign_in(make.person(body_code=None, role=Role.ADMINISTRATOR))

    browser.get("/en/staff", status=403)
    browser.get(f"/en/staff/case/{case.id}", status=403)


def test_every_kind_of_notice_has_words() -> None:
    assert NOTICES.keys() == set(NoticeKind)
