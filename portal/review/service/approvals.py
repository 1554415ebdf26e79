"""What was destroyed early was asked for by one person and confirmed by another."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.accounts.models import Account
from portal.cases.audit import SYSTEM
from portal.cases.codes import AuditAct
from portal.cases.models import AuditEntry, Case
from portal.cases.states import CLOSED
from portal.review.models import Proposal, ProposalKind
from portal.transparency.verifying.contents import Contents


def check(session: Session, _contents: Contents, _today: date) -> Iterator[str]:
    """Yield every erasure that nobody asked for, or that one person alone did.

    The timer erases cases that are closed; for anybody else two people of different bodies stand.
    """
    asked, answered = aliased(Account), aliased(Account)
    granted = (
        select(Proposal.id)
        .join(asked, asked.id == Proposal.asked_by)
        .join(answered, answered.id == Proposal.answered_by)
        .where(
            Proposal.case_id == AuditEntry.case_id,
            Proposal.kind == ProposalKind.ERASURE,
            Proposal.granted.is_(True),
            Proposal.answered_by == AuditEntry.actor,
            Proposal.answered_on == AuditEntry.done_on,
            asked.body_code != answered.body_code,
        )
    )
    erased = select(AuditEntry.case_id, AuditEntry.done_on, AuditEntry.actor).where(
        AuditEntry.act == AuditAct.ERASED
    )
    alone = erased.where(AuditEntry.actor != SYSTEM, ~granted.exists())
    for case_id, day, actor in session.execute(alone):
        yield f"case {case_id}: erased on {day} by {actor}, and no second person confirmed it"
    is_open = select(Case.id).where(Case.id == AuditEntry.case_id, Case.status.not_in(CLOSED))
    too_early = erased.where(AuditEntry.actor == SYSTEM, is_open.exists())
    for case_id, day, _ in session.execute(too_early):
        yield f"case {case_id}: erased by the timer on {day}, and it is not closed"
