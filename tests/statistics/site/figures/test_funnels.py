"""Funnels from documents."""

import pytest

from portal.core.calendar import Quarter
from portal.statistics.disclosure.noise import compute_noise_sd
from portal.statistics.site.figures.funnels import (
    CONFIRMED,
    IN_TIME,
    RATE,
    compare_regions,
    draw_funnel_figure,
)
from portal.statistics.site.figures.texts import list_regions
from tests.statistics import invented


def test_a_region_far_above_the_others_needs_an_explanation() -> None:
    figure = draw_funnel_figure(RATE, invented.history("L1"), "en")

    assert figure is not None
    states = {row[0]: row[-1] for row in figure.rows}
    higher = "higher than expected, needs an explanation"
    assert states.pop(list_regions("en")[invented.OUTLIER]) == higher
    assert set(states.values()) == {"as expected"}


def test_regions_with_too_few_cases_are_left_out() -> None:
    comparison = compare_regions(CONFIRMED, invented.history("L1"), "ru")

    assert comparison is not None
    assert invented.SMALLEST not in {unit.id for unit in comparison.units}
    assert len(comparison.units) == 19


def test_the_noise_is_that_of_the_tables() -> None:
    history = invented.history("L1")
    rate, confirmed = (
        compare_regions(RATE, history, "ru"),
        compare_regions(CONFIRMED, history, "ru"),
    )

    assert rate is not None
    assert confirmed is not None
    assert rate.funnel.noise == pytest.approx(4 * compute_noise_sd(500) ** 2, rel=1e-3)
    target = confirmed.funnel.target
    cells = 2 * (1 - target) ** 2 + 4 * target**2
    assert confirmed.funnel.noise == pytest.approx(cells * compute_noise_sd(300) ** 2, rel=1e-3)


def test_the_newest_release_with_regions_is_shown() -> None:
    comparison = compare_regions(IN_TIME, invented.history("L1", 14)[:-2], "ru")

    assert comparison is not None
    assert comparison.quarter == Quarter("2025-q4")


def test_without_regions_there_is_no_funnel() -> None:
    assert draw_funnel_figure(IN_TIME, invented.history("L0", 3)[:2], "ru") is None


def test_the_region_of_a_page_is_marked() -> None:
    figure = draw_funnel_figure(RATE, invented.history("L1"), "ru", "KZ-63")

    assert figure is not None
    assert figure.name == "funnel-rate-KZ-63"
    texts = {getattr(mark, "text", "") for mark in figure.drawing.marks}
    assert any(list_regions("ru")["KZ-63"] in text for text in texts)
