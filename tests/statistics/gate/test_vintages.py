"""Making a release again after a case was altered."""

import pytest

from portal.statistics.catalogue import LEVELS
from portal.statistics.gate import vintages
from portal.statistics.gate.population import Population


@pytest.mark.parametrize("level", LEVELS)
def test_only_the_cells_of_the_case_differ(level: str, populations: dict[str, Population]) -> None:
    result = vintages.attack(populations[level], "2027-q4", level)

    assert result.passed, result
