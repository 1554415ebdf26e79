"""News, sitemap, catalogue, key and verifier."""

from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Namespace

from portal.core.calendar import Quarter
from portal.core.terms import Label
from portal.statistics.formats.atom import ATOM, SITEMAP
from portal.statistics.releases import announcements
from portal.web.parts import SETTINGS
from tests.statistics import tables

DCAT = Namespace("http://www.w3.org/ns/dcat#")
QUARTERS = (Quarter("2026-q3"), Quarter("2026-q4"))
AT_RELEASE = "2027-03-09T10:00:00+05:00"


@pytest.fixture
def folder(app: Flask) -> Path:
    """The folder of all releases."""
    path: Path = SETTINGS.get_from(app).instance / "releases"
    return path


@pytest.fixture
def published(folder: Path) -> None:
    """Two releases of invented tables."""
    for quarter in QUARTERS:
        tables.publish(folder, quarter)


def read(client: FlaskClient, address: str) -> Xml.Element:
    answer = client.get(address)
    assert answer.status_code == 200
    return Xml.fromstring(answer.data)  # noqa: S314 - our own


def list_texts(node: Xml.Element, name: str) -> list[str]:
    return [element.text or "" for element in node.iter(f"{{{ATOM}}}{name}")]


@pytest.mark.usefixtures("published")
class TestTheFeed:
    def test_it_has_what_atom_asks(self, client: FlaskClient) -> None:
        """RFC 4287 sections 4.1.1 and 4.1.2."""
        feed = read(client, "/figures/feed.atom")

        assert feed.tag == f"{{{ATOM}}}feed"
        assert {element.tag.removeprefix(f"{{{ATOM}}}") for element in feed} == {
            *("id", "title", "updated", "rights", "author", "link", "entry")
        }
        entries = feed.findall(f"{{{ATOM}}}entry")
        assert len(entries) == 2
        for entry in entries:
            for name in ("id", "title", "updated", "published", "summary"):
                assert len(entry.findall(f"{{{ATOM}}}{name}")) == 1
            assert entry.findall(f"{{{ATOM}}}link[@rel='alternate']")

    def test_its_names_never_change_and_its_times_are_those_of_releases(
        self, client: FlaskClient
    ) -> None:
        feed = read(client, "/figures/feed.atom")

        assert list_texts(feed, "id")[1:] == [
            "tag:localhost,2027-03-09:figures/2026-q4/v1",
            "tag:localhost,2026-12-08:figures/2026-q3/v1",
        ]
        assert list_texts(feed, "updated")[:2] == [AT_RELEASE, AT_RELEASE]
        answer = client.get("/figures/feed.atom")
        assert answer.headers["Last-Modified"] == "Tue, 09 Mar 2027 05:00:00 GMT"

    def test_a_changed_date_is_news(self, client: FlaskClient, folder: Path) -> None:
        reason = Label("Себебі", "Причина", "A reason")
        announcements.announce(
            folder, Quarter("2027-q1"), date(2027, 6, 15), reason, today=date(2027, 4, 1)
        )

        newest = list_texts(read(client, "/figures/feed.atom"), "entry")

        feed = read(client, "/figures/feed.atom")
        assert len(newest) == 3
        assert (
            list_texts(feed, "id")[1] == "tag:localhost,2027-04-01:figures/dates/2027-q1/2027-06-15"
        )
        assert "A reason" in list_texts(feed, "summary")[0]

    def test_it_speaks_all_languages(self, client: FlaskClient) -> None:
        title = list_texts(read(client, "/figures/feed.atom"), "title")[1]

        assert title == (
            "2026-q4/v1 басылымы жарияланды · Опубликован выпуск 2026-q4/v1 · "
            "Release 2026-q4/v1 is published"
        )


def test_before_the_first_release_there_is_no_news(client: FlaskClient) -> None:
    feed = read(client, "/figures/feed.atom")

    assert list_texts(feed, "updated") == ["1970-01-01T00:00:00+00:00"]
    assert list(read(client, "/sitemap.xml")) == []
    assert client.get("/figures/catalogue.jsonld").status_code == 200


def test_the_sitemap_has_the_pages_of_releases_and_no_other_time(
    client: FlaskClient, folder: Path
) -> None:
    tables.publish(
        folder, Quarter("2026-q4"), pages={"kk/index.html": b"", "embed/kk/flow.html": b""}
    )

    listed = [[part.text for part in page] for page in read(client, "/sitemap.xml")]

    assert listed == [["http://localhost/figures/2026-q4/v1/kk/index.html", AT_RELEASE]]
    assert read(client, "/sitemap.xml").tag == f"{{{SITEMAP}}}urlset"
    assert "Sitemap: http://localhost/sitemap.xml\n" in client.get("/robots.txt").text


@pytest.mark.usefixtures("published")
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_the_catalogue_names_every_release(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/figures/catalogue.jsonld").data, format="json-ld")

    assert {str(subject) for subject in graph.subjects(RDF.type, DCAT.Dataset)} == {
        f"https://report.example/figures/{quarter}/v1" for quarter in QUARTERS
    }
    assert len(list(graph.subjects(RDF.type, DCAT.Catalog))) == 1


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("name", "start"),
    [("key.pem", "-----BEGIN PUBLIC KEY-----"), ("verify.py", '"""Checks published figures')],
)
def test_what_verifies_a_release_is_given(client: FlaskClient, name: str, start: str) -> None:
    assert client.get(f"/figures/{name}").text.startswith(start)


def test_the_figures_are_found_without_a_language(client: FlaskClient) -> None:
    answer = client.get("/figures/", headers={"Accept-Language": "kk"})

    assert (answer.status_code, answer.location) == (302, "/kk/figures")
