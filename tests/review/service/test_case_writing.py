"""What a body writes, and what it means for the case."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crypto import body as bodies
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.seal import open_sealed
from portal.cases.clocks import compute_due_date
from portal.cases.models import AuditEntry
from portal.cases.states import Status
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.review.inputs import SealedWriting
from portal.review.service.case_writing import WritingAct, extend, write
from tests.factories import TODAY, Make
from tests.review.desk import ReviewDesk, at_desk, colleague


@pytest.fixture
def desk(make: Make) -> ReviewDesk:
    return at_desk(make).take().step("acknowledge", "assess")


def due(desk: ReviewDesk, deadline: str) -> object:
    return next(
        (
            clock.due_on
            for clock in desk.case.clocks
            if clock.deadline == deadline and clock.met_on is None
        ),
        None,
    )


def test_a_question_waits_for_the_reporter(desk: ReviewDesk) -> None:
    desk.write(WritingAct.QUESTION)

    assert desk.case.status is Status.NEED_INFO
    assert due(desk, "reporter_reply_wait") == TODAY + timedelta(days=30)
    assert due(desk, "first_question") is None


def test_a_second_question_may_follow_the_first(desk: ReviewDesk) -> None:
    desk.write(WritingAct.QUESTION).write(WritingAct.QUESTION)

    assert desk.case.status is Status.NEED_INFO
    last = desk.last("case")
    assert last is not None
    assert (last.kind, last.seq) == ("question", 2)


def test_nothing_is_asked_before_the_case_is_acknowledged(make: Make) -> None:
    with pytest.raises(Conflict):
        at_desk(make).take().write(WritingAct.QUESTION)


def test_the_reporter_reads_a_reply_and_the_body_can_prove_it_wrote_it(desk: ReviewDesk) -> None:
    report = desk.last("case")
    assert report is not None

    desk.write(WritingAct.REPLY)

    reply = desk.last("case")
    assert reply is not None
    plain = open_sealed(reply.sealed, desk.filed.reporter.own.identity)
    read = bodies.read(
        plain,
        rid=desk.case.id,
        thread="case",
        seq=1,
        prev=report.digest,
        signer_public=desk.unit.signing.public,
    )
    assert read.fields == {"text": "words for the reporter"}


def test_a_note_is_for_the_body_alone(desk: ReviewDesk) -> None:
    desk.write(WritingAct.NOTE)

    note = desk.last("notes")
    assert note is not None
    assert desk.opened(note)
    reporter: Identity = desk.filed.reporter.own.identity
    with pytest.raises(OpenError):
        open_sealed(note.sealed, reporter)


def test_an_update_restarts_the_clock_of_the_next_one(desk: ReviewDesk) -> None:
    desk.write(WritingAct.UPDATE)

    assert due(desk, "progress_update") == TODAY + timedelta(days=28)


def test_who_wrote_behind_somebody_else_writes_again(desk: ReviewDesk) -> None:
    late = desk.letter("reply")
    desk.write(WritingAct.REPLY)

    with pytest.raises(Conflict, match="seq"):
        write(desk.session, desk.case.id, WritingAct.REPLY, late, who=desk.account, today=TODAY)


def test_only_the_holder_writes(desk: ReviewDesk, make: Make) -> None:
    with pytest.raises(NotAllowed):
        colleague(make, desk).write(WritingAct.REPLY)


def test_what_is_not_sealed_is_refused(desk: ReviewDesk) -> None:
    with pytest.raises(Invalid):
        write(
            desk.session,
            desk.case.id,
            WritingAct.REPLY,
            SealedWriting(1, b"plain words"),
            who=desk.account,
            today=TODAY,
        )


class TestExtension:
    def extended(self, desk: ReviewDesk, reason: str = "witnesses", days: int = 40) -> None:
        extend(
            desk.session,
            desk.case.id,
            reason,
            TODAY + timedelta(days=days),
            desk.letter("reply"),
            who=desk.account,
            today=TODAY,
        )
        desk.session.commit()

    def test_it_moves_the_decision_and_keeps_the_reason(self, desk: ReviewDesk) -> None:
        self.extended(desk)

        assert desk.case.status is Status.EXTENDED
        assert due(desk, "decision") == TODAY + timedelta(days=40)
        assert due(desk, "extension_max") == compute_due_date("extension_max", TODAY)
        assert due(desk, "extension_notice") is None, "the reporter was told at once"
        kept = select(AuditEntry.detail).where(AuditEntry.act == "extended")
        assert desk.session.scalar(kept) == "witnesses"

    @pytest.mark.parametrize("days", [0, 10, 64])
    def test_a_day_that_is_no_extension_or_too_late_is_refused(
        self, desk: ReviewDesk, days: int
    ) -> None:
        with pytest.raises(Invalid) as refused:
            self.extended(desk, days=days)

        assert refused.value.field == "until"

    def test_an_unknown_reason_is_refused(self, desk: ReviewDesk) -> None:
        with pytest.raises(Invalid):
            self.extended(desk, reason="we were busy")

    def test_it_is_given_once(self, desk: ReviewDesk) -> None:
        self.extended(desk)
        desk.step("review")

        with pytest.raises(Conflict):
            self.extended(desk, days=50)
