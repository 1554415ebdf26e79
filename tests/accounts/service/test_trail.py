"""A trail that somebody with the database has written anew: the signatures on it tell."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bench.hands import ORIGIN, Hand, sign_act
from crypto.acts import encode_field
from portal.accounts.models import Role
from portal.accounts.service import admitting, links, trail
from portal.cases import audit
from portal.cases.audit import SYSTEM, record
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.codes import AuditAct
from portal.cases.models import AuditEntry, AuditHead
from portal.cases.signed_acts import set_signer
from portal.review.models import ProposalKind
from portal.review.service import proposals
from tests.factories import TODAY, Make, StaffPerson
from tests.review.desk import ReviewDesk, at_desk

UNITS = frozenset({bytes(16)})


@pytest.fixture
def desk(make: Make) -> ReviewDesk:
    """A body in which every kind of act was done: of cases, of a roster, of two people."""
    desk = at_desk(make).take().step("acknowledge", "assess")
    session, board = make.session, make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)
    head = make.person(body_code=desk.unit.code, role=Role.HEAD)
    new = make.person(body_code=desk.unit.code, rostered=False, key=False)
    record(
        session, AuditAct.ACCOUNT_INVITED, actor=head.account.id, detail=new.account.id, today=TODAY
    )
    fields = {
        "signing": new.signing.public.hex(),
        "recipient": encode_field([new.identity.recipient.text]),
    }
    signed = sign_act(head.account, "admit", new.account.id, fields)
    admitting.admit(session, head.account, new.account.id, {}, signed=signed, today=TODAY)
    set_signer(session, Hand(session))
    make_links(make, head)
    asked = proposals.propose(
        session,
        desk.case.id,
        ProposalKind.NO_SUBSTANCE,
        who=desk.account,
        version=desk.case.version,
        today=TODAY,
    )
    proposals.answer(session, asked.id, asked.kind, grant=True, who=board.account, today=TODAY)
    session.commit()
    return desk


def make_links(make: Make, who: StaffPerson) -> None:
    """Let somebody declare a link; the acts after it are the next signer's."""
    links.declare(make.session, who.account.id, UNITS, today=TODAY)
    make.session.commit()


def entries(session: Session) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.number)))


def first(session: Session, act: str) -> AuditEntry:
    return next(entry for entry in entries(session) if entry.act == act)


def write_anew(session: Session) -> None:
    """Number and chain every entry as if it had always been so."""
    session.flush()
    rows = [
        {column.name: getattr(entry, column.name) for column in AuditEntry.__table__.columns}
        for entry in entries(session)
    ]
    session.expunge_all()
    session.execute(delete(AuditEntry))
    last = audit.START
    for number, row in enumerate(rows, 1):
        entry = AuditEntry(**(row | {"number": number}))
        last = entry.hash = audit._hash_entry(last, entry)
        session.add(entry)
    session.execute(update(AuditHead).values(number=len(rows), hash=last))
    session.commit()


def run(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["audit", "verify"])


def faults(session: Session) -> list[str]:
    return list(trail.find_faults(session, ORIGIN))


def alter_a_signed_act(session: Session) -> None:
    first(session, "status assessment").case_id = "0" * 32


def alter_what_nobody_signed(session: Session) -> None:
    first(session, "received").detail = "something else"


def back_date_an_act(session: Session) -> None:
    first(session, "claimed").done_on = TODAY.replace(day=1)


def delete_an_act(session: Session) -> None:
    session.delete(first(session, "status acknowledged"))


def delete_what_nobody_signed(session: Session) -> None:
    session.delete(first(session, "account_invited"))


def blame_another_person(session: Session) -> None:
    other = first(session, "granted").actor
    first(session, "claimed").actor = other


def blame_another_for_what_nobody_signed(session: Session) -> None:
    first(session, "account_invited").actor = first(session, "granted").actor


def blame_another_without_a_signature(session: Session) -> None:
    entry = first(session, "granted")
    entry.actor = first(session, "claimed").actor
    entry.statement = entry.signature = None


def blame_the_machine(session: Session) -> None:
    entry = first(session, "granted")
    entry.actor, entry.statement, entry.signature = SYSTEM, None, None


def admit_another_than_was_signed(session: Session) -> None:
    first(session, "admitted").detail = first(session, "granted").actor


def alter_the_last_signed_act(session: Session) -> None:
    """Nobody signed after it, so that no later statement names what stood there."""
    first(session, "granted").detail = "erasure"


def exchange_two_statements(session: Session) -> None:
    proposed, other = first(session, "proposed"), first(session, "granted")
    proposed.statement, other.statement = other.statement, proposed.statement
    proposed.signature, other.signature = other.signature, proposed.signature


def invent_an_act(session: Session) -> None:
    who = first(session, "claimed")
    session.add(
        AuditEntry(
            number=10_000,
            done_on=TODAY,
            actor=who.actor,
            act="recused",
            case_id=who.case_id,
            detail="",
            hash=b"",
        )
    )


def copy_an_act(session: Session) -> None:
    """Let somebody claim a second time with the statement of the first."""
    who = first(session, "claimed")
    session.add(
        AuditEntry(
            number=10_000,
            done_on=TODAY,
            actor=who.actor,
            act=who.act,
            case_id=who.case_id,
            detail="",
            statement=who.statement,
            signature=who.signature,
            hash=b"",
        )
    )


def strip_all_signatures(session: Session) -> None:
    session.execute(update(AuditEntry).values(statement=None, signature=None))
    session.expire_all()


def test_a_trail_as_it_was_written_has_no_fault(app: Flask, desk: ReviewDesk) -> None:
    signed = {entry.act for entry in entries(desk.session) if entry.statement}

    assert signed >= {"claimed", "admitted", "link_declared", "proposed", "granted"}
    assert faults(desk.session) == []
    assert run(app).exit_code == 0, run(app).output


@pytest.mark.parametrize(
    "attack",
    [
        alter_a_signed_act,
        alter_what_nobody_signed,
        back_date_an_act,
        delete_an_act,
        delete_what_nobody_signed,
        blame_another_person,
        blame_another_for_what_nobody_signed,
        blame_another_without_a_signature,
        blame_the_machine,
        admit_another_than_was_signed,
        alter_the_last_signed_act,
        exchange_two_statements,
        invent_an_act,
        copy_an_act,
        strip_all_signatures,
    ],
)
def test_a_trail_that_was_written_anew_as_a_whole_is_found(
    app: Flask, desk: ReviewDesk, attack: Callable[[Session], None]
) -> None:
    attack(desk.session)
    write_anew(desk.session)

    assert audit.verify(desk.session) == [], "its own chain says nothing"
    faulty = faults(desk.session)
    assert faulty != []
    result = run(app)
    assert result.exit_code == 1
    assert faulty[0] in result.output


def test_a_statement_that_names_no_end_of_the_trail_is_a_fault(desk: ReviewDesk) -> None:
    session = desk.session
    signed = sign_act(desk.account, "recuse", desk.case.id, {"trail": ""})
    record(
        session,
        AuditAct.RECUSED,
        actor=desk.account.id,
        case_id=desk.case.id,
        signed=signed,
        today=TODAY,
    )

    assert "saw another trail" in faults(session)[0]
