"""Published ranges hold what is true, for each measure and table at every level."""

import pytest

from portal.statistics.attacks import coverage

DRAWS = {"L0": 12, "L1": 6, "L2": 2}


@pytest.mark.parametrize("level", coverage.VOLUMES)
def test_ranges_hold_the_truth(level: str) -> None:
    measured = coverage.measure(level, quarters=8, draws=DRAWS[level])

    low = {
        name: (kind.ranges, round(kind.share, 3))
        for name, kind in measured.items()
        if kind.share < coverage.LEAST and kind.ranges >= coverage.ENOUGH
    }
    assert not low
    assert all(kind.share == 1 for name, kind in measured.items() if name.endswith("exact"))
    assert sum(kind.ranges >= coverage.ENOUGH for kind in measured.values()) >= 15
