"""What happened to cases in a span of days: for every event one row a case, as SQL.

A row has the facts that tables are broken down by. Its day is final, so that a case is in one span
of an event only (see `portal.statistics.ledger`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import ColumnElement, FromClause, Subquery, and_, case, func, or_, select, true

from portal.cases.clocks import due_date
from portal.cases.models import Allegation, Case, Clock, Sanction, StatusChange, Verdict
from portal.cases.reviews import Review
from portal.cases.states import Status
from portal.core.calendar import add_working_days
from portal.statistics.catalogue import load
from portal.statistics.counts.days import limits
from portal.statistics.measures import CONFIRMED, EDGES

# Ninety working days are never as many calendar days: who came before is late without a look.
LONGEST = timedelta(days=200)
# A review asked for, or a reopening, so long after the conclusion still belongs to it.
AFTERMATH = timedelta(days=90)

PLAIN, TOLD_IN_TIME, TOLD_LATE = "plain", "told_in_time", "told_late"
REDIRECTED_IN_TIME, REDIRECTED_LATE = "redirected_in_time", "redirected_late"
CHANGED, UNCHANGED, UNDECIDED, REOPENED = "changed", "unchanged", "undecided", "reopened"

Facts = Mapping[str, ColumnElement[object]]


@dataclass(frozen=True)
class Happened:
    """The cases of an event in a span: where they are read, which they are, and what is known."""

    source: FromClause
    condition: ColumnElement[bool]
    facts: Facts


def happened(event: str, first: date, last: date) -> Happened:
    """Return the cases of an event in these days, both included.

    Raises:
        KeyError: no table counts such an event.
    """
    return _EVENTS[event](first, last)


def _received(first: date, last: date) -> Happened:
    facts = {"region": Case.region, "category": Case.category, "body": Case.body_code}
    return Happened(Case.__table__, Case.received_on.between(first, last), facts)


def _concluded(first: date, last: date) -> Happened:
    ending = _endings(first, in_time=Allegation.decided_on <= last)
    known = limits(first - LONGEST, last, {"slowest": partial(add_working_days, count=EDGES[-1])})
    return Happened(
        Case.__table__.outerjoin(ending, ending.c.case_id == Case.id).outerjoin(
            known, known.c.day == Case.received_on
        ),
        Case.concluded_on.between(first, last),
        {
            "region": Case.region,
            "body": Case.body_code,
            "outcome": ending.c.outcome,
            "late": case((Case.concluded_on <= known.c.slowest, 0), else_=1),
        },
    )


def _cohort(first: date, last: date) -> Happened:
    known = limits(
        first,
        last,
        {f"within_{days}": partial(add_working_days, count=days) for days in EDGES}
        | {name: partial(due_date, name) for name in ("acknowledgement", "redirect")},
    )
    acknowledged = _clocks("acknowledgement", first)
    told = _clocks("extension_notice", first)
    routed = (
        select(StatusChange.case_id, func.min(StatusChange.changed_on).label("day"))
        .where(StatusChange.status == Status.ROUTED, StatusChange.changed_on >= first)
        .group_by(StatusChange.case_id)
        .subquery()
    )
    bands = [
        (Case.concluded_on <= known.c[f"within_{days}"], rank) for rank, days in enumerate(EDGES)
    ]
    procedure = case(
        (routed.c.day <= known.c.redirect, REDIRECTED_IN_TIME),
        (routed.c.day.is_not(None), REDIRECTED_LATE),
        (told.c.met_on <= told.c.due_on, TOLD_IN_TIME),
        (told.c.due_on.is_not(None), TOLD_LATE),
        else_=PLAIN,
    )
    source = Case.__table__.join(known, known.c.day == Case.received_on)
    for one in (acknowledged, told, routed):
        source = source.outerjoin(one, one.c.case_id == Case.id)
    return Happened(
        source,
        Case.received_on.between(first, last),
        {
            "region": Case.region,
            "band": case(*bands, else_=len(EDGES)),
            "acknowledged": case((acknowledged.c.met_on <= known.c.acknowledgement, 1), else_=0),
            "procedure": procedure,
        },
    )


def _rated(first: date, last: date) -> Happened:
    return Happened(
        Case.__table__.join(Verdict.__table__, Verdict.case_id == Case.id),
        Verdict.given_on.between(first, last),
        {"region": Case.region, "answer": Verdict.answer, "respect": Verdict.respect},
    )


def _reopened(first: date, last: date) -> Happened:
    known = limits(first, last, {"end": lambda day: day + AFTERMATH})
    again = (
        select(StatusChange.case_id, func.min(StatusChange.changed_on).label("day"))
        .where(StatusChange.status == Status.REOPENED, StatusChange.changed_on >= first)
        .group_by(StatusChange.case_id)
        .subquery()
    )
    asked, reopened = Review.asked_on <= known.c.end, again.c.day <= known.c.end
    review = case(
        (and_(asked, Review.changed), CHANGED),
        (and_(asked, Review.decided_on.is_not(None)), UNCHANGED),
        (asked, UNDECIDED),
        else_=REOPENED,
    )
    source = Case.__table__.join(known, known.c.day == Case.concluded_on)
    source = source.outerjoin(Review.__table__, Review.case_id == Case.id)
    source = source.outerjoin(again, again.c.case_id == Case.id)
    return Happened(
        source,
        and_(Case.concluded_on.between(first, last), or_(asked, reopened)),
        {"region": Case.region, "review": review},
    )


def _sanctioned(first: date, last: date) -> Happened:
    ending = _endings(first, in_time=true())
    steps = load().dimensions["sanction"].codes
    anybody = load().dimensions["sanctioned"].codes[0].members
    step = case(
        {member: rank for rank, code in enumerate(steps) for member in code.members},
        value=Sanction.code,
    )
    followed = (
        select(
            Allegation.case_id,
            func.min(step).label("step"),
            func.max(case((Sanction.code.in_(anybody), 1), else_=0)).label("anybody"),
        )
        .join(Sanction, Sanction.allegation_id == Allegation.id)
        .where(Allegation.decided_on >= first)
        .group_by(Allegation.case_id)
        .subquery()
    )
    confirmed = [rank for rank, outcome in enumerate(load().prevailing) if _is_confirmed(outcome)]
    return Happened(
        Case.__table__.join(ending, ending.c.case_id == Case.id).outerjoin(
            followed, followed.c.case_id == Case.id
        ),
        and_(Case.concluded_on.between(first, last), ending.c.outcome.in_(confirmed)),
        {
            "region": Case.region,
            "step": followed.c.step,
            "anybody": func.coalesce(followed.c.anybody, 0),
        },
    )


def _endings(first: date, in_time: ColumnElement[bool]) -> Subquery:
    """Return the rank of the outcome that prevails in each case with an outcome since a day.

    Args:
        first: a case first concluded from this day on has all of its outcomes since then.
        in_time: only these outcomes count, unless there is no other.
    """
    rank = case({one: rank for rank, one in enumerate(load().prevailing)}, value=Allegation.outcome)
    outcome = func.coalesce(func.min(case((in_time, rank))), func.min(rank))
    return (
        select(Allegation.case_id, outcome.label("outcome"))
        .where(Allegation.decided_on >= first)
        .group_by(Allegation.case_id)
        .subquery()
    )


def _clocks(deadline: str, first: date) -> Subquery:
    """Return for each case when a deadline was due and met, first of all, since a day."""
    return (
        select(
            Clock.case_id,
            func.min(Clock.due_on).label("due_on"),
            func.min(Clock.met_on).label("met_on"),
        )
        .where(Clock.deadline == deadline, Clock.started_on >= first)
        .group_by(Clock.case_id)
        .subquery()
    )


def _is_confirmed(outcome: str) -> bool:
    return load().dimensions["finding"].code_of(outcome) in CONFIRMED


_EVENTS: Mapping[str, Callable[[date, date], Happened]] = {
    "received": _received,
    "concluded": _concluded,
    "cohort": _cohort,
    "rated": _rated,
    "reopened": _reopened,
    "sanctioned": _sanctioned,
}
