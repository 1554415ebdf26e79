"""Steps of a case that need no words to the reporter: coded acts of its holder."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.cases.audit import record
from portal.cases.clocks import Event
from portal.cases.codes import AuditAct, DeadlineCode
from portal.cases.models import Allegation, Case, CriminalStep
from portal.cases.service import change_status, run_clocks, start_clock
from portal.cases.signed_acts import STEPS
from portal.cases.states import MOVES, Status
from portal.core.errors import Conflict, Invalid
from portal.core.taxonomy import load
from portal.review.service.taking import lock_held_case

# A step that moves no case: the addressee of a systemic recommendation has answered.
ANSWERED = "recommendation_answered"
RECOMMENDATION_CLOCK = DeadlineCode.RECOMMENDATION_REPLY

REGISTERED = "erdr_registered"
STAGE_EVENTS: Mapping[str, Event] = {
    "sent_to_prosecutor": Event.FORWARDED,
    REGISTERED: Event.CRIME_REGISTERED,
    "discontinued_rehab": Event.PRETRIAL_ENDED,
    "discontinued_other": Event.PRETRIAL_ENDED,
    "in_court": Event.PRETRIAL_ENDED,
}


def list_steps_from(case: Case) -> tuple[str, ...]:
    """Return the steps that a case may take now."""
    possible = MOVES[case.status] if case.second_half else {Status.CLOSED} & MOVES[case.status]
    moves = tuple(name for name, new in STEPS.items() if new in possible)
    return (*moves, ANSWERED) if _is_awaiting_answer(case) else moves


def take_step(
    session: Session, case_id: str, step: str, *, who: Account, version: int, today: date
) -> Case:
    """Move a case to the state that a step leads to.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they do not hold it.
        Invalid: there is no such step.
        Conflict: the case may not go there, or has changed since.
    """
    if step not in (*STEPS, ANSWERED):
        raise Invalid("no such step", field="step")
    case = lock_held_case(session, case_id, who=who, version=version)
    if step == ANSWERED:
        return _take_answer(session, case, who=who, today=today)
    change_status(session, case, STEPS[step], actor=who.id, today=today)
    match STEPS[step]:
        case Status.ASSESSMENT:
            run_clocks(case, Event.ASSESSED, today=today)
        case Status.IN_REVIEW:
            run_clocks(case, Event.INQUIRY_ORDERED, today=today)
        case Status.REOPENED:
            start_clock(case, DeadlineCode.DECISION, today=today)
    return case


def recommend(session: Session, case: Case, *, who: Account, today: date) -> None:
    """Write down that a systemic recommendation goes out, and wait for its answer."""
    run_clocks(case, Event.RECOMMENDATION_SENT, today=today)
    record(session, AuditAct.RECOMMENDED, actor=who.id, case_id=case.id, today=today)


def _take_answer(session: Session, case: Case, *, who: Account, today: date) -> Case:
    if not _is_awaiting_answer(case):
        raise Conflict("no recommendation waits for an answer")
    run_clocks(case, Event.RECOMMENDATION_ANSWERED, today=today)
    record(session, AuditAct.RECOMMENDATION_ANSWERED, actor=who.id, case_id=case.id, today=today)
    return case


def _is_awaiting_answer(case: Case) -> bool:
    return any(
        clock.deadline == RECOMMENDATION_CLOCK and clock.met_on is None for clock in case.clocks
    )


def reach_stage(
    session: Session, case_id: str, stage: str, *, who: Account, version: int, today: date
) -> Case:
    """Write down a stage of the criminal track; its registration moves the case there.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they do not hold it.
        Invalid: there is no such stage.
        Conflict: it was reached already, or the case has changed since.
    """
    if stage not in load().criminal_stages:
        raise Invalid("no such stage", field="stage")
    case = lock_held_case(session, case_id, who=who, version=version)
    add_stage(session, case, stage, who=who, today=today)
    if stage == REGISTERED and case.status is not Status.CRIMINAL_TRACK:
        change_status(session, case, Status.CRIMINAL_TRACK, actor=who.id, today=today)
    return case


def add_stage(session: Session, case: Case, stage: str, *, who: Account, today: date) -> None:
    """Write down a stage and run its clocks.

    Raises:
        Conflict: it was reached already.
    """
    known = session.query(CriminalStep).filter_by(case_id=case.id, stage=stage)
    if known.first() is not None:
        raise Conflict("this stage was reached already")
    session.add(CriminalStep(case_id=case.id, stage=stage, reached_on=today))
    if stage in STAGE_EVENTS:
        run_clocks(case, STAGE_EVENTS[stage], today=today)
    record(session, AuditAct.STAGE, actor=who.id, case_id=case.id, detail=stage, today=today)


def add_allegation(
    session: Session, case_id: str, subcategory: str, *, who: Account, version: int, today: date
) -> Case:
    """Add something complained of that the reporter's own choice did not name.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they do not hold it.
        Invalid: there is no such subcategory, or the case has it already.
        Conflict: the case is decided, or has changed since.
    """
    if subcategory not in load().subcategories:
        raise Invalid("no such subcategory", field="subcategory")
    case = lock_held_case(session, case_id, who=who, version=version)
    if not case.open:
        raise Conflict("a decided case gets no more allegations")
    if subcategory in {known.subcategory for known in case.allegations}:
        raise Invalid("the case has this allegation", field="subcategory", code="known")
    position = len(case.allegations)
    case.allegations.append(Allegation(position=position, subcategory=subcategory))
    record(
        session, AuditAct.ALLEGATION, actor=who.id, case_id=case.id, detail=subcategory, today=today
    )
    return case
