"""The figures of the whole country."""

from portal.core.calendar import Quarter
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.site.charts.marks import Box
from portal.statistics.site.figures import overview
from tests.statistics import invented

EVERYTHING = ["flow", "balance", "findings", "confirmed", "kinds", "rates", "curve"]


def test_a_release_shows_what_it_has() -> None:
    for level in LEVELS:
        shown = overview.draw_release(invented.history(level), "ru")
        assert [figure.name for figure in shown] == EVERYTHING

    first = overview.draw_release(invented.history("L0", 2)[:1], "ru")
    assert [figure.name for figure in first] == ["findings", "kinds"]


def test_a_figure_names_the_release_that_holds_its_numbers() -> None:
    shown = {
        figure.name: figure
        for figure in overview.draw_release(invented.history("L1", 14)[:-1], "ru")
    }

    assert shown["kinds"].quarter == Quarter("2026-q3")
    assert shown["curve"].quarter == Quarter("2025-q4")
    for figure in shown.values():
        assert figure.source in invented.documents(figure.quarter, "L1")


def test_the_balance_ends_where_its_steps_lead() -> None:
    figure = overview.draw_year_balance(invented.history("L1"), "ru")

    assert figure is not None
    boxes = [mark for mark in figure.drawing.marks if isinstance(mark, Box)]
    *_, last_step, end = boxes
    assert end.x == 0
    assert end.width == last_step.x


def test_the_curve_bears_the_limit_of_the_law_and_every_band() -> None:
    curve = next(
        figure
        for figure in overview.draw_release(invented.history("L1"), "en")
        if figure.name == "curve"
    )

    texts = {getattr(mark, "text", "") for mark in curve.drawing.marks}
    assert any("15 working days" in text for text in texts)
    assert [row[0] for row in curve.rows] == ["5", "10", "15", "20", "30", "60", "90"]
