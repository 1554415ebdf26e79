"""What a reporter was told, written down as steps for the public log with each change itself."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from crypto import body as bodies
from crypto.log_entries import OUTCOME, REPORT, STEP, Step
from crypto.outcome import Finding, Outcome
from portal.cases.committed_facts import CommittedFacts
from portal.cases.models import Allegation, Case, Envelope, LogStep
from portal.cases.states import Status, is_shown_to_reporter
from portal.core.calendar import Quarter, count_working_days

UNKNOWN = "unknown"  # where it happened
UNDECIDED = "undecided"  # an allegation that a decision left open
# Limits of the bands that published durations have, in working days.
BANDS = ((0, 5), (6, 10), (11, 15), (16, 20), (21, 30), (31, 60), (61, 90))
BEYOND = "91+"


def log_report_step(
    session: Session, case: Case, digest: str, told: CommittedFacts, step: Step, due_on: date
) -> None:
    """Write down that a report was filed, and what was promised of it.

    Args:
        session: of the transaction that files it.
        case: the case.
        digest: SHA-256 of the sealed report, hexadecimal.
        told: the coded facts that the entry commits to as well.
        step: the entry that was promised.
        due_on: the day by which the log will have it.
    """
    session.add(
        LogStep(
            case_id=case.id,
            type=REPORT,
            what=bodies.REPORT,
            made_on=case.received_on,
            digest=digest,
            record="",
            facts=told.shown,
            inside=told.inside,
            due_on=due_on,
            number=0,
            tag=step.tag,
            commitment=step.commitment,
        )
    )


def log_object_step(session: Session, envelope: Envelope) -> None:
    """Write down that an object was added to what the reporter can read.

    Notes of staff are not; a report and a decision stand in the log with what they bring about.
    """
    if envelope.thread == bodies.CASE and envelope.kind not in {bodies.REPORT, bodies.DECISION}:
        session.add(
            LogStep(
                case_id=envelope.case_id,
                type=STEP,
                what=envelope.kind,
                made_on=envelope.filed_on,
                digest=envelope.digest,
                record="",
            )
        )


def log_status_step(
    session: Session, case: Case, status: Status, *, is_first: bool, decision: str, today: date
) -> None:
    """Write down that a case has another status, if its reporter is shown it.

    Of a case that was erased nobody is told anything, and its key may be gone.

    Args:
        session: of the transaction.
        case: the case, with its new outcomes if it was decided.
        status: what it is now.
        is_first: whether it was never concluded before.
        decision: SHA-256 of the sealed decision, hexadecimal; "" if there is none.
        today: the day.
    """
    if not is_shown_to_reporter(status) or case.second_half is None:
        return
    decided = status is Status.DECIDED
    record = build_outcome(case, today).data.decode("ascii") if decided else ""
    session.add(
        LogStep(
            case_id=case.id,
            type=OUTCOME if decided and is_first else STEP,
            what=status.value,
            made_on=today,
            digest=decision,
            record=record,
        )
    )


def build_outcome(case: Case, today: date) -> Outcome:
    """Return how a case ended, in the codes that figures are made of."""
    return Outcome(
        category=case.category,
        region=case.region or UNKNOWN,
        quarter=Quarter.from_day(today),
        duration=get_duration_band(case.received_on, today),
        findings=build_findings(case.allegations),
    )


def build_findings(allegations: Iterable[Allegation]) -> tuple[Finding, ...]:
    """Return what was found of each allegation, in codes."""
    ordered = sorted(allegations, key=lambda allegation: allegation.position)
    return tuple(_build_finding(allegation) for allegation in ordered)


def get_duration_band(received_on: date, concluded_on: date) -> str:
    """Return the band of working days from one day to another."""
    days = count_working_days(received_on, concluded_on)
    return next((f"{low}-{high}" for low, high in BANDS if days <= high), BEYOND)


def _build_finding(allegation: Allegation) -> Finding:
    sanctions = tuple(sorted(sanction.code for sanction in allegation.sanctions))
    return Finding(allegation.subcategory, allegation.outcome or UNDECIDED, sanctions)
