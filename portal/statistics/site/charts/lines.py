"""Lines: numbers over periods with their likely range, shares over days, control charts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.statistics.site.charts.grid import (
    BOTTOM,
    LEFT,
    LINE_HEIGHT,
    RIGHT,
    TICK_ROOM,
    TOP,
    Scale,
    choose_period_ticks,
    draw_axes,
    draw_label,
    draw_left_axis,
    draw_legend,
    draw_ticks,
    place_periods,
    split_strokes,
)
from portal.statistics.site.charts.marks import (
    Area,
    Box,
    Dot,
    Drawing,
    Mark,
    Point,
    Polyline,
    build_outline,
)

KINDS = ("line-0", "line-1", "line-2")
DOTS = ("dot-0", "dot-1", "dot-2")
HIDDEN, LOWEST = 6, 4  # width and least height of the hatched box of a hidden number


@dataclass(frozen=True)
class Value:
    """One number with its likely range; `value` is None where a number is hidden or missing."""

    value: int | None
    low: int | None = None
    high: int | None = None
    banded: bool = False  # hidden because it is below the band


@dataclass(frozen=True)
class Series:
    """One line."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Axis:
    """How high the picture reaches, and the texts beside it."""

    most: int
    ticks: tuple[tuple[int, str], ...]


def draw_trend(
    periods: Sequence[str], lines: Sequence[Series], axis: Axis, *, band: int = 0, hidden: str = ""
) -> Drawing:
    """Return lines over periods, each within its likely range.

    Args:
        periods: their short names, the oldest first.
        lines: the lines; each has a value for every period.
        axis: the axis at the left.
        band: hidden numbers are drawn as a hatched box up to here.
        hidden: what the legend says of such a box.
    """
    scale, places = Scale(axis.most, BOTTOM, TOP), place_periods(len(periods))
    marks = [
        *draw_left_axis(scale, axis.ticks),
        draw_axes(),
        *draw_ticks(choose_period_ticks(periods, places)),
    ]
    for rank, series in enumerate(lines):
        marks += _draw_line(series.values, places, scale, rank)
    names = [(KINDS[rank], series.label) for rank, series in enumerate(lines)]
    banded = [box for line in lines for box in build_hidden_boxes(line.values, places, scale, band)]
    marks += banded
    if banded:
        names.append(("band", hidden))
    below, y = draw_legend(names, BOTTOM + TICK_ROOM + LINE_HEIGHT + 6)
    return Drawing(y - LINE_HEIGHT + 6, (*marks, *below))


def draw_curve(
    days: Sequence[int], lines: Sequence[Series], axis: Axis, limit: tuple[int, str], named: int
) -> Drawing:
    """Return shares that grow with days, and the limit of the law as a line.

    Args:
        days: where the shares are known, the last one at the end.
        lines: the lines, each with a value for every day.
        axis: the axis at the left.
        limit: a day, and what it is.
        named: only every so many days have their number below.
    """
    scale, along = Scale(axis.most, BOTTOM, TOP), Scale(days[-1], LEFT, RIGHT)
    places = [along.locate(day) for day in (0, *days)]
    ticks = [(along.locate(day), str(day)) for day in (0, *days) if not day % named]
    at = along.locate(limit[0])
    marks = [*draw_left_axis(scale, axis.ticks), draw_axes(), *draw_ticks(ticks)]
    marks.append(Polyline((((at, TOP - 8), (at, BOTTOM)),), "limit"))
    marks += draw_label(limit[1], at + 4, TOP - 12, letters=36)
    for rank, series in enumerate(lines):
        marks += _draw_line((Value(0, 0, 0), *series.values), places, scale, rank)
    names = [(KINDS[rank], series.label) for rank, series in enumerate(lines)]
    below, y = draw_legend(names, BOTTOM + TICK_ROOM + LINE_HEIGHT + 6)
    return Drawing(y - LINE_HEIGHT + 6, (*marks, *below))


