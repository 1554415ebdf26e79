"""Published ranges hold what is true, for each measure and table at every level."""

import pytest

from portal.statistics.attacks import coverage

DRAWS = {"L0": 12, "L1": 6, "L2": 2}


@pytest.mark.parametrize("level", coverage.VOLUMES)
def test_ranges_hold_the_truth(level: str) -> None:
    found = coverage.measure(level, quarters=8, draws=DRAWS[level])

    low = {
        name: (one.ranges, round(one.share, 3))
        for name, one in found.items()
        if one.share < coverage.LEAST and one.ranges >= coverage.ENOUGH
    }
    assert not low
    assert all(one.share == 1 for name, one in found.items() if name.endswith("exact"))
    assert sum(one.ranges >= coverage.ENOUGH for one in found.values()) >= 15
