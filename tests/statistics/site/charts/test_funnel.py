"""The picture of a funnel."""

from hypothesis import given
from hypothesis.strategies import booleans, builds, integers, lists

from portal.statistics.site.charts.funnel import (
    FunnelLabels,
    FunnelLimits,
    FunnelPoint,
    draw_funnel,
)
from portal.statistics.site.charts.lines import Axis
from portal.statistics.site.charts.marks import Dot, TextLine
from tests.statistics.site.charts.inside import check_inside

AXIS = Axis(400, ((0, "0"), (200, "20"), (400, "40")))
NAMES = FunnelLabels("Тұрғындар", "Қазақстан", "100 өңірдің 95-і осы шектерде болар еді", "998")
LIMITS = [
    FunnelLimits(
        size * 1000, (max(0, 200 - 900 // size), 200 + 900 // size), (0, 200 + 1400 // size)
    )
    for size in range(1, 25)
]
SPOTS = lists(
    builds(
        FunnelPoint,
        label=builds(lambda: "Восточно-Казахстанская область"),
        size=integers(1, 24_000),
        value=integers(0, 900),
        flag=booleans(),
        own=booleans(),
    ),
    min_size=1,
    max_size=20,
)


@given(SPOTS)
def test_everything_lies_inside(spots: list[FunnelPoint]) -> None:
    check_inside(draw_funnel(spots, LIMITS, AXIS, 200, NAMES))


@given(SPOTS)
def test_every_region_has_a_mark_and_what_is_marked_is_named(spots: list[FunnelPoint]) -> None:
    drawn = draw_funnel(spots, LIMITS, AXIS, 200, NAMES)

    marks = [mark for mark in drawn.marks if isinstance(mark, Dot)]
    assert len(marks) == len(spots)
    assert sum(mark.kind == "flag" for mark in marks) == sum(spot.flag for spot in spots)
    named = [mark for mark in drawn.marks if isinstance(mark, TextLine) and "Восточно" in mark.text]
    assert len(named) == sum(spot.flag or spot.own for spot in spots)
