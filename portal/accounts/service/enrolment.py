"""How an account comes to its owner: a one-time code, a password, a device for codes."""

import base64
import hashlib
import hmac
import secrets
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import secretbox, totp
from portal.accounts.models import Account
from portal.accounts.service import sign_in
from portal.accounts.service.sign_in import Now, SessionStep, SignInRefusal, SignInResult
from portal.cases import audit
from portal.cases.codes import AuditAct
from portal.core.errors import NotFound

INVITATION_BYTES = 15
INVITATION_GROUP = 4
INVITATION_DAYS = 7
NO_CODE_YET = -1


def invite(session: Session, account: Account, *, today: date) -> str:
    """Give an account a one-time code and return it; what opened the account before does not.

    The owner chooses a password and sets up a device with it. Keys are not touched: whoever has
    the code can sign in, but can open nothing, and sees nothing of the body until they have signed
    with the key that its roster has.
    """
    code = base64.b32encode(secrets.token_bytes(INVITATION_BYTES)).decode().lower()
    account.invitation = _hash(code)
    account.invited_on = today
    account.password = None
    account.totp = None
    account.totp_counter = NO_CODE_YET
    account.proven = False
    sign_in.sign_out_everywhere(session, account.id)
    sign_in.forget_devices(session, account.id)
    return "-".join(
        code[start : start + INVITATION_GROUP] for start in range(0, len(code), INVITATION_GROUP)
    )


def is_invited(session: Session, login: str, code: str, *, today: date) -> bool:
    """Tell whether a one-time code is good for a login."""
    account = session.scalar(select(Account).where(Account.login == login.strip().lower()))
    if account is None or account.invitation is None or account.invited_on is None:
        return False
    fresh = today <= account.invited_on + timedelta(days=INVITATION_DAYS)
    same = hmac.compare_digest(account.invitation, _hash(code))
    return account.active and fresh and same


def accept(
    session: Session, login: str, code: str, stored: str, *, key: bytes, at: Now
) -> SignInResult:
    """Set the first password, make a seed for one-time codes, and open a session to confirm it.

    The invitation stays good until a code is confirmed, so that nobody is locked out half-way.

    Args:
        session: the database.
        login: as typed.
        code: the one-time code, as typed.
        stored: the new password as `sign_in.hash_new_password` gives it.
        key: the key of account secrets.
        at: now.
    """
    if not is_invited(session, login, code, today=at.today):
        return SignInResult(refusal=SignInRefusal.WRONG)
    account = session.scalars(select(Account).where(Account.login == login.strip().lower())).one()
    account.password = stored
    account.totp = secretbox.encrypt(
        key, totp.generate_secret(), sign_in.get_seed_context(account.id)
    )
    account.totp_counter = NO_CODE_YET
    sign_in.sign_out_everywhere(session, account.id)
    return SignInResult(sign_in.open_session(session, account, step=SessionStep.ENROL, at=at))


def confirm(session: Session, token: str, typed: str, *, key: bytes, at: Now) -> SignInResult:
    """Take the first one-time code: the device works, the invitation ends, the session is full.

    Raises:
        NotFound: the token belongs to no session that waits for this.
    """
    waiting = sign_in.find_session(session, token, SessionStep.ENROL, at=at)
    account = waiting.account
    if account.invitation is None:
        raise NotFound("no longer invited")
    if not sign_in.use_code(session, account, typed, key=key, at=at):
        return SignInResult(refusal=SignInRefusal.WRONG)
    account.invitation = None
    account.invited_on = None
    sign_in.sign_out(session, token)
    audit.record(session, AuditAct.ACCOUNT_OPENED, actor=account.id, today=at.today)
    return SignInResult(sign_in.open_session(session, account, step=SessionStep.FULL, at=at))


def _hash(code: str) -> bytes:
    plain = "".join(code.split()).replace("-", "").lower()
    return hashlib.sha256(plain.encode()).digest()
