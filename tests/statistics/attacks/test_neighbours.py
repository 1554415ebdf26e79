"""Making a release again after a case was altered; with synthetic cases, and with real rows."""

from pathlib import Path

import pytest

from portal.core.calendar import Quarter
from portal.statistics.attacks import neighbours
from portal.statistics.attacks.population import Population
from portal.statistics.catalogue.tables import LEVELS
from tests.statistics.histories import Q3, Histories, QuarterPublisher


@pytest.mark.parametrize("level", LEVELS)
def test_only_the_cells_of_the_case_differ(level: str, populations: dict[str, Population]) -> None:
    result = neighbours.attack(populations[level], Quarter("2027-q4"), level)

    assert result.passed, result


def test_published_bytes_stay_whatever_happens_to_past_cases(
    histories: Histories, press: QuarterPublisher
) -> None:
    some = histories.many(60)
    histories.done()
    press.publish()
    before = publish_files(press.folder / Q3)

    histories.many(3, region="KZ-62", category="conduct")  # of the quarter that is published
    some[0].region, some[1].category = "KZ-62", "conduct"
    histories.done()
    press.publish(Quarter("2026-q4"))

    assert publish_files(press.folder / Q3) == before


def publish_files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
