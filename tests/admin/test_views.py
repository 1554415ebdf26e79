"""Tests of the administrator's pages: what they do, and all that they never show."""

import re
from base64 import b32encode

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account, Role
from portal.accounts.service import enrolment, sign_in
from portal.core import clock
from portal.web.parts import KEYRING
from tests.factories import Make, StaffPerson
from tests.page import Browser, text_of
from tests.staff import signed_in

ACCOUNTS, KEYS = "/en/staff/accounts", "/en/staff/keys"


@pytest.fixture
def admin(app: Flask, make: Make) -> Browser:
    person = make.person(body_code=None, role=Role.ADMINISTRATOR, login="the.admin", key=False)
    return signed_in(app, person.account)


@pytest.fixture
def member(make: Make) -> StaffPerson:
    make.unit("KNB_AC", members=0)
    return make.person(body_code="KNB_AC", login="a.member")


def test_an_administrator_opens_an_account_and_sees_its_code_once(
    admin: Browser, session: Session, make: Make
) -> None:
    make.body("KNB_AC")
    page = admin.get(ACCOUNTS)

    shown = admin.post(
        ACCOUNTS, page=page, status=201, login="B.New", role="head", body_code="KNB_AC"
    )

    (code,) = re.findall(r'id="code">([a-z2-7-]+)<', shown)
    assert enrolment.is_invited(session, "b.new", code, today=clock.get_today())
    assert code not in admin.get(ACCOUNTS)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"login": "x", "role": "head", "body_code": "KNB_AC"}, "3 to 64"),
        ({"login": "a.member", "role": "head", "body_code": "KNB_AC"}, "exists already"),
        ({"login": "b.new", "role": "head", "body_code": ""}, "does not exist in this body"),
        ({"login": "b.new", "role": "administrator", "body_code": "KNB_AC"}, "does not exist"),
        ({"login": "b.new", "role": "head", "body_code": "KUIS"}, "not loaded"),
        ({"login": "b.new", "role": "", "body_code": "KNB_AC"}, "answer"),
    ],
)
def test_a_wrong_account_is_refused_beside_the_field(
    admin: Browser, member: StaffPerson, answers: dict[str, str], words: str
) -> None:
    del member

    told = admin.post(ACCOUNTS, page=admin.get(ACCOUNTS), status=422, **answers)

    assert words in text_of(told)


def test_an_administrator_gives_another_code(
    admin: Browser, session: Session, app: Flask, member: StaffPerson
) -> None:
    browser = signed_in(app, member.account)
    address = f"{ACCOUNTS}/{member.account.id}"

    admin.post(f"{address}/invite", page=admin.get(address), status=201)

    assert browser.client.get("/en/staff/account").status_code == 303
    account = session.get_one(Account, member.account.id, populate_existing=True)
    assert account.password is None


def test_an_administrator_closes_an_account_at_once(
    admin: Browser, app: Flask, make: Make, member: StaffPerson
) -> None:
    browser = signed_in(app, member.account)
    address = f"{ACCOUNTS}/{member.account.id}"
    told = admin.post(f"{address}/close", page=admin.get(address), status=422)
    assert "Nobody would be left" in text_of(told)
    make.person(body_code="KNB_AC")

    admin.post(f"{address}/close", page=admin.get(address), status=303)

    assert browser.client.get("/en/staff/account").status_code == 303
    assert "/close" not in admin.get(address)


def test_an_administrator_sees_who_holds_which_key(admin: Browser, member: StaffPerson) -> None:
    page = text_of(admin.get(KEYS))

    assert member.account.login in page
    assert "Anti-Corruption" in page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_are_sound_in_every_language(
    admin: Browser, member: StaffPerson, language: str
) -> None:
    for page in ("accounts", "keys", f"accounts/{member.account.id}"):
        admin.get(f"/{language}/staff/{page}")


def test_no_page_of_the_administrator_shows_a_secret(
    admin: Browser, app: Flask, session: Session, member: StaffPerson
) -> None:
    account = session.scalars(select(Account).where(Account.login == "a.member")).one()
    seed = sign_in.get_seed(account, key=KEYRING.get_from(app).accounts)
    secrets = [
        b32encode(seed).decode(),
        seed.hex(),
        str(account.password),
        str(account.wrapped_identity)[60:100],
        member.identity.text,
    ]

    for address in (ACCOUNTS, KEYS, f"{ACCOUNTS}/{account.id}", "/en/staff/account"):
        page = admin.get(address)
        assert not [secret for secret in secrets if secret in page]


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.HEAD, Role.OVERSIGHT])
def test_nobody_else_reaches_these_pages(
    app: Flask, make: Make, member: StaffPerson, role: Role
) -> None:
    body = "PORTAL_BOARD" if role is Role.OVERSIGHT else "KNB_AC"
    make.body(body)
    browser = signed_in(app, make.person(body_code=body, role=role, key=False).account)
    address = f"{ACCOUNTS}/{member.account.id}"

    for page in (ACCOUNTS, KEYS, address):
        browser.get(page, status=403)
    for page in (ACCOUNTS, f"{address}/invite", f"{address}/close"):
        browser.post(page, status=403)


def test_a_post_without_its_token_changes_nothing(
    admin: Browser, session: Session, member: StaffPerson
) -> None:
    address = f"{ACCOUNTS}/{member.account.id}"

    for page in (f"{address}/invite", f"{address}/close"):
        admin.post(page, status=422)
    admin.post(ACCOUNTS, status=422, login="b.new", role="head", body_code="KNB_AC")

    account = session.get_one(Account, member.account.id, populate_existing=True)
    assert account.active
    assert account.password is not None
    assert session.scalars(select(Account).where(Account.login == "b.new")).all() == []


def test_an_account_that_does_not_exist_is_not_found(admin: Browser) -> None:
    admin.get(f"{ACCOUNTS}/{'0' * 32}", status=404)
    admin.get(f"{ACCOUNTS}/1", status=404)
