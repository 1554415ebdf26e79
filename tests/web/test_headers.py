"""What every answer tells the browser, whichever page it is."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from portal.core.config import Settings
from portal.web.headers import HEADERS
from tests.installation import installed

ONION = "http://" + "a" * 56 + ".onion"
ANSWERS = ("/", "/ru/", "/ru/nothing", "/static/portal.css", "/static/nothing", "/robots.txt")


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_every_header(client: FlaskClient, address: str) -> None:
    assert HEADERS.keys() <= set(client.get(address).headers.keys())


def test_a_wrong_method_gets_the_headers_too(client: FlaskClient) -> None:
    answer = client.delete("/ru/")

    assert answer.status_code == 405
    assert HEADERS.keys() <= set(answer.headers.keys())


def test_a_page_may_load_from_its_own_place_only() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))

    assert policy.pop("default-src") == "'none'"
    assert set(policy.values()) <= {"'self'", "'none'"}
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"


def test_a_page_is_kept_nowhere_but_a_style_sheet_may_be(client: FlaskClient) -> None:
    page = client.get("/ru/")
    sheet = client.get("/static/portal.css?v=1")

    assert page.headers["Cache-Control"] == "no-store"
    assert "immutable" in sheet.headers["Cache-Control"]


def test_only_a_portal_behind_tls_insists_on_it(settings: Settings) -> None:
    secure = replace(settings, public_url="https://portal.example")

    assert "Strict-Transport-Security" in answer_of(secure)
    assert "Strict-Transport-Security" not in answer_of(settings)


def test_tor_browser_is_told_of_the_onion_address_unless_it_is_there(settings: Settings) -> None:
    both = replace(settings, onion_url=ONION)

    assert answer_of(both)["Onion-Location"] == f"{ONION}/ru/"
    assert "Onion-Location" not in answer_of(both, at=ONION)
    assert "Onion-Location" not in answer_of(settings)


def test_the_onion_address_is_told_of_pages_in_any_script(settings: Settings) -> None:
    client = installed(replace(settings, onion_url=ONION)).test_client()

    for path in ("/ru/қазақ", "/ru/%0d%0aSet-Cookie:a=b"):
        assert client.get(path).headers["Onion-Location"].isascii()


def answer_of(settings: Settings, at: str = "http://localhost") -> dict[str, str]:
    """Return the headers of the front page of a portal, asked for at an address."""
    return dict(installed(settings).test_client().get("/ru/", base_url=at).headers)
