"""What pages and other features ask about staff: who they are, and which keys they hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from crypto.passwords import hash_password
from portal.accounts.models import Account, KeyCopy, Link, Recusal, Role, RosterEntry
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.codes import AuditAct
from portal.cases.models import TOLD, AuditEntry, UnitKey
from portal.core.errors import NotFound

BY_ONE = (AuditAct.ADMITTED_BY_ONE, AuditAct.REMOVED_BY_ONE)
MOST_CHANGES = 500
SEASON_DAYS = 7  # on the roster, before somebody is one of two


@dataclass(frozen=True)
class Copy:
    """The keys of a body in one epoch, as one member keeps them: sealed."""

    body_code: str
    epoch: int
    sealed: bytes


@cache
def make_decoy_password() -> str:
    """Return a stored password that nobody has, so that an unknown login costs the same work."""
    return hash_password("nobody signs in with this")


def get_account(session: Session, account_id: str) -> Account:
    """Return an account.

    Raises:
        NotFound: there is none.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("no such account")
    return account


def get_account_by_login(session: Session, login: str) -> Account:
    """Return the account with a login, in any case of letters.

    Raises:
        NotFound: there is none.
    """
    account = session.scalar(select(Account).where(Account.login == login.strip().lower()))
    if account is None:
        raise NotFound("no such login")
    return account


def find_account_for_sign_in(session: Session, login: str) -> Account | None:
    """Return the account that a login opens: active, and its owner has set up a device."""
    return session.scalar(
        select(Account).where(
            Account.login == login.strip().lower(),
            Account.active,
            Account.password.is_not(None),
            Account.invitation.is_(None),
        )
    )


def get_stored_password(session: Session, login: str) -> str:
    """Return the stored password of a login; a decoy if nobody can sign in with it."""
    account = find_account_for_sign_in(session, login)
    return make_decoy_password() if account is None else str(account.password)


def list_eligible_bodies(session: Session, unit_code: bytes | None) -> frozenset[str]:
    """Return the bodies that can take a case about one unit.

    Such a body has a current key, and an active member who holds a copy of it and has declared
    no link to the unit.

    Args:
        session: the database.
        unit_code: code of the unit complained of (`units.compute_unit_code`), None if unknown.
    """
    able = (
        select(UnitKey.body_code)
        .join(KeyCopy, KeyCopy.unit_key_id == UnitKey.id)
        .join(Account, Account.id == KeyCopy.account_id)
        .where(UnitKey.retired_on.is_(None), Account.active)
        .where(Account.body_code == UnitKey.body_code)
        .distinct()
    )
    if unit_code is not None:
        linked = exists().where(Link.account_id == Account.id, Link.unit_code == unit_code)
        able = able.where(~linked)
    return frozenset(session.scalars(able))


def list_copies(session: Session, account_id: str) -> tuple[Copy, ...]:
    """Return the sealed keys of one member, newest epoch first."""
    rows = session.execute(
        select(UnitKey.body_code, UnitKey.epoch, KeyCopy.sealed)
        .join(KeyCopy, KeyCopy.unit_key_id == UnitKey.id)
        .where(KeyCopy.account_id == account_id)
        .order_by(UnitKey.epoch.desc())
    )
    return tuple(Copy(*row) for row in rows)


def list_epochs(session: Session, account_id: str) -> frozenset[int]:
    """Return the epochs of the own body that one member can open."""
    held = (
        select(UnitKey.epoch)
        .join(KeyCopy, KeyCopy.unit_key_id == UnitKey.id)
        .join(Account, Account.id == KeyCopy.account_id)
        .where(Account.id == account_id, UnitKey.body_code == Account.body_code)
    )
    return frozenset(session.scalars(held))


def list_members(session: Session, body_code: str) -> Sequence[Account]:
    """Return the active members of a body by login, with the epochs they hold."""
    return session.scalars(
        select(Account)
        .where(Account.body_code == body_code, Account.active)
        .options(selectinload(Account.key_copies).joinedload(KeyCopy.unit_key))
        .order_by(Account.login)
    ).all()


def is_last_holder(session: Session, account: Account) -> bool:
    """Tell whether nobody else could open the current key of this member's body."""
    current = select(UnitKey.id).where(
        UnitKey.body_code == account.body_code, UnitKey.retired_on.is_(None)
    )
    holders = set(
        session.scalars(
            select(Account.id)
            .join(KeyCopy, KeyCopy.account_id == Account.id)
            .where(KeyCopy.unit_key_id.in_(current), Account.active)
        )
    )
    return holders == {account.id}


def is_on_roster(session: Session, account_id: str, body_code: str, signing: bytes) -> bool:
    """Tell whether a signing key of an account acts for a body today."""
    entry = select(RosterEntry.id).where(
        RosterEntry.account_id == account_id,
        RosterEntry.body_code == body_code,
        RosterEntry.signing == signing,
        RosterEntry.until.is_(None),
    )
    return session.scalar(entry.limit(1)) is not None


