"""Links that members of staff declare: units whose cases are closed to them."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.accounts import queries
from portal.accounts.models import Link
from portal.cases import audit
from portal.cases.models import Case
from portal.core.errors import Conflict


def declare(session: Session, account_id: str, codes: frozenset[bytes], *, today: date) -> None:
    """Close the cases about one unit to a member of staff; those they held are free for others.

    The unit is kept as codes, and the record says only that somebody declared a link.

    Args:
        session: the database.
        account_id: who declares.
        codes: of all cases that may be about the unit (`cases.units.codes_of_link`).
        today: the day.

    Raises:
        Conflict: this link was declared before.
    """
    account = queries.account_of(session, account_id)
    new = codes - queries.links_of(session, account.id)
    if not new:
        raise Conflict("declared before")
    session.add_all(
        Link(account_id=account.id, unit_code=code, declared_on=today) for code in sorted(new)
    )
    session.execute(
        update(Case)
        .where(Case.holder_id == account.id, Case.unit_code.in_(new))
        .values(holder_id=None, version=Case.version + 1)
    )
    audit.record(session, "link_declared", actor=account.id, today=today)
