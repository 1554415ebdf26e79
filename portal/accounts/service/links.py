"""Links that members of staff declare: units whose cases are closed to them."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts import queries
from portal.accounts.models import Link
from portal.cases import audit
from portal.cases.codes import AuditAct
from portal.cases.models import AuditEntry, Case
from portal.core.errors import Conflict


def declare(session: Session, account_id: str, codes: frozenset[bytes], *, today: date) -> None:
    """Close the cases about one unit to a member of staff; those they held are free for others.

    The unit is kept as codes. The record says only that somebody declared a link; its detail, a
    digest of all codes of that person, shows later that none was taken away.

    Args:
        session: the database.
        account_id: who declares.
        codes: of all cases that may be about the unit (`cases.units.compute_link_codes`).
        today: the day.

    Raises:
        Conflict: this link was declared before.
    """
    account = queries.get_account(session, account_id)
    new = codes - queries.list_links(session, account.id)
    if not new:
        raise Conflict("declared before")
    session.add_all(
        Link(account_id=account.id, unit_code=code, declared_on=today) for code in sorted(new)
    )
    session.flush()
    session.execute(
        update(Case)
        .where(Case.holder_id == account.id, Case.unit_code.in_(new))
        .values(holder_id=None, version=Case.version + 1)
    )
    detail = _hash_codes(queries.list_links(session, account.id))
    audit.record(session, AuditAct.LINK_DECLARED, actor=account.id, detail=detail, today=today)


def check(session: Session, _contents: object, _today: date) -> Iterator[str]:
    """Yield everybody whose links are not those that they declared.

    Who declared none since links are on the trail with their digest is not compared.
    """
    declared = select(AuditEntry.actor, AuditEntry.detail).where(
        AuditEntry.act == AuditAct.LINK_DECLARED
    )
    last = dict(session.execute(declared.order_by(AuditEntry.number)).all())
    for account_id in session.scalars(select(Link.account_id).distinct().order_by(Link.account_id)):
        if account_id not in last:
            yield f"account {account_id}: has links, and the trail has nothing of them"
    for account_id, detail in last.items():
        if detail and detail != _hash_codes(queries.list_links(session, account_id)):
            yield f"account {account_id}: its links are not those that it declared"


def _hash_codes(codes: frozenset[bytes]) -> str:
    return sha256(b"".join(sorted(codes))).hexdigest()
