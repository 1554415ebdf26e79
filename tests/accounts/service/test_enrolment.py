"""Tests of how an account comes to its owner."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from crypto import totp
from portal.accounts.models import Account
from portal.accounts.service import enrolment, sign_in
from portal.accounts.service.sign_in import Now, SessionStep, SignInRefusal
from portal.core.errors import NotFound
from tests.factories import TODAY, Make

NOW = Now(TODAY, seconds=1_800_000_000, idle_minutes=30)
STORED = "$argon2id$…"


@pytest.fixture
def account(session: Session, make: Make) -> Account:
    make.body("KNB_AC")
    person = make.person(body_code="KNB_AC", login="a.member")
    return session.get_one(Account, person.account.id)


@pytest.fixture
def key(make: Make) -> bytes:
    return make.keyring.accounts


def accepted(session: Session, account: Account, key: bytes, code: str) -> str:
    answer = enrolment.accept(session, account.login, code, STORED, key=key, at=NOW)
    assert answer.refusal is None
    return answer.token


def code_of(account: Account, key: bytes) -> str:
    return totp.compute_code(sign_in.get_seed(account, key=key), NOW.seconds // totp.STEP_SECONDS)


def test_an_invitation_leads_to_a_full_session(
    session: Session, account: Account, key: bytes
) -> None:
    code = enrolment.invite(session, account, today=TODAY)
    token = accepted(session, account, key, code)

    answer = enrolment.confirm(session, token, code_of(account, key), key=key, at=NOW)

    assert sign_in.find_session(session, answer.token, SessionStep.FULL, at=NOW).account_id
    assert account.invitation is None
    assert not enrolment.is_invited(session, account.login, code, today=TODAY)


def test_the_code_may_be_typed_in_any_way_a_person_copies_it(
    session: Session, account: Account
) -> None:
    code = enrolment.invite(session, account, today=TODAY)

    assert enrolment.is_invited(session, " A.Member ", code.replace("-", " ").upper(), today=TODAY)
    assert not enrolment.is_invited(session, account.login, code[:-1] + "?", today=TODAY)
    assert not enrolment.is_invited(session, "somebody.else", code, today=TODAY)


def test_the_code_itself_is_not_stored(session: Session, account: Account) -> None:
    code = enrolment.invite(session, account, today=TODAY)

    assert code.replace("-", "").encode() not in (account.invitation or b"")


def test_an_invitation_ends_what_opened_the_account_before(
    session: Session, account: Account, key: bytes
) -> None:
    token = sign_in.open_session(session, account, step=SessionStep.FULL, at=NOW)

    enrolment.invite(session, account, today=TODAY)

    assert account.password is None
    assert account.totp is None
    with pytest.raises(NotFound):
        sign_in.find_session(session, token, SessionStep.FULL, at=NOW)
    answer = sign_in.enter_password(session, account.login, password_ok=True, key=key, at=NOW)
    assert answer.refusal is SignInRefusal.WRONG


def test_an_invitation_is_good_for_a_week(session: Session, account: Account) -> None:
    code = enrolment.invite(session, account, today=TODAY)

    assert enrolment.is_invited(session, account.login, code, today=TODAY + timedelta(7))
    assert not enrolment.is_invited(session, account.login, code, today=TODAY + timedelta(8))


def test_a_second_invitation_ends_the_first(session: Session, account: Account) -> None:
    first = enrolment.invite(session, account, today=TODAY)
    enrolment.invite(session, account, today=TODAY)

    assert not enrolment.is_invited(session, account.login, first, today=TODAY)


def test_until_a_code_is_confirmed_nobody_signs_in_and_one_may_begin_anew(
    session: Session, account: Account, key: bytes
) -> None:
    code = enrolment.invite(session, account, today=TODAY)
    first = accepted(session, account, key, code)

    refused = sign_in.enter_password(session, account.login, password_ok=True, key=key, at=NOW)
    second = accepted(session, account, key, code)

    assert refused.refusal is SignInRefusal.WRONG
    with pytest.raises(NotFound):
        sign_in.find_session(session, first, SessionStep.ENROL, at=NOW)
    assert sign_in.find_session(session, second, SessionStep.ENROL, at=NOW).account_id


def test_a_wrong_first_code_confirms_nothing(
    session: Session, account: Account, key: bytes
) -> None:
    token = accepted(session, account, key, enrolment.invite(session, account, today=TODAY))

    answer = enrolment.confirm(session, token, "000000", key=key, at=NOW)

    assert answer.refusal is SignInRefusal.WRONG
    assert account.invitation is not None


def test_the_first_code_cannot_be_used_again_to_sign_in(
    session: Session, account: Account, key: bytes
) -> None:
    token = accepted(session, account, key, enrolment.invite(session, account, today=TODAY))
    typed = code_of(account, key)
    enrolment.confirm(session, token, typed, key=key, at=NOW)
    waiting = sign_in.enter_password(
        session, account.login, password_ok=True, key=key, at=NOW
    ).token

    answer = sign_in.enter_code(session, waiting, typed, key=key, at=NOW)

    assert answer.refusal is SignInRefusal.WRONG


def test_a_closed_account_is_invited_by_nobody(session: Session, account: Account) -> None:
    code = enrolment.invite(session, account, today=TODAY)
    account.active = False
    session.flush()

    assert not enrolment.is_invited(session, account.login, code, today=TODAY)
