"""Exact national numbers of a quarter that are no secret of a single case.

Most are acts on the audit trail, which nobody can alter unseen. None says of which case, where or
about what. Why each may be exact: docs/statistics-method.md section 4.
"""

from collections import Counter
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.cases.bodies import all_bodies
from portal.cases.models import COUNTED, Allegation, AuditEntry, Case, UnitKey
from portal.core.calendar import compute_quarter_bounds
from portal.core.taxonomy import load

ALL = "_T"
NOT_AVAILABLE = "x"
EXTENDED = "extended"
# Acts by the measure they are counted as. An overdue clock and a body where nobody may read a case
# both bring it before the oversight board; alone the second would tell its body of a report.
ACTS = {
    "escalated": ("overdue", "status conflict_hold"),
    "recommendation_sent": ("recommended",),
    "recommendation_answered": ("recommendation answered",),
    "erased": ("erased",),
}
# Identities are kept nowhere, so nobody can open one; the row stands for the day that changes.
UNCOUNTED = ("identity_opened",)


class SeriesRow(NamedTuple):
    """One exact number: what, for which reason, how many; None if it is not available."""

    measure: str
    reason: str
    value: int | None
    status: str = ""


def exact_series(session: Session, quarter: str) -> list[SeriesRow]:
    """Return the exact numbers of a quarter, the same rows in every quarter."""
    first, last = compute_quarter_bounds(quarter)
    acts = _acts(session, first, last)
    reasons = [SeriesRow(EXTENDED, one, acts[EXTENDED, one]) for one in load().extension_reasons]
    extended = sum(number for (act, _), number in acts.items() if act == EXTENDED)
    totals = {
        measure: sum(number for (act, _), number in acts.items() if act in names)
        for measure, names in ACTS.items()
    }
    totals |= {
        "allegations": _allegations(session, first, last),
        "open": _open(session, last),
        "bodies_ready": _ready(session, first, last),
        "bodies_due": len(all_bodies()),
    }
    return [
        SeriesRow(EXTENDED, ALL, extended),
        *reasons,
        *(SeriesRow(measure, ALL, number) for measure, number in totals.items()),
        *(SeriesRow(measure, ALL, None, NOT_AVAILABLE) for measure in UNCOUNTED),
    ]


def _acts(session: Session, first: date, last: date) -> Counter[tuple[str, str]]:
    """Count acts by name and detail; `COUNTED` lets the database use an index of few rows."""
    rows = session.execute(
        select(AuditEntry.act, AuditEntry.detail, func.count())
        .where(COUNTED, AuditEntry.done_on.between(first, last))
        .group_by(AuditEntry.act, AuditEntry.detail)
    )
    return Counter({(act, detail): number for act, detail, number in rows})


def _allegations(session: Session, first: date, last: date) -> int:
    """Count the allegations on which the cases concluded in these days were first decided."""
    concluded = and_(Case.concluded_on.between(first, last), Allegation.first_outcome.is_not(None))
    rows = select(func.count()).select_from(Allegation).join(Case).where(concluded)
    return session.scalar(rows) or 0


def _open(session: Session, last: date) -> int:
    """Count the cases received by a day and not concluded by it."""
    return _cases(session, Case.received_on <= last) - _cases(session, Case.concluded_on <= last)


def _cases(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Case).where(condition)) or 0


def _ready(session: Session, first: date, last: date) -> int:
    """Count the bodies that had a key at any time of these days."""
    keys = select(func.count(UnitKey.body_code.distinct())).where(
        UnitKey.body_code.in_(all_bodies()),
        UnitKey.made_on <= last,
        or_(UnitKey.retired_on.is_(None), UnitKey.retired_on >= first),
    )
    return session.scalar(keys) or 0
