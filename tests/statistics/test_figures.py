"""Pictures: valid, readable without colours and without eyes, the same bytes every time."""

import re
from datetime import date
from functools import cache
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask

from portal.core.terms import LANGUAGES
from portal.statistics import figures
from portal.statistics.catalogue import LEVELS, Table, load
from portal.statistics.charts import Figure
from portal.statistics.cli.release import draw
from portal.statistics.formats import document, measures_document, totals_document
from portal.statistics.measures import Protected, exact_measures, quarter_span, rates, span_of

KNOWN = load()
SVG = "{http://www.w3.org/2000/svg}"
QUARTERS = ("2026-q1", "2026-q2", "2026-q3", "2026-q4")


@cache
def documents(quarter: str, level: str, value: int) -> figures.Documents:
    def protected(table: Table) -> Protected:
        cells = {cell: value * (1 + rank % 3) for rank, cell in enumerate(table.cells())}
        return Protected(table, span_of(table, quarter), KNOWN.cost(table, level), cells)

    found = [protected(table) for table in KNOWN.tables_of(quarter, level)]
    span = quarter_span(quarter)
    measured = [*exact_measures(500, 400, span), *(one for table in found for one in rates(table))]
    made = {one.table.id: document(one, "r") for one in found}
    made["totals"] = totals_document(500, 400, span, "r")
    made["measures"] = measures_document(measured, "r")
    return made


def history(level: str, value: int, number: int = 4) -> list[tuple[str, figures.Documents]]:
    return [(quarter, documents(quarter, level, value)) for quarter in QUARTERS[-number:]]


def names(found: list[Figure]) -> list[str]:
    return [figure.name for figure in found]


def every_figure(value: int = 120) -> list[Figure]:
    return [
        figure
        for level in LEVELS
        for language in LANGUAGES
        for figure in figures.of_release(history(level, value), language)
    ]


def test_a_release_shows_what_its_level_has() -> None:
    first = figures.of_release([("2026-q3", documents("2026-q3", "L0", 120))], "ru")

    assert names(first) == ["findings", "kinds"]
    everything = ["flow", "findings", "confirmed", "kinds", "regions", "curve"]
    for level in LEVELS:
        assert names(figures.of_release(history(level, 120), "ru")) == everything


@pytest.mark.parametrize("value", [-3, 4, 40_000])
def test_every_picture_is_valid_and_named(app: Flask, value: int) -> None:
    with app.app_context():
        for figure in every_figure(value):
            root = Xml.fromstring(draw(figure, "kk"))  # noqa: S314 - our own picture

            assert root.tag == f"{SVG}svg"
            assert root.get("role") == "img"
            ids = [node.get("id") for node in root.iter() if node.get("id")]
            assert len(ids) == len(set(ids))
            assert set((root.get("aria-labelledby") or "").split()) <= set(ids)
            assert root.findtext(f"{SVG}title") == figure.title
            assert root.findtext(f"{SVG}desc")


def test_a_picture_holds_nothing_that_acts_or_is_styled_inside(app: Flask) -> None:
    with app.app_context():
        for figure in every_figure():
            drawn = draw(figure, "ru")
            assert not re.search(r"<style|\sstyle=|<script|\son[a-z]+=|href|<image", drawn)


def test_a_picture_is_the_same_every_time(app: Flask) -> None:
    with app.app_context():
        one = [draw(figure, "en") for figure in every_figure()]
        two = [draw(figure, "en") for figure in every_figure()]

    assert one == two


def test_everything_drawn_lies_inside_the_picture() -> None:
    for figure in every_figure():
        for bar in figure.bars:
            assert 0 <= bar.x <= bar.x + bar.width <= 360
            assert bar.top < figure.height
            assert bar.banded or bar.low is None or bar.low <= bar.width <= (bar.high or 0) <= 250
        for series in figure.series:
            assert all(0 <= x <= 348 and 24 <= y <= 180 for x, y in (*series.points, *series.area))


def test_the_table_has_the_numbers_of_the_picture() -> None:
    for figure in every_figure():
        assert figure.rows
        assert all(len(row) == len(figure.header) for row in figure.rows)
        if figure.bars:
            assert len(figure.bars) == len(figure.rows)


def test_a_small_number_is_hatched_and_said_in_words(app: Flask) -> None:
    (kinds,) = [
        figure
        for figure in figures.of_release(history("L0", 1, number=2), "en")
        if figure.name == "kinds"
    ]

    assert all(bar.banded for bar in kinds.bars)
    assert {row[1] for row in kinds.rows} == {"fewer than 10 (may be zero)"}
    with app.app_context():
        drawn = draw(kinds, "en")
    assert drawn.count('fill="url(#kinds-band)"') == 8
    assert "fewer than 10" in drawn


def test_findings_differ_in_form_and_not_in_colour_alone() -> None:
    (found,) = [
        one for one in figures.of_release(history("L0", 120, 2), "en") if one.name == "findings"
    ]

    assert [bar.style for bar in found.bars] == [0, 1, 2, 3, 4]


def test_the_curve_bears_the_limit_of_the_law() -> None:
    (curve,) = [one for one in figures.of_release(history("L1", 120), "en") if one.name == "curve"]

    assert curve.limit is not None
    assert "15 working days" in curve.limit.text
    assert [row[0] for row in curve.rows] == ["5", "10", "15", "20", "30", "60", "90"]


def test_numbers_are_written_as_the_language_does() -> None:
    assert figures.share(0.1234, "en") == "12.3\u00a0%"
    assert figures.share(0.1234, "ru") == "12,3\u00a0%"
    assert figures.whole(1234567) == "1\u202f234\u202f567"


def test_the_share_in_time_names_its_cohort() -> None:
    found = figures.in_time(documents("2026-q4", "L1", 120), "en")

    assert found is not None
    assert (found["first_day"], found["last_day"]) == (date(2025, 7, 1), date(2026, 6, 30))
    assert figures.in_time(documents("2026-q3", "L1", 120), "en") is None
