"""An honest release agrees with the log; whatever is done to it is found, and named."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from crypto.leaves import Step
from portal.statistics.auditing.checking import Case, Fault, check
from portal.statistics.auditing.contents import Contents
from portal.statistics.auditing.export import export
from portal.statistics.auditing.package import Package
from portal.statistics.disclosure.noise import Tally
from portal.statistics.service.build import House, make_files
from portal.transparency.publishing.totals import Count
from tests.statistics.auditing.worlds import PUBLISHED_ON, QUARTER, World

FINDING = "concluded-finding"


def faults(package: Package, log: Contents, house: House) -> dict[str, tuple[Fault, ...]]:
    return {one.check: one.faults for one in check(package, log, house) if one.faults}


@pytest.fixture(scope="module")
def package(world: World) -> Package:
    return world.package()


@pytest.fixture
def log(world: World) -> Contents:
    return world.log()


@pytest.fixture
def elsewhere(world: World, tmp_path: Path) -> House:
    """The releases in a folder that a test may spoil."""
    shutil.copytree(world.press.folder, tmp_path / "releases")
    return replace(world.house, folder=tmp_path / "releases")


def test_an_honest_release_agrees_also_after_a_case_was_decided_anew(
    world: World, package: Package, log: Contents
) -> None:
    found = check(package, log, world.house)

    assert [one for one in found if one.faults] == []
    assert {one.check: one.compared for one in found}["openings"] == len(package.outcomes) == 6
    assert all(one.compared for one in found)


def test_an_outcome_altered_in_the_database_opens_nothing(world: World, log: Contents) -> None:
    statement = "UPDATE log_steps SET record = replace(record, 'substantiated', 'unfounded')"
    release, session = world.release, world.session
    session.execute(text("DROP TRIGGER log_steps_final"))
    session.execute(text(f"{statement} WHERE type = 'O'"))
    altered = export(session, release, world.press.workshop, "ngo", today=PUBLISHED_ON)
    session.rollback()

    found = faults(altered, log, world.house)

    opened = [one for one in found["openings"] if "something else" in one.found]
    assert len(opened) == 2
    assert opened[0].where[1:].isdigit()


def test_an_outcome_misstated_in_the_figures_is_named_by_its_cell(
    world: World, package: Package, log: Contents
) -> None:
    cells = dict(package.tallies[FINDING])
    confirmed, lawful = ("confirmed", "0-90"), ("not_confirmed", "0-90")
    cells[confirmed] = Tally(cells[confirmed].records - 1, cells[confirmed].keys)
    cells[lawful] = Tally(cells[lawful].records + 1, cells[lawful].keys)

    found = faults(replace(package, tallies={**package.tallies, FINDING: cells}), log, world.house)

    assert Fault(f"{FINDING}: confirmed, 0-90", "2", "1") in found["conclusions"]
    assert Fault(f"{FINDING}: not_confirmed, 0-90", "3", "4") in found["conclusions"]


def test_an_outcome_that_is_left_out_is_missed(
    world: World, package: Package, log: Contents
) -> None:
    place = min(package.outcomes)
    fewer = {index: one for index, one in package.outcomes.items() if index != place}

    found = faults(replace(package, outcomes=fewer), log, world.house)

    assert found["openings"] == (Fault(f"#{place}", QUARTER, "–"),)
    assert "conclusions" in found


def test_an_outcome_dropped_from_the_log_is_missed(
    world: World, package: Package, log: Contents
) -> None:
    place = min(log.outcomes[QUARTER])
    del log.outcomes[QUARTER][place]
    counted = log.totals.quarters[QUARTER]
    log.totals.quarters[QUARTER] = replace(counted, outcomes=counted.outcomes - 1)

    found = faults(package, log, world.house)

    assert Fault(f"{QUARTER}: concluded", "5", "6") in found["concluded"]
    assert found["openings"] == (Fault(f"#{place}", "", "–"),)


def test_reports_padded_in_the_log_are_too_many(
    world: World, package: Package, log: Contents
) -> None:
    counted = log.totals.quarters[QUARTER]
    log.totals.quarters[QUARTER] = replace(counted, reports=counted.reports + 3)

    found = faults(package, log, world.house)

    assert Fault(f"{QUARTER}: received", "12", "9") in found["received"]
    assert {one.where for one in found["reports"]} == {"received-category"}


def test_another_key_gives_other_noise(world: World, package: Package, log: Contents) -> None:
    other = replace(package, order=replace(package.order, key=bytes(32)))

    found = faults(other, log, world.house)

    assert {"noise", "files"} == found.keys()
    assert {one.where for one in found["noise"]} >= {"received-category"}


def test_a_number_with_other_noise_is_named(
    package: Package, log: Contents, elsewhere: House
) -> None:
    place = elsewhere.folder / QUARTER / "v1" / "received-category.json"
    document = json.loads(place.read_bytes())
    row = document["columns"].index("obs_value")
    document["rows"][-1][row] = 1234
    place.write_text(json.dumps(document))

    found = faults(package, log, elsewhere)

    assert any("1234" in one.found for one in found["noise"])
    assert [one.where for one in found["files"]] == ["received-category.json"]


@pytest.mark.parametrize("name", ["totals", "series", "received-category"])
@pytest.mark.parametrize("content", [b"", b"[]", b'{"rows": []}', None])
def test_a_table_that_cannot_be_read_is_named_and_stops_nothing(
    package: Package, log: Contents, elsewhere: House, name: str, content: bytes | None
) -> None:
    place = elsewhere.folder / QUARTER / "v1" / f"{name}.json"
    if content is None:
        place.unlink()
    else:
        place.write_bytes(content)

    found = faults(package, log, elsewhere)

    assert any(name in one.where for one in found["files"]) or name == "series"
    assert {"noise", "files"} <= found.keys()


@pytest.mark.parametrize("name", ["totals.csv", "kk/index.html", "SHA256SUMS", "key.pem"])
def test_a_changed_byte_names_its_file(
    package: Package, log: Contents, elsewhere: House, name: str
) -> None:
    place = elsewhere.folder / QUARTER / "v1" / name
    content = place.read_bytes()
    place.write_bytes(bytes([content[0] ^ 1]) + content[1:])

    assert [one.where for one in faults(package, log, elsewhere)["files"]] == [name]


def test_a_file_that_was_added_is_named(package: Package, log: Contents, elsewhere: House) -> None:
    (elsewhere.folder / QUARTER / "v1" / "more.csv").write_text("1")

    assert [one.where for one in faults(package, log, elsewhere)["files"]] == ["more.csv"]


def test_a_release_that_was_exchanged_whole_is_not_the_one_in_the_log(
    world: World, package: Package, log: Contents, elsewhere: House
) -> None:
    counted = Case(package, log, world.house).counted
    exchanged = make_files(
        replace(package.order, level="L0", published_on=package.order.published_on.replace(day=10)),
        counted.documents,
        world.house,
    )
    for name, content in exchanged.items():
        (elsewhere.folder / QUARTER / "v1" / name).write_bytes(content)

    (published, _) = faults(package, log, elsewhere)["manifest"]

    digest = hashlib.sha256(exchanged["manifest.json"]).hexdigest()
    assert published.expected == f"['{package.manifest}']"
    assert digest in published.found


def test_an_outcome_whose_case_was_erased_may_be_missing_and_no_other(
    world: World, package: Package, log: Contents
) -> None:
    place = min(package.outcomes)
    fewer = {index: one for index, one in package.outcomes.items() if index != place}
    erased = replace(package, outcomes=fewer, unopened=(place,))
    other = {**fewer}
    other.pop(max(fewer))

    assert faults(erased, log, world.house) == {}
    assert {"openings", "conclusions"} <= faults(
        replace(erased, outcomes=other), log, world.house
    ).keys()


def test_the_log_must_have_all_of_the_quarter(
    world: World, package: Package, log: Contents
) -> None:
    log.totals.quarters[QUARTER] = Count()
    log.totals.through = None

    assert faults(package, log, world.house)["received"][0].expected == "–"


def test_another_step_in_the_place_of_an_outcome_is_noticed(
    world: World, package: Package, log: Contents
) -> None:
    place, step = next(iter(log.outcomes[QUARTER].items()))
    log.outcomes[QUARTER][place] = Step(step.type, step.tag, bytes(32))

    assert [one.where for one in faults(package, log, world.house)["openings"]] == [f"#{place}"]
