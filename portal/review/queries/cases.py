"""One case: its coded facts, its sealed objects, what is on record about it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from portal.accounts.models import Account
from portal.cases.codes import AuditAct
from portal.cases.models import (
    Allegation,
    AuditEntry,
    Case,
    CriminalStep,
    Envelope,
    ReplacedHeader,
    StoredAttachment,
    Verdict,
)
from portal.core.errors import NotFound
from portal.review.queries.queue import is_open_to

_PARTS = (
    selectinload(Case.clocks),
    selectinload(Case.history),
    selectinload(Case.allegations).selectinload(Allegation.sanctions),
    selectinload(Case.envelopes).selectinload(Envelope.attachments),
)


def find_case(session: Session, who: Account, case_id: str, *, to_change: bool = False) -> Case:
    """Return a case that a person may know of, with everything coded about it.

    Args:
        session: the database.
        who: who asks.
        case_id: the case.
        to_change: keep others from changing it until the transaction ends.

    Raises:
        NotFound: there is none, or it belongs to another body, or is closed to this person.
    """
    wanted = select(Case).where(Case.id == case_id, is_open_to(who)).options(*_PARTS)
    if to_change:
        wanted = wanted.with_for_update(of=Case).execution_options(populate_existing=True)
    case = session.scalars(wanted).one_or_none()
    if case is None:
        raise NotFound("no such case for this person")
    return case


def list_visible(case: Case, who: Account) -> list[Envelope]:
    """Return the sealed objects a person may fetch: the thread, and the notes of their own body."""
    return [
        envelope
        for envelope in case.envelopes
        if envelope.thread == "case" or envelope.body_code == who.body_code
    ]


def find_envelope(session: Session, who: Account, case_id: str, object_id: str) -> Envelope:
    """Return one sealed object of a case that a person may know of.

    Raises:
        NotFound: there is none for this person.
    """
    envelope = session.scalars(
        select(Envelope)
        .join(Case, Case.id == Envelope.case_id)
        .where(Case.id == case_id, is_open_to(who), Envelope.id == object_id, _is_readable(who))
    ).one_or_none()
    if envelope is None:
        raise NotFound("no such object for this person")
    return envelope


def find_attachment(session: Session, who: Account, case_id: str, file_id: str) -> StoredAttachment:
    """Return one sealed file of a case that a person may know of.

    Raises:
        NotFound: there is none for this person.
    """
    attachment = session.scalars(
        select(StoredAttachment)
        .join(Envelope, Envelope.id == StoredAttachment.envelope_id)
        .join(Case, Case.id == Envelope.case_id)
        .where(
            Case.id == case_id, is_open_to(who), StoredAttachment.id == file_id, _is_readable(who)
        )
    ).one_or_none()
    if attachment is None:
        raise NotFound("no such file for this person")
    return attachment


def _is_readable(who: Account) -> ColumnElement[bool]:
    return or_(Envelope.thread == "case", Envelope.body_code == who.body_code)


def find_replaced_header(session: Session, object_id: str, body_code: str) -> bytes | None:
    """Return the header that opens an object for the body that took its case over."""
    return session.scalar(
        select(ReplacedHeader.header).where(
            ReplacedHeader.object_id == object_id, ReplacedHeader.body_code == body_code
        )
    )


def list_replaced_ids(session: Session, case: Case) -> set[str]:
    """Return which objects and files of a case have another header for its present body."""
    ids = [envelope.id for envelope in case.envelopes]
    ids += [file.id for envelope in case.envelopes for file in envelope.attachments]
    return set(
        session.scalars(
            select(ReplacedHeader.object_id).where(
                ReplacedHeader.object_id.in_(ids), ReplacedHeader.body_code == case.body_code
            )
        )
    )


def list_stages(session: Session, case_id: str) -> Sequence[CriminalStep]:
    """Return the stages of the criminal track that a case reached, in their order."""
    return session.scalars(
        select(CriminalStep)
        .where(CriminalStep.case_id == case_id)
        .order_by(CriminalStep.reached_on, CriminalStep.id)
    ).all()


def find_verdict(session: Session, case_id: str) -> Verdict | None:
    """Return what the reporter said of the decision, if anything."""
    return session.get(Verdict, case_id)


def was_opened(session: Session, who: Account, case_id: str, today: date) -> bool:
    """Tell whether it is on record that a person opened the page of a case on this day."""
    entries = select(AuditEntry.number).where(
        AuditEntry.case_id == case_id,
        AuditEntry.act == AuditAct.OPENED,
        AuditEntry.actor == who.id,
        AuditEntry.done_on == today,
    )
    return session.scalar(entries.limit(1)) is not None


def find_decider(session: Session, case_id: str) -> str | None:
    """Return the account that decided a case last."""
    return session.scalar(
        select(AuditEntry.actor)
        .where(AuditEntry.case_id == case_id, AuditEntry.act == AuditAct.STATUS_DECIDED)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
