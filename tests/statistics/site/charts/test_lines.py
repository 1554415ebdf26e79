"""Lines over quarters and days, control charts."""

from hypothesis import given
from hypothesis.strategies import builds, integers, lists, none, one_of

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import EDGES
from portal.statistics.site.charts.lines import (
    Axis,
    ControlChart,
    Series,
    Value,
    draw_control_chart,
    draw_curve,
    draw_trend,
)
from portal.statistics.site.charts.marks import Area, Box, Dot, Polyline
from tests.statistics.site.charts.inside import check_inside

AXIS = Axis(1000, ((0, "0"), (500, "500"), (1000, "1 000")))
VALUES = builds(
    lambda value, reach: (
        Value(None, banded=True)
        if value is None
        else Value(value, max(0, value - reach), value + reach)
    ),
    one_of(none(), integers(0, 1000)),
    integers(0, 300),
)


def name_quarters(number: int) -> list[str]:
    return [Quarter(f"{2020 + rank // 4}-q{rank % 4 + 1}") for rank in range(number)]


@given(lists(VALUES, min_size=1, max_size=24))
def test_everything_lies_inside(values: list[Value]) -> None:
    names = name_quarters(len(values))
    lines = [Series("Қазақстан", tuple(values)), Series("область Абай", tuple(values))]

    check_inside(draw_trend(names, lines, AXIS, band=9, hidden="меньше 10"))


@given(lists(VALUES, min_size=7, max_size=7))
def test_a_curve_lies_inside(values: list[Value]) -> None:
    lines = [Series("Қазақстан", tuple(values)), Series("область Абай", tuple(values))]

    check_inside(draw_curve(EDGES, lines, AXIS, (15, "срок по закону: 15 рабочих дней"), 15))


@given(lists(VALUES, min_size=1, max_size=24), integers(0, 1000), integers(0, 5000))
def test_a_control_chart_lies_inside(values: list[Value], expected: int, limit: int) -> None:
    names = tuple(name_quarters(len(values)))
    chart = ControlChart(names, tuple(values), expected, limit, above=expected > 500)

    check_inside(draw_control_chart(chart, AXIS, ("Саны", "Күтілгені", "Шегі")))


@given(lists(VALUES, min_size=1, max_size=24))
def test_every_number_has_a_dot_and_every_hidden_one_a_hatched_box(values: list[Value]) -> None:
    drawn = draw_trend(
        name_quarters(len(values)), [Series("а", tuple(values))], AXIS, band=9, hidden="б"
    )

    shown = sum(value.value is not None for value in values)
    hatched = [mark for mark in drawn.marks if isinstance(mark, Box) and mark.height > 0]
    assert sum(isinstance(mark, Dot) for mark in drawn.marks) == shown
    boxes = [box for box in hatched if box.kind == "band" and box.width == 6]
    assert len(boxes) == len(values) - shown


def test_a_line_stops_where_a_number_is_hidden() -> None:
    values = (Value(10, 5, 15), Value(20, 5, 25), Value(None, banded=True), Value(30, 25, 35))
    drawn = draw_trend(name_quarters(4), [Series("а", values)], AXIS, hidden="б")

    line = next(
        mark for mark in drawn.marks if isinstance(mark, Polyline) and mark.kind == "line-0"
    )
    assert [len(stroke) for stroke in line.strokes] == [2, 1]


def test_a_likely_range_is_drawn_around_the_line() -> None:
    values = (Value(100, 50, 150), Value(200, 150, 250))
    drawn = draw_trend(name_quarters(2), [Series("а", values)], AXIS)

    (area,) = (mark for mark in drawn.marks if isinstance(mark, Area))
    line = next(
        mark for mark in drawn.marks if isinstance(mark, Polyline) and mark.kind == "line-0"
    )
    heights = {x: sorted(y for at, y in area.points if at == x) for x, _ in area.points}
    assert all(heights[x][0] < y < heights[x][1] for x, y in line.strokes[0])


@given(lists(integers(0, 1000), min_size=2, max_size=8))
def test_a_curve_that_grows_never_falls(shares: list[int]) -> None:
    values = tuple(Value(share, share, share) for share in sorted(shares))
    drawn = draw_curve(range(5, 5 * len(shares) + 5, 5), [Series("а", values)], AXIS, (5, "б"), 5)

    line = next(
        mark for mark in drawn.marks if isinstance(mark, Polyline) and mark.kind == "line-0"
    )
    points = line.strokes[0]
    assert list(points) == sorted(points, key=lambda point: (point[0], -point[1]))


def test_the_last_number_is_marked_if_it_is_above_the_limit() -> None:
    values = tuple(Value(number, number, number) for number in (100, 100, 400))
    charts = [
        draw_control_chart(
            ControlChart(tuple(name_quarters(3)), values, 100, 200, above), AXIS, ("а", "б", "в")
        )
        for above in (True, False)
    ]

    flags = [
        [mark for mark in drawn.marks if getattr(mark, "kind", "") == "flag"] for drawn in charts
    ]
    assert [len(flags_drawn) for flags_drawn in flags] == [1, 0]
