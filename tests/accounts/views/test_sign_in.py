"""Tests of the pages by which staff come and go."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import totp
from portal.accounts.current import start_browser_session
from portal.accounts.models import Account, StaffDevice, StaffSession
from portal.accounts.service import enrolment, sign_in
from portal.accounts.service.sign_in import Now, SessionStep
from portal.core import clock
from portal.core.config import Settings
from portal.web.parts import BLOBS, KEYRING, SESSIONS, SETTINGS
from tests.factories import PASSWORD, TODAY, Make, StaffPerson
from tests.installation import installed
from tests.page import Browser, hidden, text_of
from tests.staff import COOKIE, code_now, signed_in

SIGN_IN, CODE, OUT = "/en/staff/sign-in", "/en/staff/code", "/en/staff/sign-out"
WELCOME, DEVICE = "/en/staff/welcome", "/en/staff/welcome/device"


@pytest.fixture
def person(make: Make) -> StaffPerson:
    make.unit("KNB_AC", members=0)
    return make.person(body_code="KNB_AC", login="a.member")


def token(browser: Browser) -> str:
    cookie = browser.client.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def enter_password(browser: Browser, *, login: str = "a.member", status: int = 303) -> str:
    page = browser.get(SIGN_IN)
    return browser.post(SIGN_IN, page=page, status=status, login=login, password=PASSWORD)


def test_a_member_signs_in_with_password_and_code(browser: Browser, person: StaffPerson) -> None:
    enter_password(browser)
    page = browser.get(CODE)
    browser.post(CODE, page=page, status=303, code=code_now(person))

    assert "a.member" in text_of(browser.get("/en/staff/account"))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_at_the_door_are_sound_in_every_language(browser: Browser, language: str) -> None:
    browser.get(f"/{language}/staff/sign-in")
    browser.get(f"/{language}/staff/welcome")


def test_the_cookie_and_the_token_of_forms_change_with_each_step(
    app: Flask, browser: Browser, person: StaffPerson
) -> None:
    seen = []
    page = browser.get(SIGN_IN)
    browser.post(SIGN_IN, page=page, status=303, login="a.member", password=PASSWORD)
    half = token(browser)
    page = browser.get(CODE)
    seen.append(browser.client.get_cookie("portal"))
    browser.post(CODE, page=page, status=303, code=code_now(person))
    full = token(browser)

    assert half != full
    assert all("staff" not in str(cookie) for cookie in seen)
    for dead in (half, "", "x"):
        other = app.test_client()
        other.set_cookie(COOKIE, dead)
        for address in (CODE, "/en/staff/account"):
            assert other.get(address).status_code == 303


def test_a_form_from_before_signing_in_is_too_old(browser: Browser, person: StaffPerson) -> None:
    old = browser.get(SIGN_IN)
    enter_password(browser)
    browser.post(CODE, page=browser.get(CODE), status=303, code=code_now(person))

    answer = browser.client.post(OUT, data={"csrf_token": re.findall(r'value="([^"]+)"', old)[0]})

    assert answer.status_code == 422
    assert "still signed in" in text_of(answer.text)


def test_the_cookie_tells_scripts_and_other_sites_nothing(
    browser: Browser, person: StaffPerson
) -> None:
    del person
    page = browser.get(SIGN_IN)
    fields = {"csrf_token": re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]}

    answer = browser.client.post(SIGN_IN, data=fields | {"login": "a.member", "password": PASSWORD})

    (cookie,) = [
        line for line in answer.headers.getlist("Set-Cookie") if line.startswith(f"{COOKIE}=")
    ]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Expires" not in cookie


def test_over_tls_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    over_tls = Settings(instance=tmp_path / "tls", public_url="https://portal.example")
    with installed(over_tls).test_request_context("https://portal.example/en/"):
        cookie = start_browser_session(Response(), "token").headers["Set-Cookie"]

    assert cookie.startswith("__Host-staff=token;")
    assert "Secure" in cookie


def test_a_wrong_password_and_an_unknown_login_get_the_same_page(
    browser: Browser, person: StaffPerson
) -> None:
    del person
    pages = []
    for login in ("a.member", "b.nobody"):
        page = browser.get(SIGN_IN)
        told = browser.post(SIGN_IN, page=page, status=422, login=login, password="wrong one")
        pages.append(text_of(told).replace(login, "…"))

    assert pages[0] == pages[1]


def test_a_password_that_is_too_long_is_refused_before_any_work(browser: Browser) -> None:
    page = browser.get(SIGN_IN)

    told = browser.post(SIGN_IN, page=page, status=422, login="a.member", password="x" * 1000)

    assert "too long" in text_of(told)


def test_many_wrong_passwords_slow_down_one_login_only(
    browser: Browser, make: Make, person: StaffPerson
) -> None:
    del person
    make.person(body_code="KNB_AC", login="b.member")
    for _ in range(5):
        page = browser.get(SIGN_IN)
        browser.post(SIGN_IN, page=page, status=422, login="a.member", password="wrong one")

    told = enter_password(browser, status=429)
    assert "wait" in text_of(told)
    enter_password(browser, login="b.member")


def test_a_code_that_was_used_does_not_open_another_session(
    app: Flask, browser: Browser, person: StaffPerson
) -> None:
    typed = code_now(person)
    for visitor, status in ((browser, 303), (Browser(app.test_client()), 422)):
        enter_password(visitor)
        visitor.post(CODE, page=visitor.get(CODE), status=status, code=typed)


def test_half_way_opens_no_other_page(app: Flask, person: StaffPerson) -> None:
    browser = signed_in(app, person.account, step=SessionStep.PASSWORD)

    for address in ("/en/staff/account", "/en/staff/key", DEVICE):
        assert browser.client.get(address).status_code == 303


def test_a_script_is_told_that_nobody_is_signed_in(client: FlaskClient) -> None:
    answer = client.get("/en/staff/account", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.json == {"error": "unauthorized"}


def test_signing_out_ends_the_session_and_empties_the_browser(
    app: Flask, person: StaffPerson
) -> None:
    browser = signed_in(app, person.account)
    held = token(browser)
    page = browser.get("/en/staff/account")
    fields = {"csrf_token": re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]}

    answer = browser.client.post(OUT, data=fields)

    assert answer.status_code == 303
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    other = app.test_client()
    other.set_cookie(COOKIE, held)
    assert other.get("/en/staff/account").status_code == 303
    assert other.get(OUT).status_code == 405


def test_signing_out_everywhere_ends_the_other_session_too(
    app: Flask, session: Session, person: StaffPerson
) -> None:
    here, there = signed_in(app, person.account), signed_in(app, person.account)
    address = "/en/staff/sign-out-everywhere"

    here.post(address, page=here.get("/en/staff/account"), status=303)

    assert there.client.get("/en/staff/account").status_code == 303
    assert session.scalars(select(StaffSession)).all() == []


class TestWelcome:
    @pytest.fixture
    def code(self, session: Session, person: StaffPerson) -> str:
        account = session.get_one(Account, person.account.id)
        code = enrolment.invite(session, account, today=clock.get_today())
        session.commit()
        return code

    def accept(self, browser: Browser, code: str, *, status: int, **other: str) -> str:
        answers = {
            "login": "a.member",
            "invitation": code,
            "password": "four words on paper",
            "again": "four words on paper",
        }
        page = browser.get(WELCOME)
        return browser.post(WELCOME, page=page, status=status, **(answers | other))

    def test_a_new_member_comes_from_the_code_to_the_first_page(
        self, app: Flask, session: Session, browser: Browser, person: StaffPerson, code: str
    ) -> None:
        self.accept(browser, code, status=303)
        page = browser.get(DEVICE)
        picture = browser.client.get("/en/staff/welcome/device-picture")
        account = session.get_one(Account, person.account.id, populate_existing=True)
        seed = sign_in.get_seed(account, key=KEYRING.get_from(app).accounts)
        typed = totp.compute_code(seed, clock.get_seconds() // totp.STEP_SECONDS)

        answer = browser.post(DEVICE, page=page, status=303, code=typed)

        assert answer is not None
        assert picture.mimetype == "image/svg+xml"
        assert b"style" not in picture.data
        assert browser.client.get("/en/staff/account").status_code == 200
        assert browser.client.get(DEVICE).status_code == 303

    def test_a_wrong_one_time_code_and_an_unknown_login_look_alike(
        self, browser: Browser, code: str
    ) -> None:
        wrong = self.accept(browser, code[::-1], status=422)
        unknown = self.accept(browser, code, status=422, login="b.nobody")

        assert text_of(wrong) == text_of(unknown)

    def test_a_weak_password_is_refused(self, browser: Browser, code: str) -> None:
        for password in ("short", "a.member a.member"):
            self.accept(browser, code, status=422, password=password, again=password)
        told = self.accept(browser, code, status=422, again="another one altogether")

        assert "not the same" in text_of(told)

    def test_no_password_is_ever_put_back_into_a_page(self, browser: Browser, code: str) -> None:
        told = self.accept(browser, code, status=422, again="another one altogether")

        assert "four words on paper" not in told
        assert "another one altogether" not in told

    def test_outside_a_demonstration_no_page_shows_the_code(
        self, browser: Browser, code: str
    ) -> None:
        self.accept(browser, code, status=303)

        assert "shown-code" not in browser.get(DEVICE)


def test_a_demonstration_shows_the_code_that_it_asks_for(tmp_path: Path) -> None:
    app = installed(Settings(instance=tmp_path, public_url="http://localhost", demonstration=True))
    sessions = SESSIONS.get_from(app)
    with sessions() as session:
        made = Make(session, KEYRING.get_from(app), BLOBS.get_from(app))
        made.body("KNB_AC")
        person = made.person(body_code="KNB_AC", login="a.member")
    browser = signed_in(app, person.account, step=SessionStep.PASSWORD)

    page = browser.get(CODE)
    (shown,) = re.findall(r'id="shown-code">(\d{6})<', page)
    browser.post(CODE, page=page, status=303, code=shown)

    assert browser.client.get("/en/staff/account").status_code == 200


def wrong_tries(app: Flask, login: str, times: int, address: str = "203.0.113.9") -> None:
    """Try passwords from elsewhere, in a browser that never signed in."""
    stranger = Browser(app.test_client())
    stranger.client.environ_base["REMOTE_ADDR"] = address
    for _ in range(times):
        page = stranger.get(SIGN_IN)
        answer = stranger.client.post(
            SIGN_IN, data={**hidden(page, SIGN_IN), "login": login, "password": "wrong one"}
        )
        assert answer.status_code in {422, 429}


def sign_in_and_out(browser: Browser, person: StaffPerson) -> None:
    enter_password(browser, login=person.account.login)
    browser.post(CODE, page=browser.get(CODE), status=303, code=code_now(person))
    browser.post(OUT, page=browser.get("/en/staff/account"), status=303)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands: nobody's rest ends while a test goes on."""
    now = clock.get_seconds()
    monkeypatch.setattr(clock, "get_seconds", lambda: now)


