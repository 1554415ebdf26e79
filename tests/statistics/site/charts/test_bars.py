"""Bars, ladders and stacks."""

from hypothesis import given
from hypothesis.strategies import builds, integers, lists, none, one_of, text

from portal.statistics.site.charts.bars import Bar, draw_bars, draw_ladder, draw_stack, draw_stacks
from portal.statistics.site.charts.marks import Box, Drawing
from tests.statistics.site.charts.inside import check_inside

LETTERS = "абвгдеёжзийқлмнңоөпрс "
BARS = lists(
    builds(
        lambda label, value, spread: Bar(
            f"а{label}", "1 234", value, max(0, (value or 0) - spread), (value or 0) + spread
        ),
        text(LETTERS, max_size=120),
        one_of(none(), integers(10, 100_000)),
        integers(0, 500),
    ),
    min_size=1,
    max_size=14,
)


def boxes(drawing: Drawing, *kinds: str) -> list[Box]:
    return [one for one in drawing.marks if isinstance(one, Box) and one.kind in kinds]


@given(BARS)
def test_everything_lies_inside(found: list[Bar]) -> None:
    for drawing in (draw_bars(found, 50), draw_ladder(found, 50), draw_stack(found, 9)):
        check_inside(drawing)
    check_inside(draw_stacks([("Тақырып", found), ("Заголовок", found)], 9))


@given(BARS)
def test_a_longer_bar_is_a_larger_number(found: list[Bar]) -> None:
    drawn = boxes(draw_bars(found, 50), "bar")
    shown = [bar.value for bar in found if bar.value is not None]

    assert len(drawn) == len(shown)
    pairs = sorted(zip(shown, [one.width for one in drawn], strict=True))
    assert [width for _, width in pairs] == sorted(width for _, width in pairs)


@given(BARS)
def test_every_hidden_number_is_hatched(found: list[Bar]) -> None:
    hidden = sum(bar.value is None for bar in found)

    assert len(boxes(draw_bars(found, 50), "band")) == hidden
    assert len(boxes(draw_stack(found, 9), "band")) == 2 * hidden


def test_parts_of_a_stack_differ_in_form() -> None:
    found = [Bar(str(rank), "100", 100) for rank in range(7)]

    assert (
        len({one.kind for one in boxes(draw_stack(found, 9), *(f"fill-{r}" for r in range(8)))})
        == 7
    )


def test_the_parts_of_a_stack_touch_each_other() -> None:
    drawn = [one for one in draw_stack([Bar("а", "", 333)] * 3, 9).marks if isinstance(one, Box)]
    parts = [one for one in drawn if one.height > 20]

    assert [one.x for one in parts[1:]] == [one.x + one.width for one in parts[:-1]]
