"""The pages without scripts: the receipt, the case, its files."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crypto import receipt
from crypto.seal import open_sealed
from crypto.writer import Writer, encrypt_writer
from portal.cases.models import Envelope
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core import clock
from portal.core.config import Settings
from portal.dialogue import current_visit
from portal.dialogue.service import visits
from portal.review.service.erasing import erase
from portal.web.headers import DOWNLOAD_POLICY
from portal.web.load import LONGEST_WAIT
from portal.web.parts import SETTINGS
from tests.dialogue.conftest import ENTER, FIND, VIEW, ReporterBrowser
from tests.dialogue.letters import ReplyDesk
from tests.factories import STORY, TODAY, Make
from tests.page import Browser, hidden, text_of

OLD = receipt.format_digits(bytes(11))
UNKNOWN = receipt.format_digits(b"12345" * 6)
WORDS = "It was the second officer from the left, canary-7713"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*', "", page)


def without_token(page: str) -> str:
    """Return a page without what differs from second to second."""
    return re.sub(r'(name="csrf_token"[^>]* value=")[^"]*', r"\1", page)


class TestTheReceipt:
    @pytest.mark.parametrize("typed", ["{}", "{dashed}", " {} .", "{plain}", "{arabic}"])
    def test_it_is_read_however_it_is_typed(
        self, browser: Browser, desk: ReplyDesk, typed: str
    ) -> None:
        code = desk.filed.code
        spellings = {
            "dashed": code.replace(" ", "-"),
            "plain": code.replace(" ", ""),
            "arabic": code.translate(ARABIC),
        }
        person = ReporterBrowser(browser, typed.format(code, **spellings))

        assert "What you reported" in text_of(person.come_back())

    @pytest.mark.parametrize(
        ("typed", "complaint"),
        [
            ("", "Please type the code"),
            ("12345", "A code has 36 digits, in six groups of six. You typed 5."),
            ("1" * 31, "You typed 31."),
            (UNKNOWN[:-1] + str((int(UNKNOWN[-1]) + 1) % 10), "A digit is wrong. Group: 6."),
            ("9" + UNKNOWN[1:-1] + "x", "In group 6 there is “x”, which is no digit"),
            (f"9{UNKNOWN[1:21]}9{UNKNOWN[22:]}", "A digit is wrong. Group: 1, 4."),
            (UNKNOWN.replace("4", "О", 1), "In group 1 there is “О”"),
            ("12345 " * 6, "These are 30 digits, as old codes have"),
        ],
    )
    def test_what_is_mistyped_is_told_and_still_there(
        self, browser: Browser, make: Make, typed: str, complaint: str
    ) -> None:
        del make
        page = browser.get(ENTER)

        answer = browser.post(FIND, status=422, page=page, receipt=typed)

        assert complaint in text_of(answer)
        assert typed.strip() in answer

    def test_what_is_far_too_long_is_refused_before_any_work(self, browser: Browser) -> None:
        page = browser.get(ENTER)
        answer = browser.post(FIND, status=422, page=page, receipt="7" * 1_000_000)

        assert "7777777777" not in answer

    def test_unknown_and_erased_are_told_apart(self, browser: Browser, desk: ReplyDesk) -> None:
        erase(desk.session, desk.case, actor="system", today=TODAY)
        desk.session.commit()
        page = browser.get(ENTER)

        erased = browser.post(FIND, status=404, page=page, receipt=desk.filed.code)
        unknown = browser.post(FIND, status=404, page=page, receipt=UNKNOWN)

        assert "There is no report under this code" in text_of(unknown)
        assert "its content was destroyed on purpose" in text_of(erased)

    def test_an_unknown_one_leaves_no_cookie(self, client: FlaskClient, browser: Browser) -> None:
        browser.post(FIND, status=404, page=browser.get(ENTER), receipt=UNKNOWN)

        assert client.get_cookie("visit") is None

    def test_an_old_page_keeps_the_code(self, browser: Browser, desk: ReplyDesk) -> None:
        answer = browser.post(FIND, status=422, receipt=desk.filed.code)

        assert "A cookie of this portal did not come along" in text_of(answer)
        assert desk.filed.code in answer

    def test_under_load_the_code_waits_in_the_page_and_then_opens_the_case(
        self, browser: Browser, app: Flask, desk: ReplyDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = browser.get(ENTER)
        SETTINGS.put(app, replace(SETTINGS.get_from(app), calm_per_minute=0))

        waiting = browser.post(FIND, status=429, page=page, receipt=desk.filed.code)

        assert "place in the line" in text_of(waiting)
        assert desk.filed.code in waiting
        later = clock.get_seconds() + LONGEST_WAIT
        monkeypatch.setattr(clock, "get_seconds", lambda: later)
        browser.post(FIND, status=303, page=waiting, receipt=desk.filed.code)

    def test_while_an_old_code_is_read_the_next_old_one_is_asked_to_try_again(
        self, app: Flask, browser: Browser, desk: ReplyDesk
    ) -> None:
        page = browser.get(ENTER)
        with app.app_context(), visits.only_one(current_visit.get_old_receipts_path()):
            answer = browser.client.post(FIND, data={"receipt": OLD, **hidden(page, FIND)})
            newer = browser.client.post(
                FIND, data={"receipt": desk.filed.code, **hidden(page, FIND)}
            )

        assert answer.headers["Retry-After"] == "5"
        assert "in a few seconds" in text_of(browser.seen(answer, 503))
        assert OLD in answer.text
        assert "http-equiv" not in answer.text
        assert newer.status_code == 303
        browser.post(FIND, status=404, page=browser.get(ENTER), receipt=OLD)

    def test_a_code_of_the_old_kind_still_opens_its_report(
        self, browser: Browser, make: Make
    ) -> None:
        filed = make.filed(secret=b"eleven byte")

        page = browser.get(ENTER)
        browser.post(FIND, status=303, page=page, receipt=filed.code.replace(" ", "-"))

        assert len(filed.code) == 35
        assert STORY in text_of(browser.get(VIEW))


class TestThePage:
    def test_it_tells_where_the_case_stands_and_what_was_reported(
        self, reporter: ReporterBrowser
    ) -> None:
        page = text_of(reporter.browser.get(VIEW))

        assert "Received" in page
        assert "Nobody has read it yet" in page
        assert STORY in page
        assert "Decision" in page
        assert "It is with: Special prosecutors" in page or "It is with:" in page
        assert "112" in page

    @pytest.mark.parametrize("lang", ["kk", "ru"])
    def test_it_is_there_in_every_language(self, reporter: ReporterBrowser, lang: str) -> None:
        reporter.browser.get(f"/{lang}/case/view")
        reporter.browser.get(f"/{lang}/case")

    def test_what_reporters_do_not_see_leaves_no_trace(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        seen = reporter.browser.get(VIEW)
        change_status(desk.session, desk.case, Status.CONFLICT_HOLD, actor="system", today=TODAY)
        desk.session.commit()
        held = reporter.browser.get(VIEW)
        change_status(desk.session, desk.case, Status.RECEIVED, actor="system", today=TODAY)
        desk.session.commit()

        assert "onflict" not in held
        assert without_tokens(reporter.browser.get(VIEW)) == without_tokens(seen)
        assert without_tokens(held) == without_tokens(seen)

    def test_a_late_decision_is_said_to_be_late_and_what_silence_means(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        page = text_of(reporter.browser.get(VIEW))

        assert all(clock.due_on < TODAY + timedelta(days=60) for clock in desk.case.clocks)
        assert "silence past the deadline counts as a refusal" in page

    def test_markup_in_a_letter_is_text(self, reporter: ReporterBrowser, desk: ReplyDesk) -> None:
        desk.write("reply", text="<b onclick=x>&amp; bold</b>")

        page = reporter.browser.get(VIEW)

        assert "<b onclick" not in page
        assert "<b onclick=x>&amp; bold</b>" in text_of(page)

    def test_a_case_that_is_erased_meanwhile_is_gone(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        erase(desk.session, desk.case, actor="system", today=TODAY)
        desk.session.commit()

        reporter.browser.get(VIEW, status=404)


class TestFiles:
    def test_a_file_of_an_answer_is_saved_and_never_shown(
        self, client: FlaskClient, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        content = b"<script>alert(1)</script>" * 7000
        file = desk.attach("Қаулы «7».html", content)
        desk.write("reply", text="See the file.", files=[file])
        assert "Қаулы «7».html" in reporter.browser.get(VIEW)

        answer = client.get(f"/en/case/file/{file[0].id}")

        assert answer.data == content
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith("attachment;")
        assert "%D2%9A" in disposition
        assert int(answer.headers["Content-Length"]) == len(content)

    @pytest.mark.parametrize("name", ['a"b\r\nX: y.txt', "../../etc/passwd", "\u202egpj.exe", "."])
    def test_its_name_cannot_do_harm(
        self, client: FlaskClient, reporter: ReporterBrowser, desk: ReplyDesk, name: str
    ) -> None:
        del reporter
        file = desk.attach(name, b"x")
        desk.write("reply", files=[file])

        disposition = client.get(f"/en/case/file/{file[0].id}").headers["Content-Disposition"]

        assert disposition.startswith("attachment;")
        assert not {"\r", "\n", "/", "\u202e"} & set(disposition)

    def test_an_exchanged_file_is_not_sent(
        self, client: FlaskClient, reporter: ReporterBrowser, desk: ReplyDesk, settings: Settings
    ) -> None:
        del reporter
        file, other = desk.attach("one.txt", b"one"), desk.attach("two.txt", b"two")
        desk.write("reply", files=[file])
        store = settings.instance / "files"
        (store / file[0].id).write_bytes((store / other[0].id).read_bytes())

        assert client.get(f"/en/case/file/{file[0].id}").status_code == 404

    def test_a_file_of_another_case_or_of_a_forged_answer_is_not_sent(
        self, client: FlaskClient, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        del reporter
        stranger = ReplyDesk(desk.session, desk.make, desk.make.filed())
        theirs, forged = stranger.attach("a.txt", b"a"), desk.attach("b.txt", b"b")
        stranger.write("reply", files=[theirs])
        other = next(unit for code, unit in desk.make.units.items() if code != desk.case.body_code)
        desk.write("reply", files=[forged], signing=other.signing)

        for object_id in (theirs[0].id, forged[0].id, "0" * 32):
            assert client.get(f"/en/case/file/{object_id}").status_code == 404

    def test_without_a_visit_there_is_none(self, app: Flask, desk: ReplyDesk) -> None:
        file = desk.attach("one.txt", b"one")
        desk.write("reply", files=[file])

        answer = app.test_client().get(f"/en/case/file/{file[0].id}")

        assert answer.status_code == 303


def test_nothing_of_a_conversation_is_kept_in_the_clear(
    reporter: ReporterBrowser,
    desk: ReplyDesk,
    settings: Settings,
    capfd: pytest.CaptureFixture[str],
) -> None:
    reporter.send("message", text=WORDS, files=[(BytesIO(b"canary-8821" * 99), "canary-9932.txt")])
    desk.write("reply", text="canary-1043 of an answer")
    assert "canary-1043" in reporter.browser.get(VIEW)

    kept = b"".join(path.read_bytes() for path in settings.instance.rglob("*") if path.is_file())
    kept += "".join(capfd.readouterr()).encode()
    code = desk.filed.code
    secrets = ("canary-7713", "canary-8821", "canary-9932", "canary-1043", code)
    for secret in (*secrets, code.replace(" ", ""), "127.0.0.1"):
        assert secret.encode() not in kept


def test_the_reporter_reads_the_answer_and_not_who_of_the_body_wrote_it(
    reporter: ReporterBrowser, desk: ReplyDesk
) -> None:
    writer = Writer("fedcba9876543210" * 2, "prosecutor.first")
    body = desk.body("reply", text="canary-1043 of an answer")
    place = {"rid": body.rid, "thread": body.thread}
    hidden = encrypt_writer(writer, desk.unit.signing, **place, seq=body.seq)
    envelope = desk.store(desk.sealed(replace(body, by=hidden)), "reply")

    page = reporter.browser.get(VIEW)

    assert "canary-1043" in page
    opened = open_sealed(envelope.sealed, desk.filed.reporter.own.identity)
    for told in (page, opened.decode(), str(opened)):
        assert writer.login not in told
        assert writer.account not in told


def test_a_page_of_one_report_never_writes_to_another(
    reporter: ReporterBrowser, desk: ReplyDesk, make: Make
) -> None:
    first_page = reporter.browser.get(VIEW)
    other = make.filed()
    ReporterBrowser(reporter.browser, other.code).come_back()

    told = reporter.send("message", status=403, page=first_page, text="for the first body alone")

    assert "for the first body alone" in told, "it can be copied"
    assert len(desk.thread()) == 1
    assert make.session.query(Envelope).filter_by(case_id=other.case.id).count() == 1
