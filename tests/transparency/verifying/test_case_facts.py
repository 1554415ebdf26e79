"""Every committed value that is altered, and every committed row that is deleted, is named."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Boolean, Date, Executable, Integer, LargeBinary, delete, select, update
from sqlalchemy.orm import Session

from portal.accounts.models import Recusal
from portal.cases import committed_facts
from portal.cases.committed_facts import RULES
from portal.cases.models import (
    Case,
    CriminalStep,
    LogStep,
    Notice,
    ReplacedHeader,
    Sanction,
    StoredAttachment,
    Verdict,
)
from portal.cases.reviews import Review
from portal.cases.states import Status
from portal.core.config import Settings
from portal.core.db import Base
from portal.review.models import Proposal, ProposalKind
from portal.review.service.case_writing import WritingAct
from portal.transparency import verifying
from portal.transparency.queries import list_steps
from portal.transparency.verifying import Against
from portal.transparency.writing import service
from tests.factories import TODAY, Make
from tests.journeys.insider import Insider, InsiderWorld
from tests.review.desk import ReviewDesk, at_desk
from tests.review.service.test_decisions import decided

MONDAY = date(2026, 3, 9)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    server = request.param == "postgresql"
    url = request.getfixturevalue("postgresql") if server else ""
    return Settings(instance=tmp_path, public_url="http://localhost", database_url=url)


def row_of_every_table(make: Make, session: Session) -> ReviewDesk:
    """Let a case have a row in each table that is committed to, all of it in the log."""
    desk = at_desk(make).take().step("acknowledge", "assess", "review").write(WritingAct.NOTE)
    decided(desk.write(WritingAct.REPLY), "substantiated", "reprimand")
    case, account = desk.case, desk.account
    envelope = case.envelopes[0]
    committed_facts.set_act_day(session, TODAY)
    session.add_all(
        [
            Verdict(case_id=case.id, answer="formal", respect=False, given_on=TODAY),
            CriminalStep(case_id=case.id, stage="erdr_registered", reached_on=TODAY),
            Notice(case_id=case.id, body_code="PORTAL_BOARD", kind="x", subject="", sent_on=TODAY),
            Review(case_id=case.id, asked_on=TODAY, decided_on=TODAY, changed=False),
            Recusal(case_id=case.id, account_id=account.id, recused_on=TODAY),
            StoredAttachment(id="a" * 32, envelope_id=envelope.id, length=100, digest="b" * 64),
            ReplacedHeader(object_id=envelope.id, body_code="PROS_SPEC", header=b"header"),
            Proposal(
                id="c" * 32,
                case_id=case.id,
                kind=ProposalKind.ERASURE,
                asked_by=account.id,
                asked_on=TODAY,
                answered_by=account.id,
                answered_on=TODAY,
                granted=False,
            ),
        ]
    )
    session.commit()
    service.merge(session, make.log, today=MONDAY)
    session.commit()
    return desk


def other(column: Any, value: Any) -> Any:
    """Return another value that a column could have."""
    if column.name == "status":
        return Status.CLOSED
    if value in list(ProposalKind):
        return ProposalKind.NO_SUBSTANCE
    others: dict[type, Any] = {
        Boolean: not value,
        Date: (value if isinstance(value, date) else TODAY) + timedelta(days=1),
        Integer: value + 1 if isinstance(value, int) else 1,
        LargeBinary: b"\1" * 32,
    }
    text = "PORTAL_BOARD" if column.foreign_keys else f"{value or ''}x"[-2:]
    return others.get(type(column.type), text)


def attacked(session: Session, make: Make, case_id: str, *attack: Executable) -> list[str]:
    """Return what is said of a case after an attack, and take the attack back."""
    session.rollback()
    on_server = session.get_bind().dialect.name == "postgresql"
    quiet = "PRAGMA defer_foreign_keys = ON"
    if on_server:
        quiet = "SET session_replication_role = replica"
    session.connection().exec_driver_sql(quiet)
    for statement in attack:
        session.execute(statement, execution_options={"synchronize_session": False})
    session.expire_all()
    against = Against(Path("/nowhere"))
    lines = verifying.verify(session, make.log, against, lambda *_: None, today=MONDAY)
    told = [line for line in lines if line.startswith(f"case {case_id}: ")]
    session.rollback()
    return told


def test_each_committed_column_and_row_is_named(app: Flask, make: Make, session: Session) -> None:
    make.portal("KNB_AC", "PROS_SPEC")
    desk = row_of_every_table(make, session)
    case_id = desk.case.id
    Insider(
        InsiderWorld(app, session, make, desk, desk.filed, desk.filed)
    )  # takes the triggers away

    assert attacked(session, make, case_id) == []
    for model, rule in RULES.items():
        table: Any = model.__table__
        row: Any = session.execute(select(table).limit(1)).mappings().one()
        here = [table.c[name] == row[name] for name in rule.named]
        for name in rule.columns:
            change = update(table).where(*here).values({name: other(table.c[name], row[name])})
            said = attacked(session, make, case_id, change)
            known = (name, "does not have it any more")  # rows of another case are not of this one
            assert any(table.name in line and any(item in line for item in known) for line in said)
        if model is not Case:
            said = attacked(session, make, case_id, delete(table).where(*here))
            assert any("does not have it any more" in line for line in said), (model, said)


def test_a_row_that_nobody_was_told_of_is_named(make: Make, session: Session) -> None:
    filed = make.filed()
    service.merge(session, make.log, today=MONDAY)
    session.add(Verdict(case_id=filed.case.id, answer="substantive", given_on=TODAY))
    session.commit()

    lines = verifying.verify(
        session, make.log, Against(Path("/nowhere")), lambda *_: None, today=MONDAY
    )

    assert any(
        "its verdicts is in the database, and nothing was told of it" in line for line in lines
    )


def test_what_is_taken_out_of_a_list_is_told_to_be_gone(make: Make, session: Session) -> None:
    """A second decision that leaves a sanction out deletes its row."""
    desk = at_desk(make).take().step("acknowledge", "assess", "review")
    decided(desk.write(WritingAct.REPLY), "substantiated", "reprimand")
    service.merge(session, make.log, today=MONDAY)
    session.commit()
    (sanction,) = desk.case.allegations[0].sanctions

    committed_facts.set_act_day(session, TODAY)
    desk.case.allegations[0].sanctions.remove(sanction)
    session.commit()

    told = f"sanctions {sanction.allegation_id} reprimand"
    rows, _ = committed_facts.fold_steps(list(list_steps(session, desk.case.id)))
    assert told not in rows
    assert session.scalars(select(Sanction)).all() == []


def test_nothing_tells_later_what_a_record_key_was(make: Make, session: Session) -> None:
    """It is 32 bits long: a digest would give it away, and it is redrawn so that nobody knows."""
    case_id = make.filed().case.id
    service.merge(session, make.log, today=MONDAY)
    session.commit()

    assert attacked(session, make, case_id, update(Case).values(record_key_1=7)) == []
    (step,) = list_steps(session, case_id)
    assert "record_key" not in str(step.inside)


# Tables whose rows say nothing of a case, or what of them is bound elsewhere, and by what.
ELSEWHERE: dict[str, str] = {
    "bodies": "follows from the code of the portal, which the log announces",
    "unit_keys": "announced in the log by epoch; none but the last may be in use",
    "audit": "chained; the log commits to its end at each batch",
    "audit_head": "derived from the audit trail",
    "log_steps": "each opens an entry of the log",
    "log_head": "derived from the entries",
    "log_entries": "the log itself",
    "log_nodes": "derived from the entries",
    "log_checkpoints": "signed by the log",
    "log_cosignatures": "signed by witnesses",
    "log_batches": "derived from the entries; a wrong end of the trail does not fit its entry",
    "log_names": "derived from the entries",
    "filings": "opened by their own token alone, and gone after some days",
    "visits": "opened by their own token alone, and gone after minutes",
    "accounts": "people, not cases: who acts or sees anything stands on a roster with their key",
    "key_copies": "sealed to a person: another one does not open",
    "staff_sessions": "gone after hours",
    "staff_devices": "whose browser need not rest when strangers guess; opens nothing",
    "used_turns": "keeps a place in the line from being used twice; gone after minutes",
    "sign_in_attempts": "gone after minutes",
    "links": "the trail has a digest of all that a person declared: accounts.service.links.check",
    "roster": "follows from roster_acts",
    "roster_acts": "signed by members of the roster, which the log announces",
    "key_marks": "compared with the keyring by every process",
    "spent_statements": "keeps a statement from being used twice",
    "releases": "the log has the digest of each manifest",
    "sign_offs": "people's word on a release, of which the log has the manifest",
    "replies": "published in files whose manifest is signed",
    "ledger": "published in files whose manifest is signed",
}
# Columns of cases that are not committed to, and why.
NOT_COMMITTED = {
    "cases.log_key": "opens the steps, or they do not open",
    "cases.holder_id": "who of a body works on it: all of them may read it, the trail has each act",
    "cases.status": "the last of status_changes",
    "cases.open": "follows from the status",
    "cases.concluded_on": "the day of its outcome in the log",
    "cases.next_due_on": "the nearest of clocks",
    "cases.version": "counts writes",
    **{
        f"cases.record_key_{number}": "random; redrawn so that nobody knows it: no digest may stay"
        for number in range(1, 5)
    },
    "cases.id": "names its steps, its sealed report and the keys under which it is locked",
    "envelopes.sealed": "what its digest is of",
}


def test_every_column_is_committed_to_or_it_is_said_why_not() -> None:
    """A new column fails here: add it to a rule in portal.cases.committed_facts, or say why not."""
    rules = {rule.table: rule for rule in RULES.values()}
    left = []
    for table in Base.metadata.tables.values():
        if table.name not in rules:
            left += [table.name] if table.name not in ELSEWHERE else []
            continue
        rule = rules[table.name]
        bound = {*rule.named, *rule.columns, rule.case, "case_id", "id"}
        left += [
            f"{table.name}.{column.name}"
            for column in table.c
            if column.name not in bound and f"{table.name}.{column.name}" not in NOT_COMMITTED
        ]
    assert left == []


def test_a_savepoint_that_is_rolled_back_takes_only_what_came_after_it(
    make: Make, session: Session
) -> None:
    make.portal("KNB_AC", "PROS_SPEC")
    desk = at_desk(make)
    committed_facts.set_act_day(session, TODAY)
    session.add(Verdict(case_id=desk.case.id, answer="formal", respect=False, given_on=TODAY))
    with session.begin_nested() as savepoint:
        session.add(CriminalStep(case_id=desk.case.id, stage="erdr_registered", reached_on=TODAY))
        session.flush()
        savepoint.rollback()
    with session.begin_nested():
        session.add(CriminalStep(case_id=desk.case.id, stage="in_court", reached_on=TODAY))
    session.commit()

    steps = select(LogStep).where(LogStep.case_id == desk.case.id).order_by(LogStep.id)
    told, _ = committed_facts.fold_steps(list(session.scalars(steps)))

    verdict = told["verdicts"]
    assert verdict is not None
    assert verdict["answer"] == "formal"
    assert [name for name in told if name.startswith("criminal")] == ["criminal_steps in_court"]
