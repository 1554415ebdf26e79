"""Acts that need two people of different bodies: one asks, another confirms or refuses."""

import secrets
from datetime import date

from sqlalchemy.orm import Session

from crypto.acts import Signed
from portal.accounts.models import Account
from portal.accounts.queries import is_seasoned, list_links, list_recusals
from portal.cases.audit import find_signed, record
from portal.cases.codes import AuditAct
from portal.cases.models import Case
from portal.cases.service import change_status
from portal.cases.states import CONCLUDED, MOVES, Status
from portal.core.errors import Conflict, NotFound, Unsigned
from portal.review import queries
from portal.review.models import Proposal, ProposalKind
from portal.review.policy import check_may_answer
from portal.review.service.decisions import NEEDS_SECOND, end_inquiry
from portal.review.service.erasing import erase
from portal.review.service.taking import lock_held_case

ID_BYTES = 16
PEOPLE = 2


def propose(
    session: Session, case_id: str, kind: ProposalKind, *, who: Account, version: int, today: date
) -> Proposal:
    """Ask a second person to confirm that a case has no substance, or is erased early.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they do not hold it.
        Conflict: it was asked already, the state forbids it, or the case has changed since.
    """
    case = lock_held_case(session, case_id, who=who, version=version)
    _check_state(case, kind)
    if queries.is_proposed(session, case, kind):
        raise Conflict("asked already")
    proposal = Proposal(
        id=secrets.token_hex(ID_BYTES),
        case_id=case.id,
        kind=kind,
        asked_by=who.id,
        asked_on=today,
    )
    session.add(proposal)
    record(session, AuditAct.PROPOSED, actor=who.id, case_id=case.id, detail=kind, today=today)
    return proposal


def list_answerable(session: Session, who: Account) -> list[Proposal]:
    """Return the proposals that a person may answer as the second one, the oldest first."""
    return [
        proposal
        for proposal in queries.list_open_proposals(session)
        if _is_second(session, proposal, who)
    ]


def answer(
    session: Session,
    proposal_id: str,
    kind: ProposalKind,
    *,
    grant: bool,
    who: Account,
    today: date,
) -> tuple[str, ...]:
    """Confirm or refuse what a person of another body asked for.

    Two keys of two people count, both on the rosters of their bodies for some days.

    Returns:
        Names of sealed files to remove from the store once this is committed.

    Raises:
        NotFound: there is no such proposal for this person.
        Unsigned: one of the two is not on the roster of their body, or not long enough, or they
            are not two.
        Conflict: it was answered already, or the state of the case forbids it by now.
    """
    proposal = session.get(Proposal, proposal_id, with_for_update=True)
    if proposal is None or proposal.kind is not kind:
        raise NotFound("no such proposal")
    case = session.get_one(Case, proposal.case_id, with_for_update=True)
    _check_second(session, proposal, who)
    if proposal.granted is not None:
        raise Conflict("answered already")
    proposal.granted, proposal.answered_by, proposal.answered_on = grant, who.id, today
    act = AuditAct.GRANTED if grant else AuditAct.REFUSED
    record(session, act, actor=who.id, case_id=case.id, detail=proposal.kind, today=today)
    if not grant:
        return ()
    asked = _check_two(session, proposal, who, today=today)
    _check_state(case, proposal.kind)
    if proposal.kind is ProposalKind.ERASURE:
        return erase(session, case, actor=who.id, today=today)
    _discredit(case, today=today)
    # Who asked has decided, and signed for it; who confirms has signed for that.
    change_status(session, case, Status.DECIDED, actor=proposal.asked_by, signed=asked, today=today)
    end_inquiry(case, today=today)
    return ()


def _check_two(session: Session, proposal: Proposal, who: Account, *, today: date) -> Signed:
    """Check that two people ask and confirm, and return what the first one signed."""
    first = session.get_one(Account, proposal.asked_by)
    second = session.get_one(Account, who.id)
    people, bodies = {first.id, second.id}, {first.body_code, second.body_code}
    keys = {first.signing, second.signing} - {None}
    if not len(people) == len(bodies) == len(keys) == PEOPLE:
        raise Unsigned("two")
    if not is_seasoned(session, second, today):
        raise Unsigned("season")
    asked = find_signed(session, AuditAct.PROPOSED, actor=first.id, case_id=proposal.case_id)
    if asked is None or not is_seasoned(session, first, today):
        raise Unsigned("asked")
    return asked


def _discredit(case: Case, *, today: date) -> None:
    for allegation in case.allegations:
        if allegation.outcome is None:
            allegation.outcome, allegation.decided_on = NEEDS_SECOND, today


def _check_state(case: Case, kind: ProposalKind) -> None:
    erasable = case.status in CONCLUDED and case.second_half is not None
    possible = erasable if kind is ProposalKind.ERASURE else Status.DECIDED in MOVES[case.status]
    if not possible:
        raise Conflict(f"not while a case is {case.status}")


def _is_second(session: Session, proposal: Proposal, who: Account) -> bool:
    try:
        _check_second(session, proposal, who)
    except NotFound:
        return False
    return True


def _check_second(session: Session, proposal: Proposal, who: Account) -> None:
    case = proposal.case
    check_may_answer(who, case)
    if session.get_one(Account, proposal.asked_by).body_code != case.body_code:
        raise NotFound("the body that asked has given the case away")
    linked = case.unit_code is not None and case.unit_code in list_links(session, who.id)
    if linked or case.id in list_recusals(session, who.id):
        raise NotFound("closed to this person")
