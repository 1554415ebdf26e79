"""Erasure takes everything sealed and leaves the coded facts."""

from datetime import timedelta

from sqlalchemy import select

from portal.cases.models import Envelope, ReplacedHeader, StoredAttachment
from portal.cases.states import Status
from portal.review.service.case_writing import WritingAct
from portal.review.service.erasing import erase, list_expired_cases
from tests.factories import TODAY, Make
from tests.review.desk import at_desk

KEPT_DAYS = 100


def test_nothing_sealed_is_left(make: Make) -> None:
    desk = at_desk(make).take().step("acknowledge").write(WritingAct.REPLY).write(WritingAct.NOTE)
    report = desk.last("case")
    assert report is not None
    desk.session.add(
        StoredAttachment(id="a" * 32, envelope_id=report.id, length=1, digest="0" * 64)
    )
    desk.session.add(ReplacedHeader(object_id="a" * 32, body_code=desk.unit.code, header=b"header"))
    desk.session.commit()
    other, before = make.case(), desk.case.row_key

    files = erase(desk.session, desk.case, actor="system", today=TODAY)
    desk.session.commit()

    assert files == ("a" * 32,)
    assert set(desk.session.scalars(select(Envelope.case_id))) == {other.id}
    assert desk.session.query(StoredAttachment).count() == 0
    assert desk.session.query(ReplacedHeader).count() == 0
    assert desk.case.second_half is None
    assert desk.case.row_key != before, "not even the server finds it by its receipt"
    assert desk.case.category == "bribery"


def test_a_case_expires_so_many_days_after_it_was_closed(make: Make) -> None:
    desk = at_desk(make)
    desk.case.open, desk.case.status = False, Status.CLOSED
    make.case()
    desk.session.commit()

    def expired(days: int) -> list[str]:
        expired = list_expired_cases(
            desk.session, days=KEPT_DAYS, today=TODAY + timedelta(days=days), limit=10
        )
        return [case.id for case in expired]

    assert expired(KEPT_DAYS) == []
    assert expired(KEPT_DAYS + 1) == [desk.case.id]
    erase(desk.session, desk.case, actor="system", today=TODAY)
    assert expired(KEPT_DAYS + 1) == [], "it is erased once"
