"""Redraws the record keys of cases whose release has lost its key, a part at a time.

The noise of a release came from its key and from the record keys of its cases; once both are others
nobody can draw it again. With millions of cases that takes minutes, and whoever files a report must
not wait for it: so each part is a short transaction of its own, and what is done is written down.
"""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Integer, func, literal_column, select, update
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.core.calendar import compute_quarter_bounds
from portal.statistics.models import Release
from portal.statistics.service.secrets import KEPT_DAYS

PART = 20_000  # cases, unless more came on one day
# 32 random bits as a signed number. The noise is secret by the key of its release; these need only
# be others than before.
RANDOM_PART = {
    "sqlite": "(random() >> 32)",
    "postgresql": "('x' || left(gen_random_uuid()::text, 8))::bit(32)::int",
}


def renew(session: Session, *, today: date, cases: int = PART) -> date | None:
    """Redraw the record keys of the next cases of releases signed off long ago.

    Call it until nothing is left, each time in a transaction of its own. Nothing is redrawn while a
    draft is counted with the keys that are.

    Args:
        session: of a transaction.
        today: the day.
        cases: so many at most, or those of one day.

    Returns:
        The day of receipt up to which keys are others now, or None if nothing was left or a draft
        is being made.
    """
    due = _due(session, today - timedelta(days=KEPT_DAYS))
    if not due or _counting(session):
        return None
    done = min(one.renewed_until or date.min for one in due)
    newest = max(_last_day(one) for one in due)
    last = _end_of_part(session, done, newest, cases)
    parts = (Case.record_key_1, Case.record_key_2, Case.record_key_3, Case.record_key_4)
    session.execute(
        update(Case)
        .where(Case.received_on > done, Case.received_on <= last)
        .values({one: _random(session) for one in parts}),
        execution_options={"synchronize_session": False},
    )
    for one in due:
        one.renewed_until = max(last, one.renewed_until or date.min)
        if one.renewed_until >= _last_day(one):
            one.renewed_on, one.renewed_until = today, None
    return last


def _due(session: Session, last: date) -> list[Release]:
    """Return the releases that have lost their key and whose cases still have theirs, locked."""
    due = select(Release).where(
        Release.released_on.is_not(None),
        Release.signed_on <= last,
        Release.key.is_(None),
        Release.renewed_on.is_(None),
    )
    return list(session.scalars(due.order_by(Release.id).with_for_update()))


def _counting(session: Session) -> bool:
    """Tell whether a draft is being made; none begins before this transaction ends."""
    pending = select(Release.id).where(Release.released_on.is_(None)).limit(1)
    return session.scalar(pending) is not None


def _last_day(release: Release) -> date:
    return compute_quarter_bounds(release.quarter)[1]


def _end_of_part(session: Session, done: date, newest: date, cases: int) -> date:
    """Return the last day of receipt of a part: days are never divided."""
    left = (Case.received_on > done, Case.received_on <= newest)
    days = select(Case.received_on).where(*left).order_by(Case.received_on)
    beyond = session.scalar(days.offset(cases).limit(1))
    first = session.scalar(select(func.min(Case.received_on)).where(*left))
    if beyond is None or first is None:
        return newest
    return max(first, beyond - timedelta(days=1))


def _random(session: Session) -> ColumnElement[int]:
    """Return 32 random bits, drawn by the database anew for each row."""
    return literal_column(RANDOM_PART[session.get_bind().dialect.name], Integer)
