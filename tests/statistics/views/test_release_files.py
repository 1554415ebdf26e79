"""Files of releases over HTTP: what may be kept, asked for in part, and refused."""

import gzip
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.calendar import Quarter
from portal.statistics.releases.archive import MANIFEST
from portal.web.parts import SETTINGS
from portal.web.programs import PROBLEM_TYPE
from tests.statistics import tables

FILES = "/figures/2026-q4/v1"
TOTALS = f"{FILES}/totals.csv"


@pytest.fixture
def published(app: Flask) -> dict[str, bytes]:
    """One release of invented tables."""
    return tables.publish(SETTINGS.get_from(app).instance / "releases")


@pytest.mark.usefixtures("published")
class TestAFile:
    def test_it_is_what_was_published(
        self, client: FlaskClient, published: dict[str, bytes]
    ) -> None:
        for name, content in published.items():
            response = client.get(f"{FILES}/{name}")
            assert response.data == content, name
            assert response.headers["ETag"] == f'"{sha256(content).hexdigest()}"'

    def test_it_may_be_kept_for_ever_and_read_from_anywhere(self, client: FlaskClient) -> None:
        response = client.get(TOTALS)

        assert response.content_type == "text/csv; charset=utf-8"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response.headers["X-Robots-Tag"] == "all"
        assert "Set-Cookie" not in response.headers

    def test_it_was_changed_at_the_instant_of_its_release(self, client: FlaskClient) -> None:
        """10:00 in Almaty is 05:00 in the time of HTTP."""
        response = client.get(TOTALS)

        assert response.headers["Last-Modified"] == "Tue, 09 Mar 2027 05:00:00 GMT"

    @pytest.mark.parametrize("damage", ["altered", "cut", "gone"])
    def test_one_that_was_altered_is_not_sent_and_the_page_says_so(
        self, app: Flask, client: FlaskClient, damage: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        path = (
            SETTINGS.get_from(app).instance / "releases" / Quarter("2026-q4") / "v1" / "totals.csv"
        )
        content = path.read_bytes()
        if damage == "gone":
            path.unlink()
        else:
            path.write_bytes(content.replace(b"2026", b"2027") if damage == "altered" else b"")

        program = client.get(TOTALS)
        person = client.get(TOTALS, headers={"Accept": "text/html", "Accept-Language": "kk"})

        assert program.status_code == person.status_code == 500
        assert program.content_type == PROBLEM_TYPE
        assert program.get_json()["code"] == "altered-file"
        assert "Бұл файл өзгертілген" in person.text
        assert "Cache-Control" not in program.headers or "no-store" in program.headers.get(
            "Cache-Control", ""
        )
        assert "totals.csv of 2026-q4/v1" in caplog.text

    def test_it_comes_compressed_where_that_is_understood(self, client: FlaskClient) -> None:
        plain = client.get(TOTALS)
        zipped = client.get(TOTALS, headers={"Accept-Encoding": "gzip"})

        assert gzip.decompress(zipped.data) == plain.data
        assert zipped.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert zipped.headers["ETag"] != plain.headers["ETag"]

    def test_its_head_is_its_headers(self, client: FlaskClient) -> None:
        whole, head = client.get(TOTALS), client.head(TOTALS, headers={"Range": "bytes=0-1"})

        assert head.status_code == 200
        assert head.data == b""
        assert [header for header in head.headers if header[0] != "Date"] == [
            header for header in whole.headers if header[0] != "Date"
        ]

    def test_another_page_may_ask_before_it_reads(self, client: FlaskClient) -> None:
        answer = client.options(TOTALS, headers={"Origin": "https://newsroom.example"})

        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_it_can_only_be_read(self, client: FlaskClient, method: str) -> None:
        answer = client.open(TOTALS, method=method)

        assert answer.status_code == 405
        assert answer.content_type == PROBLEM_TYPE
        assert answer.get_json()["code"] == "method-not-allowed"
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


TAG, OTHER = "{tag}", '"0"'
AT_RELEASE = "Tue, 09 Mar 2027 05:00:00 GMT"
BEFORE, AFTER = "Tue, 09 Mar 2027 04:59:59 GMT", "Tue, 09 Mar 2027 05:00:01 GMT"


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": TAG}, 304),
        ({"If-None-Match": f"W/{TAG}"}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": f"{OTHER}, {TAG}"}, 304),
        ({"If-None-Match": OTHER}, 200),
        ({"If-None-Match": "no tag"}, 200),
        ({"If-None-Match": OTHER, "If-Modified-Since": AFTER}, 200),
        ({"If-Modified-Since": AT_RELEASE}, 304),
        ({"If-Modified-Since": BEFORE}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Match": TAG}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": OTHER}, 412),
        ({"If-Match": f"W/{TAG}"}, 412),
        ({"If-Match": OTHER, "If-None-Match": TAG}, 412),
        ({"If-Unmodified-Since": BEFORE}, 412),
        ({"If-Unmodified-Since": AT_RELEASE}, 200),
        ({"If-Match": TAG, "If-Unmodified-Since": BEFORE}, 200),
        ({"If-Match": OTHER, "Range": "bytes=0-3"}, 412),
        ({"If-None-Match": TAG, "Range": "bytes=0-3"}, 304),
    ],
)
def test_conditions_are_kept_in_their_order(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    tag = client.get(TOTALS).headers["ETag"]
    answer = client.get(TOTALS, headers={k: v.replace(TAG, tag) for k, v in headers.items()})

    assert answer.status_code == status
    if status == 412:
        assert answer.get_json()["code"] == "precondition-failed"
    if status == 304:
        assert answer.data == b""
        assert answer.headers["ETag"] == tag


@pytest.mark.usefixtures("published")
class TestRanges:
    @pytest.mark.parametrize(
        ("wanted", "part"),
        [
            ("bytes=0-3", slice(0, 4)),
            ("bytes=5-", slice(5, None)),
            ("bytes=-4", slice(-4, None)),
            ("bytes=2-99999999999999999999", slice(2, None)),
            ("BYTES=0-0", slice(0, 1)),
        ],
    )
    def test_a_part_is_given(
        self, client: FlaskClient, published: dict[str, bytes], wanted: str, part: slice
    ) -> None:
        answer = client.get(TOTALS, headers={"Range": wanted})

        assert answer.status_code == 206
        assert answer.data == published["totals.csv"][part]
        assert answer.headers["Content-Range"].endswith(f"/{len(published['totals.csv'])}")

    @pytest.mark.parametrize(
        "wanted",
        [
            "bytes=99999999-",
            "bytes=99999999999999999999999999-999999999999999999999999999",
            "bytes=9-2",
            "bytes=a-b",
            "bytes=",
            "bytes=--1",
            "bytes=1",
        ],
    )
    def test_what_cannot_be_given_is_said(
        self, client: FlaskClient, published: dict[str, bytes], wanted: str
    ) -> None:
        answer = client.get(TOTALS, headers={"Range": wanted})

        assert answer.status_code == 416
        assert answer.content_type == PROBLEM_TYPE
        assert answer.get_json()["code"] == "range-not-satisfiable"
        if wanted.startswith("bytes=9999"):
            assert answer.headers["Content-Range"] == f"bytes */{len(published['totals.csv'])}"

    @pytest.mark.parametrize("wanted", ["bytes=0-1,4-5", "rows=1-2", "nothing", "", "bytes 0-1"])
    def test_what_is_not_understood_brings_the_whole(
        self, client: FlaskClient, published: dict[str, bytes], wanted: str
    ) -> None:
        answer = client.get(TOTALS, headers={"Range": wanted})

        assert answer.status_code == 200
        assert answer.data == published["totals.csv"]

    def test_a_part_of_another_version_is_not_given(self, client: FlaskClient) -> None:
        tag = client.get(TOTALS).headers["ETag"]
        for version, status in ((tag, 206), ('"other"', 200), (f"W/{tag}", 200)):
            headers = {"Range": "bytes=0-3", "If-Range": version}
            assert client.get(TOTALS, headers=headers).status_code == status, version


@pytest.mark.usefixtures("published")
class TestWhatThereIsNot:
    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("2026-q4/v2/totals.csv", "unknown-release"),
            ("2025-q3/v1/totals.csv", "unknown-release"),
            ("2026-q4/v1/none.csv", "unknown-file"),
            ("2026-q4/v1/totals.xml", "unknown-file"),
            ("2026-q4/v1/..%2f..%2fportal.sqlite", "unknown-file"),
            ("2026-q4/v1/%2e%2e/v1/totals.csv", "unknown-file"),
            ("2026-q4/v1/totals.csv/", "unknown-file"),
            ("2026-q4/v1/totals.csv%00", "unknown-file"),
            ("2026-q4/v1/%ff%fe", "unknown-file"),
            ("2026-q5/v1/totals.csv", "not-found"),
            ("2026-q4/v-1/totals.csv", "not-found"),
            ("2026-q4/v99999999999999999999/totals.csv", "unknown-release"),
            ("anything", "not-found"),
            (f"2026-q4/v1/{'x' * 5000}", "unknown-file"),
        ],
    )
    def test_it_is_said_to_a_program(self, client: FlaskClient, path: str, code: str) -> None:
        answer = client.get(f"/figures/{path}")

        assert answer.status_code == 404
        assert answer.content_type == PROBLEM_TYPE
        assert answer.get_json()["code"] == code
        assert answer.get_json()["type"] == f"http://localhost/api/v1/problems#{code}"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_a_file_that_is_not_what_was_published_is_not_sent(
        self, app: Flask, client: FlaskClient
    ) -> None:
        folder: Path = SETTINGS.get_from(app).instance / "releases" / Quarter("2026-q4") / "v1"
        (folder / "totals.csv").write_bytes(b"received,0\n")
        app.testing = False

        answer = client.get(TOTALS)

        assert answer.status_code == 500
        assert b"received,0" not in answer.data


@pytest.mark.usefixtures("published")
def test_the_address_of_a_release_leads_on(client: FlaskClient) -> None:
    person = client.get(f"{FILES}/", headers={"Accept": "text/html", "Accept-Language": "kk"})
    program = client.get(f"{FILES}/")

    assert (person.status_code, person.location) == (303, f"{FILES}/kk/index.html")
    assert (program.status_code, program.location) == (303, f"{FILES}/datapackage.json")
    assert client.get("/figures/2020-q1/v1/").status_code == 404


@pytest.mark.usefixtures("published")
def test_the_manifest_names_every_other_file(client: FlaskClient) -> None:
    manifest = client.get(f"{FILES}/{MANIFEST}").get_json()

    for name, digest in manifest["files"].items():
        assert sha256(client.get(f"{FILES}/{name}").data).hexdigest() == digest
