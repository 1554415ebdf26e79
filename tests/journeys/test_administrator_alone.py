"""One administrator with all that an administrator has, against the cases of a body.

They reset a member's sign-in, open accounts of their own in the body and on the board, make keys
for these, and try everything that any of them could do. Nothing of a case is seen or moves.
"""

import re
from base64 import b32decode

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import passphrase, totp
from crypto.keys import generate_identity
from crypto.signing import generate_signing_key
from portal.accounts.models import Account, KeyCopy, Role, RosterEntry
from portal.accounts.queries import account_by_login
from portal.cases.models import AuditEntry, Case, Envelope
from portal.core import clock
from portal.statistics.models import Release
from tests.architecture.test_routes import OPEN_TO_STAFF_NOT_SIGNED_IN, address, rules
from tests.factories import QUICK, Filed, Make, Person
from tests.page import Browser, text_of
from tests.staff import StaffBrowser, signed_in

ACCOUNTS, WAITING = "/en/staff/accounts", "/en/staff/waiting"
PASSWORD = "a password of the attacker"
BODY, BOARD = "KNB_AC", "PORTAL_BOARD"
# What shows nothing of a body; the rest of these pages is tested where they are.
ONES_OWN = {
    *OPEN_TO_STAFF_NOT_SIGNED_IN,
    *("accounts.key", "accounts.store_key", "accounts.passphrase", "accounts.store_passphrase"),
    *("accounts.account", "accounts.change_password", "accounts.changes"),
    *("accounts.waiting", "accounts.come_back", "accounts.standing"),
    *("accounts.sign_out", "accounts.sign_out_everywhere"),
}


@pytest.fixture
def filed(make: Make) -> Filed:
    make.portal(BODY)
    make.person(body_code=BOARD, role=Role.OVERSIGHT, login="board.second")
    return make.filed(category="bribery")


@pytest.fixture
def victim(make: Make, filed: Filed) -> Person:
    return make.person(body_code=filed.case.body_code, role=Role.HEAD, login="a.victim")


@pytest.fixture
def admin(app: Flask, make: Make) -> StaffBrowser:
    person = make.person(body_code=None, role=Role.ADMINISTRATOR, login="the.admin", key=False)
    return signed_in(app, person.account)


