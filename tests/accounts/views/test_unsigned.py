"""Whoever did not sign as they must is told why, in the language of the page."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.views.unsigned import REASONS
from portal.core.errors import Unsigned
from portal.core.terms import LANGUAGES
from portal.web.i18n import use_language
from tests.page import text_of

PORTAL = Path("portal")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser before pages that only refuse."""

    def refuse(code: str) -> str:
        raise Unsigned(code)

    app.add_url_rule("/<lang:lang>/refuses/<code>", view_func=refuse)
    return app.test_client()


def test_every_reason_that_is_given_has_its_words() -> None:
    given = {
        code
        for path in PORTAL.rglob("*.py")
        for code in re.findall(r'Unsigned\("(\w+)"\)', path.read_text("utf-8"))
    }

    assert given <= set(REASONS)
    assert len(given) >= 8


@pytest.mark.parametrize("code", REASONS)
def test_a_person_reads_the_reason_and_a_script_gets_it(
    app: Flask, client: FlaskClient, code: str
) -> None:
    told = set()
    for lang in LANGUAGES:
        page = client.get(f"/{lang}/refuses/{code}")
        script = client.get(f"/{lang}/refuses/{code}", headers={"Accept": "application/json"})
        with app.test_request_context(), use_language(lang):
            words = str(REASONS[code])
        told.add(words)
        assert page.status_code == script.status_code == 403
        assert words in text_of(page.text)
        assert script.get_json() == {"error": "unsigned", "reason": code, "words": words}
    assert len(told) == len(LANGUAGES)
