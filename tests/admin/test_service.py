"""Tests of opening and closing accounts, and of loading the bodies."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account, Role
from portal.accounts.queries import is_admitted
from portal.accounts.service import enrolment
from portal.admin import service
from portal.cases.audit import SYSTEM
from portal.cases.models import AuditEntry, Case, PublicBody
from portal.core.errors import Conflict, Invalid
from tests.factories import TODAY, Make


def create(
    session: Session,
    login: str = "a.member",
    role: Role = Role.INVESTIGATOR,
    body: str | None = "KNB_AC",
) -> str:
    return service.create_account(session, login, role, body, actor=SYSTEM, today=TODAY)


def test_a_new_account_is_invited_and_on_record(session: Session, make: Make) -> None:
    make.body("KNB_AC")

    code = create(session, " A.Member ")

    assert enrolment.is_invited(session, "a.member", code, today=TODAY + timedelta(1))
    account = session.scalars(select(Account)).one()
    assert account.password is None
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.act, entry.detail) == ("account_made", account.id)


@pytest.mark.parametrize("login", ["", "ab", "-a", "a_b", "имя", "a b", "a" * 65, "a\nb"])
def test_a_login_is_plain(session: Session, make: Make, login: str) -> None:
    make.body("KNB_AC")

    with pytest.raises(Invalid) as refused:
        create(session, login)
    assert refused.value.code == "login"


def test_a_login_is_taken_once(session: Session, make: Make) -> None:
    make.body("KNB_AC")
    create(session)

    with pytest.raises(Invalid) as refused:
        create(session, "A.MEMBER")
    assert refused.value.code == "taken"


@pytest.mark.parametrize("body", ["KUIS", "RECOVERY"])
def test_an_account_is_in_a_body_that_takes_members(
    session: Session, make: Make, body: str
) -> None:
    make.body("RECOVERY")

    with pytest.raises(Invalid) as refused:
        create(session, body=body)
    assert refused.value.code == "body"


def test_a_closed_account_holds_no_case(session: Session, make: Make) -> None:
    case = make.portal("KNB_AC").case(category="bribery")
    holder = make.person(body_code="KNB_AC").account
    held = session.get_one(Case, case.id)
    held.holder_id = holder.id
    session.commit()
    version = held.version

    service.close_account(session, holder.id, actor=SYSTEM, today=TODAY)

    freed = session.get_one(Case, case.id, populate_existing=True)
    assert (freed.holder_id, freed.version) == (None, version + 1)


def test_an_account_is_closed_once_and_nobody_closes_their_own(
    session: Session, make: Make
) -> None:
    make.body("KNB_AC")
    account = make.person(body_code="KNB_AC", key=False).account
    with pytest.raises(Invalid):
        service.close_account(session, account.id, actor=SYSTEM, today=TODAY)
    make.person(body_code="KNB_AC", key=False)

    with pytest.raises(Conflict):
        service.close_account(session, account.id, actor=account.id, today=TODAY)
    service.close_account(session, account.id, actor=SYSTEM, today=TODAY)
    with pytest.raises(Conflict):
        service.close_account(session, account.id, actor=SYSTEM, today=TODAY)


def test_inviting_again_opens_a_closed_account_and_ends_its_password(
    session: Session, make: Make
) -> None:
    make.body("KNB_AC")
    account = make.person(body_code="KNB_AC", key=False).account
    make.person(body_code="KNB_AC", key=False)
    service.close_account(session, account.id, actor=SYSTEM, today=TODAY)

    code = service.invite_again(session, account.id, actor=SYSTEM, today=TODAY)

    stored = session.get_one(Account, account.id)
    assert stored.active
    assert stored.password is None
    assert stored.totp is None
    assert stored.recipient == account.recipient
    assert not is_admitted(session, stored), "a closed account comes back by being admitted"
    assert enrolment.is_invited(session, stored.login, code, today=TODAY)


def test_bodies_are_loaded_once(session: Session) -> None:
    first = service.load_bodies(session)
    session.flush()

    assert service.load_bodies(session) == []
    assert session.get_one(PublicBody, "PROS_REG.KZ-75").region == "KZ-75"
    assert session.get_one(PublicBody, "PORTAL_BOARD").region is None
    assert session.get_one(PublicBody, "RECOVERY").kind == "RECOVERY"
    assert sum(code.startswith("DP_USB.") for code in first) == 20
