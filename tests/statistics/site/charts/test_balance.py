"""The picture of a balance."""

from hypothesis import given
from hypothesis.strategies import integers, lists

from portal.statistics.site.charts.balance import BalanceStep, draw_balance
from portal.statistics.site.charts.marks import Box
from tests.statistics.site.charts.inside import check_inside


@given(integers(0, 5000), lists(integers(-400, 3000), min_size=1, max_size=9))
def test_everything_lies_inside(start: int, changes: list[int]) -> None:
    steps, level = [BalanceStep("Басында", "1", 0, start, "bar")], start
    for change in changes:
        steps.append(BalanceStep("Өзгеріс", "1", level, level - change, "fill-1"))
        level -= change

    check_inside(draw_balance([*steps, BalanceStep("Соңында", "1", 0, level, "bar")]))


def test_each_step_begins_where_the_last_one_ended() -> None:
    drawn = draw_balance(
        [BalanceStep("а", "", 0, 100, "bar"), BalanceStep("б", "", 100, 40, "fill-1")]
    )

    level, change = (mark for mark in drawn.marks if isinstance(mark, Box))
    assert level.x + level.width == change.x + change.width
