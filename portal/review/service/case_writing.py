"""What a body writes: questions, replies, notes and extensions, each with its coded act."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from crypto import body as bodies
from portal.accounts.models import Account
from portal.cases.audit import record
from portal.cases.clocks import Event, compute_due_date
from portal.cases.codes import AuditAct, DeadlineCode
from portal.cases.models import Case
from portal.cases.service import add_envelope, change_status, run_clocks, start_clock
from portal.cases.states import Status
from portal.core.errors import Conflict, Invalid
from portal.core.taxonomy import load
from portal.review.inputs import SealedWriting
from portal.review.policy import is_under_review
from portal.review.service.taking import lock_held_case


class WritingAct(StrEnum):
    """What a person does by writing."""

    QUESTION = "question"
    REPLY = "reply"
    UPDATE = "update"
    NOTE = "note"


# The type of the sealed body of each act.
KINDS: Mapping[WritingAct, str] = {
    WritingAct.QUESTION: bodies.QUESTION,
    WritingAct.REPLY: bodies.REPLY,
    WritingAct.UPDATE: bodies.REPLY,
    WritingAct.NOTE: bodies.NOTE,
}


def write(
    session: Session,
    case_id: str,
    act: WritingAct,
    sealed: SealedWriting,
    *,
    who: Account,
    today: date,
) -> Case:
    """Add what the holder wrote, and do what it means for the case.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they do not hold it.
        Invalid: no sealed body.
        Conflict: somebody wrote in between ("seq"), or the state of the case forbids it.
    """
    case = lock_held_case(session, case_id, who=who)
    match act:
        case WritingAct.QUESTION:
            _ask(session, case, who=who, today=today)
        case WritingAct.REPLY | WritingAct.UPDATE:
            _tell(case, act, today=today)
        case WritingAct.NOTE:
            pass
    add_sealed(session, case, KINDS[act], sealed, today=today)
    record(
        session, AuditAct(act), actor=who.id, case_id=case.id, detail=str(sealed.seq), today=today
    )
    return case


def extend(  # noqa: PLR0913 - the act needs a reason and a day besides what every act needs
    session: Session,
    case_id: str,
    reason: str,
    until: date,
    sealed: SealedWriting,
    *,
    who: Account,
    today: date,
) -> Case:
    """Take more time, once, with a coded reason, and tell the reporter in the same moment.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they do not hold it.
        Invalid: no such reason, or a day that is too late or no extension.
        Conflict: it was extended before, is a review, or its state forbids it.
    """
    case = lock_held_case(session, case_id, who=who)
    if reason not in load().extension_reasons:
        raise Invalid("no such reason", field="reason")
    if is_under_review(case):
        raise Conflict("a review is never extended")
    if any(
        clock.deadline == DeadlineCode.EXTENSION_MAX and clock.met_on is None
        for clock in case.clocks
    ):
        raise Conflict("extended already")
    _check_day(case, until, today=today)
    change_status(session, case, Status.EXTENDED, actor=who.id, today=today)
    run_clocks(case, Event.EXTENSION_TOLD, today=today)
    for clock in case.clocks:
        if clock.deadline == DeadlineCode.DECISION and clock.met_on is None:
            clock.due_on = until
    run_clocks(case, Event.REPORTER_TOLD, today=today)
    add_sealed(session, case, bodies.REPLY, sealed, today=today)
    record(session, AuditAct.EXTENDED, actor=who.id, case_id=case.id, detail=reason, today=today)
    return case


def add_sealed(
    session: Session, case: Case, kind: str, sealed: SealedWriting, *, today: date
) -> None:
    """Add a sealed body of the body responsible at the end of its thread.

    Raises:
        Invalid: no sealed body.
        Conflict: its number is not the next one ("seq").
    """
    add_envelope(
        session,
        case,
        thread=bodies.NOTES if kind == bodies.NOTE else bodies.CASE,
        seq=sealed.seq,
        kind=kind,
        author=bodies.BODY,
        sealed=sealed.body,
        attachments=sealed.files,
        today=today,
    )


def _ask(session: Session, case: Case, *, who: Account, today: date) -> None:
    """Wait for the reporter; a second question restarts the waiting."""
    if case.status is Status.NEED_INFO:
        run_clocks(case, Event.QUESTION_ANSWERED, today=today)
        run_clocks(case, Event.QUESTION_ASKED, today=today)
    else:
        change_status(session, case, Status.NEED_INFO, actor=who.id, today=today)


def _tell(case: Case, act: WritingAct, *, today: date) -> None:
    """Meet what the reporter was promised to be told."""
    owed = {clock.deadline for clock in case.clocks if clock.met_on is None}
    if case.status is Status.DECIDED and DeadlineCode.OUTCOME_NOTICE in owed:
        run_clocks(case, Event.OUTCOME_POSTED, today=today)
        start_clock(case, DeadlineCode.REVIEW_WINDOW, today=today)
    elif act is WritingAct.UPDATE:
        if not case.open:
            raise Conflict("a concluded case makes no progress")
        run_clocks(case, Event.REPORTER_TOLD, today=today)


def _check_day(case: Case, until: date, *, today: date) -> None:
    running = [
        clock.due_on
        for clock in case.clocks
        if clock.deadline == DeadlineCode.DECISION and clock.met_on is None
    ]
    if not max([today, *running]) < until <= compute_due_date(DeadlineCode.EXTENSION_MAX, today):
        raise Invalid("no day of an extension", field="until", code="day")
