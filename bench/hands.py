"""What members of staff sign in tests and measurements, each with a key of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session, object_session

from crypto import acts
from crypto.acts import Signed, Statement, Values
from crypto.signing import SigningKey
from portal.accounts.models import Account, RosterEntry
from portal.cases import audit
from portal.cases.signed_acts import SUBJECT, TRAIL, TrailEntry, get_signed_act

TODAY = date(2026, 3, 2)  # a Monday without holidays near
ORIGIN = "localhost/log"


def get_signing_key(account_id: str) -> SigningKey:
    """Return the signing key of a member of staff."""
    return SigningKey(sha256(f"signs in tests: {account_id}".encode()).digest())


def sign_act(
    account: Account,
    act: str,
    subject: str,
    fields: Mapping[str, Values] | None = None,
    *,
    sealed: tuple[str, ...] = (),
    today: date = TODAY,
) -> Signed:
    """Sign an act as the scripts of somebody's browser do, who looks at the trail as it is."""
    key = get_signing_key(account.id)
    said = dict(fields or {})
    session = object_session(account)
    if TRAIL not in said and session is not None:
        said[TRAIL] = audit.format_end(session)
    statement = Statement(
        origin=ORIGIN,
        act=act,
        body=account.body_code or "none",
        signer=account.id,
        key=key.public,
        subject=subject,
        fields=said,
        sealed=tuple(sorted(sealed)),
        day=today,
    )
    return acts.sign(statement, key)


@dataclass(frozen=True)
class Hand:
    """Signs each entry of a test's own session as the person who acts would."""

    session: Session

    def require_signed(self, entry: TrailEntry) -> Signed:
        """Sign what an entry follows from."""
        act, fields = get_signed_act(entry)
        subject = fields.pop(SUBJECT, entry.case_id or "subject")
        account = self.session.get_one(Account, entry.actor)
        return sign_act(account, act, subject, fields, today=entry.day)


def enter(session: Session, account: Account, *, since: date = TODAY) -> None:
    """Give somebody a signing key, and put it on the roster of their body as the ceremony does."""
    account.signing = get_signing_key(account.id).public
    session.add(
        RosterEntry(
            body_code=account.body_code,
            account_id=account.id,
            signing=account.signing,
            since=since,
            founder=True,
        )
    )
