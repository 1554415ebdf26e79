"""Official series are quoted as they were made public, with their source."""

import pytest

from portal.statistics.site import official


def test_registered_cases_of_torture_are_those_of_the_source() -> None:
    (torture,) = official.load()

    assert [(value.year, value.value) for value in torture.values] == [
        (2019, 850),
        (2020, 766),
        (2021, 685),
        (2022, 920),
        (2023, 462),
        (2024, 193),
    ]


@pytest.mark.parametrize("series", official.load(), ids=lambda series: series.id)
def test_every_series_names_its_source(series: official.OfficialSeries) -> None:
    assert series.source_url.startswith("https://")
    assert series.source_label.get("ru")
    assert series.caveat.get("kk")
