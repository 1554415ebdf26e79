"""The interface for programs: what it gives, what it refuses, and whether it is as described."""

from collections import Counter
from hashlib import sha256

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import DataObject, data
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from sqlalchemy import event

from portal.core.calendar import Quarter
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import MEASURES, SERIES, TOTALS
from portal.web.parts import SESSIONS, SETTINGS
from portal.web.programs import PROBLEM_TYPE, PROBLEMS
from tests.statistics import tables

Q3, Q4 = Quarter("2026-q3"), Quarter("2026-q4")
RELEASES = "/api/v1/releases"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@pytest.fixture(autouse=True)
def published(app: Flask) -> None:
    """Two releases of invented tables."""
    for quarter in (Q3, Q4):
        tables.publish(SETTINGS.get_from(app).instance / "releases", quarter)


class TestWhatItGives:
    def test_every_release_is_listed_the_last_one_first(self, client: FlaskClient) -> None:
        listed = client.get(RELEASES).get_json()["releases"]

        assert [release["id"] for release in listed] == [Q4, Q3]
        assert listed[0]["previous"] == listed[1]["manifest"]["sha256"]
        assert listed[0]["published_at"] == "2027-03-09T10:00:00+05:00"

    def test_every_document_of_a_release_is_in_the_description(self, client: FlaskClient) -> None:
        known = client.get("/api/v1/catalogue").get_json()
        text = client.get("/api/v1/openapi.json").get_data(as_text=True)

        assert {series["id"] for series in known["series"]} == set(load().series)
        assert all(f'"{name}"' in text for name in (TOTALS, MEASURES, SERIES))

    def test_a_release_names_its_files(self, client: FlaskClient) -> None:
        described = client.get(f"{RELEASES}/{Q3}").get_json()

        for file in described["files"]:
            answer = client.get(file["href"])
            assert sha256(answer.data).hexdigest() == file["sha256"]

    def test_a_table_is_the_file_of_the_release(self, client: FlaskClient) -> None:
        listed = client.get(f"{RELEASES}/{Q4}/tables").get_json()["tables"]

        assert {table["id"] for table in listed} == set(tables.documents())
        for table in listed:
            for ending in ("csv", "json"):
                answer = client.get(table[ending])
                assert answer.data == client.get(answer.headers["Content-Location"]).data
                assert answer.headers["Cache-Control"] == "public, max-age=300"

    def test_the_catalogue_holds_every_table_and_code(self, client: FlaskClient) -> None:
        known = client.get("/api/v1/catalogue").get_json()

        assert {table["id"] for table in known["tables"]} == set(load().tables)
        regions = next(
            dimension for dimension in known["dimensions"] if dimension["id"] == "region"
        )
        assert "KZ-75" in {code["id"] for code in regions["codes"]}

    def test_every_refusal_is_explained(self, client: FlaskClient) -> None:
        problems = client.get("/api/v1/problems").get_json()["problems"]

        assert {problem["code"] for problem in problems} == set(PROBLEMS)

    @pytest.mark.parametrize("path", ["releases", "catalogue", "problems", "openapi.json"])
    def test_a_list_that_is_known_is_not_sent_again(self, client: FlaskClient, path: str) -> None:
        first = client.get(f"/api/v1/{path}")
        tag = first.headers["ETag"]

        assert client.get(f"/api/v1/{path}", headers={"If-None-Match": tag}).status_code == 304
        assert client.get(f"/api/v1/{path}", headers={"If-Match": '"old"'}).status_code == 412
        assert first.headers["Cache-Control"] == "public, max-age=300"
        assert first.headers["Access-Control-Allow-Origin"] == "*"

    def test_it_reads_releases_and_never_the_database(
        self, app: Flask, client: FlaskClient
    ) -> None:
        asked: list[str] = []
        engine = SESSIONS.get_from(app).kw["bind"]
        event.listen(engine, "before_cursor_execute", lambda *about: asked.append(about[2]))

        for path in (RELEASES, f"{RELEASES}/{Q4}/tables/totals.csv", "/api/v1/catalogue"):
            assert client.get(path).status_code == 200

        assert asked == []


class TestWhatItRefuses:
    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("releases/2026-q9", 400, "malformed-release"),
            ("releases/q3", 400, "malformed-release"),
            ("releases/%00", 400, "malformed-release"),
            ("releases/2026-q3%0A", 400, "malformed-release"),
            ("releases/2020-q1", 404, "unknown-release"),
            ("releases/2020-q1/tables", 404, "unknown-release"),
            (f"releases/{Q4}/tables/none.csv", 404, "unknown-table"),
            (f"releases/{Q4}/tables/datapackage.json", 404, "unknown-table"),
            (f"releases/{Q4}/tables/totals.xml", 404, "unknown-format"),
            (f"releases/{Q4}/tables/totals", 404, "unknown-table"),
            (f"releases/{Q4}/tables/..%2fmanifest.json", 404, "not-found"),
            (f"releases/{Q4}/rows", 404, "not-found"),
            ("releases?region=KZ-75", 400, "unknown-parameter"),
            (f"releases/{Q4}/tables/totals.csv?limit=99999999999", 400, "unknown-parameter"),
            ("catalogue?x", 400, "unknown-parameter"),
            ("nothing", 404, "not-found"),
        ],
    )
    def test_it_says_why(self, client: FlaskClient, path: str, status: int, code: str) -> None:
        answer = client.get(f"/api/v1/{path}")

        assert (answer.status_code, answer.get_json()["code"]) == (status, code)
        assert answer.content_type == PROBLEM_TYPE
        assert answer.get_json()["status"] == status
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    @pytest.mark.parametrize(
        ("path", "accept", "status"),
        [
            (RELEASES, "text/csv", 406),
            (RELEASES, "text/html, */*;q=0.1", 200),
            (RELEASES, "application/json;q=0", 406),
            (f"{RELEASES}/{Q4}/tables/totals.csv", "application/json", 406),
            (f"{RELEASES}/{Q4}/tables/totals.csv", "text/*", 200),
            (f"{RELEASES}/{Q4}/tables/totals.csv", "nonsense", 406),
        ],
    )
    def test_it_gives_only_what_is_accepted(
        self, client: FlaskClient, path: str, accept: str, status: int
    ) -> None:
        answer = client.get(path, headers={"Accept": accept})

        assert answer.status_code == status
        if status == 406:
            assert answer.get_json()["code"] == "not-acceptable"

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_it_can_only_be_read(self, client: FlaskClient, method: str) -> None:
        answer = client.open(RELEASES, method=method, data=b"x" * 1000)

        assert answer.status_code == 405
        assert answer.get_json()["code"] == "method-not-allowed"


class TestItsDescription:
    def test_it_is_valid(self, client: FlaskClient) -> None:
        validate(client.get("/api/v1/openapi.json").get_json())

    @pytest.mark.parametrize("mode", GenerationMode)
    def test_the_portal_does_what_it_says(self, app: Flask, mode: GenerationMode) -> None:
        """Schemathesis invents requests, right and wrong ones, for every address."""
        described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
        operations = [
            operation
            for result in described.get_all_operations()
            if isinstance(result, Ok)
            and ((operation := result.ok()).path_parameters or mode is GenerationMode.POSITIVE)
        ]  # what has no parameters cannot be asked for wrongly
        asked: Counter[str] = Counter()

        @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
        @given(data())
        def ask(chosen: DataObject) -> None:
            for operation in operations:
                case = chosen.draw(operation.as_strategy(generation_mode=mode))
                asked[operation.label] += 1
                case.call_and_validate(checks=CHECKS)

        ask()
        assert len(asked) == len(operations) >= 4
