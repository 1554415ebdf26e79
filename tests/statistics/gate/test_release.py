"""The gate for a real release."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from portal.statistics.attacks.synthetic_release import Made
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.dataset.history import History
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.gate.release import check_release


def history(releases: Sequence[Made]) -> History:
    return [(one.quarter, one.documents()) for one in releases]


def counted(release: Made) -> list[tuple[ProtectedTable, dict[Cell, int]]]:
    return [
        (table, {cell: release.count(name, cell) for cell in table.values})
        for name, table in release.tables.items()
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_an_honest_release_passes(level: str, releases: dict[str, Sequence[Made]]) -> None:
    ours = releases[level]

    results = check_release(history(ours), level, counted(ours[-1]))

    assert [one.id for one in results] == ["G3", "G8", "G10", "G7", "G8"]
    assert all(one.passed for one in results), results


def test_a_release_without_its_noise_is_refused(releases: dict[str, Sequence[Made]]) -> None:
    release = releases["L1"][0]
    bare = [(replace(table, values=counts), counts) for table, counts in counted(release)]

    results = check_release(history([release]), "L1", bare)

    assert [one.id for one in results if not one.passed] == ["G7"]


def test_noise_beyond_its_cap_is_refused(releases: dict[str, Sequence[Made]]) -> None:
    release = releases["L2"][0]
    table, counts = counted(release)[0]
    far = counts | {next(iter(counts)): 600}

    results = check_release(history([release]), "L2", [(replace(table, values=far), counts)])

    assert [one.id for one in results if not one.passed] == ["G7"]


def test_a_release_of_another_level_is_refused(releases: dict[str, Sequence[Made]]) -> None:
    results = check_release(history(releases["L0"][:1]), "L1")

    assert [one.id for one in results if not one.passed] == ["G10"]


def test_totals_that_were_counted_at_another_time_are_refused(
    releases: dict[str, Sequence[Made]],
) -> None:
    release = replace(releases["L1"][0], received=releases["L1"][0].received + 1)

    results = check_release(history([release]), "L1", counted(release))

    assert [(one.id, one.attack) for one in results if not one.passed] == [("G8", "count twice")]


def test_releases_that_contradict_each_other_are_refused(
    releases: dict[str, Sequence[Made]],
) -> None:
    release = replace(releases["L1"][0], received=10)

    results = check_release(history([release]), "L1")

    assert [one.id for one in results if not one.passed] == ["G3"]
    assert "contradict" in results[0].note


def test_a_file_that_nobody_knows_is_refused(releases: dict[str, Sequence[Made]]) -> None:
    release = releases["L0"][0]
    documents = release.documents()

    results = check_release(history([release]), "L0", files={"ru/officers.html": b""})

    assert [one.id for one in results if not one.passed] == ["G10"]
    assert all(f"{name}.csv" in results[-1].note for name in documents)
