"""The funnel: each region at its size, between the limits that chance alone would keep to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.statistics.site.charts.grid import (
    BOTTOM,
    LEFT,
    LINE_HEIGHT,
    RIGHT,
    TICK_ROOM,
    TOP,
    Scale,
    draw_axes,
    draw_label,
    draw_left_axis,
    draw_legend,
    draw_ticks,
    split_strokes,
)
from portal.statistics.site.charts.lines import Axis
from portal.statistics.site.charts.marks import (
    SMALL,
    WIDTH,
    Area,
    Dot,
    Drawing,
    Mark,
    Point,
    Polyline,
    TextLine,
    build_outline,
)


@dataclass(frozen=True)
class FunnelPoint:
    """One region: how large it is, and its rate."""

    label: str
    size: int
    value: int
    flag: bool = False
    own: bool = False


@dataclass(frozen=True)
class FunnelLimits:
    """What is expected of a region of some size: within 95 % and within 99.8 % of chance."""

    size: int
    inner: tuple[int, int]
    outer: tuple[int, int]


@dataclass(frozen=True)
class FunnelLabels:
    """The words of a funnel."""

    size: str
    target: str
    inner: str
    outer: str


def draw_funnel(
    spots: Sequence[FunnelPoint],
    limits: Sequence[FunnelLimits],
    axis: Axis,
    target: int,
    names: FunnelLabels,
    written: Callable[[int], str] = str,
) -> Drawing:
    """Return each region at its size, and the limits around what is expected.

    Regions beyond the outer limits, and the one a page is about, bear a number and are named below.

    Args:
        spots: the regions.
        limits: the smallest size first; the last one is the right end.
        axis: the axis at the left.
        target: what is expected of all.
        names: the words.
        written: how a size is written.
    """
    scale, along = Scale(axis.most, BOTTOM, TOP), Scale(limits[-1].size, LEFT, RIGHT)
    half = limits[-1].size // 2
    ticks = [(along.locate(size), written(size)) for size in (0, half, limits[-1].size)]
    marks: list[Mark] = [
        *draw_left_axis(scale, axis.ticks),
        *_draw_limits(limits, along, scale),
        Polyline((((LEFT, scale.locate(target)), (RIGHT, scale.locate(target))),), "target"),
        draw_axes(),
        *draw_ticks(ticks),
        TextLine(RIGHT, BOTTOM + TICK_ROOM + LINE_HEIGHT, names.size, "end", SMALL),
    ]
    marked = [spot for spot in spots if spot.flag or spot.own]
    for spot in spots:
        x, y = along.locate(spot.size), scale.locate(spot.value)
        marks.append(Dot(x, y, "flag" if spot.flag else "dot-1" if spot.own else "ring"))
        if spot in marked:
            number = str(marked.index(spot) + 1)
            marks.append(TextLine(min(x + 7, WIDTH - 9), y - 5, number, size=SMALL, bold=True))
    lines = [("target", names.target), ("inner", names.inner), ("outer", names.outer)]
    below, y = draw_legend(lines, BOTTOM + TICK_ROOM + 2 * LINE_HEIGHT + 8)
    for rank, spot in enumerate(marked, start=1):
        named = draw_label(f"{rank}  {spot.label}", 2, y, letters=44)
        below += named
        y = named[-1].y + LINE_HEIGHT
    return Drawing(y - LINE_HEIGHT + 6, (*marks, *below))


def _draw_limits(limits: Sequence[FunnelLimits], along: Scale, scale: Scale) -> list[Mark]:
    """Return both pairs of limits; where one leaves the picture, its line stops."""
    places = [along.locate(limit.size) for limit in limits]

    def locate_ends(values: Sequence[int]) -> list[Point]:
        return [(x, scale.locate(value)) for x, value in zip(places, values, strict=True)]

    def clip_to_plot(values: Sequence[int]) -> list[Point | None]:
        pairs = zip(locate_ends(values), values, strict=True)
        return [point if 0 < value < scale.most else None for point, value in pairs]

    low, high = [limit.inner[0] for limit in limits], [limit.inner[1] for limit in limits]
    lowest, highest = [limit.outer[0] for limit in limits], [limit.outer[1] for limit in limits]
    return [
        Area(build_outline(locate_ends(high), locate_ends(low)), "likely"),
        Polyline((*split_strokes(clip_to_plot(low)), *split_strokes(clip_to_plot(high))), "inner"),
        Polyline(
            (*split_strokes(clip_to_plot(lowest)), *split_strokes(clip_to_plot(highest))), "outer"
        ),
    ]
