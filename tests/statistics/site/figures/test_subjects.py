"""The figures of subjects."""

import pytest

from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.charts.marks import TextLine
from portal.statistics.site.figures import subjects
from portal.statistics.site.figures.texts import list_regions
from tests.statistics import invented


def map_by_name(figures: list[ChartFigure]) -> dict[str, ChartFigure]:
    return {figure.name: figure for figure in figures}


def test_each_page_has_its_figures() -> None:
    history = invented.history("L1")

    assert list(map_by_name(subjects.draw_comparison(history, "ru"))) == [
        *("funnel-rate", "pooled", "funnel-confirmed", "funnel-in-time")
    ]
    assert {"curve", "in-time-regions"} <= map_by_name(
        subjects.draw_timeliness(history, "ru")
    ).keys()
    assert {"findings", "sanctions", "reviews"} <= map_by_name(
        subjects.draw_outcomes(history, "ru")
    ).keys()
    assert {"verdicts", "formal-regions"} <= map_by_name(
        subjects.draw_verdicts(history, "ru")
    ).keys()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_regions_stand_by_the_alphabet_and_are_never_ranked(language: str) -> None:
    figure = map_by_name(subjects.draw_outcomes(invented.history("L1"), language))[
        "confirmed-regions"
    ]

    assert [row[0] for row in figure.rows][:-1] == list(list_regions(language).values())


def test_a_pooled_rate_is_drawn_towards_the_nation() -> None:
    figures = map_by_name(subjects.draw_comparison(invented.history("L1"), "en"))

    plain = {row[0]: float(row[2]) for row in figures["funnel-rate"].rows}
    pooled = {row[0]: float(row[1]) for row in figures["pooled"].rows}
    far = list_regions("en")[invented.OUTLIER]
    assert pooled[far] < plain[far]


def test_verdicts_stand_beside_conclusions_of_the_same_period() -> None:
    for level, first in (("L1", "1 January"), ("L2", "1 October")):
        figure = map_by_name(subjects.draw_verdicts(invented.history(level), "en"))["verdicts"]
        assert len(figure.rows) == 7 + 3
        titles = [
            mark.text for mark in figure.drawing.marks if isinstance(mark, TextLine) and mark.bold
        ]
        assert " ".join(titles).count(f"{first} 2026 – 31 December 2026") == 2


def test_signals_come_with_a_chart_of_each() -> None:
    names = list(
        map_by_name(subjects.draw_signals(invented.history("L1", draw=invented.alarming), "kk"))
    )

    assert names == ["signals", "signal-KZ-force", "signal-KZ-63-all", "signal-KZ-75-all"]
