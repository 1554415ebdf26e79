"""Work of the timer: late clocks are told once, what nobody needs goes."""

from datetime import timedelta

from sqlalchemy import insert, select

from portal.accounts.models import StaffSession
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import Filing, Notice
from portal.cases.states import AT_REST, Status
from portal.core.db import Base
from portal.review.service.upkeep import (
    drop_expired,
    list_late_clocks,
    list_stray_files,
    tell_of_late,
)
from tests.factories import TODAY, Make
from tests.review.desk import at_desk

LATER = TODAY + timedelta(days=60)
MANY = 1000


def told(make: Make) -> set[tuple[str, str]]:
    overdue = select(Notice.body_code, Notice.subject).where(Notice.kind == "overdue")
    return {(code, subject) for code, subject in make.session.execute(overdue)}


def run(make: Make) -> int:
    late = list_late_clocks(make.session, today=LATER, limit=MANY)
    sent = tell_of_late(make.session, late, today=LATER)
    make.session.commit()
    return sent


def test_the_body_and_the_board_learn_of_every_late_clock(make: Make) -> None:
    case = make.case()
    late = {clock.deadline for clock in case.clocks if clock.due_on < LATER}
    assert late

    run(make)

    assert told(make) == {
        (code, subject) for code in (case.body_code, PORTAL_BOARD) for subject in late
    }
    assert case.status is Status.RECEIVED, "a late clock moves nothing"


def test_running_it_again_tells_nothing_new(make: Make) -> None:
    make.case()
    assert run(make) > 0

    assert list_late_clocks(make.session, today=LATER, limit=MANY) == []
    assert run(make) == 0


def test_a_clock_is_not_late_on_its_last_day(make: Make) -> None:
    case = make.case()
    assert case.next_due_on is not None

    assert list_late_clocks(make.session, today=case.next_due_on, limit=MANY) == []


def test_the_reporters_own_time_and_a_case_at_rest_are_nobodys_fault(make: Make) -> None:
    desk = at_desk(make).take().step("acknowledge")
    desk.case.status = next(iter(AT_REST))
    desk.session.commit()

    assert run(make) == 0


def test_ended_sessions_and_old_forms_go(make: Make) -> None:
    make.filed()
    person = make.person()
    visits = Base.metadata.tables["visits"]
    for minute in (100, 300):
        make.session.add(
            StaffSession(
                token_hash=bytes([minute % 256]) * 32,
                account_id=person.account.id,
                step="full",
                tab_key=bytes(32),
                expires=minute,
            )
        )
        make.session.execute(
            insert(visits).values(token_hash=bytes([minute % 256]) * 32, sealed=b"", expires=minute)
        )
    make.session.commit()

    gone = drop_expired(make.session, minute=200, today=TODAY + timedelta(days=3))

    assert gone == 3, "a session, a visit and the form of the report"
    assert make.session.query(StaffSession).count() == 1
    assert make.session.query(Filing).count() == 0
    assert drop_expired(make.session, minute=200, today=TODAY) == 0


def test_a_file_that_no_case_knows_is_stray_once_it_is_old(make: Make) -> None:
    arrived = make.blobs.open_incoming()
    arrived.write(b"left by a crash")
    stray = make.blobs.folder / make.blobs.keep(arrived)
    came = stray.stat().st_ctime

    files = [stray]

    assert list(list_stray_files(make.session, files, before=int(came) + 2)) == [stray]
    assert list(list_stray_files(make.session, files, before=int(came) - 2)) == []
