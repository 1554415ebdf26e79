"""The ledger: no case is counted twice in a table, and none costs more than its lifetime budget.

A table counts the cases whose event fell on certain days. The ledger has a row for each table and
day, and the database takes it once (primary key). The day of an event is written once and never
moves (`portal.core.write_once`). Together: every case is counted in a table once in its life. What
a case has cost is what the days of its events have cost; the dearest life is bounded by the dearest
day of each family of tables, whatever cases there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.calendar import Quarter
from portal.core.errors import Conflict
from portal.statistics.catalogue.tables import SANCTIONS, Budget
from portal.statistics.models import LedgerEntry


@dataclass(frozen=True)
class Charge:
    """One table of a release: which days it counts, and what that costs every case of them."""

    table: str
    family: str
    first: date
    last: date
    thousandths: int  # of epsilon

    def list_days(self) -> Iterator[date]:
        """Yield the days from the first to the last."""
        for after in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=after)


def charge(session: Session, quarter: Quarter, charges: Sequence[Charge], budget: Budget) -> None:
    """Write what a release costs into the ledger: a few hundred rows, however many cases it counts.

    Call it once for a quarter, in the transaction that writes the row of the release; a corrected
    version counts no case again and is not charged.

    Args:
        session: of that transaction; nothing is committed.
        quarter: such as 2026-q3.
        charges: the tables of the release.
        budget: what a case may cost.

    Raises:
        Conflict: a table has counted one of these days, or a case could cost more than it may. The
            transaction must be rolled back.
    """
    rows = [
        {
            "table_id": charge.table,
            "day": day,
            "family": charge.family,
            "quarter": quarter,
            "thousandths": charge.thousandths,
        }
        for charge in charges
        for day in charge.list_days()
    ]
    if not rows:
        return
    try:
        session.execute(insert(LedgerEntry), rows)
    except IntegrityError as error:
        raise Conflict("a case would be counted twice in a table") from error
    usual, sanctioned = compute_highest_costs(session)
    if usual > budget.lifetime or sanctioned > budget.with_sanction:
        raise Conflict(f"a case could cost {usual}, or {sanctioned} if it ends in a sanction")


def compute_highest_costs(session: Session) -> tuple[int, int]:
    """Return what the dearest life that the ledger allows has cost, in thousandths of epsilon.

    Each event of a case has its own day, so no life costs more than the dearest day of every
    family together.

    Returns:
        Without what sanctions cost, and with it.
    """
    day = (
        select(LedgerEntry.family, func.sum(LedgerEntry.thousandths).label("cost"))
        .group_by(LedgerEntry.family, LedgerEntry.day)
        .subquery()
    )
    rows = session.execute(select(day.c.family, func.max(day.c.cost)).group_by(day.c.family))
    costs = {family: int(cost) for family, cost in rows}
    whole = sum(costs.values())
    return whole - costs.get(SANCTIONS, 0), whole
