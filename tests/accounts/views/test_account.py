"""Tests of one's own account and links."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal
from crypto import acts
from portal.accounts.current import UNSIGNED_FIELDS
from portal.accounts.models import Account, Role
from portal.accounts.queries import list_eligible_bodies, list_links
from portal.accounts.service.sign_in import is_password_ok
from portal.cases.models import AuditEntry
from portal.cases.units import compute_unit_code
from portal.web.parts import KEYRING
from tests.factories import PASSWORD, Make, StaffPerson
from tests.page import Browser, text_of
from tests.staff import COOKIE, signed_in

ACCOUNT, LINKS = "/en/staff/account", "/en/staff/links"
NEW = "another good password"


@pytest.fixture
def person(make: Make) -> StaffPerson:
    make.unit("KNB_AC", members=0)
    return make.person(body_code="KNB_AC", login="a.member")


@pytest.fixture
def desk(app: Flask, person: StaffPerson) -> Browser:
    return signed_in(app, person.account)


def change(desk: Browser, *, status: int, current: str = PASSWORD) -> str:
    page = desk.get(ACCOUNT)
    return desk.post(ACCOUNT, page=page, status=status, current=current, password=NEW, again=NEW)


def test_a_member_changes_their_password(
    app: Flask, session: Session, desk: Browser, person: StaffPerson
) -> None:
    elsewhere = signed_in(app, person.account)
    before = desk.client.get_cookie(COOKIE)

    change(desk, status=303)

    stored = session.get_one(Account, person.account.id, populate_existing=True).password
    assert is_password_ok(str(stored), NEW, known=True)
    assert desk.client.get_cookie(COOKIE) != before
    assert desk.client.get(ACCOUNT).status_code == 200
    assert elsewhere.client.get(ACCOUNT).status_code == 303


def test_without_the_present_password_it_stays(desk: Browser) -> None:
    told = change(desk, status=422, current="not the present one")

    assert "not your present password" in text_of(told)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_are_sound_in_every_language(desk: Browser, language: str) -> None:
    for page in ("account", "links", "key", "passphrase"):
        desk.get(f"/{language}/staff/{page}")


def test_a_declared_link_is_shown_to_who_declared_it_and_closes_the_unit(
    app: Flask, session: Session, desk: Browser, person: StaffPerson
) -> None:
    page = desk.get(LINKS)
    desk.post(LINKS, page=page, status=303, agency="police_unit", region="KZ-75")

    code = compute_unit_code(KEYRING.get_from(app).units, "police_unit", "KZ-75")
    assert code in list_links(session, person.account.id)
    shown = desk.get(LINKS).split('id="links"')[1].split("</ul>")[0]
    assert "Almaty" in shown
    assert shown.count("<li>") == 1
    assert list_eligible_bodies(session, code) == set()


def test_a_link_is_declared_once(desk: Browser) -> None:
    answers = {"agency": "ministry", "region": ""}
    desk.post(LINKS, page=desk.get(LINKS), status=303, **answers)

    told = desk.post(LINKS, page=desk.get(LINKS), status=422, **answers)

    assert "before" in text_of(told)


def test_a_place_that_does_not_exist_is_refused(desk: Browser) -> None:
    for answers in (
        {"agency": "nothing", "region": ""},
        {"agency": "", "region": "KZ-99"},
        {"agency": "police_unit", "region": ""},
    ):
        desk.post(LINKS, page=desk.get(LINKS), status=422, **answers)


def test_the_sign_of_the_portal_leads_to_where_a_person_works(app: Flask, make: Make) -> None:
    admin = make.person(body_code=None, role=Role.ADMINISTRATOR, key=False)
    browser = signed_in(app, admin.account)

    sign = re.search(r'<a class="brand" href="([^"]+)"', browser.get(ACCOUNT))

    assert sign
    assert "/en/staff/accounts" in browser.get(sign[1])


def test_an_administrator_has_no_links_and_no_key(app: Flask, make: Make) -> None:
    admin = make.person(body_code=None, role=Role.ADMINISTRATOR, key=False)
    browser = signed_in(app, admin.account)

    browser.get(ACCOUNT)
    for page in ("links", "key", "passphrase", "members"):
        browser.get(f"/en/staff/{page}", status=403)


def test_who_sends_after_their_sign_in_has_ended_is_told_and_gets_their_words_back(
    desk: Browser,
) -> None:
    page = desk.get(ACCOUNT)
    desk.client.delete_cookie(COOKIE)

    told = desk.post(
        ACCOUNT,
        page=page,
        status=401,
        current=PASSWORD,
        password=NEW,
        again=NEW,
        text="a few words",
    )

    assert "Your sign-in has ended" in text_of(told)
    assert "/en/staff/sign-in" in told
    assert "a few words" in told
    assert NEW not in told, "but no password"
    assert PASSWORD not in told


def test_a_script_is_told_who_is_signed_in_and_what_their_forms_need(
    desk: Browser, person: StaffPerson
) -> None:
    told = desk.client.get("/en/staff/standing", headers={"Accept": "application/json"}).json
    assert told
    assert told["account"] == person.account.id
    page = desk.post(ACCOUNT, status=422, csrf_token=told["csrf_token"])
    assert "Please look at this again" in page
    assert "was open for too long" not in page, "the token is good, only the rest is missing"

    desk.client.delete_cookie(COOKIE)
    ended = desk.client.get("/en/staff/standing", headers={"Accept": "application/json"})
    assert ended.status_code == 401
    assert ended.json == {"error": "unauthorized"}


def test_the_statement_of_a_link_does_not_name_the_unit(
    session: Session, desk: Browser, person: StaffPerson
) -> None:
    desk.post(LINKS, page=desk.get(LINKS), status=303, agency="police_unit", region="KZ-75")

    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "link_declared")).one()
    said = acts.read(str(entry.statement))
    assert (said.act, said.signer, set(said.fields)) == ("link", person.account.id, {"trail"})
    assert "police_unit" not in str(entry.statement)


def test_a_link_that_nobody_signed_is_not_declared(
    app: Flask, session: Session, person: StaffPerson
) -> None:
    browser = Browser(signed_in(app, person.account).client)

    told = browser.post(
        LINKS, page=browser.get(LINKS), status=403, agency="police_unit", region="KZ-75"
    )

    assert "This was not signed" in text_of(told)
    assert list_links(session, person.account.id) == set()


def test_the_browser_leaves_out_of_a_statement_what_the_server_does() -> None:
    script = (Path(portal.__file__).parent / "static" / "staff" / "sign.js").read_text("utf-8")
    listed = re.search(r"NOT_SIGNED = (\[.*?\]);", script, re.DOTALL)

    assert listed
    assert set(json.loads(listed[1].replace(",\n]", "]"))) == set(UNSIGNED_FIELDS)
