"""One gate for every act with legal effect: a statement, signed by a key on the roster."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto import acts
from crypto.acts import Signed, Statement, Values
from crypto.errors import FormatError, OpenError
from portal.accounts import queries
from portal.accounts.models import Account, SpentStatement
from portal.cases import audit
from portal.cases.codes import SignedAct
from portal.cases.signed_acts import TRAIL, CheckedAct, set_signer
from portal.core.errors import Unsigned

DAYS_APART = 1  # a browser's day and ours, around midnight and across time zones
_KEPT_DAYS = 7  # longer than a statement is accepted


def check(  # noqa: PLR0913 - each name is one thing that a statement binds
    session: Session,
    account: Account,
    signed: Signed,
    *,
    act: SignedAct,
    subject: str,
    today: date,
    fields: Mapping[str, Values] | None = None,
) -> Statement:
    """Make sure that somebody on the roster signed exactly this, and never before.

    Args:
        session: of the transaction that does the act itself.
        account: who acts.
        signed: what came with the request.
        act: code of what is done.
        subject: what it is done to.
        today: the day.
        fields: what is done in codes; the statement must hold all of it.

    A statement names the last entry of the trail which the page of its signer was made with: so
    whoever alters or removes an entry later must forge every signature after it.

    Returns:
        What was said.

    Raises:
        Unsigned: with the reason as its code; "trail" if the trail is another one.
    """
    said = _read(signed)
    told = (said.act, said.body, said.subject, said.signer)
    if told != (act, account.body_code, subject, account.id):
        raise Unsigned("other")
    if not (fields or {}).items() <= said.fields.items():
        raise Unsigned("other")
    if said.key != session.get_one(Account, account.id).signing:
        raise Unsigned("key")
    if not queries.is_on_roster(session, account.id, said.body, said.key):
        raise Unsigned("roster")
    if abs(said.day - today) > timedelta(days=DAYS_APART):
        raise Unsigned("day")
    if not audit.has_entry(session, said.fields.get(TRAIL)):
        raise Unsigned("trail")
    _spend(session, said.id, today)
    return said


def begin(  # noqa: PLR0913 - each name is one thing that a statement binds
    session: Session,
    account: Account,
    signed: Signed,
    *,
    act: SignedAct,
    subject: str,
    today: date,
    fields: Mapping[str, Values] | None = None,
) -> Statement:
    """Check an act, and let the entries of this transaction stand under its statement.

    Args:
        session: of the transaction that does the act itself.
        account: who acts.
        signed: what came with the request.
        act: code of what is done.
        subject: what it is done to.
        today: the day.
        fields: what is done in codes; the statement must hold all of it.

    Returns:
        What was said.

    Raises:
        Unsigned: with the reason as its code.
    """
    said = check(session, account, signed, act=act, subject=subject, fields=fields, today=today)
    set_signer(session, CheckedAct(signed, said))
    return said


def _read(signed: Signed) -> Statement:
    if not signed.statement:
        raise Unsigned("missing")
    try:
        return acts.check(signed)
    except FormatError as error:
        raise Unsigned("form") from error
    except OpenError as error:
        raise Unsigned("altered") from error


def _spend(session: Session, number: str, today: date) -> None:
    """Keep the number of a statement for longer than it could be sent again."""
    old = today - timedelta(days=_KEPT_DAYS)
    session.execute(delete(SpentStatement).where(SpentStatement.spent_on < old))
    if session.get(SpentStatement, number) is not None:
        raise Unsigned("used")
    session.flush()
    try:
        with session.begin_nested():
            session.add(SpentStatement(id=number, spent_on=today))
    except IntegrityError as error:
        raise Unsigned("used") from error
