"""The gate for a real release."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.dataset.history import History
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.gate.release import check_release


def build_history(releases: Sequence[SyntheticRelease]) -> History:
    return [(release.quarter, release.build_documents()) for release in releases]


def list_counted(release: SyntheticRelease) -> list[tuple[ProtectedTable, dict[Cell, int]]]:
    return [
        (table, {cell: release.count(name, cell) for cell in table.values})
        for name, table in release.tables.items()
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_an_honest_release_passes(
    level: str, releases: dict[str, Sequence[SyntheticRelease]]
) -> None:
    ours = releases[level]

    results = check_release(build_history(ours), level, list_counted(ours[-1]))

    assert [result.id for result in results] == ["G3", "G8", "G10", "G7", "G8"]
    assert all(result.passed for result in results), results


def test_a_release_without_its_noise_is_refused(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    release = releases["L1"][0]
    bare = [(replace(table, values=counts), counts) for table, counts in list_counted(release)]

    results = check_release(build_history([release]), "L1", bare)

    assert [result.id for result in results if not result.passed] == ["G7"]


def test_noise_beyond_its_cap_is_refused(releases: dict[str, Sequence[SyntheticRelease]]) -> None:
    release = releases["L2"][0]
    table, counts = list_counted(release)[0]
    far = counts | {next(iter(counts)): 600}

    results = check_release(build_history([release]), "L2", [(replace(table, values=far), counts)])

    assert [result.id for result in results if not result.passed] == ["G7"]


def test_a_release_of_another_level_is_refused(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    results = check_release(build_history(releases["L0"][:1]), "L1")

    assert [result.id for result in results if not result.passed] == ["G10"]


def test_totals_that_were_counted_at_another_time_are_refused(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    release = replace(releases["L1"][0], received=releases["L1"][0].received + 1)

    results = check_release(build_history([release]), "L1", list_counted(release))

    assert [(result.id, result.attack) for result in results if not result.passed] == [
        ("G8", "count twice")
    ]


def test_releases_that_contradict_each_other_are_refused(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    release = replace(releases["L1"][0], received=10)

    results = check_release(build_history([release]), "L1")

    assert [result.id for result in results if not result.passed] == ["G3"]
    assert "contradict" in results[0].note


def test_a_file_that_nobody_knows_is_refused(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    release = releases["L0"][0]
    documents = release.build_documents()

    results = check_release(build_history([release]), "L0", files={"ru/officers.html": b""})

    assert [result.id for result in results if not result.passed] == ["G10"]
    assert all(f"{name}.csv" in results[-1].note for name in documents)
