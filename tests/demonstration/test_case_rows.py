"""The figures of an invented country: years of releases as plain files, with all detail."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copytree
from zipfile import ZipFile

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.cases import audit
from portal.cases.models import Allegation, Case, Sanction, StatusChange, Verdict
from portal.core.config import Settings
from portal.demonstration import cli
from portal.demonstration.case_rows import TABLES, Row, draw_batches
from portal.invented.country import SURGE_CATEGORY, SURGE_REGION, Country
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import CODES
from portal.statistics.formats.columns import INVENTED, ORIGIN
from portal.statistics.releases import archive
from portal.statistics.site.charts.png import render_png
from portal.web.parts import SESSIONS, SETTINGS
from tests.installation import keyed
from tests.shared import RunFolder

TODAY = date(2026, 11, 25)
FIRST = date(TODAY.year - cli.YEARS, 1, 1)
SAID = re.compile("[Вв]ыдуманн|[Оо]йдан шығарылған|[Ii]nvented")
SOME = 11_000
FEW = 300


@pytest.fixture(scope="module")
def rows() -> dict[type, list[Row]]:
    """A part of the country, by table."""
    rows: dict[type, list[Row]] = {table: [] for table in TABLES}
    for _, batch in draw_batches(Country(FIRST, TODAY), SOME):
        for table in TABLES:
            rows[table] += batch.rows[table]
    return rows


def invented(folder: Path) -> Flask:
    """Return the portal of a demonstration."""
    address = "http://127.0.0.1:8000"
    return keyed(Settings(instance=folder, public_url=address, demonstration=True))


def published(folder: Path) -> None:
    """Publish the figures of a year and some quarters from a few cases."""
    made = invented(folder / "instance")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "YEARS", 1)
        answer = run(made, "figures", "--cases", str(FEW))
    assert answer.exit_code == 0, answer.output
    made.extensions["sessions"].kw["bind"].dispose()


@pytest.fixture(scope="module")
def app(shared: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A copy of a portal whose figures were published."""
    place = shared.folder("figures-of-a-country", published) / "instance"
    made = invented(copytree(place, tmp_path_factory.mktemp("figures") / "instance"))
    yield made
    SESSIONS.get_from(made).kw["bind"].dispose()


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["demonstration", *words])


def folder_of(app: Flask) -> Path:
    instance: Path = SETTINGS.get_from(app).instance
    return instance


def test_so_many_cases_bring_the_highest_level_of_detail(rows: dict[type, list[Row]]) -> None:
    per_case = cli.MANY_CASES / SOME
    years = Counter(case["received_on"].year for case in rows[Case])
    volumes = {year: int(number * per_case) for year, number in years.items()}

    assert load().determine_level(volumes, TODAY.year - 1) == "L2"
    assert load().determine_level(volumes, TODAY.year) == "L2"


def test_nothing_happens_out_of_order_or_later_than_today(rows: dict[type, list[Row]]) -> None:
    received = {case["id"]: case["received_on"] for case in rows[Case]}
    concluded = {case["id"]: case["concluded_on"] for case in rows[Case]}

    assert min(received.values()) >= FIRST
    for change in rows[StatusChange]:
        assert received[change["case_id"]] <= change["changed_on"] <= TODAY
    for change in rows[Verdict]:
        assert concluded[change["case_id"]] <= change["given_on"] <= TODAY
    for change in rows[Allegation]:
        assert (
            received[change["case_id"]]
            < change["decided_on"]
            == concluded[change["case_id"]]
            <= TODAY
        )
    assert all(sanction["imposed_on"] <= TODAY for sanction in rows[Sanction])


def test_in_one_region_much_more_is_reported_in_the_end(rows: dict[type, list[Row]]) -> None:
    there = Counter(
        case["received_on"].year
        for case in rows[Case]
        if (case["region"], case["category"]) == (SURGE_REGION, SURGE_CATEGORY)
    )
    assert there[TODAY.year] > 2 * there[TODAY.year - 1]


def test_the_copy_is_what_was_published(app: Flask) -> None:
    site, releases = folder_of(app) / "site", folder_of(app) / "releases"
    names = [release.name for release in archive.list_releases(releases)]

    assert len(names) >= 4
    for name in names:
        for path in (releases / name).rglob("*"):
            if path.is_file():
                copied = site / "figures" / path.relative_to(releases)
                assert copied.read_bytes() == path.read_bytes()
    assert (site / "index.html").exists()


def says_so(path: Path) -> bool:
    """Tell whether a file that somebody downloads says that its numbers are invented."""
    match path.suffix:
        case ".csv":
            rows = list(csv.reader(path.read_text("utf-8").splitlines()))
            return path.stem == CODES or (
                rows[0][-1] == ORIGIN and {row[-1] for row in rows[1:]} <= {INVENTED}
            )
        case ".xlsx":
            with ZipFile(path) as book:
                return any(SAID.search(book.read(name).decode()) for name in book.namelist())
        case ".png":
            svg = path.with_suffix(".svg").read_text("utf-8")
            return path.read_bytes() == render_png(svg)  # drawn from the picture that says so
        case _:
            return bool(SAID.search(path.read_text("utf-8")))


def test_whatever_is_downloaded_says_that_it_is_invented(app: Flask) -> None:
    newest = archive.list_releases(folder_of(app) / "releases")[-1]
    kinds = (".csv", ".json", ".jsonld", ".xlsx", ".svg", ".html")
    files = [path for path in newest.folder.rglob("*") if path.suffix in kinds]
    some_pictures = sorted(newest.folder.rglob("*.png"))[::20]
    own = {archive.MANIFEST, archive.ACCESS, archive.MINUTE, "icon.svg"}

    silent = [
        path.name for path in (*files, *some_pictures) if path.name not in own and not says_so(path)
    ]

    assert len(files) > 100
    assert some_pictures
    assert silent == []
    feed = app.test_client().get("/figures/feed.atom").text
    assert len(SAID.findall(feed)) >= 3 * feed.count("<title>")  # each in three languages


def test_every_case_is_written_and_the_trail_is_unbroken(app: Flask) -> None:
    with SESSIONS.get_from(app)() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == FEW
        assert audit.verify(session) == []


def test_running_it_again_writes_nothing(app: Flask) -> None:
    again = run(app, "figures")

    assert again.exit_code == 0
    assert again.output.startswith("0 files written")


def test_one_folder_holds_one_demonstration(app: Flask) -> None:
    answer = run(app, "prepare")

    assert answer.exit_code == 1
    assert "folder of its own" in answer.output
