"""The trail of a case and of a person: who did what on which day, as far as somebody may know.

Who leads a body reads it: its head, and for all bodies the members of the board. The rules of who
may know of a case stand in `is_open_to`; a case of another body is known to the board once it was
told of it, and to who may be the second person for something in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, or_, select
from sqlalchemy.orm import Session

from portal.accounts.models import Account, Link, Recusal, Role
from portal.cases.audit import REPORTER, SYSTEM
from portal.cases.bodies import PORTAL_BOARD, PROS_SPEC
from portal.cases.codes import AuditAct
from portal.cases.models import PEOPLE, TOLD, AuditEntry, Case, Notice
from portal.core.errors import NotFound
from portal.review.models import Proposal
from portal.review.queries.queue import PAGE, is_open_to

# Acts whose detail names, first of all, an account or a body.
ABOUT_SOMEBODY = frozenset(
    {
        AuditAct.COPY_GIVEN,
        AuditAct.HANDED_OVER,
        AuditAct.TRANSFERRED,
        AuditAct.TRANSFER_REFUSED,
        AuditAct.TRAIL_READ,
    }
)


@dataclass(frozen=True)
class TrailLine:
    """One entry of the trail, without anything that was written."""

    number: int
    done_on: date
    actor: str  # id of an account, "reporter" or "system"
    signed: bool
    act: str  # "" if it was done in a case that the reader may not know
    case_id: str | None
    detail: str


def find_case_of_trail(session: Session, who: Account, case_id: str) -> Case:
    """Return a case whose trail a person may read.

    Raises:
        NotFound: there is none for this person.
    """
    case = session.scalar(select(Case).where(Case.id == case_id, is_known_to(who)))
    if case is None:
        raise NotFound("no such case for this person")
    return case


def find_person(session: Session, who: Account, account_id: str) -> Account:
    """Return an account whose trail a person may read: of their body; for the board any.

    Raises:
        NotFound: there is none for this person.
    """
    account = session.get(Account, account_id)
    if account is None or not may_read_of(who, account):
        raise NotFound("no such account for this person")
    return account


def may_read_of(who: Account, person: Account) -> bool:
    """Tell whether a person may read the trail of another one."""
    if who.role is Role.OVERSIGHT:
        return True
    return who.role is Role.HEAD and person.body_code == who.body_code


def is_known_to(who: Account) -> ColumnElement[bool]:
    """Return the condition under which a person who leads may know the trail of a case."""
    asked = exists().where(
        Proposal.case_id == Case.id,
        Proposal.asked_by == Account.id,
        Account.body_code == Case.body_code,
    )
    own = Case.body_code == PORTAL_BOARD
    others: ColumnElement[bool] = false()
    if who.role is Role.OVERSIGHT:
        noticed = exists().where(Notice.case_id == Case.id, Notice.body_code == PORTAL_BOARD)
        others = and_(~own, or_(noticed, asked))
    elif who.role is Role.HEAD and who.body_code == PROS_SPEC:
        others = and_(own, asked)
    return or_(is_open_to(who), and_(others, ~_is_closed_to(who)))


def list_trail_of_case(
    session: Session, who: Account, case_id: str, before: int | None = None
) -> list[TrailLine]:
    """Return the newest entries of a case, and one more than a page holds if there are more.

    Notes are told to the body that wrote them, and to the board.

    Args:
        session: the database.
        who: who asks; `find_case_of_trail` has let them.
        case_id: the case.
        before: only entries older than the one of this number.
    """
    rows = _select_lines(is_known_to(who)).where(AuditEntry.case_id == case_id)
    if who.role is not Role.OVERSIGHT:
        own = select(Account.id).where(Account.body_code == who.body_code)
        rows = rows.where(or_(AuditEntry.act != AuditAct.NOTE, AuditEntry.actor.in_(own)))
    return _read_page(session, rows, before)


def list_trail_of_person(
    session: Session, who: Account, person: Account, before: int | None = None
) -> list[TrailLine]:
    """Return the newest entries of what somebody did, and of what was done to their account.

    What was done in a case that is closed to the reader, by a link or because they stay away, is
    left out: a line would tell that there is such a case. Of a case of another body the line is
    there, and says neither which case nor what was done.

    Args:
        session: the database.
        who: who asks; `find_person` has let them.
        person: whose trail.
        before: only entries older than the one of this number.
    """
    rows = _select_lines(is_known_to(who)).where(or_(Case.id.is_(None), ~_is_closed_to(who)))
    did = rows.where(PEOPLE, AuditEntry.actor == person.id)
    met = rows.where(TOLD, AuditEntry.detail.startswith(person.id, autoescape=True))
    lines = {line.number: line for some in (did, met) for line in _read_page(session, some, before)}
    newest = sorted(lines.values(), key=lambda line: -line.number)
    return newest[: PAGE + 1]


def list_people(session: Session, lines: Sequence[TrailLine]) -> dict[str, Account]:
    """Return the accounts that some lines name, by their id."""
    ids = {line.actor for line in lines} | {get_subject(line) for line in lines}
    accounts = session.scalars(select(Account).where(Account.id.in_(ids - {REPORTER, SYSTEM, ""})))
    return {account.id: account for account in accounts}


def get_subject(line: TrailLine) -> str:
    """Return the account or body that an act was about, "" if it was about none."""
    about = line.case_id is None or line.act in ABOUT_SOMEBODY
    return line.detail.partition(" ")[0] if about else ""


def was_noted(
    session: Session,
    who: Account,
    today: date,
    *,
    case_id: str | None,
    detail: str = "",
) -> bool:
    """Tell whether it is on record that a person read a trail on this day."""
    entries = select(AuditEntry.number).where(
        PEOPLE,
        AuditEntry.actor == who.id,
        AuditEntry.act == AuditAct.TRAIL_READ,
        AuditEntry.case_id == case_id,
        AuditEntry.detail == detail,
        AuditEntry.done_on == today,
    )
    return session.scalar(entries.limit(1)) is not None


def _select_lines(known: ColumnElement[bool]) -> Select[Any]:
    """Return entries without what was signed; of cases that are not known only who and when."""
    told = or_(AuditEntry.case_id.is_(None), known)
    return select(
        AuditEntry.number,
        AuditEntry.done_on,
        AuditEntry.actor,
        AuditEntry.statement.is_not(None),
        case((told, AuditEntry.act), else_=""),
        case((told, AuditEntry.case_id), else_=None),
        case((told, AuditEntry.detail), else_=""),
    ).outerjoin(Case, Case.id == AuditEntry.case_id)


def _read_page(session: Session, rows: Select[Any], before: int | None) -> list[TrailLine]:
    if before is not None:
        rows = rows.where(AuditEntry.number < before)
    page = session.execute(rows.order_by(AuditEntry.number.desc()).limit(PAGE + 1))
    return [TrailLine(*row) for row in page]


def _is_closed_to(who: Account) -> ColumnElement[bool]:
    """Return the condition under which a case is closed to a person, whosever it is."""
    linked = select(Link.unit_code).where(Link.account_id == who.id)
    recused = select(Recusal.case_id).where(Recusal.account_id == who.id)
    unit = and_(Case.unit_code.is_not(None), Case.unit_code.in_(linked))
    return or_(unit, Case.id.in_(recused))