def find_roster_entry(session: Session, account: Account) -> RosterEntry | None:
    """Return what stands of an account on the roster of its body, if its present key does."""
    return session.scalar(
        select(RosterEntry)
        .join(Account, Account.id == RosterEntry.account_id)
        .where(Account.id == account.id, Account.active)
        .where(RosterEntry.body_code == Account.body_code, RosterEntry.until.is_(None))
        .where(RosterEntry.signing == Account.signing)
        .limit(1)
    )


def is_admitted(session: Session, account: Account) -> bool:
    """Tell whether a member was admitted to their body, with the key they have now."""
    return find_roster_entry(session, account) is not None


def is_seasoned(session: Session, account: Account, today: date) -> bool:
    """Tell whether a member may be one of two: long enough on the roster, or of the ceremony."""
    entry = find_roster_entry(session, account)
    if entry is None:
        return False
    return entry.founder or entry.since + timedelta(days=SEASON_DAYS) <= today


def list_roster_entries(session: Session, body_code: str) -> Sequence[RosterEntry]:
    """Return everything that ever stood on the roster of a body, in the order it came."""
    entries = select(RosterEntry).where(RosterEntry.body_code == body_code)
    return session.scalars(entries.order_by(RosterEntry.id)).all()


def list_current_roster(session: Session, body_code: str) -> Sequence[RosterEntry]:
    """Return who stands on the roster of a body today, with an account that is open."""
    return session.scalars(
        select(RosterEntry)
        .join(Account, Account.id == RosterEntry.account_id)
        .where(RosterEntry.body_code == body_code, RosterEntry.until.is_(None))
        .where(Account.active, Account.signing == RosterEntry.signing)
        .where(Account.body_code == body_code)
        .order_by(RosterEntry.id)
    ).all()


def is_orphaned(session: Session, body_code: str) -> bool:
    """Tell whether nobody is left on the roster of a body that had one."""
    ever = select(RosterEntry.id).where(RosterEntry.body_code == body_code).limit(1)
    return session.scalar(ever) is not None and not list_current_roster(session, body_code)


def list_members_elsewhere(session: Session) -> list[Account]:
    """Return whom the board may remove or admit in other bodies: two of it together.

    That is everybody on a roster, and the members with a key of a body with nobody left.
    """
    accounts = session.scalars(
        select(Account)
        .where(Account.body_code.is_not(None), Account.body_code != PORTAL_BOARD, Account.active)
        .where(Account.signing.is_not(None))
        .options(joinedload(Account.body))
        .order_by(Account.body_code, Account.login)
    ).all()
    orphaned = {
        body
        for body in {str(account.body_code) for account in accounts}
        if is_orphaned(session, body)
    }
    return [
        account
        for account in accounts
        if account.body_code in orphaned or is_admitted(session, account)
    ]


def has_one_signature(session: Session, account: Account) -> bool:
    """Tell whether the newest act on somebody's roster waits for a second signature."""
    last = session.scalar(
        select(AuditEntry.act)
        .where(AuditEntry.detail == account.id, AuditEntry.act.in_((AuditAct.ADMITTED, *BY_ONE)))
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    return last in BY_ONE


@dataclass(frozen=True)
class AccountChange:
    """Something about accounts and keys that people are told: who did what to whom, which day."""

    done_on: date
    act: str
    actor: str  # login, or "system"
    whom: str  # login, code of a body, or name of a release
    account: Account | None  # whom, if it is one


def list_changes(
    session: Session, who: Account, *, since: date | None = None
) -> list[AccountChange]:
    """Return what was done to accounts and keys, newest first, as far as it concerns somebody.

    One's own account; for the head and the roster, that of everybody in the body; for the board,
    all of them.

    Args:
        session: to read with.
        who: who asks.
        since: leave out what is older, and what they did themselves.
    """
    return list(islice(_select_concerning(session, who, since), MOST_CHANGES))


def _select_concerning(
    session: Session, who: Account, since: date | None
) -> Iterator[AccountChange]:
    rows = select(AuditEntry).where(TOLD).order_by(AuditEntry.number.desc())
    if since is not None:
        rows = rows.where(AuditEntry.done_on >= since, AuditEntry.actor != who.id)
    people = {account.id: account for account in session.scalars(select(Account))}
    for row in session.scalars(rows.execution_options(yield_per=MOST_CHANGES)):
        whom = row.detail.partition(" ")[0] or row.actor  # who does it to themselves
        account = people.get(whom)
        body = account.body_code if account else whom
        if _is_concerned(who, whom, body):
            actor = people[row.actor].login if row.actor in people else row.actor
            named = account.login if account else whom
            yield AccountChange(row.done_on, row.act, actor, named, account)


def _is_concerned(who: Account, whom: str, body: str | None) -> bool:
    if who.role in {Role.OVERSIGHT, Role.ADMINISTRATOR}:
        return True
    return whom == who.id or (who.role is Role.HEAD and body == who.body_code)


def list_links(session: Session, account_id: str) -> frozenset[bytes]:
    """Return the codes of the units that a member of staff declared a link to."""
    return frozenset(session.scalars(select(Link.unit_code).where(Link.account_id == account_id)))


def list_recusals(session: Session, account_id: str) -> frozenset[str]:
    """Return the cases that a member of staff stays away from."""
    return frozenset(
        session.scalars(select(Recusal.case_id).where(Recusal.account_id == account_id))
    )
