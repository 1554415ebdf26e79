"""Erasure: the sealed content of a case and the second half of its key go; coded facts stay."""

from datetime import date, timedelta
from secrets import token_bytes

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.cases.audit import record
from portal.cases.codes import AuditAct
from portal.cases.models import (
    Case,
    Envelope,
    LogStep,
    ReplacedHeader,
    StatusChange,
    StoredAttachment,
)

ROW_KEY_BYTES = 32


def erase(session: Session, case: Case, *, actor: str, today: date) -> tuple[str, ...]:
    """Delete everything sealed of a case; without its second half no receipt opens anything.

    Returns:
        Names of sealed files to remove from the store once this is committed. If that fails,
        the sweep for files that belong to nothing finds them.
    """
    envelopes = select(Envelope.id).where(Envelope.case_id == case.id)
    held = select(StoredAttachment.id).where(StoredAttachment.envelope_id.in_(envelopes))
    files = tuple(session.scalars(held))
    objects = (*session.scalars(envelopes), *files)
    # Deleted here by statement, so that no sealed byte is read for it.
    session.execute(delete(ReplacedHeader).where(ReplacedHeader.object_id.in_(objects)))
    session.execute(delete(StoredAttachment).where(StoredAttachment.envelope_id.in_(envelopes)))
    session.execute(delete(Envelope).where(Envelope.case_id == case.id))
    session.expire(case, ["envelopes"])
    case.second_half = None
    case.row_key = token_bytes(ROW_KEY_BYTES)  # from now on no receipt leads here
    session.execute(
        update(LogStep)
        .where(LogStep.case_id == case.id, LogStep.digest != "", LogStep.erased_on.is_(None))
        .values(erased_on=today)
    )
    record(session, AuditAct.ERASED, actor=actor, case_id=case.id, today=today)
    return files


def list_expired_cases(session: Session, *, days: int, today: date, limit: int) -> list[Case]:
    """Return some cases that were closed more than so many days ago and still hold content."""
    last_change = (
        select(StatusChange.changed_on)
        .where(StatusChange.case_id == Case.id)
        .order_by(StatusChange.position.desc())
        .limit(1)
        .scalar_subquery()
    )
    return list(
        session.scalars(
            select(Case)
            .where(
                Case.open.is_(False),
                Case.second_half.is_not(None),
                last_change < today - timedelta(days=days),
            )
            .order_by(Case.id)
            .limit(limit)
        )
    )
