"""Dots with their likely range below each other, and small lines below each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.statistics.site.charts.grid import (
    LINE_HEIGHT,
    Scale,
    draw_label,
    draw_legend,
    place_periods,
    split_strokes,
)
from portal.statistics.site.charts.lines import (
    Value,
    build_hidden_boxes,
    build_likely_areas,
    place_points,
)
from portal.statistics.site.charts.marks import (
    SIZE,
    SMALL,
    WIDTH,
    Anchor,
    Box,
    Dot,
    Drawing,
    Mark,
    Polyline,
    TextLine,
    build_whisker,
)

FIRST, LAST = 6, WIDTH - 6
ROW = 38
TRACK = 12
SPARK_LEFT, SPARK_RIGHT, SPARK_HEIGHT = 160, 224, 26  # "likely 0–23" fits at the right
SPARK_LETTERS = 21


@dataclass(frozen=True)
class DotRow:
    """One row of a dot plot; `value` is None if there are too few cases or it is hidden."""

    label: str
    text: str
    value: int | None
    low: int = 0
    high: int = 0
    own: bool = False  # the row that a page is about
    flag: bool = False  # beyond what was expected


def draw_dots(
    rows: Sequence[DotRow],
    most: int,
    ticks: Sequence[tuple[int, str]],
    reference: tuple[int, str] | None,
) -> Drawing:
    """Return a dot with its likely range for each place, in the order given.

    Args:
        rows: the places.
        most: the number at the right end.
        ticks: numbers of the axis below, with their texts.
        reference: the number of the whole nation and its name, drawn in every row.
    """
    scale = Scale(most, FIRST, LAST)
    marks: list[Mark] = []
    for rank, place in enumerate(rows):
        marks += _draw_row(place, scale, ROW * rank, reference)
    y = ROW * len(rows) + LINE_HEIGHT
    marks += [
        TextLine(scale.locate(value), y, text, _choose_anchor(value, most), SMALL)
        for value, text in ticks
    ]
    y += 8
    if reference:
        below, y = draw_legend([("target", reference[1])], y + LINE_HEIGHT)
        marks += below
        y -= LINE_HEIGHT
    return Drawing(y, tuple(marks))


def _choose_anchor(value: int, most: int) -> Anchor:
    return "start" if value <= 0 else "end" if value >= most else "middle"


def _draw_row(
    place: DotRow, scale: Scale, top: int, reference: tuple[int, str] | None
) -> list[Mark]:
    y = top + LINE_HEIGHT + TRACK // 2 + 4
    marks: list[Mark] = [
        TextLine(0, top + 15, place.label, bold=place.own),
        TextLine(WIDTH, top + 15, place.text, "end"),
        Box(FIRST, y - TRACK // 2, LAST - FIRST, TRACK, "track"),
    ]
    if reference:
        at = scale.locate(reference[0])
        marks.append(Polyline((((at, y - TRACK // 2), (at, y + TRACK // 2)),), "target"))
    if place.value is not None:
        ends = scale.locate(place.low), scale.locate(place.high)
        marks.append(Polyline(build_whisker(ends, y), "whisker"))
        marks.append(Dot(scale.locate(place.value), y, "flag" if place.flag else "dot-0"))
    return marks


@dataclass(frozen=True)
class Sparkline:
    """One small line over quarters, with the words beside it."""

    label: str
    text: str
    values: tuple[Value, ...]
    flag: bool = False


def draw_sparks(sparklines: Sequence[Sparkline], band: int, hidden: str) -> Drawing:
    """Return a small line for each series; each has its own scale, from zero.

    Args:
        sparklines: the series, in the order given.
        band: hidden numbers are drawn as a hatched box up to here.
        hidden: what the legend says of such a box.
    """
    marks: list[Mark] = []
    y = 4
    for spark in sparklines:
        lines = draw_label(spark.label, 0, y + LINE_HEIGHT - 3, letters=SPARK_LETTERS, size=SIZE)
        bottom = y + SPARK_HEIGHT
        marks += [*lines, *_draw_spark(spark, Scale(_find_most(spark), bottom, y), band)]
        marks.append(TextLine(WIDTH, y + LINE_HEIGHT, spark.text, "end", bold=spark.flag))
        y = max(bottom, lines[-1].y) + 16
    if any(value.banded for spark in sparklines for value in spark.values):
        below, y = draw_legend([("band", hidden)], y + LINE_HEIGHT)
        marks += below
    return Drawing(y - 6, tuple(marks))


def _find_most(spark: Sparkline) -> int:
    return max(10, *(max(value.high or 0, value.value or 0) for value in spark.values))


def _draw_spark(spark: Sparkline, scale: Scale, band: int) -> list[Mark]:
    places = place_periods(len(spark.values), SPARK_LEFT, SPARK_RIGHT)
    ground = scale.locate(0)
    points = place_points(spark.values, places, scale)
    marks: list[Mark] = [
        Polyline((((SPARK_LEFT, ground), (SPARK_RIGHT, ground)),), "grid"),
        *build_likely_areas(spark.values, places, scale),
        Polyline(split_strokes(points), "line-0"),
        *build_hidden_boxes(spark.values, places, scale, band),
    ]
    if points[-1] is not None:
        x, y = points[-1]
        marks.append(Dot(x, y, "flag" if spark.flag else "dot-0"))
    return marks
