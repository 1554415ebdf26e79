"""Pages and files of published figures, in three languages, with and without releases."""

import csv
import io
import json
import re
from hashlib import sha256
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.statistics.archive import MANIFEST
from tests.page import Browser, text_of, tree_of
from tests.statistics.histories import Q3, YEAR_PUBLISHED_ON, Histories, Press
from tests.statistics.test_service import a_busy_quarter

LANGUAGES = ("kk", "ru", "en")
FILES = "/figures/2026-q3/v1"


@pytest.fixture
def published(histories: Histories, press: Press) -> Press:
    """One release of a busy quarter."""
    a_busy_quarter(histories)
    press.publish()
    return press


@pytest.mark.parametrize("language", LANGUAGES)
class TestPages:
    def test_before_the_first_release_there_is_only_the_calendar(
        self, browser: Browser, language: str
    ) -> None:
        page = browser.get(f"/{language}/figures")
        browser.get(f"/{language}/figures/about")
        browser.get(f"/{language}/figures/2026-q3", status=404)

        assert "<svg xmlns" not in page
        assert len(re.findall(r"10:00", page)) == 4

    @pytest.mark.usefixtures("published")
    def test_with_one_release_its_figures_are_shown(self, browser: Browser, language: str) -> None:
        for page in (browser.get(f"/{language}/figures"), browser.get(f"/{language}/figures/{Q3}")):
            assert ">240<" in page
            assert ">80<" in page
            assert page.count('class="chart"') == 2
            assert f"{FILES}/findings-{language}.svg" in page
            assert f"{FILES}/received-category.csv" in page
        browser.get(f"/{language}/figures/about")

    def test_with_several_releases_lines_over_time_join(
        self, browser: Browser, published: Press, language: str
    ) -> None:
        published.publish("2026-q4", YEAR_PUBLISHED_ON)

        newest = browser.get(f"/{language}/figures")
        older = browser.get(f"/{language}/figures/{Q3}")

        assert 'id="flow"' in newest
        assert 'id="flow"' not in older
        assert f"/{language}/figures/2026-q3" in newest
        assert f"/{language}/figures/2026-q4" in newest

    def test_every_file_a_page_names_exists(
        self, browser: Browser, published: Press, client: FlaskClient, language: str
    ) -> None:
        published.publish("2026-q4", YEAR_PUBLISHED_ON)
        for address in (f"/{language}/figures", f"/{language}/figures/2026-q4"):
            named = set(re.findall(r'href="(/figures/[^"]+)"', browser.get(address)))
            assert len(named) > 5
            assert {client.get(one).status_code for one in named} == {200}

    @pytest.mark.usefixtures("published")
    def test_a_page_may_be_kept_for_minutes_and_sets_no_cookie(
        self, client: FlaskClient, language: str
    ) -> None:
        for name in ("figures", "figures/about", f"figures/{Q3}"):
            response = client.get(f"/{language}/{name}")
            assert response.headers["Cache-Control"] == "public, max-age=300"
            assert "Set-Cookie" not in response.headers


@pytest.mark.usefixtures("published")
class TestWhatPagesShow:
    def test_each_picture_is_followed_by_its_table(self, browser: Browser) -> None:
        tree = tree_of(browser.get("/en/figures"))
        figures = [node for node in tree.iter() if node.tag.endswith("}figure")]

        assert len(figures) == 2
        for figure in figures:
            kinds = [node.tag.rpartition("}")[2] for node in figure.iter()]
            assert kinds.index("svg") < kinds.index("table")
            assert {"caption", "th", "td"} <= set(kinds)
            headings = [node for node in figure.iter() if node.tag.endswith("}th")]
            assert all(node.get("scope") in {"col", "row"} for node in headings)

    def test_a_small_number_is_not_shown(self, browser: Browser) -> None:
        assert "fewer than 10 (may be zero)" in text_of(browser.get("/en/figures"))

    def test_the_page_says_what_the_figures_are_not(self, browser: Browser) -> None:
        assert "reporting, not misconduct" in text_of(browser.get("/en/figures"))
        about = text_of(browser.get("/en/figures/about"))
        assert "CC BY 4.0" in about
        assert "changed a little by chance" in about
        assert "http://localhost/en/figures/2026-q3" in about

    def test_pages_read_releases_and_never_the_database(self, app: Flask, browser: Browser) -> None:
        asked: list[str] = []
        engine = app.extensions["sessions"].kw["bind"]
        event.listen(engine, "before_cursor_execute", lambda *about: asked.append(about[2]))

        for name in ("figures", "figures/about", f"figures/{Q3}"):
            browser.get(f"/ru/{name}")
        browser.client.get(f"{FILES}/totals.csv")

        assert asked == []

    def test_a_new_case_changes_no_byte_of_any_page_or_file(
        self, client: FlaskClient, histories: Histories
    ) -> None:
        """G9: nothing between releases tells that a report arrived."""
        addresses = (
            "/ru/figures",
            f"/ru/figures/{Q3}",
            "/ru/figures/about",
            f"{FILES}/totals.json",
        )

        def seen() -> list[tuple[bytes, list[tuple[str, str]]]]:
            answers = [client.get(address) for address in addresses]
            return [
                (answer.data, [one for one in answer.headers if one[0] != "Date"])
                for answer in answers
            ]

        before = seen()
        histories.many(25, region="KZ-62", category="ill_treatment")
        histories.done()

        assert seen() == before


@pytest.mark.usefixtures("published")
class TestFiles:
    def test_a_file_is_what_was_published(self, client: FlaskClient) -> None:
        manifest = client.get(f"{FILES}/{MANIFEST}").get_json()

        assert manifest["quarter"] == Q3
        for name, digest in manifest["files"].items():
            response = client.get(f"{FILES}/{name}")
            assert sha256(response.data).hexdigest() == digest

    def test_a_file_may_be_kept_for_ever_and_read_from_anywhere(self, client: FlaskClient) -> None:
        response = client.get(f"{FILES}/totals.csv")

        assert response.content_type == "text/csv; charset=utf-8"
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        again = client.get(
            f"{FILES}/totals.csv", headers={"If-None-Match": response.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")

    def test_tables_read_alike_in_both_forms(self, client: FlaskClient) -> None:
        document = client.get(f"{FILES}/received-category.json").get_json()
        rows = list(csv.reader(io.StringIO(client.get(f"{FILES}/received-category.csv").text)))

        assert rows[0] == document["columns"]
        assert rows[1:] == [
            ["" if one is None else str(one) for one in row] for row in document["rows"]
        ]

    def test_pictures_are_files_of_their_own(self, client: FlaskClient) -> None:
        response = client.get(f"{FILES}/kinds-kk.svg")

        assert response.content_type.startswith("image/svg+xml")
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert Xml.fromstring(response.text).get("role") == "img"  # noqa: S314 - our own picture

    @pytest.mark.parametrize(
        "path",
        [
            "2026-q3/v2/totals.csv",
            "2025-q3/v1/totals.csv",
            "2026-q3/v1/none.csv",
            "2026-q3/v1/totals.xlsx",
            "2026-q3/v1/..%2fmanifest.json",
            "2026-q3/v1/",
            "2026-q5/v1/totals.csv",
            "anything",
        ],
    )
    def test_what_there_is_not_is_said_to_a_program(self, client: FlaskClient, path: str) -> None:
        response = client.get(f"/figures/{path}")

        assert response.status_code == 404
        assert json.loads(response.data) == {"error": "not-found"}
        assert response.headers["Access-Control-Allow-Origin"] == "*"
