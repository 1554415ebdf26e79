"""One gate for every act: only what somebody on the roster signed just now, and only once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bench.hands import sign_act
from crypto.acts import Signed, Statement, sign
from crypto.signing import generate_signing_key
from portal.accounts import queries
from portal.accounts.models import Account
from portal.accounts.service import act_checks, roster
from portal.cases import audit
from portal.cases.codes import AuditAct
from portal.cases.models import AuditEntry
from portal.core.errors import Unsigned
from tests.factories import TODAY, Make, StaffPerson

CASE = "0f" * 16


@pytest.fixture
def who(make: Make) -> StaffPerson:
    make.unit("PROS_SPEC", members=0)
    return make.person(body_code="PROS_SPEC")


def check(session: Session, account: Account, signed: Signed, **more: object) -> None:
    given = {"act": "claim", "subject": CASE, "today": TODAY, **more}
    act_checks.check(session, account, signed, **given)  # type: ignore[arg-type]


def test_what_was_signed_is_accepted_once(session: Session, who: StaffPerson) -> None:
    signed = sign_act(who.account, "claim", CASE, {"version": "3"}, sealed=("00" * 32,))

    check(session, who.account, signed, fields={"version": "3"})

    with pytest.raises(Unsigned) as refused:
        check(session, who.account, signed)
    assert refused.value.code == "used"


@pytest.mark.parametrize(
    ("altered", "code"),
    [
        (lambda signed: replace(signed, statement=""), "missing"),
        (lambda signed: replace(signed, statement="{}"), "form"),
        (lambda signed: replace(signed, origin="other/log"), "form"),
        (lambda signed: replace(signed, signature=b"short"), "form"),
        (lambda signed: replace(signed, signature=bytes(64)), "altered"),
        (
            lambda signed: replace(signed, statement=signed.statement.replace(CASE, "ab" * 16)),
            "altered",
        ),
    ],
)
def test_what_was_not_signed_so_is_refused(
    session: Session, who: StaffPerson, altered: Callable[[Signed], Signed], code: str
) -> None:
    with pytest.raises(Unsigned) as refused:
        check(session, who.account, altered(sign_act(who.account, "claim", CASE)))
    assert refused.value.code == code


@pytest.mark.parametrize(
    "more",
    [
        {"act": "release"},
        {"subject": "ab" * 16},
        {"fields": {"step": "close"}},
    ],
)
def test_another_act_was_not_signed(
    session: Session, who: StaffPerson, more: dict[str, object]
) -> None:
    with pytest.raises(Unsigned) as refused:
        check(session, who.account, sign_act(who.account, "claim", CASE), **more)
    assert refused.value.code == "other"


def test_a_colleague_has_not_signed_it(session: Session, make: Make, who: StaffPerson) -> None:
    colleague = make.person(body_code="PROS_SPEC")

    with pytest.raises(Unsigned) as refused:
        check(session, colleague.account, sign_act(who.account, "claim", CASE))
    assert refused.value.code == "other"


@pytest.mark.parametrize("days", [-2, 2])
def test_a_clock_that_is_days_off_is_refused(session: Session, who: StaffPerson, days: int) -> None:
    day = TODAY + timedelta(days=days)

    check(session, who.account, sign_act(who.account, "claim", CASE, today=TODAY))
    with pytest.raises(Unsigned) as refused:
        check(session, who.account, sign_act(who.account, "claim", CASE, today=day))
    assert refused.value.code == "day"


@pytest.mark.parametrize(
    "pin", ["", "0", f"0:{'0' * 64}", f"1:{'0' * 64}", "2:end", "-1:", "99:ab"]
)
def test_a_statement_names_an_entry_that_the_trail_has(
    session: Session, who: StaffPerson, pin: str
) -> None:
    audit.record(session, AuditAct.OPENED, actor=who.account.id, today=TODAY)
    known = audit.format_end(session)
    audit.record(session, AuditAct.OPENED, actor=who.account.id, today=TODAY)

    check(session, who.account, sign_act(who.account, "claim", CASE, {"trail": known}))
    with pytest.raises(Unsigned) as refused:
        check(session, who.account, sign_act(who.account, "claim", CASE, {"trail": pin}))
    assert refused.value.code == "trail"


def test_a_statement_without_the_end_of_the_trail_is_refused(
    session: Session, who: StaffPerson
) -> None:
    key = who.signing
    said = Statement(
        *("localhost/log", "claim", "PROS_SPEC", who.account.id, key.public, CASE),
        {},
        (),
        TODAY,
    )

    with pytest.raises(Unsigned) as refused:
        check(session, who.account, sign(said, key))
    assert refused.value.code == "trail"


def test_who_was_not_admitted_acts_for_nobody(
    session: Session, make: Make, who: StaffPerson
) -> None:
    new = make.person(body_code="PROS_SPEC", rostered=False)

    with pytest.raises(Unsigned) as refused:
        check(session, new.account, sign_act(new.account, "claim", CASE))
    assert refused.value.code == "roster"
    assert queries.is_admitted(session, who.account)
    assert not queries.is_admitted(session, new.account)


def test_a_replaced_key_acts_no_longer(session: Session, who: StaffPerson) -> None:
    account = session.get_one(Account, who.account.id)
    roster.leave(session, account, today=TODAY)
    account.signing = generate_signing_key().public
    session.flush()

    with pytest.raises(Unsigned) as refused:
        check(session, account, sign_act(account, "claim", CASE))
    assert refused.value.code == "key"
    assert not queries.is_admitted(session, account)


def test_one_of_two_has_been_there_for_a_week(
    session: Session, make: Make, who: StaffPerson
) -> None:
    new = make.person(body_code="PROS_SPEC", rostered=False).account
    roster.enter(session, "PROS_SPEC", new, today=TODAY)

    assert queries.is_seasoned(session, who.account, TODAY), "the ceremony's founders, at once"
    assert not queries.is_seasoned(session, new, TODAY + timedelta(days=6))
    assert queries.is_seasoned(session, new, TODAY + timedelta(days=7))


def test_the_trail_keeps_what_was_signed(session: Session, who: StaffPerson) -> None:
    signed = sign_act(who.account, "claim", CASE)
    before = audit.record(session, AuditAct.OPENED, actor=who.account.id, today=TODAY)
    entry = audit.record(
        session, AuditAct.CLAIMED, actor=who.account.id, signed=signed, today=TODAY
    )

    assert (entry.statement, entry.signature) == (signed.statement, signed.signature)
    assert audit.verify(session) == []
    session.get_one(AuditEntry, entry.number).signature = bytes(64)
    session.flush()
    assert audit.verify(session) == [f"entry {entry.number} was altered"]
    assert before.statement is None
