"""An honest release agrees with the log; whatever is done to it is found, and named."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from crypto.log_entries import Step
from portal.statistics.auditing.export import export
from portal.statistics.auditing.logged_figures import LoggedFigures
from portal.statistics.auditing.package import Package
from portal.statistics.auditing.recomputation import AuditInputs, Discrepancy, check
from portal.statistics.disclosure.noise import Tally
from portal.statistics.service.build import RenderEnvironment, make_files
from portal.transparency.publishing.totals import Count
from tests.statistics.auditing.worlds import PUBLISHED_ON, QUARTER, AuditedPortal

FINDING = "concluded-finding"


def faults(
    package: Package, log: LoggedFigures, environment: RenderEnvironment
) -> dict[str, tuple[Discrepancy, ...]]:
    return {
        result.check: result.faults for result in check(package, log, environment) if result.faults
    }


@pytest.fixture(scope="module")
def package(world: AuditedPortal) -> Package:
    return world.package()


@pytest.fixture
def log(world: AuditedPortal) -> LoggedFigures:
    return world.log()


@pytest.fixture
def elsewhere(world: AuditedPortal, tmp_path: Path) -> RenderEnvironment:
    """The releases in a folder that a test may spoil."""
    shutil.copytree(world.press.folder, tmp_path / "releases")
    return replace(world.environment, folder=tmp_path / "releases")


def test_an_honest_release_agrees_also_after_a_case_was_decided_anew(
    world: AuditedPortal, package: Package, log: LoggedFigures
) -> None:
    results = check(package, log, world.environment)

    assert [result for result in results if result.faults] == []
    assert (
        {result.check: result.compared for result in results}["openings"]
        == len(package.outcomes)
        == 6
    )
    assert all(result.compared for result in results)


def test_an_outcome_altered_in_the_database_opens_nothing(
    world: AuditedPortal, log: LoggedFigures
) -> None:
    statement = "UPDATE log_steps SET record = replace(record, 'substantiated', 'unfounded')"
    release, session = world.release, world.session
    session.execute(text("DROP TRIGGER log_steps_final"))
    session.execute(text(f"{statement} WHERE type = 'O'"))
    altered = export(session, release, world.press.build, "ngo", today=PUBLISHED_ON)
    session.rollback()

    by_check = faults(altered, log, world.environment)

    opened = [opening for opening in by_check["openings"] if "something else" in opening.published]
    assert len(opened) == 2
    assert opened[0].where[1:].isdigit()


def test_an_outcome_misstated_in_the_figures_is_named_by_its_cell(
    world: AuditedPortal, package: Package, log: LoggedFigures
) -> None:
    cells = dict(package.tallies[FINDING])
    confirmed, lawful = ("confirmed", "0-90"), ("not_confirmed", "0-90")
    cells[confirmed] = Tally(cells[confirmed].records - 1, cells[confirmed].keys)
    cells[lawful] = Tally(cells[lawful].records + 1, cells[lawful].keys)

    by_check = faults(
        replace(package, tallies={**package.tallies, FINDING: cells}), log, world.environment
    )

    assert Discrepancy(f"{FINDING}: confirmed, 0-90", "2", "1") in by_check["conclusions"]
    assert Discrepancy(f"{FINDING}: not_confirmed, 0-90", "3", "4") in by_check["conclusions"]


def test_an_outcome_that_is_left_out_is_missed(
    world: AuditedPortal, package: Package, log: LoggedFigures
) -> None:
    place = min(package.outcomes)
    fewer = {index: opening for index, opening in package.outcomes.items() if index != place}

    by_check = faults(replace(package, outcomes=fewer), log, world.environment)

    assert by_check["openings"] == (Discrepancy(f"#{place}", QUARTER, "–"),)
    assert "conclusions" in by_check


def test_an_outcome_dropped_from_the_log_is_missed(
    world: AuditedPortal, package: Package, log: LoggedFigures
) -> None:
    place = min(log.outcomes[QUARTER])
    del log.outcomes[QUARTER][place]
    counted = log.totals.quarters[QUARTER]
    log.totals.quarters[QUARTER] = replace(counted, outcomes=counted.outcomes - 1)

    by_check = faults(package, log, world.environment)

    assert Discrepancy(f"{QUARTER}: concluded", "5", "6") in by_check["concluded"]
    assert by_check["openings"] == (Discrepancy(f"#{place}", "", "–"),)


def test_reports_padded_in_the_log_are_too_many(
    world: AuditedPortal, package: Package, log: LoggedFigures
) -> None:
    counted = log.totals.quarters[QUARTER]
    log.totals.quarters[QUARTER] = replace(counted, reports=counted.reports + 3)

    by_check = faults(package, log, world.environment)

    assert Discrepancy(f"{QUARTER}: received", "12", "9") in by_check["received"]
    assert {report.where for report in by_check["reports"]} == {"received-category"}


def test_another_key_gives_other_noise(
    world: AuditedPortal, package: Package, log: LoggedFigures
) -> None:
    other = replace(package, spec=replace(package.spec, key=bytes(32)))

    by_check = faults(other, log, world.environment)

    assert {"noise", "files"} == by_check.keys()
    assert {fault.where for fault in by_check["noise"]} >= {"received-category"}


def test_a_number_with_other_noise_is_named(
    package: Package, log: LoggedFigures, elsewhere: RenderEnvironment
) -> None:
    place = elsewhere.folder / QUARTER / "v1" / "received-category.json"
    document = json.loads(place.read_bytes())
    row = document["columns"].index("obs_value")
    document["rows"][-1][row] = 1234
    place.write_text(json.dumps(document))

    by_check = faults(package, log, elsewhere)

    assert any("1234" in fault.published for fault in by_check["noise"])
    assert [file.where for file in by_check["files"]] == ["received-category.json"]


@pytest.mark.parametrize("name", ["totals", "series", "received-category"])
@pytest.mark.parametrize("content", [b"", b"[]", b'{"rows": []}', None])
def test_a_table_that_cannot_be_read_is_named_and_stops_nothing(
    package: Package,
    log: LoggedFigures,
    elsewhere: RenderEnvironment,
    name: str,
    content: bytes | None,
) -> None:
    place = elsewhere.folder / QUARTER / "v1" / f"{name}.json"
    if content is None:
        place.unlink()
    else:
        place.write_bytes(content)

    by_check = faults(package, log, elsewhere)

    assert any(name in file.where for file in by_check["files"]) or name == "series"
    assert {"noise", "files"} <= by_check.keys()


@pytest.mark.parametrize("name", ["totals.csv", "kk/index.html", "SHA256SUMS", "key.pem"])
def test_a_changed_byte_names_its_file(
    package: Package, log: LoggedFigures, elsewhere: RenderEnvironment, name: str
) -> None:
    place = elsewhere.folder / QUARTER / "v1" / name
    content = place.read_bytes()
    place.write_bytes(bytes([content[0] ^ 1]) + content[1:])

    assert [file.where for file in faults(package, log, elsewhere)["files"]] == [name]


def test_a_file_that_was_added_is_named(
    package: Package, log: LoggedFigures, elsewhere: RenderEnvironment
) -> None:
    (elsewhere.folder / QUARTER / "v1" / "more.csv").write_text("1")

    assert [file.where for file in faults(package, log, elsewhere)["files"]] == ["more.csv"]


def test_a_release_that_was_exchanged_whole_is_not_the_one_in_the_log(
    world: AuditedPortal, package: Package, log: LoggedFigures, elsewhere: RenderEnvironment
) -> None:
    counted = AuditInputs(package, log, world.environment).tables_recomputed
    exchanged = make_files(
        replace(package.spec, level="L0", published_on=package.spec.published_on.replace(day=10)),
        counted.documents,
        world.environment,
    )
    for name, content in exchanged.items():
        (elsewhere.folder / QUARTER / "v1" / name).write_bytes(content)

    (published, _) = faults(package, log, elsewhere)["manifest"]

    digest = hashlib.sha256(exchanged["manifest.json"]).hexdigest()
    assert published.expected == f"['{package.manifest}']"
    assert digest in published.published


def test_an_outcome_whose_case_was_erased_may_be_missing_and_no_other(
    world: AuditedPortal, package: Package, log: LoggedFigures
) -> None:
    place = min(package.outcomes)
    fewer = {index: opening for index, opening in package.outcomes.items() if index != place}
    erased = replace(package, outcomes=fewer, unopened=(place,))
    other = {**fewer}
    other.pop(max(fewer))

    assert faults(erased, log, world.environment) == {}
    assert {"openings", "conclusions"} <= faults(
        replace(erased, outcomes=other), log, world.environment
    ).keys()


def test_the_log_must_have_all_of_the_quarter(
    world: AuditedPortal, package: Package, log: LoggedFigures
) -> None:
    log.totals.quarters[QUARTER] = Count()
    log.totals.through = None

    assert faults(package, log, world.environment)["received"][0].expected == "–"


def test_another_step_in_the_place_of_an_outcome_is_noticed(
    world: AuditedPortal, package: Package, log: LoggedFigures
) -> None:
    place, step = next(iter(log.outcomes[QUARTER].items()))
    log.outcomes[QUARTER][place] = Step(step.type, step.tag, bytes(32))

    assert [opening.where for opening in faults(package, log, world.environment)["openings"]] == [
        f"#{place}"
    ]
