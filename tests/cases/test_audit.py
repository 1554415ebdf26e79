"""The audit trail tells when an entry was removed, altered or put in between."""

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.cases.audit import SYSTEM, record, verify
from portal.cases.codes import AuditAct
from portal.cases.models import AuditEntry, AuditHead
from tests.factories import TODAY

ENTRIES = 6


@pytest.fixture
def trail(session: Session) -> Session:
    for number in range(ENTRIES):
        detail = f"of a test {number}"
        record(session, AuditAct.OVERDUE, actor=SYSTEM, detail=detail, today=TODAY)
    session.commit()
    return session


def test_an_untouched_trail_has_no_fault(trail: Session) -> None:
    assert verify(trail) == []


def test_an_empty_trail_has_no_fault(session: Session) -> None:
    assert verify(session) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("act", "other"), ("actor", "x"), ("detail", ""), ("case_id", "f" * 32), ("hash", bytes(32))],
)
def test_an_altered_entry_is_found(trail: Session, column: str, value: object) -> None:
    trail.execute(update(AuditEntry).where(AuditEntry.number == 3).values({column: value}))

    assert "entry 3 was altered" in verify(trail)


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_a_removed_entry_is_found(trail: Session, number: int) -> None:
    trail.execute(delete(AuditEntry).where(AuditEntry.number == number))

    assert verify(trail)


def test_two_entries_that_changed_places_are_found(trail: Session) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        trail.execute(update(AuditEntry).where(AuditEntry.number == old).values(number=new))

    assert verify(trail)


def test_a_trail_without_its_head_is_found(trail: Session) -> None:
    trail.execute(delete(AuditHead))

    assert verify(trail) == ["the end of the trail is missing"]


def test_an_act_that_is_undone_leaves_no_entry(trail: Session) -> None:
    record(trail, AuditAct.OVERDUE, actor=SYSTEM, detail="undone", today=TODAY)
    trail.rollback()
    record(trail, AuditAct.OVERDUE, actor=SYSTEM, detail="done", today=TODAY)

    assert trail.scalar(select(func.count()).select_from(AuditEntry)) == ENTRIES + 1
    assert verify(trail) == []
