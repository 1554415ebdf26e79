"""Making a release twice, and in another process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.core.calendar import Quarter
from portal.statistics.attacks import consistency
from portal.statistics.attacks.population import Population
from portal.statistics.catalogue.tables import LEVELS

ROOT = Path(__file__).parents[3]
PRINT = """
from portal.statistics.attacks.population import make
from portal.statistics.attacks.synthetic_release import publish
from portal.statistics.attacks.consistency import compute_digest
from portal.core.calendar import Quarter
print(compute_digest(publish(make("twice", a_year=400, quarters=1), Quarter("2027-q1"), "L1")))
"""


@pytest.mark.parametrize("level", LEVELS)
def test_totals_are_sums_and_twice_made_is_the_same(
    level: str, populations: dict[str, Population]
) -> None:
    for result in consistency.attack(populations[level], Quarter("2027-q4"), level):
        assert result.passed, result


def test_another_process_with_other_hashes_makes_the_same_bytes() -> None:
    made = {
        subprocess.run(  # noqa: S603 - a program of our own
            [sys.executable, "-c", PRINT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(made) == 1
