"""What the log has of a case, for its reporter: the file to take home."""

from flask import Flask
from flask.testing import FlaskClient

from portal.transparency.bundle import bundle_of
from portal.web.headers import DOWNLOAD_POLICY
from tests.dialogue.conftest import Reporter
from tests.dialogue.letters import Desk
from tests.dialogue.views.test_sealed import JSON, opened

BUNDLE = "/en/case/log.json"


class TestTheFile:
    def test_it_is_the_bundle_of_the_case_under_a_name_that_says_nothing(
        self, reporter: Reporter, desk: Desk
    ) -> None:
        answer = reporter.browser.client.get(BUNDLE)

        assert answer.text == bundle_of(desk.session, desk.make.log, desk.case.id).text
        assert answer.mimetype == "application/json"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="log.json"'
        assert answer.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_browser_that_keeps_the_keys_gets_it_too(
        self, client: FlaskClient, desk: Desk
    ) -> None:
        opened(client, desk.filed.reporter.keys.lookup)

        assert client.get(BUNDLE, headers=JSON).json["origin"] == "localhost/log"  # type: ignore[index]

    def test_nobody_else_gets_it(self, app: Flask, reporter: Reporter) -> None:
        del reporter

        assert app.test_client().get(BUNDLE, headers=JSON).status_code == 401
