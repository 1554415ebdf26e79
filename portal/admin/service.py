"""What an administrator does: open, close and re-invite accounts, load the bodies."""

import re
import secrets
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import queries
from portal.accounts.models import Account, Role
from portal.accounts.policy import check_role_fits
from portal.accounts.service import admitting, enrolment, roster, sign_in
from portal.cases import audit
from portal.cases.bodies import get_body_kind, get_body_region, list_bodies
from portal.cases.codes import AuditAct
from portal.cases.models import RECOVERY, PublicBody
from portal.core.errors import Conflict, Invalid

LOGIN = re.compile(r"[a-z0-9][a-z0-9.-]{1,62}[a-z0-9]")


def create_account(
    session: Session, login: str, role: Role, body_code: str | None, *, actor: str, today: date
) -> str:
    """Open an account, and return the one-time code that its owner needs, this once.

    Raises:
        Invalid: the login is malformed or taken, there is no such body, or no such role in it.
    """
    name = login.strip().lower()
    if not LOGIN.fullmatch(name):
        raise Invalid("not a login", field="login", code="login")
    if session.scalar(select(Account.id).where(Account.login == name)) is not None:
        raise Invalid("the login is taken", field="login", code="taken")
    check_role_fits(role, body_code)
    if body_code is not None and (body_code == RECOVERY or not session.get(PublicBody, body_code)):
        raise Invalid("no such body", field="body_code", code="body")
    account = Account(
        id=secrets.token_hex(16),
        login=name,
        role=role,
        body_code=body_code,
        active=True,
        made_on=today,
    )
    code = enrolment.invite(session, account, today=today)
    session.add(account)
    audit.record(session, AuditAct.ACCOUNT_MADE, actor=actor, detail=account.id, today=today)
    return code


def invite_again(session: Session, account_id: str, *, actor: str, today: date) -> str:
    """Give an account another one-time code; its password and device end with this.

    A closed account is open again. Keys stay as they are, and locked by the old passphrase.
    """
    account = queries.get_account(session, account_id)
    account.active = True
    code = enrolment.invite(session, account, today=today)
    audit.record(session, AuditAct.ACCOUNT_INVITED, actor=actor, detail=account.id, today=today)
    return code


def close_account(session: Session, account_id: str, *, actor: str, today: date) -> None:
    """Close an account: its sessions end now, and the cases it held are free for others.

    The row stays, because the audit trail refers to it.

    Raises:
        Conflict: the account is closed already, or is the actor's own.
        Invalid: nobody would be left to act for the body, or to open its reports.
    """
    account = queries.get_account(session, account_id)
    if not account.active or account.id == actor:
        raise Conflict("closed already, or one's own account")
    if account.body_code is not None:
        admitting.check_can_go(session, account)
        roster.leave(session, account, today=today)
    account.active = False
    account.invitation = None
    account.invited_on = None
    sign_in.sign_out_everywhere(session, account.id)
    sign_in.forget_devices(session, account.id)
    admitting.release_cases(session, account)
    audit.record(session, AuditAct.ACCOUNT_CLOSED, actor=actor, detail=account.id, today=today)


def load_bodies(session: Session) -> list[str]:
    """Add the bodies of the taxonomy that are not there yet, and return their codes."""
    known = set(session.scalars(select(PublicBody.code)))
    missing = [code for code in (*list_bodies(), RECOVERY) if code not in known]
    session.add_all(
        PublicBody(code=code, kind=get_body_kind(code), region=get_body_region(code))
        for code in missing
    )
    return missing