def comes_in(app: Flask, login: str, shown: str) -> Browser:
    """Go through the welcome pages with what the administrator was shown."""
    found = re.search(r"(?:[a-z2-7]{4}-){5}[a-z2-7]{4}", text_of(shown))
    assert found
    browser = Browser(app.test_client())
    welcome, device = "/en/staff/welcome", "/en/staff/welcome/device"
    words = {"login": login, "invitation": found[0], "password": PASSWORD, "again": PASSWORD}
    browser.post(welcome, page=browser.get(welcome), status=303, **words)
    page = browser.get(device)
    secret = re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}", text_of(page))
    assert secret
    seed = b32decode(secret[0].replace(" ", ""))
    code = totp.code(seed, clock.seconds() // totp.STEP_SECONDS)
    browser.post(device, page=page, status=303, code=code)
    return browser


def with_a_key(app: Flask, session: Session, admin: Browser, **about: str) -> StaffBrowser:
    """Open an account, sign in with it and make a key for it."""
    shown = admin.post(ACCOUNTS, page=admin.get(ACCOUNTS), status=201, **about)
    browser = comes_in(app, about["login"], shown)
    identity, signing = generate_identity(), generate_signing_key()
    key = "/en/staff/key"
    browser.post(
        key,
        page=browser.get(key),
        status=303,
        recipient=identity.recipient.text,
        signing=signing.public.hex(),
        wrapped=passphrase.wrap(identity.text.encode(), "words", log_n=QUICK),
    )
    session.rollback()  # what others wrote since is there to be read
    return StaffBrowser(browser.client, account_by_login(session, about["login"]))


def sees_nothing(app: Flask, browser: Browser, filed: Filed) -> None:
    """Try every page and every form of staff; `csrf` comes from a page that is open to them."""
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/en/staff/account"))
    tried = 0
    for rule in rules(app):
        admins = rule.endpoint.startswith("admin.")
        if "/staff" not in rule.rule or rule.endpoint in ONES_OWN or admins:
            continue
        if "welcome" in rule.rule or rule.endpoint in {"accounts.code", "accounts.check_code"}:
            continue
        tried += 1
        where = address(rule).replace("0" * 32, filed.case.id)
        if "POST" in (rule.methods or set()):
            answer = browser.client.post(where, data={"csrf_token": token[0], "version": "1"})
            assert answer.status_code == 403, (rule.rule, answer.status_code)
        else:
            answer = browser.client.get(where)
            refused = answer.status_code == 403 or (answer.location or "").endswith("/waiting")
            assert refused, (rule.rule, answer.status_code)
        assert filed.case.id[:4] not in answer.text
    assert tried > 25


def test_one_administrator_alone_sees_and_moves_nothing(
    app: Flask, session: Session, admin: StaffBrowser, victim: Person, filed: Filed
) -> None:
    before = (filed.case.status, filed.case.holder_id, filed.case.version, filed.case.body_code)
    reset = admin.post(
        f"{ACCOUNTS}/{victim.account.id}/invite",
        page=admin.get(f"{ACCOUNTS}/{victim.account.id}"),
        status=201,
    )
    in_their_name = comes_in(app, "a.victim", reset)
    own = {"login": "an.own", "role": "head", "body_code": filed.case.body_code}
    own_one = with_a_key(app, session, admin, **own)
    boards = [
        with_a_key(app, session, admin, login=name, role="oversight", body_code=BOARD)
        for name in ("board.x", "board.y")
    ]

    for browser in (in_their_name, own_one, *boards):
        sees_nothing(app, browser, filed)

    session.expire_all()
    case = session.get_one(Case, filed.case.id)
    assert (case.status, case.holder_id, case.version, case.body_code) == before
    assert session.scalars(select(Envelope).where(Envelope.case_id == case.id)).all()
    assert session.scalars(select(Release)).all() == []
    made = [account_by_login(session, name).id for name in ("an.own", "board.x", "board.y")]
    for table in (RosterEntry, KeyCopy):
        assert session.scalars(select(table).where(table.account_id.in_(made))).all() == []


def test_the_key_brings_back_who_lost_only_their_password(
    app: Flask, admin: StaffBrowser, victim: Person
) -> None:
    reset = admin.post(
        f"{ACCOUNTS}/{victim.account.id}/invite",
        page=admin.get(f"{ACCOUNTS}/{victim.account.id}"),
        status=201,
    )
    browser = comes_in(app, "a.victim", reset)
    assert "Your sign-in was reset" in text_of(browser.get(WAITING))
    page = browser.get(WAITING)
    browser.post(WAITING, page=page, status=403)

    StaffBrowser(browser.client, victim.account).post(WAITING, page=page, status=303)

    browser.get("/en/staff")


def test_a_new_key_does_not_bring_back_who_was_admitted_with_the_old_one(
    app: Flask, session: Session, make: Make, admin: StaffBrowser, victim: Person, filed: Filed
) -> None:
    make.person(body_code=filed.case.body_code)  # so that the victim is not the last holder
    reset = admin.post(
        f"{ACCOUNTS}/{victim.account.id}/invite",
        page=admin.get(f"{ACCOUNTS}/{victim.account.id}"),
        status=201,
    )
    browser = comes_in(app, "a.victim", reset)
    identity, key = generate_identity(), "/en/staff/key"
    browser.post(
        key,
        page=browser.get(key),
        status=303,
        recipient=identity.recipient.text,
        signing=generate_signing_key().public.hex(),
        wrapped=passphrase.wrap(identity.text.encode(), "words", log_n=QUICK),
    )

    sees_nothing(app, browser, filed)
    copies = session.scalars(select(KeyCopy).where(KeyCopy.account_id == victim.account.id)).all()
    assert copies == []


def test_it_is_told_to_who_is_concerned_to_the_head_and_to_the_board(
    app: Flask, make: Make, admin: StaffBrowser, filed: Filed
) -> None:
    body = filed.case.body_code
    head = make.person(body_code=body, role=Role.HEAD)
    member = make.person(body_code=body, login="a.member")
    colleague = make.person(body_code=body)
    board = make.person(body_code=BOARD, role=Role.OVERSIGHT)
    address = f"{ACCOUNTS}/{member.account.id}"

    admin.post(f"{address}/invite", page=admin.get(address), status=201)

    for person in (member, head, board):
        browser = signed_in(app, person.account)
        assert "by others in the last seven days: 1" in text_of(browser.get("/en/staff/account"))
        told = text_of(browser.get("/en/staff/changes"))
        assert "the.admin reset the sign-in a.member" in told
    assert "reset" not in text_of(signed_in(app, colleague.account).get("/en/staff/changes"))


def test_an_act_that_was_not_signed_leaves_no_trace_of_somebody_else(
    session: Session, admin: StaffBrowser, victim: Person
) -> None:
    address = f"{ACCOUNTS}/{victim.account.id}"
    admin.post(f"{address}/invite", page=admin.get(address), status=201)

    entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "account_invited")).all()

    account = session.scalars(select(Account).where(Account.login == "the.admin")).one()
    assert [one.actor for one in entries] == [account.id]
