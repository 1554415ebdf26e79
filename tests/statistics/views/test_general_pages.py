"""Pages around the releases, with and without releases: no database, no session, no cookie."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.core.calendar import Quarter
from portal.statistics.site import official
from portal.web.parts import SESSIONS
from tests.page import Browser, text_of
from tests.statistics.histories import Q3, Histories

LANGUAGES = ("kk", "ru", "en")
AROUND = ("calendar", "changes", "about", "official", "journalists")
FIRST_PAGE = "/figures/{quarter}/v1/{language}/index.html"
Q4 = Quarter("2026-q4")


def fetch_page(language: str) -> str:
    return FIRST_PAGE.format(language=language, quarter=Q4)


@pytest.mark.parametrize("language", LANGUAGES)
class TestInEveryLanguage:
    def test_before_the_first_release_people_are_told_when_it_comes(
        self, browser: Browser, language: str
    ) -> None:
        page = browser.get(f"/{language}/figures")
        days = browser.get(f"/{language}/figures/calendar")

        assert f'href="/{language}/figures/calendar"' in page
        assert len(re.findall(r"T10:00\+05:00", days)) in {4, 5}
        browser.get(f"/{language}/figures/2026-q3", status=404)

    @pytest.mark.parametrize("name", AROUND)
    def test_every_page_is_there_without_a_release(
        self, browser: Browser, language: str, name: str
    ) -> None:
        browser.get(f"/{language}/figures/{name}")

    def test_the_promised_official_series_are_shown_with_their_sources(
        self, browser: Browser, language: str
    ) -> None:
        page = browser.get(f"/{language}/figures/official")

        assert official.load()
        for series in official.load():
            assert series.label.get(language) in page
            assert f'href="{series.source_url}"' in page
            for of_year in series.values:
                assert f'<td class="number">{of_year.value}</td>' in page

    @pytest.mark.usefixtures("shelved")
    def test_the_address_of_the_figures_leads_to_the_newest_ones(
        self, browser: Browser, client: FlaskClient, language: str
    ) -> None:
        for address, quarter in ((f"/{language}/figures", Q4), (f"/{language}/figures/{Q3}", Q3)):
            answer = client.get(address)
            assert answer.status_code == 302
            assert answer.location == FIRST_PAGE.format(language=language, quarter=quarter)
            assert answer.headers["Cache-Control"] == "public, max-age=300"
            browser.get(answer.location)

    @pytest.mark.usefixtures("shelved")
    def test_a_page_may_be_kept_for_minutes_and_sets_no_cookie(
        self, client: FlaskClient, language: str
    ) -> None:
        for name in AROUND:
            response = client.get(f"/{language}/figures/{name}")
            assert response.headers["Cache-Control"] == "public, max-age=300"
            assert response.headers["X-Robots-Tag"] == "all"
            assert "Set-Cookie" not in response.headers


@pytest.mark.usefixtures("shelved")
class TestWithARelease:
    def test_a_page_of_a_release_is_sent_as_it_was_published(self, client: FlaskClient) -> None:
        response = client.get(fetch_page("en"))

        assert response.content_type == "text/html; charset=utf-8"
        assert "immutable" in response.headers["Cache-Control"]
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "Set-Cookie" not in response.headers

    def test_only_an_embedded_figure_may_stand_in_a_frame_of_others(
        self, client: FlaskClient
    ) -> None:
        answer = client.get(f"/figures/{Q4}/v1/embed/en/curve.html")

        assert answer.status_code == 200
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
        assert "Set-Cookie" not in answer.headers

    def test_the_list_of_releases_says_when_each_came(self, browser: Browser) -> None:
        shown = text_of(browser.get("/en/figures/changes"))

        assert "quarter 3 of 2026" in shown
        assert "2 of 2 releases came at the announced minute." in shown

    def test_what_the_figures_are_not_is_said(self, browser: Browser) -> None:
        assert "reporting, not misconduct" in text_of(browser.get(fetch_page("en")))
        about = text_of(browser.get("/en/figures/about"))
        assert "CC BY 4.0" in about
        assert "changed a little by chance" in about

    def test_pages_read_releases_and_never_the_database(self, app: Flask, browser: Browser) -> None:
        asked: list[str] = []
        engine = SESSIONS.get_from(app).kw["bind"]
        event.listen(engine, "before_cursor_execute", lambda *about: asked.append(about[2]))

        for name in AROUND:
            browser.get(f"/ru/figures/{name}")
        browser.get(fetch_page("ru"))
        browser.client.get("/ru/figures")

        assert asked == []

    def test_a_new_case_changes_no_byte_of_any_page(
        self, client: FlaskClient, histories: Histories
    ) -> None:
        """G9: nothing between releases tells that a report arrived."""
        addresses = [f"/ru/figures/{name}" for name in AROUND]
        addresses += ["/ru/figures", fetch_page("ru")]

        def fetch_all() -> list[tuple[bytes, list[tuple[str, str]]]]:
            answers = [client.get(address) for address in addresses]
            return [
                (answer.data, [header for header in answer.headers if header[0] != "Date"])
                for answer in answers
            ]

        before = fetch_all()
        histories.many(25, region="KZ-62", category="ill_treatment")
        histories.done()

        assert fetch_all() == before
