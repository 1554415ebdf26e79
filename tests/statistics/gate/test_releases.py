"""The gate for a real release."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from portal.statistics.catalogue import LEVELS
from portal.statistics.disclosure import Cell
from portal.statistics.gate import check_release
from portal.statistics.gate.publishing import Made
from portal.statistics.gate.releases import History
from portal.statistics.measures import Protected


def history(releases: Sequence[Made]) -> History:
    return [(one.quarter, one.documents()) for one in releases]


def counted(release: Made) -> list[tuple[Protected, dict[Cell, int]]]:
    return [
        (table, {cell: release.count(name, cell) for cell in table.values})
        for name, table in release.tables.items()
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_an_honest_release_passes(level: str, releases: dict[str, Sequence[Made]]) -> None:
    ours = releases[level]

    results = check_release(history(ours), level, counted(ours[-1]))

    assert [one.id for one in results] == ["G3", "G8", "G10", "G7"]
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

    assert not results[-1].passed


def test_a_release_of_another_level_is_refused(releases: dict[str, Sequence[Made]]) -> None:
    results = check_release(history(releases["L0"][:1]), "L1")

    assert [one.id for one in results if not one.passed] == ["G10"]
