"""Signing in and out: password, one-time code, a session the server can end at any moment."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from threading import BoundedSemaphore

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from crypto import secretbox, totp
from crypto.passwords import check_password, hash_password
from portal.accounts import queries
from portal.accounts.models import Account, SignInAttempts, StaffDevice, StaffSession
from portal.cases import audit
from portal.cases.codes import AuditAct
from portal.core.db import lock_row
from portal.core.errors import NotFound

TOKEN_BYTES = 32
# Wrong attempts that cost nothing; after each further one those who tried rest twice as long.
FREE_FAILURES = 5
LONGEST_BLOCK_MINUTES = 15
ATTEMPTS_KEPT_MINUTES = 24 * 60
# How long somebody may take to find their device between password and code.
PARTIAL_SESSION_MINUTES = 10
DEVICE_DAYS = 180  # a device is known so long after the last sign-in
# A password takes 19 MiB and all of a processor for a moment: few at a time leave room for others.
# Strangers have their own place and do not wait long for it, so no flood of them keeps out a known
# device, or holds the threads of a worker.
_KNOWN, _STRANGERS = BoundedSemaphore(2), BoundedSemaphore(2)
_PATIENCE_SECONDS = 0.5


class SignInBusy(Exception):
    """Too many strangers try passwords at this moment; this one was not looked at."""


class SessionStep(StrEnum):
    """How far a session has come."""

    ENROL = "enrol"  # invitation and new password given, the device not yet confirmed
    PASSWORD = "password"  # noqa: S105 - the name of a step
    FULL = "full"


class SignInRefusal(StrEnum):
    """Why a step was not taken."""

    WRONG = "wrong"
    THROTTLED = "resting"  # too many wrong attempts: even the right answer is refused for a while
    BUSY = "busy"  # too many strangers try at this moment


@dataclass(frozen=True)
class SignInResult:
    """What a step gave: the token of the new session, or why there is none."""

    token: str = ""
    refusal: SignInRefusal | None = None


@dataclass(frozen=True)
class Now:
    """When something happens; services never read a clock."""

    today: date
    seconds: int  # Unix time
    idle_minutes: int  # of a signed-in session

    @property
    def minute(self) -> int:
        """Return the Unix time in minutes."""
        return self.seconds // 60


def is_password_ok(stored: str, password: str, *, known: bool) -> bool:
    """Compare a password with a stored one; slow, so do it outside of any transaction.

    Args:
        stored: what is kept of the right one.
        password: as typed.
        known: whether the device is (`is_known`), or the person signed in already.

    Raises:
        Busy: too many strangers try at this moment.
    """
    place = _KNOWN if known else _STRANGERS
    if not place.acquire(timeout=None if known else _PATIENCE_SECONDS):
        raise SignInBusy
    try:
        return check_password(password, stored)
    finally:
        place.release()


def hash_new_password(password: str) -> str:
    """Return what to store instead of a password; slow, so do it outside of any transaction."""
    with _KNOWN:
        return hash_password(password)


def is_known(session: Session, login: str, device: str, *, key: bytes, today: date) -> bool:
    """Tell whether somebody signed in with this login on this device, not too long ago.

    Args:
        session: the database.
        login: as typed.
        device: token of the device's cookie, "" without one.
        key: the key of account secrets.
        today: the day.
    """
    known = session.get(StaffDevice, _compute_device_code(login, device, key=key))
    return known is not None and known.expires_on >= today


def remember_device(
    session: Session, account: Account, device: str, *, key: bytes, today: date
) -> None:
    """Know a device from now on, or for longer.

    Args:
        session: the database.
        account: who signed in on it, with both factors.
        device: token of its cookie; only a keyed hash is stored.
        key: the key of account secrets.
        today: the day.
    """
    code = _compute_device_code(account.login, device, key=key)
    row = StaffDevice(code=code, account_id=account.id, expires_on=today)
    lock_row(session, row).expires_on = today + timedelta(days=DEVICE_DAYS)


def forget_devices(session: Session, account_id: str) -> None:
    """Know no device of an account any more."""
    session.execute(delete(StaffDevice).where(StaffDevice.account_id == account_id))


def enter_password(
    session: Session, login: str, *, password_ok: bool, key: bytes, at: Now, device: str = ""
) -> SignInResult:
    """Take the first step: open a session that can do nothing but ask for the code.

    A login that does not exist is answered, and slowed down, like one that does. Wrong attempts on
    a known device make that device rest; those of strangers make strangers rest.

    Args:
        session: the database.
        login: as typed.
        password_ok: whether the password was right (`is_password_ok`).
        key: the key of account secrets.
        at: now.
        device: token of the device's cookie, "" without one.
    """
    attempts = _get_attempts(session, login, "password", device, key=key, at=at)
    if attempts.blocked_until > at.minute:
        return SignInResult(refusal=SignInRefusal.THROTTLED)
    account = queries.find_account_for_sign_in(session, login)
    if not password_ok or account is None:
        _count_failure(attempts, at)
        return SignInResult(refusal=SignInRefusal.WRONG)
    return SignInResult(open_session(session, account, step=SessionStep.PASSWORD, at=at))


def enter_code(
    session: Session, token: str, typed: str, *, key: bytes, at: Now, device: str = ""
) -> SignInResult:
    """Take the second step: a good code, used for the first time, opens the full session.

    Wrong codes are counted apart from wrong passwords: only who has the password comes here.

    Raises:
        NotFound: the token belongs to no session that waits for a code.
    """
    waiting = find_session(session, token, SessionStep.PASSWORD, at=at)
    account = waiting.account
    attempts = _get_attempts(session, account.login, "code", device, key=key, at=at)
    if refusal := _judge(
        session, attempts, lambda: use_code(session, account, typed, key=key, at=at), at
    ):
        return SignInResult(refusal=refusal)
    before = _get_attempts(session, account.login, "password", device, key=key, at=at)
    if before is not attempts:  # a known device has one counter for both steps
        session.delete(before)
    sign_out(session, token)
    return SignInResult(open_session(session, account, step=SessionStep.FULL, at=at))


def confirm_code(
    session: Session, account: Account, typed: str, *, key: bytes, at: Now
) -> SignInRefusal | None:
    """Take a one-time code from who is signed in, and return why not if it is not accepted.

    A wrong one counts, so commit whatever this returns. Nobody at the door can make it rest.

    Args:
        session: the database.
        account: whose device shows the code.
        typed: as typed.
        key: the key of account secrets.
        at: now.
    """
    attempts = _get_counter(session, account.login, "signed in", key=key)
    return _judge(session, attempts, lambda: use_code(session, account, typed, key=key, at=at), at)


def confirm_password(
    session: Session, account: Account, *, password_ok: bool, key: bytes, at: Now
) -> SignInRefusal | None:
    """Take the present password from who is signed in, and return why not if it is not accepted.

    A wrong one counts, so commit whatever this returns.
    """
    attempts = _get_counter(session, account.login, "signed in", key=key)
    return _judge(session, attempts, lambda: password_ok, at)


def use_code(session: Session, account: Account, typed: str, *, key: bytes, at: Now) -> bool:
    """Tell whether a one-time code is good, and make sure that it is not good again."""
    counter = totp.verify(get_seed(account, key=key), typed, at.seconds, account.totp_counter)
    if counter is None:
        return False
    # The condition decides between two requests that come with the same code at the same moment.
    used = session.execute(
        update(Account)
        .where(Account.id == account.id, Account.totp_counter < counter)
        .values(totp_counter=counter)
        .returning(Account.id)
    )
    return used.scalar() is not None


def get_seed(account: Account, *, key: bytes) -> bytes:
    """Return the seed of an account's one-time codes.

    Raises:
        NotFound: the account has none.
    """
    if account.totp is None:
        raise NotFound("no second factor")
    return secretbox.decrypt(key, account.totp, get_seed_context(account.id))


def get_seed_context(account_id: str) -> bytes:
    """Return what ties a seed to its account: in another row it does not open."""
    return b"totp " + account_id.encode()


def compute_current_code(account: Account, *, key: bytes, at: Now) -> str:
    """Return the code that an account's device shows now; only a demonstration may show it."""
    return totp.compute_code(get_seed(account, key=key), at.seconds // totp.STEP_SECONDS)


def open_session(session: Session, account: Account, *, step: SessionStep, at: Now) -> str:
    """Open a session and return its token, which is stored nowhere; only its hash is."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    minutes = at.idle_minutes if step is SessionStep.FULL else PARTIAL_SESSION_MINUTES
    session.add(
        StaffSession(
            token_hash=_hash(token),
            account_id=account.id,
            step=step,
            tab_key=secrets.token_bytes(secretbox.KEY_BYTES),
            expires=at.minute + minutes,
        )
    )
    return token


def find_session(session: Session, token: str, step: SessionStep, *, at: Now) -> StaffSession:
    """Return the living session of a token.

    Raises:
        NotFound: there is none, it has expired, stands at another step or its account is closed.
    """
    row = session.get(StaffSession, _hash(token))
    if row is None or row.step != step or row.expires <= at.minute or not row.account.active:
        raise NotFound("no such session")
    return row


def extend_session(session: Session, token: str, *, at: Now) -> None:
    """Move the end of a full session that is in use."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == _hash(token), StaffSession.step == SessionStep.FULL)
        .values(expires=at.minute + at.idle_minutes)
    )


