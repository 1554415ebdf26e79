"""Work of the timer: late clocks are told, what nobody needs any more goes. Safe to run twice."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.accounts.service.sign_in import forget_expired
from portal.cases.audit import SYSTEM, record
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.codes import AuditAct, DeadlineCode, NoticeKind
from portal.cases.models import Case, Clock, Filing, Notice, StoredAttachment
from portal.cases.states import AT_REST
from portal.core.db import Base

# Not in the hands of the body: the reporter's own time, and another authority's.
NOT_OURS = (
    DeadlineCode.REVIEW_WINDOW,
    DeadlineCode.PRETRIAL_INQUIRY,
    DeadlineCode.PRETRIAL_INVESTIGATION,
)
FILING_DAYS = 2
_NAMES = 500
# Visits belong to another feature; here their table is known by name only.
VISITS, TURNS = "visits", "used_turns"


def list_late_clocks(session: Session, *, today: date, limit: int) -> list[tuple[Clock, Case]]:
    """Return some clocks that are late and of which not everybody who must know has been told."""
    rows = session.execute(
        select(Clock, Case)
        .join(Case, Case.id == Clock.case_id)
        .where(
            Clock.met_on.is_(None),
            Clock.due_on < today,
            Clock.deadline.not_in(NOT_OURS),
            Case.status.not_in(AT_REST),
            or_(~_is_told(Case.body_code), ~_is_told(PORTAL_BOARD)),
        )
        .order_by(Clock.due_on, Clock.id)
        .limit(limit)
    )
    return [(clock, case) for clock, case in rows]


def tell_of_late(session: Session, late: Iterable[tuple[Clock, Case]], *, today: date) -> int:
    """Send coded notices about late clocks to the body responsible and to the oversight board.

    Returns:
        How many notices were new.
    """
    sent = 0
    for clock, case in late:
        for code in dict.fromkeys((case.body_code, PORTAL_BOARD)):
            place = {
                "case_id": case.id,
                "body_code": code,
                "kind": NoticeKind.OVERDUE,
                "subject": clock.deadline,
            }
            if session.query(Notice).filter_by(**place).first() is None:
                session.add(Notice(**place, sent_on=today))
                session.flush()  # the same deadline may be late twice in one case
                sent += 1
        record(
            session,
            AuditAct.OVERDUE,
            actor=SYSTEM,
            case_id=case.id,
            detail=clock.deadline,
            today=today,
        )
    return sent


def _is_told(body_code: InstrumentedAttribute[str] | str) -> ColumnElement[bool]:
    return exists().where(
        and_(
            Notice.case_id == Clock.case_id,
            Notice.body_code == body_code,
            Notice.kind == NoticeKind.OVERDUE,
            Notice.subject == Clock.deadline,
        )
    )


def drop_expired(session: Session, *, minute: int, today: date) -> int:
    """Delete sessions that have ended and forms that were filed days ago.

    Returns:
        How many rows went.
    """
    visits, turns = (Base.metadata.tables[name] for name in (VISITS, TURNS))
    gone = forget_expired(session, minute=minute, today=today)
    for statement in (
        delete(visits).where(visits.c.expires < minute),
        delete(turns).where(turns.c.expires < minute),
        delete(Filing).where(Filing.filed_on < today - timedelta(days=FILING_DAYS)),
    ):
        gone += session.execute(statement).rowcount  # type: ignore[attr-defined]  # a delete has one
    return gone


def count_cases_with_content(session: Session) -> int:
    """Return of how many cases the sealed content is still there."""
    return session.scalar(select(func.count()).where(Case.second_half.is_not(None))) or 0


def count_attachments(session: Session) -> int:
    """Return how many sealed files the database knows of."""
    return session.scalar(select(func.count()).select_from(StoredAttachment)) or 0


def list_stray_files(session: Session, files: Iterable[Path], *, before: int) -> Iterator[Path]:
    """Yield sealed files that no case knows and that came before a moment.

    Args:
        session: the database.
        files: what lies in the store.
        before: Unix time in seconds. The store hides when a file was written; when its name was
            given is kept by the file system alone, and never told.
    """
    old = (path for path in files if path.stat().st_ctime < before)
    while some := list(islice(old, _NAMES)):
        known = set(
            session.scalars(
                select(StoredAttachment.id).where(
                    StoredAttachment.id.in_([path.name for path in some])
                )
            )
        )
        yield from (path for path in some if path.name not in known)
