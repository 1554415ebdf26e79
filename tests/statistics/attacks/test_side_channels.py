"""What changes in public when a case comes in between releases: nothing, not a byte."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.statistics.attacks import side_channels
from portal.statistics.releases import archive
from portal.web.database import reading
from portal.web.parts import SESSIONS
from tests.statistics.histories import Histories, QuarterPublisher

# Every form has a token of its own, and the answer to it a cookie: drawn anew, whoever comes.
TOKEN = re.compile(rb'(name="[a-z_]+"[^>]*value=")[^"]{20,}(")')
DRAWN = {"Set-Cookie"}


@pytest.fixture
def published(histories: Histories, press: QuarterPublisher) -> list[archive.PublishedRelease]:
    """Two releases, made of a few hundred cases."""
    histories.many(300)
    histories.many(40, concluded_on=date(2026, 9, 10), outcomes=("substantiated",))
    histories.done()
    press.publish()
    return archive.list_releases(press.folder)


def list_public_addresses(app: Flask) -> list[str]:
    """Return every address of the portal that needs nothing but a language."""
    urls = app.url_map.bind("")
    return [
        urls.build(rule.endpoint, {"lang": language} if rule.arguments else {})
        for rule in app.url_map.iter_rules()
        for language in ("kk", "ru", "en")
        if "GET" in (rule.methods or ()) and rule.arguments <= {"lang"}
    ]


def fetch_answers(client: FlaskClient, addresses: list[str]) -> dict[str, object]:
    answers: dict[str, object] = {}
    for address in addresses:
        answer = client.get(address)
        headers = [(name, text) for name, text in answer.headers if name not in DRAWN]
        answers[address] = (answer.status_code, headers, TOKEN.sub(rb"\1\2", answer.get_data()))
    return answers


def test_no_public_byte_changes_when_cases_come_in(
    app: Flask,
    client: FlaskClient,
    published: list[archive.PublishedRelease],
    histories: Histories,
) -> None:
    addresses = [*list_public_addresses(app), *side_channels.list_addresses(app, published)]
    before = fetch_answers(client, addresses)
    assert before == fetch_answers(app.test_client(), addresses)

    for region in ("KZ-75", "KZ-62", None):
        histories.case(region=region, received_on=date(2026, 11, 1))
        histories.case(region=region, concluded_on=date(2026, 9, 1), outcomes=("lawful",))
    histories.done()

    after = fetch_answers(app.test_client(), addresses)
    assert [address for address in addresses if before[address] != after[address]] == []
    assert len(addresses) > 100


def test_no_page_of_figures_asks_the_database(
    app: Flask, published: list[archive.PublishedRelease]
) -> None:
    result = side_channels.attack(app, published)

    assert result.passed, result
    assert result.controls == {"a page that asks the database": 1.0}


def test_a_counter_on_a_page_is_noticed(
    app: Flask, published: list[archive.PublishedRelease]
) -> None:
    engine = SESSIONS.get_from(app).kw["bind"]

    with app.app_context(), side_channels.statements(engine) as asked, reading() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM cases")

    assert "SELECT count(*) FROM cases" in asked
    assert "/api/v1/releases" in side_channels.list_addresses(app, published)


def test_addresses_of_a_portal_without_releases_are_looked_at_too(app: Flask) -> None:
    assert side_channels.attack(app, []).passed
