"""Synthetic cases and releases that several tests of the gate look at."""

from collections.abc import Sequence

import pytest

from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.gate.population import Population, make
from portal.statistics.gate.publishing import Made, publish_all

A_YEAR = {"L0": 1_000, "L1": 4_000, "L2": 8_000}
QUARTERS = 5


@pytest.fixture(scope="session")
def populations() -> dict[str, Population]:
    """Return cases for each level, fewer than the level is for: a harder task."""
    return {level: make(level, a_year=A_YEAR[level], quarters=QUARTERS) for level in LEVELS}


@pytest.fixture(scope="session")
def releases(populations: dict[str, Population]) -> dict[str, Sequence[Made]]:
    """Return the releases of these cases."""
    return {level: publish_all(populations[level], level) for level in LEVELS}