@pytest.mark.usefixtures("still")
def test_strangers_do_not_lock_a_device_that_signed_in_before(
    app: Flask, browser: Browser, person: StaffPerson
) -> None:
    sign_in_and_out(browser, person)
    wrong_tries(app, "a.member", 12)

    enter_password(browser)

    other = Browser(app.test_client())  # but strangers rest, also with the right password
    enter_password(other, status=429)


@pytest.mark.usefixtures("still")
def test_a_known_device_rests_for_its_own_wrong_attempts_only(
    app: Flask, browser: Browser, person: StaffPerson
) -> None:
    sign_in_and_out(browser, person)
    for _ in range(5):
        page = browser.get(SIGN_IN)
        browser.post(SIGN_IN, page=page, status=422, login="a.member", password="wrong one")

    enter_password(browser, status=429)
    enter_password(Browser(app.test_client()))  # strangers do not


def test_the_cookie_of_a_device_opens_nothing_and_ends_with_a_reset(
    app: Flask, browser: Browser, person: StaffPerson, session: Session
) -> None:
    sign_in_and_out(browser, person)
    cookie = browser.client.get_cookie("device")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert cookie.max_age == 180 * 24 * 3600
    rows = session.scalars(select(StaffDevice)).all()
    assert [row.account_id for row in rows] == [person.account.id]
    assert cookie.value.encode() not in rows[0].code
    thief = app.test_client()
    thief.set_cookie("device", cookie.value)
    assert thief.get("/en/staff/account").status_code == 303

    enrolment.invite(session, session.get_one(Account, person.account.id), today=TODAY)
    session.commit()

    assert session.scalars(select(StaffDevice)).all() == []


