"""Who may hold a case, how they are called, and what their body was told."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import Account, KeyCopy, Link, Recusal, Role
from portal.cases.codes import NoticeKind
from portal.cases.models import Case, Notice, UnitKey
from portal.cases.states import Status
from portal.review.models import Proposal, ProposalKind
from portal.review.queries.queue import PAGE


def list_colleagues(session: Session, case: Case) -> Sequence[Account]:
    """Return the members who may hold a case: active, with a key copy, unlinked, not recused."""
    able = select(Account).join(Case, Case.id == case.id).where(_may_hold())
    return session.scalars(able.order_by(Account.login)).all()


def list_abandoned(session: Session, *, limit: int) -> Sequence[Case]:
    """Return some open cases that nobody may hold and that are not on hold for it yet."""
    able = exists(select(Account.id).where(_may_hold()).correlate(Case))
    waiting = select(Case).where(Case.open.is_(True), Case.status != Status.CONFLICT_HOLD, ~able)
    return session.scalars(waiting.order_by(Case.id).limit(limit)).all()


def _may_hold() -> ColumnElement[bool]:
    """Return the condition under which an account may hold a case."""
    holds_key = exists().where(
        KeyCopy.account_id == Account.id,
        KeyCopy.unit_key_id == UnitKey.id,
        UnitKey.body_code == Case.body_code,
        UnitKey.retired_on.is_(None),
    )
    recused = exists().where(Recusal.account_id == Account.id, Recusal.case_id == Case.id)
    linked = exists().where(Link.account_id == Account.id, Link.unit_code == Case.unit_code)
    return and_(
        Account.body_code == Case.body_code,
        Account.active.is_(True),
        Account.role != Role.ADMINISTRATOR,
        holds_key,
        ~recused,
        ~linked,
    )


def list_logins(session: Session, body_code: str) -> dict[str, str]:
    """Return the names of the members of one body by the id of their account."""
    members = session.scalars(select(Account).where(Account.body_code == body_code))
    return {member.id: member.login for member in members}


def list_notices(
    session: Session, who: Account, before: int | None = None
) -> Sequence[Row[Notice, Case]]:
    """Return the latest notices to a person's body, without those of cases closed to them.

    Args:
        session: the database.
        who: who asks.
        before: only those that are older than the notice of this number.

    Returns:
        At most one more than a page holds: if it is there, a next page is.
    """
    linked = select(Link.unit_code).where(Link.account_id == who.id)
    recused = select(Recusal.case_id).where(Recusal.account_id == who.id)
    rows = (
        select(Notice, Case)
        .join(Case, Case.id == Notice.case_id)
        .where(
            Notice.body_code == who.body_code,
            or_(Case.unit_code.is_(None), Case.unit_code.not_in(linked)),
            Case.id.not_in(recused),
        )
        .order_by(Notice.id.desc())
        .limit(PAGE + 1)
    )
    if who.role is Role.INVESTIGATOR:
        # What is late, and who is left, is for those who lead.
        rows = rows.where(Notice.kind == NoticeKind.COPY)
    if before is not None:
        rows = rows.where(Notice.id < before)
    return session.execute(rows).all()


def is_proposed(session: Session, case: Case, kind: ProposalKind) -> bool:
    """Tell whether the body that has a case waits for a second person's answer already."""
    waiting = (
        select(Proposal.id)
        .join(Account, Account.id == Proposal.asked_by)
        .where(Proposal.case_id == case.id, Proposal.kind == kind, Proposal.granted.is_(None))
        .where(Account.body_code == case.body_code)
    )
    return session.scalar(waiting.limit(1)) is not None


def list_open_proposals(session: Session) -> Sequence[Proposal]:
    """Return the proposals that nobody has answered, the oldest first."""
    return session.scalars(
        select(Proposal)
        .where(Proposal.granted.is_(None))
        .options(joinedload(Proposal.case))
        .order_by(Proposal.asked_on, Proposal.id)
    ).all()
