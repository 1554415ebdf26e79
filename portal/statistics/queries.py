"""What happened to cases in a period: coded facts only, read as a stream."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.cases.models import Allegation, Case, Clock, StatusChange
from portal.cases.states import Status
from portal.statistics.catalogue import SANCTIONS
from portal.statistics.measures import Event
from portal.statistics.models import LedgerEntry

ROWS_AT_ONCE = 5000


_FACTS = (Case.record_key, Case.region, Case.category, Case.received_on, Case.concluded_on)


def received_in(first: date, last: date) -> ColumnElement[bool]:
    """Return the condition on cases received in these days, both included."""
    return Case.received_on.between(first, last)


def concluded_in(first: date, last: date) -> ColumnElement[bool]:
    """Return the condition on cases whose first conclusion fell on these days."""
    return Case.concluded_on.between(first, last)


def received(session: Session, first: date, last: date) -> Iterator[Event]:
    """Yield the cases received in these days."""
    return _stream(session, select(*_FACTS).where(received_in(first, last)))


def concluded(
    session: Session, first: date, last: date, outcomes: tuple[str, ...]
) -> Iterator[Event]:
    """Yield the cases first concluded in these days, each with the rank of its outcome.

    Args:
        session: to read with.
        first: first day.
        last: last day; an allegation decided later does not count, unless there is no other.
        outcomes: ids of outcomes, the one that prevails first.
    """
    ranks = {outcome: rank for rank, outcome in enumerate(outcomes)}
    rank = case(ranks, value=Allegation.outcome)
    in_time = func.min(case((Allegation.decided_on <= last, rank)))
    ending = (
        select(func.coalesce(in_time, func.min(rank)))
        .where(Allegation.case_id == Case.id)
        .scalar_subquery()
    )
    return _stream(session, select(*_FACTS, ending).where(concluded_in(first, last)))


def cohort(session: Session, first: date, last: date) -> Iterator[Event]:
    """Yield the cases received in these days, with what became of them."""
    later = (
        null(),  # the outcome, which no table of cohorts asks
        _first_of(Clock.met_on, "acknowledgement"),
        _first_of(Clock.due_on, "extension_notice"),
        _first_of(Clock.met_on, "extension_notice"),
        _first_status(Status.ROUTED),
    )
    return _stream(session, select(*_FACTS, *later).where(received_in(first, last)))


def count(session: Session, condition: ColumnElement[bool]) -> int:
    """Return how many cases meet a condition."""
    return session.scalar(select(func.count()).select_from(Case).where(condition)) or 0


def first_day(session: Session) -> date | None:
    """Return the day of the oldest case."""
    return session.scalar(select(func.min(Case.received_on)))


def charged(session: Session, quarter: str, table: str) -> int:
    """Return how many cases the ledger has for one table of a quarter's release."""
    rows = select(func.count()).select_from(LedgerEntry)
    return (
        session.scalar(rows.where(LedgerEntry.quarter == quarter, LedgerEntry.table == table)) or 0
    )


def overdrawn(session: Session, quarter: str, *, lifetime: int, with_sanction: int) -> int:
    """Return how many cases of a quarter's release have cost more than they may.

    Args:
        session: to read with.
        quarter: of the release.
        lifetime: thousandths of epsilon that a case may cost, its sanction left out.
        with_sanction: thousandths that it may cost in all.
    """
    touched = select(LedgerEntry.case_id).where(LedgerEntry.quarter == quarter)
    cost = LedgerEntry.thousandths
    usual = func.sum(case((LedgerEntry.table == SANCTIONS, 0), else_=cost))
    lives = (
        select(LedgerEntry.case_id)
        .where(LedgerEntry.case_id.in_(touched))
        .group_by(LedgerEntry.case_id)
        .having(or_(usual > lifetime, func.sum(cost) > with_sanction))
    )
    return session.scalar(select(func.count()).select_from(lives.subquery())) or 0


def _first_of(column: InstrumentedAttribute[Any], deadline: str) -> ScalarSelect[date]:
    return (
        select(func.min(column))
        .where(Clock.case_id == Case.id, Clock.deadline == deadline)
        .scalar_subquery()
    )


def _first_status(status: Status) -> ScalarSelect[date]:
    return (
        select(func.min(StatusChange.changed_on))
        .where(StatusChange.case_id == Case.id, StatusChange.status == status)
        .scalar_subquery()
    )


def _stream(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Event]:
    rows = session.execute(query.execution_options(yield_per=ROWS_AT_ONCE))
    return (Event(*row) for row in rows)
