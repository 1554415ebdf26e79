"""The queue of a body: one query a page, whatever the number of cases."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from crypto import body as bodies
from portal.accounts.models import Account, Link, Recusal
from portal.cases.models import Case, Clock, Envelope
from portal.cases.states import Status
from portal.review.inputs import Cursor, Filters, QueueScope

PAGE = 50
ID_DIGITS = 32


@dataclass(frozen=True)
class QueueRow:
    """One row of the queue: coded fields only."""

    id: str
    category: str
    region: str | None
    status: Status
    priority: int
    due_on: date | None
    deadline: str | None
    holder: str | None
    received_on: date
    unread: bool

    @property
    def cursor(self) -> Cursor:
        """Return where the next page begins if this is the last row of one."""
        return Cursor(self.priority, self.due_on, self.id)


def is_open_to(who: Account) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a case at all."""
    linked = select(Link.unit_code).where(Link.account_id == who.id)
    recused = select(Recusal.case_id).where(Recusal.account_id == who.id)
    return and_(
        Case.body_code == who.body_code if who.body_code else false(),
        or_(Case.unit_code.is_(None), Case.unit_code.not_in(linked)),
        Case.id.not_in(recused),
    )


def list_queue(
    session: Session, who: Account, filters: Filters, after: Cursor | None, *, today: date
) -> list[QueueRow]:
    """Return one page of the cases of a person's body, most urgent first, and one row more.

    The row more tells that there is another page; nothing is counted.
    """
    last_author = (
        select(Envelope.author)
        .where(Envelope.case_id == Case.id, Envelope.thread == "case")
        .order_by(Envelope.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    next_deadline = (
        select(Clock.deadline)
        .where(Clock.case_id == Case.id, Clock.met_on.is_(None))
        .order_by(Clock.due_on, Clock.deadline)
        .limit(1)
        .scalar_subquery()
    )
    page = (
        select(
            Case.id,
            Case.category,
            Case.region,
            Case.status,
            Case.priority,
            Case.next_due_on,
            next_deadline,
            Account.login,
            Case.received_on,
            last_author == bodies.REPORTER,
        )
        .outerjoin(Account, Account.id == Case.holder_id)
        .where(is_open_to(who), *_list_conditions(who, filters, today))
        # A case without a running clock stands first: that is rare, and somebody should look.
        .order_by(Case.priority, Case.next_due_on.asc().nulls_first(), Case.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        page = page.where(_is_after(after))
    return [QueueRow(*row) for row in session.execute(page)]


def _list_conditions(who: Account, filters: Filters, today: date) -> list[ColumnElement[bool]]:
    chosen = {
        Case.status: filters.status,
        Case.category: filters.category,
        Case.region: filters.region,
    }
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in chosen.items() if value
    ]
    if filters.reference:
        # Numbers have one length, so a beginning is a range, which the primary key finds.
        conditions.append(
            Case.id.between(
                filters.reference.ljust(ID_DIGITS, "0"), filters.reference.ljust(ID_DIGITS, "f")
            )
        )
        return conditions
    conditions.append(Case.open.is_(filters.which is not QueueScope.CLOSED))
    if filters.which is QueueScope.MINE:
        conditions.append(Case.holder_id == who.id)
    elif filters.which is QueueScope.UNASSIGNED:
        conditions.append(Case.holder_id.is_(None))
    elif filters.which is QueueScope.OVERDUE:
        conditions.append(Case.next_due_on < today)
    return conditions


def _is_after(cursor: Cursor) -> ColumnElement[bool]:
    """Return the condition of all rows behind the cursor, in the order of the queue."""
    if cursor.due_on is None:
        later = or_(
            Case.next_due_on.is_not(None),
            and_(Case.next_due_on.is_(None), Case.id > cursor.case_id),
        )
    else:
        later = or_(
            Case.next_due_on > cursor.due_on,
            and_(Case.next_due_on == cursor.due_on, Case.id > cursor.case_id),
        )
    return and_(
        Case.priority >= cursor.priority,  # lets the index begin here
        or_(Case.priority > cursor.priority, and_(Case.priority == cursor.priority, later)),
    )