@dataclass(frozen=True)
class ControlChart:
    """A series with what was expected of its last value.

    Attributes:
        periods: their short names, the oldest first.
        values: one for each period.
        expected: of the last one.
        limit: above this it is higher than expected.
        above: whether it is.
    """

    periods: tuple[str, ...]
    values: tuple[Value, ...]
    expected: int
    limit: int
    above: bool


def draw_control_chart(chart: ControlChart, axis: Axis, labels: tuple[str, str, str]) -> Drawing:
    """Return a control chart: the series, what was expected, and the limit.

    Args:
        chart: the series and its limits.
        axis: the axis at the left.
        labels: names of the series, of what was expected, of the limit.
    """
    scale, places = Scale(axis.most, BOTTOM, TOP), place_periods(len(chart.periods))
    middle, limit = scale.locate(chart.expected), scale.locate(chart.limit)
    marks = [
        *draw_left_axis(scale, axis.ticks),
        draw_axes(),
        *draw_ticks(choose_period_ticks(chart.periods, places)),
    ]
    marks += [
        Polyline((((LEFT, middle), (RIGHT, middle)),), "target"),
        Polyline((((LEFT, limit), (RIGHT, limit)),), "limit"),
        *_draw_line(chart.values, places, scale, 0),
    ]
    last = chart.values[-1].value
    if chart.above and last is not None:
        marks.append(Dot(places[-1], scale.locate(last), "flag"))
    names = zip((KINDS[0], "target", "limit"), labels, strict=True)
    below, y = draw_legend(list(names), BOTTOM + TICK_ROOM + LINE_HEIGHT + 6)
    return Drawing(y - LINE_HEIGHT + 6, (*marks, *below))


def _draw_line(
    values: Sequence[Value], places: Sequence[int], scale: Scale, rank: int
) -> list[Mark]:
    """Return one line with its dots and its likely range, in pieces where numbers are hidden."""
    marks: list[Mark] = list(build_likely_areas(values, places, scale))
    drawn = split_strokes(place_points(values, places, scale))
    marks.append(Polyline(drawn, KINDS[rank]))
    marks += [Dot(x, y, DOTS[rank]) for stroke in drawn for x, y in stroke]
    return marks


def place_points(
    values: Sequence[Value], places: Sequence[int], scale: Scale
) -> list[Point | None]:
    """Return where the numbers of a line stand; None where one is hidden or missing."""
    pairs = zip(places, values, strict=True)
    return [None if value.value is None else (x, scale.locate(value.value)) for x, value in pairs]


def build_likely_areas(
    values: Sequence[Value], places: Sequence[int], scale: Scale
) -> Iterator[Area]:
    """Yield the likely range of a line, in pieces where numbers are hidden."""
    for piece in _split_pieces(list(zip(places, values, strict=True))):
        if len(piece) > 1:
            upper = [(x, scale.locate(value.high or 0)) for x, value in piece]
            lower = [(x, scale.locate(value.low or 0)) for x, value in piece]
            yield Area(build_outline(upper, lower), "likely")


def build_hidden_boxes(
    values: Sequence[Value], places: Sequence[int], scale: Scale, band: int
) -> list[Box]:
    """Return a hatched box for each hidden number, from zero up to the band.

    Args:
        values: of the line.
        places: where each stands; the last box does not stick out.
        scale: of the numbers.
        band: hidden numbers are at most this.
    """
    bottom = scale.locate(0)
    top = min(scale.locate(band), bottom - LOWEST)
    return [
        Box(min(x - HIDDEN // 2, places[-1] - HIDDEN), top, HIDDEN, bottom - top, "band")
        for x, value in zip(places, values, strict=True)
        if value.banded
    ]


def _split_pieces(pairs: list[tuple[int, Value]]) -> list[list[tuple[int, Value]]]:
    """Return the stretches of a line that have a likely range."""
    pieces: list[list[tuple[int, Value]]] = [[]]
    for x, value in pairs:
        if value.value is None or value.low is None:
            pieces.append([])
        else:
            pieces[-1].append((x, value))
    return [piece for piece in pieces if piece]
