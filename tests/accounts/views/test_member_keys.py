"""Tests of the pages of keys, as they are without scripts, and of who may reach them."""

import json
from base64 import b64encode

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from crypto import passphrase
from crypto.keys import generate_identity
from crypto.seal import generate_throwaway_recipient, open_sealed, seal
from crypto.signing import generate_signing_key
from portal.accounts.models import Account, Role
from portal.accounts.queries import list_epochs
from portal.accounts.service import member_keys
from tests.factories import QUICK, Make, StaffPerson
from tests.page import Browser, text_of
from tests.staff import signed_in

KEY, PASSPHRASE, MEMBERS = "/en/staff/key", "/en/staff/passphrase", "/en/staff/members"
BODY = "PROS_SPEC"


@pytest.fixture
def head(make: Make) -> StaffPerson:
    make.unit(BODY, members=0)
    return make.person(body_code=BODY, role=Role.HEAD, login="a.head")


@pytest.fixture
def new(make: Make, head: StaffPerson) -> StaffPerson:
    del head
    return make.person(body_code=BODY, login="a.new", key=False)


def sealed_to(person: StaffPerson, epoch: int = 1) -> str:
    to = [person.identity.recipient, generate_throwaway_recipient(), generate_throwaway_recipient()]
    copy = b64encode(seal(b"the keys of an epoch", to)).decode()
    return json.dumps([{"epoch": epoch, "sealed": copy}])


def admit(browser: Browser, person: StaffPerson, *, status: int, copies: str, **more: str) -> str:
    address = f"{MEMBERS}/{person.account.id}"
    page = browser.get(address)
    shown = {"recipient": person.identity.recipient.text, "signing": person.signing.public.hex()}
    return browser.post(address, page=page, status=status, copies=copies, **shown, **more)


def test_the_head_sees_who_has_to_be_admitted(
    app: Flask, head: StaffPerson, new: StaffPerson
) -> None:
    browser = signed_in(app, head.account)

    assert "Admit a.new" in text_of(browser.get(MEMBERS))
    page = browser.get(f"{MEMBERS}/{new.account.id}")
    mark = member_keys.compute_member_fingerprint(new.identity.recipient.text, new.signing.public)
    assert mark in text_of(page)


def test_the_head_admits_a_colleague(
    app: Flask, session: Session, head: StaffPerson, new: StaffPerson
) -> None:
    browser = signed_in(app, head.account)

    admit(browser, new, status=303, copies=sealed_to(new), compared="y")

    assert list_epochs(session, new.account.id) == {1}
    assert "Admit a.new" not in text_of(browser.get(MEMBERS))


def test_nobody_is_admitted_without_comparing_the_fingerprint(
    app: Flask, session: Session, head: StaffPerson, new: StaffPerson
) -> None:
    admit(signed_in(app, head.account), new, status=422, copies=sealed_to(new))

    assert list_epochs(session, new.account.id) == set()


@pytest.mark.parametrize(
    "copies",
    [
        "",
        "[]",
        "{}",
        "null",
        "[1]",
        "[" * 5000,
        '[{"epoch":1}]',
        '[{"epoch":"x","sealed":""}]',
        '[{"epoch":1,"sealed":"AAAA"}]',
        '[{"epoch":1,"sealed":"%%%"}]',
    ],
)
def test_copies_that_are_none_are_refused(
    app: Flask, session: Session, head: StaffPerson, new: StaffPerson, copies: str
) -> None:
    admit(signed_in(app, head.account), new, status=422, copies=copies, compared="y")

    assert list_epochs(session, new.account.id) == set()


def test_members_of_other_bodies_do_not_exist_for_a_head(
    app: Flask, make: Make, head: StaffPerson
) -> None:
    make.body("KNB_AC")
    stranger = make.person(body_code="KNB_AC", key=False)
    admin = make.person(body_code=None, role=Role.ADMINISTRATOR, key=False)
    browser = signed_in(app, head.account)

    for person in (stranger, admin):
        browser.get(f"{MEMBERS}/{person.account.id}", status=404)
        browser.post(f"{MEMBERS}/{person.account.id}", status=404)
    browser.get(f"{MEMBERS}/{'0' * 32}", status=404)
    assert stranger.account.login not in browser.get(MEMBERS)


