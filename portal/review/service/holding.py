"""Who holds a case: take it, give it back, give it to a colleague, stay away from it."""

from datetime import date

from sqlalchemy.orm import Session

from portal.accounts.models import Account, Recusal
from portal.cases.audit import SYSTEM, record
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.codes import AuditAct, NoticeKind
from portal.cases.models import Case, Notice
from portal.cases.service import change_status
from portal.cases.states import MOVES, Status
from portal.core.errors import Conflict, NotAllowed, NotFound
from portal.review import queries
from portal.review.policy import check_may_assign, check_may_take


def claim(session: Session, case_id: str, *, who: Account, today: date) -> Case:
    """Take a case that nobody holds.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they cannot open it, or would review their own decision.
        Conflict: somebody was faster.
    """
    case = queries.find_case(session, who, case_id, to_change=True)
    _check_can_hold(session, case, who)
    if case.holder_id is not None:
        raise Conflict("somebody holds this case already")
    if case.status is Status.CONFLICT_HOLD:
        # Somebody without a conflict of interest is here: the case goes on where it stopped.
        change_status(session, case, case.history[-2].status, actor=who.id, today=today)
    case.holder_id = who.id
    record(session, AuditAct.CLAIMED, actor=who.id, case_id=case.id, today=today)
    return case


def release(session: Session, case_id: str, *, who: Account, today: date) -> Case:
    """Give a case back to the queue.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they neither hold it nor lead the body.
        Conflict: nobody holds it.
    """
    case = queries.find_case(session, who, case_id, to_change=True)
    check_may_assign(who, case)
    if case.holder_id is None:
        raise Conflict("nobody holds this case")
    case.holder_id = None
    record(session, AuditAct.RELEASED, actor=who.id, case_id=case.id, today=today)
    return case


def hand_over(session: Session, case_id: str, to: str, *, who: Account, today: date) -> Case:
    """Give a case to a colleague of the same body.

    Raises:
        NotFound: there is no such case for this person, or no such colleague who could hold it.
        NotAllowed: they neither hold it nor lead the body, or the colleague decided it.
        Conflict: the colleague holds it already.
    """
    case = queries.find_case(session, who, case_id, to_change=True)
    check_may_assign(who, case)
    colleague = session.get(Account, to)
    if colleague is None:
        raise NotFound("no such colleague")
    _check_can_hold(session, case, colleague)
    if case.holder_id == colleague.id:
        raise Conflict("the colleague holds this case already")
    case.holder_id = colleague.id
    record(session, AuditAct.HANDED_OVER, actor=who.id, case_id=case.id, detail=to, today=today)
    return case


def recuse(session: Session, case_id: str, *, who: Account, today: date) -> Case:
    """Stay away from a case from now on; if nobody else is left, the board learns it today.

    Raises:
        NotFound: there is no such case for this person.
    """
    case = queries.find_case(session, who, case_id, to_change=True)
    session.add(Recusal(case_id=case.id, account_id=who.id, recused_on=today))
    if case.holder_id == who.id:
        case.holder_id = None
    record(session, AuditAct.RECUSED, actor=who.id, case_id=case.id, today=today)
    session.flush()  # those who are left are counted with this recusal
    hold_if_nobody_left(session, case, today=today)
    return case


def hold_if_nobody_left(session: Session, case: Case, *, today: date) -> bool:
    """Tell the oversight board if no member of a body may open its case, and hold the case.

    Returns:
        Whether nobody is left.
    """
    if queries.list_colleagues(session, case):
        return False
    case.holder_id = None
    if Status.CONFLICT_HOLD in MOVES[case.status]:
        change_status(session, case, Status.CONFLICT_HOLD, actor=SYSTEM, today=today)
    place = {
        "case_id": case.id,
        "body_code": PORTAL_BOARD,
        "kind": NoticeKind.CONFLICT,
        "subject": "",
    }
    told = session.query(Notice).filter_by(**place).first()
    if told is None:
        session.add(Notice(**place, sent_on=today))
    else:
        told.sent_on = today  # it was held before, and went on in between
    return True


def hold_abandoned(session: Session, *, today: date, limit: int) -> int:
    """Hold some open cases that links, closed accounts or new keys have left without a reader.

    Returns:
        How many.
    """
    abandoned = queries.list_abandoned(session, limit=limit)
    return sum(hold_if_nobody_left(session, case, today=today) for case in abandoned)


def _check_can_hold(session: Session, case: Case, who: Account) -> None:
    check_may_take(who, case, decider=queries.find_decider(session, case.id))
    if who.id not in {colleague.id for colleague in queries.list_colleagues(session, case)}:
        if who.id == case.holder_id:
            return
        raise NotAllowed("holds no copy of the body's key, or must stay away")
