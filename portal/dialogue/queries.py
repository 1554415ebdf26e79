"""What the pages of coming back read: one case, the thread its reporter sees, one sealed thing."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload, undefer

from crypto.body import CASE
from portal.cases.codes import AuditAct, NoticeKind
from portal.cases.models import (
    Allegation,
    AuditEntry,
    Case,
    Envelope,
    Notice,
    StoredAttachment,
    Verdict,
)
from portal.core.errors import NotFound


def find_case_of_receipt(session: Session, row_key: bytes) -> Case | None:
    """Return the case of a receipt; one whose content was erased is as unknown as any other."""
    return session.scalars(
        select(Case).where(Case.row_key == row_key, Case.second_half.is_not(None))
    ).one_or_none()


def find_case(session: Session, case_id: str, *, to_change: bool = False) -> Case:
    """Return a case with everything coded about it.

    Args:
        session: the database.
        case_id: the case of a visit.
        to_change: keep others from changing it until the transaction ends.

    Raises:
        NotFound: there is none, or its content was erased.
    """
    wanted = (
        select(Case)
        .where(Case.id == case_id, Case.second_half.is_not(None))
        .options(
            selectinload(Case.clocks),
            selectinload(Case.history),
            selectinload(Case.allegations).selectinload(Allegation.sanctions),
        )
    )
    if to_change:
        wanted = wanted.with_for_update(of=Case).execution_options(populate_existing=True)
    case = session.scalars(wanted).one_or_none()
    if case is None:
        raise NotFound("no such case")
    return case


def find_verdict(session: Session, case: Case) -> Verdict | None:
    """Return the verdict that the reporter gave, if they did."""
    return session.get(Verdict, case.id)


def is_withdrawn(session: Session, case: Case) -> bool:
    """Tell whether the reporter withdrew the report."""
    told = select(Notice.id).where(Notice.case_id == case.id, Notice.kind == NoticeKind.WITHDRAWN)
    return session.scalar(told.limit(1)) is not None


def find_extension_reason(session: Session, case: Case) -> str | None:
    """Return the coded reason for which more time was taken, the last one, if it was."""
    taken = (
        select(AuditEntry.detail)
        .where(AuditEntry.case_id == case.id, AuditEntry.act == AuditAct.EXTENDED)
        .order_by(AuditEntry.number.desc())
    )
    return session.scalar(taken.limit(1))


def list_thread(session: Session, case_id: str, *, sealed: bool) -> Sequence[Envelope]:
    """Return what was written in a case, oldest first; notes of staff are not part of it.

    Args:
        session: the database.
        case_id: the case of a visit.
        sealed: whether the sealed bytes are read too.
    """
    wanted = (
        select(Envelope)
        .where(Envelope.case_id == case_id, Envelope.thread == CASE)
        .order_by(Envelope.seq)
        .options(selectinload(Envelope.attachments))
    )
    return session.scalars(wanted.options(undefer(Envelope.sealed)) if sealed else wanted).all()


def find_envelope(session: Session, case_id: str, envelope_id: str) -> Envelope:
    """Return one sealed object of the thread.

    Raises:
        NotFound: the thread of this case has none such.
    """
    envelope = session.scalars(
        select(Envelope)
        .where(Envelope.id == envelope_id, Envelope.case_id == case_id, Envelope.thread == CASE)
        .options(undefer(Envelope.sealed))
    ).one_or_none()
    if envelope is None:
        raise NotFound("no such object in this case")
    return envelope


def find_attachment(session: Session, case_id: str, file_id: str) -> StoredAttachment:
    """Return one sealed file of the thread.

    Raises:
        NotFound: the thread of this case has none such.
    """
    attachment = session.scalars(
        select(StoredAttachment)
        .join(Envelope, Envelope.id == StoredAttachment.envelope_id)
        .where(StoredAttachment.id == file_id, Envelope.case_id == case_id, Envelope.thread == CASE)
    ).one_or_none()
    if attachment is None:
        raise NotFound("no such file in this case")
    return attachment
