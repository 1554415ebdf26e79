"""Giving a case to another body: its objects get headers for the new key, its notes stay behind."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import body as bodies
from crypto.errors import FormatError
from crypto.seal import HEADER_BYTES, check_form
from portal.accounts.models import Account
from portal.accounts.queries import list_eligible_bodies
from portal.cases.audit import record
from portal.cases.codes import AuditAct
from portal.cases.conflicts import RoutingFacts, may_receive
from portal.cases.models import Case, ReplacedHeader
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.cases.units import find_agency
from portal.core.errors import Conflict, Invalid
from portal.review.inputs import SealedWriting
from portal.review.service.case_writing import add_sealed
from portal.review.service.taking import lock_held_case


def derive_case_facts(case: Case, units_key: bytes) -> RoutingFacts:
    """Return what routing may know of a case.

    Args:
        case: the case.
        units_key: 32 bytes, the key of the codes of units.
    """
    unit = find_agency(units_key, case.unit_code) if case.unit_code else None
    return RoutingFacts(
        category=case.category,
        subcategory=case.allegations[0].subcategory,
        region=case.region,
        agency=unit[0] if unit else None,
        leadership=case.leadership,
        outside_police=case.outside_police,
        urgency=None,
    )


def list_receivers(session: Session, case: Case, units_key: bytes) -> tuple[str, ...]:
    """Return the bodies a case may go to: not excluded, with a key and somebody who may read.

    Whatever excludes a body from one of the allegations excludes it from the case.
    """
    known = derive_case_facts(case, units_key)
    filed_under = {allegation.subcategory.partition(".")[0] for allegation in case.allegations}
    facts = [replace(known, category=category) for category in {case.category} | filed_under]
    able = list_eligible_bodies(session, case.unit_code) - {case.body_code}
    return tuple(sorted(code for code in able if all(may_receive(code, known) for known in facts)))


def may_transfer(
    session: Session, case_id: str, to: str, units_key: bytes, *, who: Account
) -> bool:
    """Tell whether the holder may give a case to a body.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they do not hold it.
    """
    return to in list_receivers(session, lock_held_case(session, case_id, who=who), units_key)


def note_refused(session: Session, case_id: str, to: str, *, who: Account, today: date) -> None:
    """Keep that somebody tried, and signed for it, to give a case to a body that may not have it.

    Args:
        session: of a transaction of its own, so that the refusal leaves this behind.
        case_id: the case.
        to: what they named as the body.
        who: the holder.
        today: the day.

    Raises:
        Unsigned: nobody signed it, so nobody is blamed for it.
    """
    detail = to if to.replace("_", "").replace("-", "").replace(".", "").isalnum() else ""
    record(
        session,
        AuditAct.TRANSFER_REFUSED,
        actor=who.id,
        case_id=case_id,
        detail=detail[:40],
        today=today,
    )


def transfer(  # noqa: PLR0913 - the new headers and the signed letter belong to one act
    session: Session,
    case_id: str,
    to: str,
    headers: Mapping[str, bytes],
    sealed: SealedWriting,
    *,
    who: Account,
    version: int,
    today: date,
) -> Case:
    """Give a case to another body, together with headers that its key opens.

    `may_transfer` must have allowed it in a transaction before this one.

    Args:
        session: of the transaction.
        case_id: the case.
        to: code of the body that gets it.
        headers: by id of each sealed object and file of the thread of the case.
        sealed: the signed letter that tells the reporter who is responsible from now on.
        who: the holder.
        version: of the case as their page showed it.
        today: the day.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they do not hold it.
        Invalid: a header is missing, too much, or has another form.
        Conflict: somebody wrote in between, the state forbids it, or the case has changed since.
    """
    case = lock_held_case(session, case_id, who=who, version=version)
    if to == case.body_code:
        raise Conflict("the body has the case already")
    objects = _list_object_ids(case)
    if headers.keys() != objects:
        raise Invalid("not the headers of this case", code="headers")
    _replace(session, headers, to)
    sender, case.body_code, case.holder_id = case.body_code, to, None
    change_status(session, case, Status.ROUTED, actor=who.id, today=today)
    add_sealed(session, case, bodies.TRANSFER, sealed, today=today)
    record(session, AuditAct.TRANSFERRED, actor=who.id, case_id=case.id, detail=sender, today=today)
    return case


def _list_object_ids(case: Case) -> set[str]:
    """Return the ids of everything sealed in the thread of a case."""
    thread = [envelope for envelope in case.envelopes if envelope.thread == "case"]
    files = {file.id for envelope in thread for file in envelope.attachments}
    return {envelope.id for envelope in thread} | files


def _replace(session: Session, headers: Mapping[str, bytes], to: str) -> None:
    known = {
        row.object_id: row
        for row in session.scalars(
            select(ReplacedHeader).where(
                ReplacedHeader.object_id.in_(headers), ReplacedHeader.body_code == to
            )
        )
    }
    for object_id, header in headers.items():
        _check_header(header)
        if object_id in known:  # the body had this case before
            known[object_id].header = header
        else:
            session.add(ReplacedHeader(object_id=object_id, body_code=to, header=header))


def _check_header(header: bytes) -> None:
    try:
        check_form(header, len(header), lengths={HEADER_BYTES})
    except FormatError as error:
        raise Invalid("not a header", code="headers") from error
