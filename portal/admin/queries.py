"""What an administrator may see: who has an account, and who holds copies of which key.

Neither query reads a password, the seed of a device or anything of a case.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account, KeyCopy, Role
from portal.cases.models import UnitKey
from portal.core.errors import NotFound


@dataclass(frozen=True)
class AdministeredAccount:
    """An account as an administrator sees it."""

    id: str
    login: str
    role: Role
    body_code: str | None
    active: bool
    made_on: date
    invited_on: date | None  # None: the owner has been through the welcome pages
    recipient: str | None


@dataclass(frozen=True)
class BodyEpoch:
    """The key of a body in one epoch, and the active members who hold it."""

    body_code: str
    number: int
    recipient: str
    made_on: date
    retired_on: date | None
    holders: tuple[str, ...]


_PERSON = select(
    Account.id,
    Account.login,
    Account.role,
    Account.body_code,
    Account.active,
    Account.made_on,
    Account.invited_on,
    Account.recipient,
)


def list_people(session: Session) -> list[AdministeredAccount]:
    """Return every account, open ones first, by body and login."""
    order = (Account.active.desc(), Account.body_code, Account.login)
    return [AdministeredAccount(*row) for row in session.execute(_PERSON.order_by(*order))]


def get_person(session: Session, account_id: str) -> AdministeredAccount:
    """Return one account.

    Raises:
        NotFound: there is none.
    """
    row = session.execute(_PERSON.where(Account.id == account_id)).one_or_none()
    if row is None:
        raise NotFound("no such account")
    return AdministeredAccount(*row)


def list_epochs(session: Session) -> list[BodyEpoch]:
    """Return the keys of all bodies, newest first in each, with the logins of their holders."""
    holders: dict[int, list[str]] = defaultdict(list)
    held = (
        select(KeyCopy.unit_key_id, Account.login)
        .join(Account, Account.id == KeyCopy.account_id)
        .where(Account.active)
        .order_by(Account.login)
    )
    for key_id, login in session.execute(held):
        holders[key_id].append(login)
    keys = session.scalars(select(UnitKey).order_by(UnitKey.body_code, UnitKey.epoch.desc()))
    return [
        BodyEpoch(
            key.body_code,
            key.epoch,
            key.recipient,
            key.made_on,
            key.retired_on,
            tuple(holders[key.id]),
        )
        for key in keys
    ]
