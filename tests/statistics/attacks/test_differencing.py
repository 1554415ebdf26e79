"""Subtracting one publication from the next."""

from collections.abc import Sequence

import pytest

from portal.statistics.attacks import differencing
from portal.statistics.attacks.differencing import compute_success
from portal.statistics.attacks.population import Population
from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.catalogue.tables import LEVELS


@pytest.mark.parametrize("level", LEVELS)
def test_refreshed_tables_give_single_cases_away_and_ours_do_not(
    level: str, populations: dict[str, Population], releases: dict[str, Sequence[SyntheticRelease]]
) -> None:
    result = differencing.attack(populations[level], releases[level])

    assert result.passed, result
    assert result.controls["raw counts"] == 1


def test_success_is_what_is_noticed_less_false_alarms() -> None:
    assert compute_success([1, 1, 1, 1], [0, 0, 0, 0]) == 1
    assert compute_success([1, 0, 1, 0], [0, 0, 0, 0]) == 0.5
    assert compute_success([1, -1, 1, -1], [1, -1, 1, -1]) == 0
    assert compute_success([3, 2, 1, 1], [-1, -2, 1, -3]) == 0.75
