"""The pages of words: valid, light, in three languages, without a cookie and without a script."""

import re

import pytest
from flask.testing import FlaskClient

from portal.core.taxonomy import load
from portal.core.terms import LANGUAGES
from tests.page import XHTML, Browser, text_of, tree_of

PAGES = ("", "safety", "how-it-works", "privacy", "accessibility")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_words_is_valid_in_every_language(
    browser: Browser, page: str, language: str
) -> None:
    node = tree_of(browser.get(f"/{language}/{page}"))

    assert node.get("lang") == language


@pytest.mark.parametrize("page", PAGES)
def test_reading_sets_no_cookie(client: FlaskClient, page: str) -> None:
    response = client.get(f"/ru/{page}")

    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_words_needs_no_script(browser: Browser, page: str) -> None:
    node = tree_of(browser.get(f"/ru/{page}"))

    sources = [script.get("src", "") for script in node.iter(f"{XHTML}script")]
    assert [re.sub(r"\?.*", "", source) for source in sources] == ["/static/exit.js"]
    assert not list(node.iter(f"{XHTML}noscript"))


def test_the_first_visit_is_light_and_asks_for_four_things_at_most(client: FlaskClient) -> None:
    page = client.get("/ru/").text
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))

    weight = len(page.encode()) + sum(len(client.get(address).data) for address in loaded)

    assert len(loaded) <= 3
    assert weight <= 60_000


def test_the_script_that_leaves_is_smaller_than_a_kilobyte(client: FlaskClient) -> None:
    assert len(client.get("/static/exit.js").data) < 1000


def test_the_style_sheet_is_at_most_twenty_kilobytes(client: FlaskClient) -> None:
    assert len(client.get("/static/portal.css").data) <= 20_000


def test_the_way_out_is_a_plain_link_that_tells_nobody_where_from(
    browser: Browser, client: FlaskClient
) -> None:
    links = [
        link for link in tree_of(browser.get("/ru/")).iter(f"{XHTML}a") if link.get("id") == "exit"
    ]

    assert [link.get("href") for link in links] == ["https://kk.wikipedia.org"]
    assert "noreferrer" in (links[0].get("rel") or "")
    assert client.get("/ru/").headers["Referrer-Policy"] == "no-referrer"


def test_the_front_page_leads_to_the_form_and_back_to_a_report(browser: Browser) -> None:
    links = [link.get("href") for link in tree_of(browser.get("/kk/")).iter(f"{XHTML}a")]

    assert {"/kk/report", "/kk/case"} <= set(links)
    assert "" not in links


def test_the_police_number_stands_after_the_safer_ones(browser: Browser) -> None:
    page = browser.get("/en/")

    phones = re.findall(r'href="tel:(\d+)"', page)
    assert phones[:3] == ["112", "111", "115"]
    assert phones[-1] == "102"
    assert "150" not in phones


def test_the_front_page_tells_what_an_anonymous_report_cannot_do(browser: Browser) -> None:
    label = load().notices["anonymous_limits"].label

    for language in LANGUAGES:
        assert label.get(language) in text_of(browser.get(f"/{language}/"))


def test_every_published_clock_stands_with_its_limit(browser: Browser) -> None:
    page = text_of(browser.get("/en/how-it-works"))

    for deadline in load().deadlines.values():
        assert (deadline.label.get("en") in page) == deadline.publish
    assert "15 working days law" in page


def test_the_title_of_no_page_gives_the_reader_away(browser: Browser) -> None:
    for page in PAGES:
        title = tree_of(browser.get(f"/en/{page}")).find(f".//{XHTML}title")
        assert title is not None
        words = "".join(title.itertext()).lower()
        assert not re.search("police|torture|misconduct|corruption|complain", words)


def test_the_address_without_language_leads_to_the_one_the_browser_asks_for(
    client: FlaskClient,
) -> None:
    answers = {
        wish: client.get("/", headers={"Accept-Language": wish})
        for wish in ("kk-KZ,ru;q=0.5", "en", "de, kk;q=0", "")
    }

    assert [answer.location for answer in answers.values()] == ["/kk/", "/en/", "/ru/", "/ru/"]
    for answer in answers.values():
        assert answer.status_code == 302
        assert answer.headers["Vary"] == "Accept-Language"


def test_search_engines_may_show_words_but_nothing_of_anybody(client: FlaskClient) -> None:
    robots = client.get("/robots.txt")

    assert robots.mimetype == "text/plain"
    for private in ("report", "case", "staff"):
        assert f"Disallow: /*/{private}\n" in robots.text
    assert client.get("/ru/").headers["X-Robots-Tag"] == "all"
    assert client.get("/ru/nothing").headers["X-Robots-Tag"] == "noindex"


def test_a_browser_that_asks_for_the_old_icon_finds_the_new_one(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico", follow_redirects=True)

    assert answer.mimetype == "image/svg+xml"
