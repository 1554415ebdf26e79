"""Adding cells up, and making a release twice."""

import os
import subprocess
import sys
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import pytest

from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.gate import rebuilding
from portal.statistics.gate.population import Population
from portal.statistics.gate.publishing import Made

ROOT = Path(__file__).parents[3]
PRINT = """
from portal.statistics.gate.population import make
from portal.statistics.gate.publishing import publish
from portal.statistics.gate.rebuilding import digest
print(digest(publish(make("twice", a_year=400, quarters=1), "2027-q1", "L1")))
"""


@pytest.mark.parametrize("level", LEVELS)
def test_totals_are_sums_and_twice_made_is_the_same(
    level: str, populations: dict[str, Population]
) -> None:
    for result in rebuilding.attack(populations[level], "2027-q4", level):
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


@pytest.mark.parametrize("level", LEVELS)
def test_a_published_total_that_cannot_be_is_noticed(
    level: str, releases: dict[str, Sequence[Made]]
) -> None:
    release = releases[level][3]
    documents = release.documents()
    assert rebuilding.of_documents(documents, release.quarter).passed

    for name in release.tables:
        spoilt = deepcopy(documents)
        row = spoilt[name]["rows"][-1]  # the total of everything
        place = spoilt[name]["columns"].index("obs_value")
        row[place] = 10**6
        assert not rebuilding.of_documents(spoilt, release.quarter).passed, name
