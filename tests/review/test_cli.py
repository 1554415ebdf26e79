"""The commands of the timer."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Link
from portal.cases.audit import verify
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import Case, Envelope, Notice
from portal.cases.states import Status
from portal.core import clock
from portal.core.sweeps import FEW
from portal.review.queries import list_colleagues
from tests.factories import Make
from tests.review.desk import at_desk

LONG_AGO = clock.get_today() - timedelta(days=6 * 366)


def run(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 0, result.output
    return str(result.output)


def test_late_clocks_are_told_and_a_dry_run_tells_nobody(app: Flask, make: Make) -> None:
    make.case(today=LONG_AGO)

    assert "acknowledgement" in run(app, "clocks", "--dry-run")
    assert make.session.query(Notice).filter_by(kind="overdue").count() == 0
    assert "0 new notices" not in run(app, "clocks")
    make.session.rollback()
    assert make.session.query(Notice).filter_by(kind="overdue").count() > 0
    assert "Done: 0 new notices" in run(app, "clocks")


def test_a_case_that_nobody_may_read_any_more_is_held_the_same_day(app: Flask, make: Make) -> None:
    desk, other = at_desk(make, agency="police_region").take(), make.case(agency="ministry")
    code = desk.case.unit_code
    assert code is not None
    make.session.add_all(
        Link(account_id=colleague.id, unit_code=code, declared_on=clock.get_today())
        for colleague in list_colleagues(make.session, desk.case)
    )
    make.session.commit()

    assert f"{desk.case.id[:8]} nobody may read it" in run(app, "clocks", "--dry-run")
    assert make.session.query(Notice).filter_by(kind="conflict").count() == 0
    make.session.rollback()
    assert "1 cases held" in run(app, "clocks")
    assert "0 cases held" in run(app, "clocks")

    make.session.expire_all()
    told = make.session.query(Notice).filter_by(kind="conflict").one()
    assert (told.case_id, told.body_code) == (desk.case.id, PORTAL_BOARD)
    assert (desk.case.status, desk.case.holder_id) == (Status.CONFLICT_HOLD, None)
    assert other.status is Status.RECEIVED
    assert verify(make.session) == []


def test_closed_accounts_leave_no_case_without_a_reader_untold(app: Flask, make: Make) -> None:
    case = make.case()
    for colleague in list_colleagues(make.session, case):
        colleague.active = False
    make.session.commit()

    assert "1 cases held" in run(app, "clocks")


def test_content_goes_after_its_time_and_a_dry_run_keeps_it(app: Flask, make: Make) -> None:
    old, young = make.case(today=LONG_AGO), make.case()
    for case in (old, young):
        case.open, case.status = False, Status.CLOSED
    make.session.commit()

    assert "1 cases would be erased" in run(app, "retention", "--dry-run")
    assert make.session.query(Envelope).count() == 2
    assert "1 cases were erased" in run(app, "retention")
    make.session.rollback()
    assert make.session.scalars(select(Envelope.case_id)).all() == [young.id]
    assert make.session.query(Case).filter_by(second_half=None).one().id == old.id
    assert "0 cases were erased" in run(app, "retention")


def test_the_content_of_many_cases_does_not_go_at_once(app: Flask, make: Make) -> None:
    for _ in range(FEW + 1):
        case = make.case(today=LONG_AGO)
        case.open, case.status = False, Status.CLOSED
    make.session.commit()

    refused = app.test_cli_runner().invoke(args=["retention"])

    assert refused.exit_code == 1
    assert "21 of 21 cases with content would be destroyed; no more than 20" in refused.output
    make.session.rollback()
    assert make.session.query(Envelope).count() == FEW + 1
    assert "21 cases were erased" in run(app, "retention", "--up-to", "21")


def test_a_file_that_has_just_arrived_is_not_swept_away(app: Flask, make: Make) -> None:
    arrived = make.blobs.open_incoming()
    arrived.write(b"still arriving")

    assert "0 stray files" in run(app, "retention")

    assert len(list(make.blobs.list_incoming())) == 1
    arrived.close()


def test_every_act_is_on_an_unbroken_trail(app: Flask, make: Make) -> None:
    desk = at_desk(make).take().step("acknowledge", "assess", "review")
    run(app, "clocks")
    desk.session.rollback()

    assert verify(desk.session) == []