def sign_out(session: Session, token: str) -> None:
    """End one session."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))


def sign_out_everywhere(session: Session, account_id: str) -> None:
    """End every session of an account."""
    session.execute(delete(StaffSession).where(StaffSession.account_id == account_id))


def change_password(session: Session, account_id: str, stored: str, *, at: Now) -> str:
    """Set another password, end every session of the account and open a new one; its token."""
    account = queries.get_account(session, account_id)
    account.password = stored
    audit.record(session, AuditAct.PASSWORD, actor=account.id, today=at.today)
    sign_out_everywhere(session, account_id)
    return open_session(session, account, step=SessionStep.FULL, at=at)


def forget_expired(session: Session, *, minute: int, today: date) -> int:
    """Delete sessions that have ended, old devices, attempts of yesterday; how many rows went."""
    old = SignInAttempts.last_minute < minute - ATTEMPTS_KEPT_MINUTES
    return sum(
        session.execute(statement).rowcount  # type: ignore[attr-defined]  # a delete has one
        for statement in (
            delete(StaffSession).where(StaffSession.expires <= minute),
            delete(SignInAttempts).where(old),
            delete(StaffDevice).where(StaffDevice.expires_on < today),
        )
    )


def _judge(
    session: Session, attempts: SignInAttempts, is_right: Callable[[], bool], at: Now
) -> SignInRefusal | None:
    """Return why an attempt fails, and count it; one that succeeds wipes those before it."""
    if attempts.blocked_until > at.minute:
        return SignInRefusal.THROTTLED
    if not is_right():
        _count_failure(attempts, at)
        return SignInRefusal.WRONG
    session.delete(attempts)
    return None


def _get_attempts(
    session: Session, login: str, step: str, device: str, *, key: bytes, at: Now
) -> SignInAttempts:
    """Return the counter of a known device, or that of all strangers at this step; locked."""
    if is_known(session, login, device, key=key, today=at.today):
        return _get_counter(session, login, "device", device, key=key)
    return _get_counter(session, login, step, key=key)


def _get_counter(session: Session, login: str, *who: str, key: bytes) -> SignInAttempts:
    """Return a counter of a login, locked; it exists for logins that do not exist, too."""
    parts = (part.encode() for part in (login.strip().lower(), *who))
    code = secretbox.mac(key, b"sign-in attempts", *parts)
    fresh = SignInAttempts(login_code=code, failures=0, last_minute=0, blocked_until=0)
    return lock_row(session, fresh)


def _compute_device_code(login: str, device: str, *, key: bytes) -> bytes:
    return secretbox.mac(key, b"device", login.strip().lower().encode(), device.encode())


def _count_failure(attempts: SignInAttempts, at: Now) -> None:
    attempts.failures += 1
    attempts.last_minute = at.minute
    if attempts.failures >= FREE_FAILURES:
        doubled = 1 << min(attempts.failures - FREE_FAILURES, 10)
        attempts.blocked_until = at.minute + min(doubled, LONGEST_BLOCK_MINUTES)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
