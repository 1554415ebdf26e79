"""Links that members of staff declare: units whose cases are closed to them."""

from datetime import date

from sqlalchemy.orm import Session

from portal.accounts import queries
from portal.accounts.models import Link
from portal.cases import audit
from portal.core.errors import Conflict


def declare(session: Session, account_id: str, unit_code: bytes, *, today: date) -> None:
    """Close the cases about one unit to a member of staff.

    The unit is kept as a code, and the record says only that somebody declared a link.

    Raises:
        Conflict: this link was declared before.
    """
    account = queries.account_of(session, account_id)
    if unit_code in queries.links_of(session, account.id):
        raise Conflict("declared before")
    session.add(Link(account_id=account.id, unit_code=unit_code, declared_on=today))
    audit.record(session, "link_declared", actor=account.id, today=today)
