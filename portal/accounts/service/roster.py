"""The roster of a body: which signing keys act for it, from which day, admitted by whom."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.acts import Signed
from crypto.text import to_json
from portal.accounts.models import Account, RosterAct, RosterEntry, RosterMove
from portal.accounts.policy import READERS
from portal.cases import audit
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.codes import AuditAct
from portal.cases.models import RECOVERY, PublicBody
from portal.core.errors import Conflict, NotFound

FEWEST_FOUNDERS = {PORTAL_BOARD: 2}  # whatever the board does about rosters takes two


def has_roster(session: Session, body_code: str) -> bool:
    """Tell whether a body ever had a roster; then only signatures change it."""
    acts = select(RosterAct.number).where(RosterAct.body_code == body_code)
    return session.scalar(acts.limit(1)) is not None


def list_founders(session: Session, body_code: str) -> Sequence[Account]:
    """Return who would be on the first roster of a body: its members who have a signing key.

    Raises:
        NotFound: there is no such body.
        Conflict: the body had a roster, or too few of its members have a key.
    """
    if session.get(PublicBody, body_code) is None or body_code == RECOVERY:
        raise NotFound("no such body")
    if has_roster(session, body_code):
        raise Conflict("this body had a roster: its members admit others by their signatures")
    founders = session.scalars(
        select(Account)
        .where(Account.body_code == body_code, Account.active, Account.role.in_(READERS))
        .where(Account.signing.is_not(None))
        .order_by(Account.login)
    ).all()
    fewest = FEWEST_FOUNDERS.get(body_code, 1)
    if len(founders) < fewest:
        raise Conflict(f"{fewest} members of this body must have made their keys first")
    return founders


def begin_roster(session: Session, body_code: str, *, today: date) -> Sequence[Account]:
    """Begin the roster of a body with its present members, as the ceremony does once.

    Raises:
        NotFound: there is no such body.
        Conflict: the body had a roster, or too few of its members have a key.
    """
    founders = list_founders(session, body_code)
    for founder in founders:
        note(session, RosterMove.FOUND, body_code, founder, None, today=today)
        enter(session, body_code, founder, founder=True, today=today)
        founder.proven = True
        detail = f"{founder.id} {body_code}"
        audit.record(session, AuditAct.FOUNDED, actor=audit.SYSTEM, detail=detail, today=today)
    return founders


def note(
    session: Session,
    move: RosterMove,
    body_code: str,
    member: Account,
    signed: Signed | None,
    *,
    today: date,
) -> None:
    """Keep what changes a roster, in the order in which it came.

    Args:
        session: the database.
        move: how they come or go.
        body_code: whose roster.
        member: who comes or goes, with the key that acts.
        signed: the checked statement; None for the ceremony and for who leaves.
        today: the day.
    """
    session.add(
        RosterAct(
            body_code=body_code,
            act=move.value,
            account_id=member.id,
            signing=member.signing or b"",
            done_on=today,
            statement=signed.statement if signed else None,
            signature=signed.signature if signed else None,
        )
    )
    session.flush()


def enter(
    session: Session, body_code: str, member: Account, *, founder: bool = False, today: date
) -> None:
    """Put a member on the roster of a body with the signing key they have now."""
    session.add(
        RosterEntry(
            body_code=body_code,
            account_id=member.id,
            signing=member.signing or b"",
            since=today,
            founder=founder,
            until=None,
        )
    )
    session.flush()


def leave(session: Session, member: Account, *, today: date) -> None:
    """Take a member off every roster: the key was replaced, or the account closed."""
    for entry in list_standing(session, member.id):
        note(session, RosterMove.LEAVE, entry.body_code, member, None, today=today)
        entry.until = today


def list_standing(session: Session, account_id: str) -> Sequence[RosterEntry]:
    """Return where an account stands on a roster."""
    entries = select(RosterEntry).where(RosterEntry.account_id == account_id)
    return session.scalars(entries.where(RosterEntry.until.is_(None))).all()


def hash_roster(entries: Sequence[RosterEntry]) -> bytes:
    """Return what the public log says of a roster: SHA-256 of its entries as JSON.

    Source: docs/crypto-spec.md, "Rosters".
    """
    told = [
        [
            entry.account_id,
            entry.signing.hex(),
            entry.since.isoformat(),
            entry.founder,
            entry.until.isoformat() if entry.until else None,
        ]
        for entry in entries
    ]
    return sha256(to_json(told).encode()).digest()
