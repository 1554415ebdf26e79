"""What happens to a case: it opens, gets sealed objects, changes its status, keeps its clocks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto import body as bodies
from crypto.acts import Signed
from crypto.errors import FormatError
from crypto.log_entries import Step
from crypto.seal import check_body_form
from portal.cases import committed_facts
from portal.cases.audit import REPORTER, record
from portal.cases.clocks import MEETS, STARTS, Event, compute_due_date, list_first_clocks
from portal.cases.codes import AuditAct, DeadlineCode, NoticeKind, SealedBy, get_status_act
from portal.cases.committed_facts import CommittedFacts
from portal.cases.conflicts import RoutingFacts
from portal.cases.log_steps import log_object_step, log_report_step, log_status_step
from portal.cases.models import (
    Allegation,
    Case,
    Clock,
    Envelope,
    Notice,
    PublicBody,
    StatusChange,
    StoredAttachment,
)
from portal.cases.routing import Route
from portal.cases.states import AT_REST, OPEN, Status, check_move
from portal.core.errors import Conflict, Invalid

ID_BYTES = 16

# What reaching a status means for the clocks.
EVENTS: Mapping[Status, Event] = {
    Status.ACKNOWLEDGED: Event.ACKNOWLEDGED,
    Status.IN_REVIEW: Event.ASSESSED,
    Status.CRIMINAL_TRACK: Event.ASSESSED,
    Status.NEED_INFO: Event.QUESTION_ASKED,
    Status.ROUTED: Event.FORWARDED,
    Status.EXTENDED: Event.EXTENDED,
    Status.DECIDED: Event.DECIDED,
    Status.REVIEW_REQUESTED: Event.REVIEW_REQUESTED,
}


@dataclass(frozen=True)
class SealedFile:
    """A sealed file that is in the store already."""

    id: str  # 32 hexadecimal digits: its name in the store and in the manifest
    length: int  # bytes of the sealed file
    digest: str  # SHA-256 of the sealed file, hexadecimal


@dataclass(frozen=True)
class NewCase:
    """Everything that is known of a case when it is filed; no word of what a person wrote."""

    id: str  # 32 hexadecimal digits: the `rid` inside the sealed report
    row_key: bytes  # 32 bytes, found by receipt only
    second_half: bytes  # encrypted
    facts: RoutingFacts
    unit_code: bytes | None
    route: Route
    language: str
    sealed_by: SealedBy
    log_key: bytes  # encrypted
    access: str  # see `committed_facts.ACCESS`
    commit: Callable[[str, CommittedFacts], tuple[Step, date]]
    """Promises, of a digest and coded facts, what the public log will say, and by which day."""


@dataclass(frozen=True)
class FiledCase:
    """A case that was filed, and what the public log was promised to say of it by which day."""

    case: Case
    step: Step
    due_on: date


def open_case(
    session: Session,
    new: NewCase,
    *,
    report: bytes,
    attachments: Sequence[SealedFile] = (),
    today: date,
) -> FiledCase:
    """Write a case with its sealed report, first clocks and coded notices.

    Args:
        session: of the transaction after whose end the receipt is shown.
        new: the coded facts.
        report: the sealed body.
        attachments: the sealed files, in the order of the manifest.
        today: the day.

    Raises:
        Invalid: the report is no sealed body.
        Conflict: there is such a case, or such a file, already.
    """
    facts, route = new.facts, new.route
    case = Case(
        id=new.id,
        row_key=new.row_key,
        second_half=new.second_half,
        log_key=new.log_key,
        category=facts.category,
        region=facts.region,
        unit_code=new.unit_code,
        leadership=facts.leadership,
        outside_police=facts.outside_police,
        body_code=route.primary,
        priority=route.priority,
        status=Status.RECEIVED,
        open=True,
        language=new.language,
        sealed_by=new.sealed_by,
        received_on=today,
    )
    case.allegations.append(Allegation(position=0, subcategory=facts.subcategory or facts.category))
    case.history.append(StatusChange(position=0, status=Status.RECEIVED, changed_on=today))
    for deadline in list_first_clocks(route.priority, route.first_clock):
        start_clock(case, deadline, today=today)
    session.add(case)
    _flush(session, "case")
    envelope = add_envelope(
        session,
        case,
        thread=bodies.CASE,
        seq=0,
        kind=bodies.REPORT,
        author=bodies.REPORTER,
        sealed=report,
        attachments=attachments,
        today=today,
    )
    _send_copies(session, case, route.copies, today=today)
    record(session, AuditAct.RECEIVED, actor=REPORTER, case_id=case.id, today=today)
    told = committed_facts.take_case_facts(session, case, access=new.access)
    step, due_on = new.commit(envelope.digest, told)
    log_report_step(session, case, envelope.digest, told, step, due_on)
    return FiledCase(case, step, due_on)


def add_envelope(  # noqa: PLR0913 - each name is one column of the row
    session: Session,
    case: Case,
    *,
    thread: str,
    seq: int,
    kind: str,
    author: str,
    sealed: bytes,
    attachments: Sequence[SealedFile] = (),
    today: date,
) -> Envelope:
    """Add a sealed object at the end of a thread.

    Args:
        session: of the transaction.
        case: the case it belongs to.
        thread: "case", or "notes" which reporters never see.
        seq: its number in the thread, the next one.
        kind: one of the types of `crypto.body`.
        author: "reporter" or "body"; must be whose type it is.
        sealed: the sealed body; who may open it cannot be seen, only its form.
        attachments: its sealed files, in the store already.
        today: the day.

    Raises:
        Invalid: no sealed body, or not a type of this author and thread.
        Conflict: the number is taken, or is not the next one ("seq"); or a file is known already.
    """
    _check_place(kind, author, thread, seq)
    try:
        check_body_form(sealed)
    except FormatError as error:
        raise Invalid("no sealed body", code="sealed") from error
    if seq != get_next_seq(session, case, thread):
        raise Conflict("seq")
    envelope = Envelope(
        id=token_hex(ID_BYTES),
        case_id=case.id,
        thread=thread,
        seq=seq,
        kind=kind,
        author=author,
        body_code=case.body_code,
        sealed=sealed,
        digest=bodies.compute_digest(sealed),
        filed_on=today,
    )
    for file in attachments:
        envelope.attachments.append(
            StoredAttachment(id=file.id, length=file.length, digest=file.digest)
        )
    session.add(envelope)
    log_object_step(session, envelope)
    _flush(session, "seq")
    return envelope


def get_next_seq(session: Session, case: Case, thread: str) -> int:
    """Return the number that the next object of a thread must have."""
    earlier = select(func.max(Envelope.seq)).where(
        Envelope.case_id == case.id, Envelope.thread == thread
    )
    last = session.scalar(earlier)
    return 0 if last is None else last + 1


def change_status(  # noqa: PLR0913 - a status changes by somebody, with a decision, signed, on a day
    session: Session,
    case: Case,
    new: Status,
    *,
    actor: str,
    decision: str = "",
    signed: Signed | None = None,
    today: date,
) -> StatusChange:
    """Move a case to another status, and let its clocks and the audit trail know.

    Args:
        session: of the transaction.
        case: the case.
        new: where it goes.
        actor: id of an account, "reporter" or "system".
        decision: SHA-256 of the sealed decision that goes with it, hexadecimal; "" without one.
        signed: the statement of the actor, if it is not that of this transaction.
        today: the day.

    Raises:
        Unsigned: the actor is an account, and nothing that it signed says so.
        Conflict: it may not go there from where it is, or was erased and would be worked on again.
    """
    old, is_first = case.status, case.concluded_on is None
    check_move(old, new)
    if case.second_half is None and new is not Status.CLOSED:
        raise Conflict("an erased case is not worked on")
    change = StatusChange(position=len(case.history), status=new, changed_on=today)
    case.history.append(change)
    case.status, case.open = new, new in OPEN
    if new is Status.DECIDED and case.concluded_on is None:
        case.concluded_on = today
        for allegation in case.allegations:
            allegation.first_outcome = allegation.outcome
    if old is Status.NEED_INFO:
        meet_clocks(case, *MEETS[Event.QUESTION_ANSWERED], today=today)
    if new in EVENTS:
        run_clocks(case, EVENTS[new], today=today)
    refresh_next_due(case)
    log_status_step(session, case, new, is_first=is_first, decision=decision, today=today)
    record(
        session,
        get_status_act(new),
        actor=actor,
        case_id=case.id,
        detail=old,
        signed=signed,
        today=today,
    )
    return change


def run_clocks(case: Case, event: Event, *, today: date) -> None:
    """Meet and start the clocks of an event."""
    meet_clocks(case, *MEETS.get(event, ()), today=today)
    for deadline in STARTS.get(event, ()):
        start_clock(case, deadline, today=today)


def start_clock(case: Case, deadline: DeadlineCode, *, today: date) -> Clock:
    """Start a clock of a case; one that was met on the day it began runs again.

    Raises:
        KeyError: there is no such deadline.
    """
    for clock in case.clocks:
        if (clock.deadline, clock.started_on) == (deadline, today):
            clock.met_on = None
            refresh_next_due(case)
            return clock
    clock = Clock(deadline=deadline, started_on=today, due_on=compute_due_date(deadline, today))
    case.clocks.append(clock)
    refresh_next_due(case)
    return clock


def meet_clocks(case: Case, *deadlines: DeadlineCode, today: date) -> None:
    """Stop the running clocks of these deadlines; one that was met stays as it is."""
    for clock in case.clocks:
        if clock.deadline in deadlines and clock.met_on is None:
            clock.met_on = today
    refresh_next_due(case)


def refresh_next_due(case: Case) -> None:
    """Write the day of the nearest running clock to the row that the queue is sorted by."""
    running = [clock.due_on for clock in case.clocks if clock.met_on is None]
    case.next_due_on = None if case.status in AT_REST else min(running, default=None)


def _send_copies(session: Session, case: Case, codes: Sequence[str], *, today: date) -> None:
    """Tell the bodies that get a copy, as far as this portal has them: coded facts, no content."""
    for code in session.scalars(select(PublicBody.code).where(PublicBody.code.in_(codes))):
        kind = NoticeKind.COPY
        session.add(Notice(case_id=case.id, body_code=code, kind=kind, subject="", sent_on=today))


def _check_place(kind: str, author: str, thread: str, seq: int) -> None:
    """Check what the opener checks too, as far as it can be seen from outside."""
    whose = bodies.AUTHORS.get(kind) == author
    if not whose or (kind == bodies.NOTE) != (thread == bodies.NOTES):
        raise Invalid("a type of another author or thread", code="kind")
    if (kind == bodies.REPORT) != (thread == bodies.CASE and seq == 0):
        raise Invalid("a case begins with its report", code="kind")


def _flush(session: Session, what: str) -> None:
    """Write now: the database itself decides who of two was first."""
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(what) from error
