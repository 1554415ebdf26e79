"""What happened to cases in a span of days: for every event one row a case, as SQL.

A row has the facts that tables are broken down by. Its day is final, so that a case is in one span
of an event only (see `portal.statistics.service.ledger`). What stands in other tables is looked up
case by case, by the index of that table: the work depends on the cases of the span, not on all
there are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    ScalarSelect,
    SQLColumnExpression,
    and_,
    case,
    func,
    null,
    or_,
    select,
    true,
    union_all,
)

from portal.cases.clocks import compute_due_date
from portal.cases.models import (
    REOPENINGS,
    TRANSFERS,
    Allegation,
    Case,
    Clock,
    Sanction,
    StatusChange,
    Verdict,
)
from portal.cases.reviews import Review
from portal.core.calendar import add_working_days
from portal.statistics.catalogue.codelists import CONFIRMED, EDGES
from portal.statistics.catalogue.tables import load
from portal.statistics.counting.days import subtract_working_days, tabulate_limits

# A review asked for, or a reopening, so long after the conclusion still belongs to it.
AFTERMATH = timedelta(days=90)

Expression = SQLColumnExpression[Any]


@dataclass(frozen=True)
class EventQuery:
    """The cases of an event in a span: where they are read, which they are, and what is known."""

    source: FromClause
    condition: ColumnElement[bool]
    facts: Mapping[str, Expression]


def query_event(event: str, first: date, last: date) -> EventQuery:
    """Return the cases of an event in these days, both included.

    Args:
        event: as the tables of the catalogue name it.
        first: first day.
        last: last day.

    Raises:
        KeyError: no table counts such an event.
    """
    return _EVENTS[event](first, last)


def _query_received(first: date, last: date) -> EventQuery:
    facts: dict[str, Expression] = {
        "region": Case.region,
        "category": Case.category,
        "body": Case.body_code,
    }
    return EventQuery(Case.__table__, Case.received_on.between(first, last), facts)


def _query_concluded(first: date, last: date) -> EventQuery:
    limits = tabulate_limits(
        first, last, {"since": partial(subtract_working_days, count=EDGES[-1])}
    )
    return EventQuery(
        _join_cases(limits, Case.concluded_on),
        true(),
        {
            "region": Case.region,
            "body": Case.body_code,
            "outcome": _select_prevailing_outcome(Allegation.first_outcome),
            "late": case((Case.received_on >= limits.c.since, 0), else_=1),
        },
    )


def _query_cohort(first: date, last: date) -> EventQuery:
    rules = {f"within_{days}": partial(add_working_days, count=days) for days in EDGES}
    rules |= {name: partial(compute_due_date, name) for name in ("acknowledgement", "redirect")}
    limits = tabulate_limits(first, last, rules)
    bands = [
        (Case.concluded_on <= limits.c[f"within_{days}"], rank) for rank, days in enumerate(EDGES)
    ]
    return EventQuery(
        _join_cases(limits, Case.received_on),
        true(),
        {
            "region": Case.region,
            "band": case(*bands, else_=len(EDGES)),
            "acknowledged": _select_acknowledgement(limits.c.acknowledgement),
            "procedure": func.coalesce(
                _select_redirection(limits.c.redirect), _select_extension(), "plain"
            ),
        },
    )


def _query_rated(first: date, last: date) -> EventQuery:
    return EventQuery(
        Case.__table__.join(Verdict.__table__, Verdict.case_id == Case.id),
        Verdict.given_on.between(first, last),
        {"region": Case.region, "answer": Verdict.answer, "respect": Verdict.respect},
    )


def _query_reopened(first: date, last: date) -> EventQuery:
    limits = tabulate_limits(first, last, {"end": lambda day: day + AFTERMATH})
    asked = Review.asked_on <= limits.c.end
    after = StatusChange.changed_on.between(Case.concluded_on, limits.c.end)
    again = and_(StatusChange.case_id == Case.id, after)
    reopened = select(StatusChange.id).where(again, REOPENINGS).exists()
    # The few cases that had either in these days, which both come after the conclusion: the others
    # need no look. So the index of conclusions must not be used, which would lead to all of them.
    days = first, last + AFTERMATH
    touched = union_all(
        select(Review.case_id).where(Review.asked_on.between(*days)),
        select(StatusChange.case_id).where(REOPENINGS, StatusChange.changed_on.between(*days)),
    )
    concluded_on = func.coalesce(Case.concluded_on, null())
    review = case(
        (and_(asked, Review.changed.is_(True)), "changed"),
        (and_(asked, Review.decided_on.is_not(None)), "unchanged"),
        (asked, "undecided"),
        else_="reopened",
    )
    return EventQuery(
        _join_cases(limits, concluded_on).outerjoin(Review.__table__, Review.case_id == Case.id),
        and_(Case.id.in_(touched), or_(asked, reopened)),
        {"region": Case.region, "review": review},
    )


def _query_sanctioned(first: date, last: date) -> EventQuery:
    finding = load().dimensions["finding"]
    confirmed = [
        rank
        for rank, outcome in enumerate(load().prevailing)
        if finding.get_code(outcome) in CONFIRMED
    ]
    return EventQuery(
        Case.__table__,
        and_(
            Case.concluded_on.between(first, last),
            _select_prevailing_outcome(Allegation.outcome).in_(confirmed),
        ),
        {
            "region": Case.region,
            "sanction": _select_gravest_sanction(),
        },
    )


def _join_cases(limits: CTE, day: Expression) -> FromClause:
    """Return the cases whose event fell on a day with a limit, each with the limits of its day."""
    return limits.join(Case.__table__, day == limits.c.day)


def _select_prevailing_outcome(outcome: Expression) -> ScalarSelect[Any]:
    """Return the rank of the outcome that prevails in a case, or nothing if it has none.

    Args:
        outcome: of each allegation: as it was first found, or as it stands now.
    """
    ranks = {outcome: rank for rank, outcome in enumerate(load().prevailing)}
    first = func.min(case(ranks, value=outcome))
    return select(first).where(Allegation.case_id == Case.id).scalar_subquery()


def _select_acknowledgement(limit: Expression) -> ScalarSelect[Any]:
    return _select_from_clock(
        "acknowledgement", case((func.min(Clock.met_on) <= limit, 1), else_=0)
    )


def _select_extension() -> ScalarSelect[Any]:
    due_on, met_on = func.min(Clock.due_on), func.min(Clock.met_on)
    notice = case((met_on <= due_on, "told_in_time"), (due_on.is_not(None), "told_late"))
    return _select_from_clock("extension_notice", notice)


def _select_from_clock(deadline: str, fact: Expression) -> ScalarSelect[Any]:
    which = and_(Clock.case_id == Case.id, Clock.deadline == deadline)
    return select(fact).where(which).scalar_subquery()


def _select_redirection(limit: Expression) -> ScalarSelect[Any]:
    day = func.min(StatusChange.changed_on)
    fact = case((day <= limit, "redirected_in_time"), (day.is_not(None), "redirected_late"))
    return select(fact).where(StatusChange.case_id == Case.id, TRANSFERS).scalar_subquery()


def _select_gravest_sanction() -> ScalarSelect[Any]:
    """Return the rank of the gravest sanction of a case, or nothing if it has none."""
    steps = load().dimensions["sanction"].codes
    ranks = {member: rank for rank, code in enumerate(steps) for member in code.members}
    return (
        select(func.min(case(ranks, value=Sanction.code)))
        .join(Allegation, Allegation.id == Sanction.allegation_id)
        .where(Allegation.case_id == Case.id)
        .scalar_subquery()
    )


_EVENTS: Mapping[str, Callable[[date, date], EventQuery]] = {
    "received": _query_received,
    "concluded": _query_concluded,
    "cohort": _query_cohort,
    "rated": _query_rated,
    "reopened": _query_reopened,
    "sanctioned": _query_sanctioned,
}
