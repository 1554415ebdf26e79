"""Visits: what the cookie says, when a visit begins and ends."""

import sys
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from flask import Flask, make_response
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from crypto import receipt
from portal.core.config import Settings
from portal.dialogue import current_visit
from portal.dialogue.models import Visit
from portal.dialogue.service import visits
from portal.review.service.erasing import erase
from portal.web.parts import SESSIONS
from tests.dialogue.conftest import ENTER, FIND, VIEW, ReporterBrowser
from tests.dialogue.letters import ReplyDesk, decide
from tests.factories import TODAY
from tests.installation import installed
from tests.page import Browser, hidden, text_of

UNKNOWN = receipt.format_digits(b"12345" * 6)
WORDS = "It was the second officer from the left, canary-7713"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


class TestTheVisit:
    def test_its_cookie_says_nothing_and_scripts_cannot_read_it(
        self, client: FlaskClient, browser: Browser, desk: ReplyDesk
    ) -> None:
        page = browser.get(ENTER)
        answer = client.post(FIND, data={"receipt": desk.filed.code, **hidden(page, FIND)})

        cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("visit="))
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Expires" not in cookie
        row = desk.session.scalars(select(Visit)).one()
        token = cookie.partition("=")[2].partition(";")[0]
        assert token.encode() not in row.token_hash + row.sealed
        for secret in (desk.case.id, desk.case.id[:8], desk.filed.code[:11]):
            assert secret not in cookie
            assert secret.encode() not in row.sealed

    def test_each_entry_gets_a_new_token_and_the_old_one_is_dead(
        self, client: FlaskClient, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        old = client.get_cookie("visit")
        reporter.come_back()
        new = client.get_cookie("visit")

        assert old is not None
        assert new is not None
        assert old.value != new.value
        client.set_cookie("visit", old.value)
        assert client.get(VIEW).status_code == 303
        assert desk.session.scalar(select(func.count()).select_from(Visit)) == 1

    def test_leaving_ends_it_and_clears_the_browser(
        self, client: FlaskClient, reporter: ReporterBrowser
    ) -> None:
        token = client.get_cookie("visit")
        page = reporter.browser.get(VIEW)
        answer = client.post("/en/case/leave", data=hidden(page, "/en/case/leave"))

        assert "You have left" in text_of(reporter.browser.seen(answer, 200))
        assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert client.get_cookie("visit") is None
        assert client.get_cookie("portal") is None
        assert token is not None
        client.set_cookie("visit", token.value)
        assert client.get(VIEW).location.endswith(ENTER)

    def test_it_ends_when_nothing_is_done_and_what_was_typed_is_shown(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        page = reporter.browser.get(VIEW)
        desk.session.scalars(select(Visit)).one().expires = 0
        desk.session.commit()

        answer = reporter.send("message", status=403, page=page, text=WORDS)

        assert WORDS in answer
        assert "Nothing was sent." in text_of(answer)
        assert len(desk.thread()) == 1
        reporter.browser.get(VIEW, status=303)

    def test_doing_something_moves_its_end(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        visit = desk.session.scalars(select(Visit)).one()
        visit.expires -= 5
        desk.session.commit()
        before = visit.expires

        reporter.browser.get(VIEW)

        desk.session.refresh(visit)
        assert visit.expires > before

    def test_a_cookie_of_somebody_elses_making_opens_nothing(
        self, client: FlaskClient, reporter: ReporterBrowser
    ) -> None:
        for value in ("", "x", "A" * 43, "%00", "é"):
            client.set_cookie("visit", value)
            reporter.browser.get(VIEW, status=303)

    def test_over_tls_the_cookie_insists_on_it(self, tmp_path: Path) -> None:
        secure = Settings(instance=tmp_path / "tls", public_url="https://x.kz")
        with installed(secure).test_request_context("/en/case"):
            cookie = current_visit.start_browser_visit(make_response(""), "token").headers[
                "Set-Cookie"
            ]

        assert cookie.startswith("__Host-visit=")
        assert "Secure" in cookie

    @pytest.mark.parametrize("what", ["message", "verdict", "review", "withdraw"])
    def test_nothing_is_written_without_the_token_of_a_form(
        self, reporter: ReporterBrowser, desk: ReplyDesk, what: str
    ) -> None:
        decide(desk)
        given = {"text": WORDS, "reason": WORDS, "why": WORDS, "sure": "y", "answer": "formal"}

        answer = reporter.browser.post(f"/en/case/{what}", status=422, seq="2", **given)

        assert "This page was open for too long" in text_of(answer)
        assert len(desk.thread()) == 2

    def test_leaving_needs_the_token_too(self, reporter: ReporterBrowser) -> None:
        asked = reporter.browser.post("/en/case/leave", status=422)
        reporter.browser.get(VIEW)

        reporter.browser.post("/en/case/leave", status=200, page=asked)
        reporter.browser.get(VIEW, status=303)


def test_known_erased_or_unknown_a_receipt_costs_the_same_work(
    app: Flask, desk: ReplyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stretched: list[bytes] = []
    statements: list[str] = []
    derive = receipt.derive

    def counting(secret: bytes) -> receipt.ReceiptKeys:
        stretched.append(secret)
        return derive(secret)

    def told(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    def work(code: str) -> tuple[int, list[str]]:
        person = Browser(app.test_client())
        page = person.get(ENTER)
        stretched.clear()
        statements.clear()
        person.client.post(FIND, data={**hidden(page, FIND), "receipt": code})
        return len(stretched), list(statements)

    monkeypatch.setattr(receipt, "derive", counting)
    event.listen(SESSIONS.get_from(app).kw["bind"], "before_cursor_execute", told)
    known = work(desk.filed.code)
    unknown = work(UNKNOWN)
    erase(desk.session, desk.case, actor="system", today=TODAY)
    desk.session.commit()
    erased = work(desk.filed.code)

    same = len(known[1])  # what became of a report is asked afterwards, by its entry in the log
    assert known == (1, unknown[1][:same]) == (1, erased[1][:same])
    assert (unknown[0], erased[0]) == (1, 1)
    assert same >= 3


def test_old_receipts_are_read_one_at_a_time_whatever_process_reads_them(tmp_path: Path) -> None:
    place = tmp_path / "place"
    hold = "import fcntl, sys; f = open(sys.argv[1], 'ab'); fcntl.flock(f, fcntl.LOCK_EX); "
    command = [sys.executable, "-c", f"{hold}print(flush=True); sys.stdin.read()", str(place)]
    with Popen(command, stdin=PIPE, stdout=PIPE) as other:  # noqa: S603 - a command of our own
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(visits.OldReceiptBusy):
            visits.derive_keys(bytes(11), place=place)
        assert visits.derive_keys(b"12345" * 6, place=place).lookup
        other.kill()

    assert visits.derive_keys(bytes(11), place=place).lookup, "who dies at the place leaves it free"
