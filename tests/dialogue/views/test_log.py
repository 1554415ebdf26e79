"""What the log has of a case, for its reporter: the file to take home."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.cases.models import Allegation, Envelope, StatusChange
from portal.core import clock
from portal.dialogue.service.checking import Fault
from portal.dialogue.views.log_findings import ADVICE
from portal.transparency.publishing.bundle import build_bundle
from portal.web.headers import DOWNLOAD_POLICY
from tests.dialogue.conftest import ReporterBrowser
from tests.dialogue.letters import ReplyDesk
from tests.dialogue.logged import MERGED_ON, LoggedCase, logged
from tests.dialogue.views.test_sealed import JSON, opened
from tests.factories import Make
from tests.page import Browser, text_of

VIEW, CHECK, BUNDLE = "/en/case/view", "/en/case/log", "/en/case/log.json"


@pytest.fixture
def case(make: Make, session: Session, monkeypatch: pytest.MonkeyPatch) -> LoggedCase:
    monkeypatch.setattr(clock, "get_today", lambda: MERGED_ON)
    return logged(make, session)


@pytest.fixture
def owner(browser: Browser, case: LoggedCase) -> ReporterBrowser:
    """The reporter of that case, who has come back."""
    person = ReporterBrowser(browser, case.filed.code)
    person.come_back()
    return person


class TestThePage:
    def test_each_step_is_said_in_plain_words_with_its_day_and_its_place(
        self, owner: ReporterBrowser
    ) -> None:
        page = text_of(owner.browser.get(CHECK))

        assert "Everything fits" in page
        assert (
            "Your report was filed , 2 March 2026 In the log since the batch of 8 March 2026."
            in page
        )
        assert "You were asked a question , 2 March 2026" in page
        assert "Closed , 9 March 2026 Will be in the log by 18 March 2026." in page
        assert "no witness vouches for it yet" in page

    def test_how_the_outcome_counts_is_shown(self, owner: ReporterBrowser) -> None:
        page = text_of(owner.browser.get(CHECK))

        assert "Concluded quarter 1 of 2026 Working days 0-5" in page
        assert "Substantiated; Reprimand" in page

    def test_the_page_of_the_case_says_it_in_short(self, owner: ReporterBrowser) -> None:
        page = text_of(owner.browser.get(VIEW))

        assert "8 of 9 steps stand there just as they are shown here" in page
        assert "1 step waits for the next batch." in page

    def test_a_browser_that_keeps_the_keys_does_not_get_it(
        self, client: FlaskClient, case: LoggedCase
    ) -> None:
        opened(client, case.filed.reporter.keys.lookup)

        assert client.get(CHECK).status_code == 303

    @pytest.mark.parametrize("language", ["kk", "ru", "en"])
    def test_nothing_of_the_receipt_is_on_it(self, owner: ReporterBrowser, language: str) -> None:
        page = owner.browser.get(f"/{language}/case/log")

        assert owner.code not in page
        assert "python check-report.py log.json --lang" in page


class TestATamperedDatabase:
    """What an insider does past the portal, seen by the reporter at the next visit."""

    def told(self, owner: ReporterBrowser, case: LoggedCase) -> str:
        case.session.commit()
        assert "Something that you are shown does not fit" in text_of(owner.browser.get(VIEW))
        page = text_of(owner.browser.get(CHECK))
        assert "Everything fits" not in page
        assert case.blind.hex() in page
        assert owner.code not in page
        return page

    def envelope(self, case: LoggedCase, kind: str) -> Envelope:
        case.session.expire_all()
        return next(envelope for envelope in case.filed.case.envelopes if envelope.kind == kind)

    def test_a_letter_that_was_deleted(self, owner: ReporterBrowser, case: LoggedCase) -> None:
        case.session.delete(self.envelope(case, "question"))

        assert "It was deleted or exchanged." in self.told(owner, case)

    def test_a_letter_that_was_exchanged_with_its_digest(
        self, owner: ReporterBrowser, case: LoggedCase
    ) -> None:
        letter, other = self.envelope(case, "question"), self.envelope(case, "decision")
        letter.sealed, letter.digest = other.sealed, other.digest

        assert "It was deleted or exchanged." in self.told(owner, case)

    def test_a_letter_of_another_day(self, owner: ReporterBrowser, case: LoggedCase) -> None:
        self.envelope(case, "question").filed_on = MERGED_ON

        assert "A state or a day is shown to you otherwise" in self.told(owner, case)

    def test_a_state_that_was_dated_back(self, owner: ReporterBrowser, case: LoggedCase) -> None:
        change: StatusChange = case.filed.case.history[-1]
        change.changed_on = date(2026, 3, 3)

        page = self.told(owner, case)
        assert "Step 9: Closed, 9 March 2026." in page
        assert "Does not fit: see above." in page

    def test_an_outcome_that_was_turned_round(
        self, owner: ReporterBrowser, case: LoggedCase
    ) -> None:
        allegation: Allegation = case.filed.case.allegations[0]
        allegation.outcome = "unfounded"

        page = self.told(owner, case)
        assert "is not the one that counts in the figures" in page
        assert "an organisation that follows the figures" in page

    def test_history_that_was_rewritten_with_its_steps(
        self, owner: ReporterBrowser, case: LoggedCase
    ) -> None:
        case.session.execute(text("DROP TRIGGER log_steps_final"))
        case.session.execute(
            text("UPDATE log_steps SET made_on = '2026-03-01' WHERE what = 'acknowledged'")
        )
        case.filed.case.history[1].changed_on = date(2026, 3, 1)

        page = self.told(owner, case)
        assert "The log says something else of this step than this page" in page
        assert "Step 2: Read and registered, 1 March 2026." in page


def test_every_fault_says_what_it_proves_what_to_do_and_whom_to_show_it() -> None:
    assert ADVICE.keys() == set(Fault)
    assert all(said.proves and said.act and said.show for said in ADVICE.values())


class TestTheFile:
    def test_it_is_the_bundle_of_the_case_under_a_name_that_says_nothing(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        answer = reporter.browser.client.get(BUNDLE)

        assert answer.text == build_bundle(desk.session, desk.make.log, desk.case.id).text
        assert answer.mimetype == "application/json"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="log.json"'
        assert answer.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_browser_that_keeps_the_keys_gets_it_too(
        self, client: FlaskClient, desk: ReplyDesk
    ) -> None:
        opened(client, desk.filed.reporter.keys.lookup)

        assert client.get(BUNDLE, headers=JSON).json["origin"] == "localhost/log"  # type: ignore[index]

    def test_nobody_else_gets_it(self, app: Flask, reporter: ReporterBrowser) -> None:
        del reporter

        assert app.test_client().get(BUNDLE, headers=JSON).status_code == 401
