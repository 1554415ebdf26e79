"""Languages in addresses, dates and numbers."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.terms import Label
from portal.web import i18n
from tests.page import XHTML, Browser, squeezed, tree_of


def links(page: str) -> dict[str, str]:
    """Return where a page says it stands in each language."""
    result = tree_of(page).iter(f"{XHTML}a")
    return {
        link.get("hreflang", ""): link.get("href", "") for link in result if "lang" in link.attrib
    }


def test_a_page_leads_to_itself_in_the_other_languages(browser: Browser) -> None:
    assert links(browser.get("/kk/safety")) == {
        "kk": "/kk/safety",
        "ru": "/ru/safety",
        "en": "/en/safety",
    }


def test_the_language_of_the_page_is_marked(browser: Browser) -> None:
    result = tree_of(browser.get("/kk/safety")).iter(f"{XHTML}a")

    assert [link.get("lang") for link in result if link.get("aria-current") == "true"] == ["kk"]


def test_a_page_that_is_not_there_leads_to_the_front_pages(browser: Browser) -> None:
    assert links(browser.get("/en/nothing", status=404)) == {
        "kk": "/kk/",
        "ru": "/ru/",
        "en": "/en/",
    }


def test_a_page_that_is_not_there_speaks_the_language_of_its_address(browser: Browser) -> None:
    assert tree_of(browser.get("/kk/nothing", status=404)).get("lang") == "kk"


def test_so_does_a_page_of_a_release_that_cannot_be_sent(app: Flask) -> None:
    wish = {"Accept-Language": "ru"}
    with app.test_request_context("/figures/2026-q4/v1/kk/balance.html", headers=wish):
        assert i18n.get_language() == "kk"
    with app.test_request_context("/figures/2026-q4/v1/balance.csv", headers=wish):
        assert i18n.get_language() == "ru"


def test_a_fourth_language_is_no_page(client: FlaskClient) -> None:
    assert client.get("/de/").status_code == 404


@pytest.mark.parametrize(
    ("language", "day", "number"),
    [
        ("en", "12 March 2026", "1,234.5"),
        ("ru", "12 марта 2026", "1 234,5"),
        ("kk", "2026 ж. 12 наурыз", "1 234,5"),
    ],
)
def test_days_and_numbers_follow_the_language(
    app: Flask, language: str, day: str, number: str
) -> None:
    with app.test_request_context(f"/{language}/"):
        app.preprocess_request()
        assert squeezed(i18n.format_day(date(2026, 3, 12))) == day
        assert squeezed(i18n.format_number(1234.5)) == number
        assert i18n.translate_label(Label(kk="kk", ru="ru", en="en")) == language


def test_outside_a_request_texts_are_russian(app: Flask) -> None:
    with app.app_context():
        assert i18n.get_language() == "ru"
