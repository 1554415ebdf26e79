"""The box that counts on for who waits without scripts."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core import clock
from portal.web import load
from portal.web.headers import HEADERS
from portal.web.parts import SETTINGS
from tests.dialogue.conftest import ENTER, FIND
from tests.factories import Make
from tests.page import XHTML, Browser, hidden, text_of, tree_of

CODE = "000000 " * 5 + "000000"


@pytest.fixture(autouse=True)
def busy(app: Flask, make: Make) -> None:
    make.portal()
    SETTINGS.put(app, replace(SETTINGS.get_from(app), calm_per_minute=0))


def seen(client: FlaskClient, turn: str) -> TestResponse:
    answer = client.get("/en/line", query_string={"turn": turn})
    assert answer.status_code == 200
    return answer


def renews(answer: TestResponse) -> str:
    metas = tree_of(answer.text).iter(f"{XHTML}meta")
    result = [tag.get("content", "") for tag in metas if tag.get("http-equiv") == "refresh"]
    return "".join(result)


def turn_in(page: str) -> str:
    return hidden(page, FIND)["turn"]


def test_it_renews_itself_until_the_page_can_be_sent(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_of = turn_in(browser.post(FIND, status=429, page=browser.get(ENTER), receipt=CODE))
    waiting = seen(browser.client, load_of)
    (seconds,) = re.findall(r"can be sent: (\d+)", text_of(waiting.text))

    assert 0 < int(seconds) <= load.LONGEST_WAIT
    assert renews(waiting) == str(min(int(seconds), 10))
    later = clock.get_seconds() + int(seconds)
    monkeypatch.setattr(clock, "get_seconds", lambda: later)
    come = seen(browser.client, load_of)
    assert "can be sent now" in text_of(come.text)
    assert not renews(come)


def test_a_turn_that_is_used_or_of_another_browser_is_said_to_be_none(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = browser.post(FIND, status=429, page=browser.get(ENTER), receipt=CODE)
    turn = turn_in(page)
    assert "not good any more" in text_of(seen(app.test_client(), turn).text)
    later = clock.get_seconds() + load.LONGEST_WAIT
    monkeypatch.setattr(clock, "get_seconds", lambda: later)
    browser.post(FIND, status=404, page=page, receipt=CODE)

    assert "not good any more" in text_of(seen(browser.client, turn).text)
    assert "not good any more" in text_of(seen(browser.client, "x").text)


def test_only_pages_of_the_portal_hold_it(client: FlaskClient) -> None:
    answer = seen(client, "x")

    policy = answer.headers["Content-Security-Policy"]
    assert policy == HEADERS["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_page_that_waits_shows_it_to_who_has_no_scripts(browser: Browser) -> None:
    page = browser.post(FIND, status=429, page=browser.get(ENTER), receipt=CODE)

    quiet = re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert quiet
    assert "/en/line?turn=" in quiet[1]
