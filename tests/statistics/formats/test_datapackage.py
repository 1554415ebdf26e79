"""The descriptions of tables, as those who wrote the standards' tools read them."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from warnings import catch_warnings, simplefilter

import pytest
from csvw import CSVW
from frictionless import Package, system

from portal.core.calendar import Quarter
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.dataset.table import MEASURES
from portal.statistics.formats.data_files import build_data_files
from portal.statistics.formats.datapackage import CSVW as METADATA
from portal.statistics.formats.datapackage import PACKAGE
from tests.statistics import tables
from tests.statistics.histories import Histories, QuarterPublisher
from tests.statistics.service.test_build import a_busy_quarter


@pytest.fixture(params=LEVELS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with the files of a release at each level."""
    for name, content in tables.made(tables.Q4, request.param).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_the_data_package_is_valid(folder: Path) -> None:
    """Checks names, types, lists of codes, keys, sizes and digests of every table."""
    with system.use_context(trusted=True):
        report = Package(str(folder / PACKAGE)).validate()

    assert report.flatten(["rowNumber", "fieldName", "type", "note"]) == []
    assert report.stats["tasks"] == len(list(folder.glob("*.csv")))


def test_the_metadata_of_csv_on_the_web_is_valid(folder: Path) -> None:
    with catch_warnings():
        simplefilter("error")
        read = CSVW(str(folder / METADATA), validate=True)

    assert read.is_valid
    assert [str(warning.message) for warning in read.warnings] == []


def test_every_table_and_column_has_a_title_in_three_languages(folder: Path) -> None:
    read = json.loads((folder / METADATA).read_text("utf-8"))

    for table in read["tables"]:
        assert set(table["dc:title"]) == {"kk", "ru", "en"}
        for column in table["tableSchema"]["columns"]:
            assert set(column["titles"]) == {"und", "kk", "ru", "en"}
            assert column["titles"]["und"] == column["name"]


def test_the_package_names_digest_size_licence_and_keys(folder: Path) -> None:
    read = json.loads((folder / PACKAGE).read_text("utf-8"))

    assert read["licenses"][0]["name"] == "CC-BY-4.0"
    assert read["created"] == "2027-03-09T10:00:00+05:00"
    for resource in read["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)
        assert resource["schema"]["missingValues"] == [""]


def test_a_table_that_does_not_fit_is_found(folder: Path) -> None:
    """The check has teeth: a word among numbers, and an unknown code."""
    path = folder / "received-body.csv"
    path = path if path.exists() else folder / "received-category.csv"
    rows = path.read_text().splitlines()
    rows[1] = rows[1].replace("Q,", "Z,", 1)
    path.write_text("\n".join([rows[0], rows[1].rsplit(",", 5)[0] + ",few,,,,", *rows[2:]]) + "\n")

    report = Package(str(folder / PACKAGE)).validate()

    kinds = {kind for (kind,) in report.flatten(["type"])}
    assert {"type-error", "constraint-error", "hash-count"} <= kinds


def test_a_column_that_the_catalogue_does_not_know_fails_the_release() -> None:
    measures = tables.documents()[MEASURES]
    unknown = replace(measures, columns=("surprise", *measures.columns[1:]))
    documents = {**tables.documents(), MEASURES: unknown}

    with pytest.raises(KeyError, match="surprise"):
        build_data_files(documents, tables.facts())


def test_a_release_of_real_counts_is_valid_too(
    histories: Histories, press: QuarterPublisher
) -> None:
    a_busy_quarter(histories)
    for quarter in (Quarter("2026-q3"), Quarter("2026-q4")):
        press.publish(quarter)
        folder = press.folder / quarter / "v1"

        report = Package(str(folder / PACKAGE)).validate()

        assert report.flatten(["rowNumber", "fieldName", "type", "note"]) == []
        assert CSVW(str(folder / METADATA), validate=True).is_valid