def test_an_office_behind_one_address_signs_in_all_day(app: Flask, make: Make) -> None:
    make.unit("KNB_AC", members=0)
    people = [make.person(body_code="KNB_AC", login=f"m.{number}") for number in range(30)]
    SETTINGS.put(
        app, replace(SETTINGS.get_from(app), wrong_sign_ins_per_hour=2, posts_per_hour=6000)
    )
    for person in people:
        browser = Browser(app.test_client())
        browser.client.environ_base["REMOTE_ADDR"] = "203.0.113.5"
        enter_password(browser, login=person.account.login)
        browser.post(CODE, page=browser.get(CODE), status=303, code=code_now(person))


def test_who_tries_many_logins_from_one_address_makes_strangers_there_wait(
    app: Flask, browser: Browser, person: StaffPerson
) -> None:
    browser.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    sign_in_and_out(browser, person)
    SETTINGS.put(app, replace(SETTINGS.get_from(app), wrong_sign_ins_per_hour=3))
    for number in range(3):
        wrong_tries(app, f"nobody.{number}", 1)

    new_here = Browser(app.test_client())
    new_here.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    enter_password(new_here, status=429)
    enter_password(browser)  # a known device there does not
    elsewhere = Browser(app.test_client())
    elsewhere.client.environ_base["REMOTE_ADDR"] = "203.0.113.10"
    enter_password(elsewhere)


def test_strangers_at_the_door_do_not_stop_who_is_signed_in(
    app: Flask, browser: Browser, person: StaffPerson
) -> None:
    enter_password(browser)
    browser.post(CODE, page=browser.get(CODE), status=303, code=code_now(person))
    wrong_tries(app, "a.member", 12)
    key, at = KEYRING.get_from(app).accounts, Now(TODAY, clock.get_seconds() + 60, 30)
    with SESSIONS.get_from(app)() as session:
        who = session.get_one(Account, person.account.id)
        typed = totp.compute_code(person.totp_secret, at.seconds // totp.STEP_SECONDS)

        assert sign_in.confirm_code(session, who, typed, key=key, at=at) is None
        assert sign_in.confirm_password(session, who, password_ok=True, key=key, at=at) is None
