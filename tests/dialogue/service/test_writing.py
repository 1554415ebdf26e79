"""What a reporter writes: sealed, signed, once, and with its meaning for the case."""

import hashlib
import sqlite3
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from crypto import receipt
from crypto.seal import open_sealed
from portal.accounts.models import Role
from portal.cases.audit import record
from portal.cases.codes import AuditAct
from portal.cases.models import Notice, Verdict
from portal.cases.reviews import Review
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core import clock
from portal.core.config import Settings
from portal.transparency.queries import list_steps
from tests.dialogue.conftest import VIEW, ReporterBrowser
from tests.dialogue.letters import ReplyDesk, decide
from tests.factories import TODAY
from tests.page import text_of
from tests.staff import signed_in

UNKNOWN = receipt.format_digits(b"12345" * 6)
WORDS = "It was the second officer from the left, canary-7713"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def ask(desk: ReplyDesk, *, before: Status = Status.ASSESSMENT) -> None:
    for status in dict.fromkeys((Status.ACKNOWLEDGED, Status.ASSESSMENT, before, Status.NEED_INFO)):
        change_status(desk.session, desk.case, status, actor="system", today=TODAY)
    desk.write("question", text="Who was it?")


class TestWhatTheReporterWrites:
    def test_a_message_with_a_file_is_opened_by_the_body_alone(
        self, reporter: ReporterBrowser, desk: ReplyDesk, settings: Settings
    ) -> None:
        content = b"canary of a photograph" * 9000
        reporter.send(
            "message", text=WORDS, files=[(BytesIO(content), "../../my name \u202egpj.exe")]
        )

        sent = desk.read_last()
        assert sent.fields == {"text": WORDS}
        [entry] = sent.attachments
        assert entry.name == "my name gpj.exe"
        stored = (settings.instance / "files" / entry.id).read_bytes()
        opened = open_sealed(stored, desk.unit.identity)
        assert opened[: entry.size] == content
        page = text_of(reporter.browser.get(VIEW))
        assert WORDS in page
        assert "my name gpj.exe" in page

    def test_each_thing_becomes_a_step_of_the_log_that_names_its_sealed_bytes(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        reporter.send("message", text=WORDS)
        decide(desk, today=clock.get_today())
        reporter.send("verdict", answer="partial", respect="no")
        reporter.send("review", reason=WORDS)

        sealed = [hashlib.sha256(envelope.sealed).hexdigest() for envelope in desk.thread()]
        kinds = [envelope.kind for envelope in desk.thread()]
        told = [step for step in list_steps(desk.session, desk.case.id) if step.digest]
        named = [step for step in zip(kinds, sealed, strict=True) if step[0] != "decision"]
        assert [(step.what, step.digest) for step in told] == named
        assert [kind for kind, _ in named] == ["report", "message", "verdict", "message"]

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (Status.ASSESSMENT, Status.ASSESSMENT),
            (Status.IN_REVIEW, Status.IN_REVIEW),
            (Status.CRIMINAL_TRACK, Status.CRIMINAL_TRACK),
            (Status.EXTENDED, Status.IN_REVIEW),
        ],
    )
    def test_an_answer_ends_the_waiting(
        self, reporter: ReporterBrowser, desk: ReplyDesk, before: Status, after: Status
    ) -> None:
        ask(desk, before=before)
        assert "There is a question to you" in text_of(reporter.browser.get(VIEW))

        reporter.send("message", text=WORDS)

        case = desk.fresh_case()
        assert case.status is after
        waits = [clock for clock in case.clocks if clock.deadline == "reporter_reply_wait"]
        assert all(clock.met_on for clock in waits)
        assert "Please answer it by" not in text_of(reporter.browser.get(VIEW))

    def test_the_same_page_sent_twice_writes_once(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        page = reporter.browser.get(VIEW)
        reporter.send("message", page=page, text=WORDS)
        reporter.send("message", page=page, text=WORDS)

        assert len(desk.thread()) == 2

    def test_an_answer_in_between_is_shown_and_the_text_is_kept(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        page = reporter.browser.get(VIEW)
        desk.write("reply", text="We were faster.")

        again = reporter.send("message", status=409, page=page, text=WORDS)

        assert "We were faster." in again
        assert WORDS in again
        reporter.send("message", page=again, text=WORDS)
        assert desk.read_last().fields == {"text": WORDS}

    @pytest.mark.parametrize(
        ("typed", "complaint"),
        [
            ("", "Please write something"),
            ("x" * 20_001, "too long"),
            ("a\x00b\u202ec", "Invisible characters were taken out"),
            (f"my code is {UNKNOWN}, please", "This holds the code of a receipt"),
            (f"my code is {UNKNOWN.translate(ARABIC)}", "This holds the code of a receipt"),
        ],
    )
    def test_what_cannot_be_sent_is_told_beside_the_field(
        self, reporter: ReporterBrowser, desk: ReplyDesk, typed: str, complaint: str
    ) -> None:
        answer = reporter.send("message", status=422, text=typed)

        assert complaint in text_of(answer)
        assert typed.replace("\x00", "").replace("\u202e", "") in answer
        assert len(desk.thread()) == 1

    def test_thirty_digits_that_are_no_receipt_may_be_sent(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        reporter.send("message", text="Contract 11111 11111 11111 11111 11111 11111")

        assert len(desk.thread()) == 2

    def test_too_many_files_are_refused_and_nothing_of_them_stays(
        self, reporter: ReporterBrowser, settings: Settings
    ) -> None:
        files = [(BytesIO(b"x"), f"{number}.txt") for number in range(21)]

        answer = reporter.send("message", status=422, text=WORDS, files=files)

        assert "at most 20 files" in text_of(answer)
        assert WORDS in answer
        left = [path for path in (settings.instance / "files").rglob("*") if path.is_file()]
        assert left == []

    def test_a_busy_database_loses_no_text(
        self, reporter: ReporterBrowser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_args: object, **_named: object) -> None:
            raise OperationalError("locked", None, sqlite3.OperationalError("locked"))

        page = reporter.browser.get(VIEW)
        monkeypatch.setattr("portal.dialogue.service.writing.post", refuse)
        answer = reporter.send("message", status=503, page=page, text=WORDS)

        assert WORDS in answer
        assert "it was not sent" in text_of(answer)

    def test_the_reason_of_an_extension_is_told_to_the_reporter(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        assert "more time was taken" not in text_of(reporter.browser.get(VIEW))

        record(
            desk.session,
            AuditAct.EXTENDED,
            actor="system",
            case_id=desk.case.id,
            detail="documents_requested",
            today=clock.get_today(),
        )
        desk.session.commit()

        told = text_of(reporter.browser.get(VIEW))
        assert "Reason why more time was taken: Documents were requested." in told

    def test_a_verdict_is_given_once_after_a_decision(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        assert "/case/verdict" not in reporter.browser.get(VIEW)
        decide(desk)
        page = reporter.browser.get(VIEW)
        assert "Please answer this question" in reporter.send("verdict", status=422, page=page)

        reporter.send("verdict", page=page, answer="formal", respect="no")

        desk.session.rollback()
        verdict = desk.session.get_one(Verdict, desk.case.id)
        assert (verdict.answer, verdict.respect) == ("formal", False)
        fields = desk.read_last().fields
        assert (fields["answer"], fields["respect"]) == ("formal", "no")
        later = reporter.browser.get(VIEW)
        assert "/case/verdict" not in later
        assert "A formal brush-off" in text_of(later)

    def test_a_review_is_asked_for_within_its_window_and_freed_for_another_person(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        assert "/case/review" not in reporter.browser.get(VIEW)
        decide(desk, today=clock.get_today())
        member = desk.make.person(body_code=desk.case.body_code)
        desk.case.holder_id = member.account.id
        desk.session.commit()

        reporter.send("review", reason="Nobody asked the witness.")

        case = desk.fresh_case()
        assert case.status is Status.REVIEW_REQUESTED
        assert case.holder_id is None
        running = {clock.deadline for clock in case.clocks if clock.met_on is None}
        assert "review_decision" in running
        assert "review_window" not in running
        assert desk.session.get_one(Review, case.id).decided_on is None
        assert desk.read_last().fields == {"text": "Nobody asked the witness.", "act": "review"}
        assert "/case/review" not in reporter.browser.get(VIEW)

    def test_no_review_can_be_asked_for_after_its_window(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        decide(desk, today=clock.get_today() - timedelta(days=200))

        assert "/case/review" not in reporter.browser.get(VIEW)

    def test_withdrawing_needs_a_second_thought_and_leaves_the_case_to_the_body(
        self, app: Flask, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        page = reporter.browser.get(VIEW)
        assert "may still be examined" in text_of(page)
        again = reporter.send("withdraw", status=422, page=page, why="I am afraid")
        assert "I am afraid" in again
        assert "<details open" in again

        reporter.send("withdraw", page=again, why="I am afraid", sure="y")

        assert desk.fresh_case().status is Status.RECEIVED
        notices = desk.session.scalars(select(Notice).where(Notice.kind == "withdrawn")).all()
        assert [notice.body_code for notice in notices] == [desk.case.body_code]
        head = desk.make.person(body_code=desk.case.body_code, role=Role.HEAD)
        told = signed_in(app, head.account).get("/en/staff/notices")
        assert "The reporter withdrew the report" in told
        assert desk.read_last().fields == {"text": "I am afraid", "act": "withdraw"}
        later = reporter.browser.get(VIEW)
        assert "You withdrew your report." in text_of(later)
        assert "/case/withdraw" not in later

    def test_a_report_that_was_exchanged_can_be_answered_by_nobody(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        stranger = desk.make.filed()
        [own] = desk.thread()
        [other] = ReplyDesk(desk.session, desk.make, stranger).thread()
        own.sealed = other.sealed
        desk.session.commit()

        page = reporter.browser.get(VIEW)

        assert "Your own report did not pass the check" in text_of(page)
        assert "/case/message" not in page
