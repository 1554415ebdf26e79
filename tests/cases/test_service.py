"""A case is opened, gets sealed objects, changes its status and keeps its clocks."""

from datetime import timedelta
from secrets import token_bytes, token_hex

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.padding import pad_body
from crypto.seal import generate_throwaway_recipient, seal
from portal.cases import audit
from portal.cases.codes import DeadlineCode
from portal.cases.models import AuditEntry, Case, Clock, Envelope, Notice, StatusChange
from portal.cases.service import (
    SealedFile,
    add_envelope,
    change_status,
    get_next_seq,
    meet_clocks,
    start_clock,
)
from portal.cases.states import Status
from portal.core.errors import Conflict, Invalid
from tests.factories import REGION, TODAY, Make

LATER = TODAY + timedelta(days=3)


def sealed() -> bytes:
    return seal(pad_body(b"{}"), [generate_throwaway_recipient() for _ in range(3)])


def add(session: Session, case: Case, **other: object) -> Envelope:
    about: dict[str, object] = {
        "thread": "case",
        "seq": 1,
        "kind": "message",
        "author": "reporter",
        "sealed": sealed(),
        "today": TODAY,
    }
    return add_envelope(session, case, **about | other)  # type: ignore[arg-type]


def test_a_new_case_holds_its_report_its_first_status_and_one_allegation(make: Make) -> None:
    case = make.case(category="bribery", subcategory="bribery.roadside", region=REGION)

    assert (case.status, case.open, case.received_on) == (Status.RECEIVED, True, TODAY)
    assert [allegation.subcategory for allegation in case.allegations] == ["bribery.roadside"]
    assert [
        (envelope.thread, envelope.seq, envelope.kind, envelope.author)
        for envelope in case.envelopes
    ] == [("case", 0, "report", "reporter")]
    assert [change.status for change in case.history] == [Status.RECEIVED]


def test_the_queue_day_of_a_case_is_that_of_its_nearest_clock(make: Make) -> None:
    case = make.case()

    assert case.clocks
    assert case.next_due_on == min(clock.due_on for clock in case.clocks)


def test_bodies_with_a_copy_get_a_notice_and_no_content(make: Make, session: Session) -> None:
    case = make.case(category="ill_treatment", region=REGION)

    notices = session.scalars(select(Notice).where(Notice.case_id == case.id)).all()

    assert notices
    assert {(notice.kind, notice.subject) for notice in notices} == {("copy", "")}
    assert case.body_code not in {notice.body_code for notice in notices}


def test_filing_is_the_first_entry_of_the_audit_trail(make: Make, session: Session) -> None:
    case = make.case()

    entry = session.scalar(select(AuditEntry).where(AuditEntry.case_id == case.id))

    assert entry is not None
    assert (entry.act, entry.actor, entry.detail) == ("received", "reporter", "")
    assert audit.verify(session) == []


def test_objects_of_a_thread_are_numbered_without_gaps(make: Make, session: Session) -> None:
    case = make.case()

    add(session, case, seq=1)
    add(session, case, seq=2, kind="reply", author="body")

    assert get_next_seq(session, case, "case") == 3
    assert get_next_seq(session, case, "notes") == 0
    for taken in (1, 2, 4):
        with pytest.raises(Conflict):
            add(session, case, seq=taken, kind="message")
    add(session, case, thread="notes", seq=0, kind="note", author="body")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "decision"},  # of a body, not of a reporter
        {"kind": "note", "author": "body"},  # notes stand in their own thread
        {"thread": "notes", "seq": 0},
        {"kind": "report"},  # a case has one
        {"kind": "unheard"},
        {"sealed": b"age-encryption.org/v1\n" + token_bytes(9000)},
        {"sealed": b'{"plain": "text"}'},
    ],
)
def test_what_is_not_sealed_or_not_in_its_place_is_refused(
    make: Make, session: Session, wrong: dict[str, object]
) -> None:
    with pytest.raises((Invalid, Conflict)):
        add(session, make.case(), **wrong)


def test_a_file_belongs_to_one_object_only(make: Make, session: Session) -> None:
    case = make.case()
    file = SealedFile(token_hex(16), 70381, token_hex(32))
    add(session, case, attachments=[file])

    with pytest.raises(Conflict):
        add(session, case, seq=2, attachments=[file])


def test_a_change_of_status_is_written_into_history_clocks_and_audit(
    make: Make, session: Session
) -> None:
    case = make.case()

    change_status(session, case, Status.ACKNOWLEDGED, actor="system", today=LATER)

    met = {clock.deadline for clock in case.clocks if clock.met_on == LATER}
    assert {"registration", "acknowledgement"} <= met
    assert [(change.position, change.status) for change in case.history] == [
        (0, Status.RECEIVED),
        (1, Status.ACKNOWLEDGED),
    ]
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None
    assert (last.act, last.actor, last.detail) == ("status acknowledged", "system", "received")


def test_a_move_that_the_table_does_not_know_changes_nothing(make: Make, session: Session) -> None:
    case = make.case()

    with pytest.raises(Conflict):
        change_status(session, case, Status.CLOSED, actor="system", today=TODAY)

    assert case.status is Status.RECEIVED
    assert len(session.scalars(select(StatusChange)).all()) == 1


def test_the_first_conclusion_counts(make: Make, session: Session) -> None:
    case = make.case()
    days = [TODAY + timedelta(days=number) for number in range(8)]
    way = [
        Status.ACKNOWLEDGED,
        Status.ASSESSMENT,
        Status.IN_REVIEW,
        Status.DECIDED,
        Status.REOPENED,
        Status.IN_REVIEW,
        Status.DECIDED,
        Status.CLOSED,
    ]
    for status, day in zip(way, days, strict=True):
        change_status(session, case, status, actor="system", today=day)

    assert case.concluded_on == days[3]
    assert (case.open, case.next_due_on) == (False, None)


def test_a_case_that_stops_waiting_for_its_reporter_stops_that_clock(
    make: Make, session: Session
) -> None:
    case = make.case()
    for status in (Status.ACKNOWLEDGED, Status.NEED_INFO, Status.ASSESSMENT):
        change_status(session, case, status, actor="system", today=TODAY)

    waits = [clock for clock in case.clocks if clock.deadline == "reporter_reply_wait"]

    assert [clock.met_on for clock in waits] == [TODAY]


def test_a_clock_starts_once_a_day_and_stays_met(make: Make, session: Session) -> None:
    case = make.case()

    first = start_clock(case, DeadlineCode.PROGRESS_UPDATE, today=TODAY)
    again = start_clock(case, DeadlineCode.PROGRESS_UPDATE, today=TODAY)
    meet_clocks(case, DeadlineCode.PROGRESS_UPDATE, today=TODAY)
    meet_clocks(case, DeadlineCode.PROGRESS_UPDATE, today=LATER)

    session.flush()
    assert first is again
    rows = session.scalars(select(Clock).where(Clock.deadline == "progress_update")).all()
    assert [clock.met_on for clock in rows] == [TODAY]