def test_only_who_leads_reaches_the_members(app: Flask, make: Make, head: StaffPerson) -> None:
    del head
    investigator = make.person(body_code=BODY, key=False)
    browser = signed_in(app, investigator.account)

    browser.get(MEMBERS, status=403)
    browser.post(f"{MEMBERS}/{investigator.account.id}", status=403)


def test_a_member_takes_their_own_sealed_copy_to_their_own_tool(
    app: Flask, make: Make, head: StaffPerson
) -> None:
    make.epoch(BODY)
    outsider = make.person(body_code=BODY, key=False)
    address = f"{KEY}/copies/1"

    answer = signed_in(app, head.account).client.get(address)

    assert b"AGE-SECRET-KEY" in open_sealed(answer.data, head.identity)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    signed_in(app, outsider.account).get(address, status=404)
    signed_in(app, head.account).get(f"{KEY}/copies/9", status=404)


def test_the_oversight_board_admits_its_own(app: Flask, make: Make) -> None:
    make.unit("PORTAL_BOARD", members=0)
    first = make.person(body_code="PORTAL_BOARD", role=Role.OVERSIGHT)
    make.person(body_code="PORTAL_BOARD", role=Role.OVERSIGHT, login="b.second", key=False)

    page = signed_in(app, first.account).get(MEMBERS)

    assert "Admit b.second" in text_of(page)


class TestOwnKey:
    def made(self) -> dict[str, str]:
        identity = generate_identity()
        wrapped = passphrase.wrap(identity.text.encode(), "words", log_n=QUICK)
        signing = generate_signing_key().public.hex()
        return {"recipient": identity.recipient.text, "signing": signing, "wrapped": wrapped}

    @pytest.fixture
    def bare(self, session: Session, new: StaffPerson) -> Account:
        """A member who has made no key yet."""
        account = session.get_one(Account, new.account.id)
        account.recipient = account.wrapped_identity = account.signing = None
        session.commit()
        return account

    def test_a_key_is_stored(self, app: Flask, session: Session, bare: Account) -> None:
        browser, made = signed_in(app, bare), self.made()

        browser.post(KEY, page=browser.get(KEY), status=303, **made)

        session.refresh(bare)
        assert bare.recipient == made["recipient"]
        assert bare.wrapped_identity == made["wrapped"]
        assert member_keys.compute_member_fingerprint(
            made["recipient"], bytes.fromhex(made["signing"])
        ) in text_of(browser.get(KEY))

    def test_a_key_in_the_open_is_not_stored(
        self, app: Flask, session: Session, bare: Account
    ) -> None:
        browser, identity = signed_in(app, bare), generate_identity()
        open_key = self.made() | {"recipient": identity.recipient.text, "wrapped": identity.text}

        told = browser.post(KEY, page=browser.get(KEY), status=422, **open_key)

        session.refresh(bare)
        assert bare.wrapped_identity is None
        assert identity.text not in told

    def test_the_last_holder_cannot_replace_theirs(self, app: Flask, head: StaffPerson) -> None:
        browser = signed_in(app, head.account)
        page = browser.get(KEY)

        assert "only one" in text_of(page)
        assert "/static/vendor/enrol.js" not in page

    def test_another_passphrase_is_stored(
        self, app: Flask, session: Session, head: StaffPerson
    ) -> None:
        browser, wrapped = signed_in(app, head.account), self.made()["wrapped"]
        key = {"signing": head.signing.public.hex()}

        browser.post(PASSPHRASE, page=browser.get(PASSPHRASE), status=303, wrapped=wrapped, **key)
        browser.post(PASSPHRASE, page=browser.get(PASSPHRASE), status=422, wrapped="words", **key)

        account = session.get_one(Account, head.account.id, populate_existing=True)
        assert account.wrapped_identity == wrapped


def test_the_passphrase_field_has_no_name_and_its_form_posts_nothing(
    app: Flask, head: StaffPerson
) -> None:
    page = signed_in(app, head.account).get(KEY)

    form = page.split('id="unlock"')[1].split("</form>")[0]
    assert 'method="dialog"' in form.split(">")[0]
    assert "name=" not in form
    assert "action=" not in form
