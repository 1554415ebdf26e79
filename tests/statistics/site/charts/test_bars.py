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


def list_boxes(drawing: Drawing, *kinds: str) -> list[Box]:
    return [mark for mark in drawing.marks if isinstance(mark, Box) and mark.kind in kinds]


@given(BARS)
def test_everything_lies_inside(bars: list[Bar]) -> None:
    for drawing in (draw_bars(bars, 50), draw_ladder(bars, 50), draw_stack(bars, 9)):
        check_inside(drawing)
    check_inside(draw_stacks([("Тақырып", bars), ("Заголовок", bars)], 9))


@given(BARS)
def test_a_longer_bar_is_a_larger_number(bars: list[Bar]) -> None:
    drawn = list_boxes(draw_bars(bars, 50), "bar")
    shown = [bar.value for bar in bars if bar.value is not None]

    assert len(drawn) == len(shown)
    pairs = sorted(zip(shown, [box.width for box in drawn], strict=True))
    assert [width for _, width in pairs] == sorted(width for _, width in pairs)


@given(BARS)
def test_every_hidden_number_is_hatched(bars: list[Bar]) -> None:
    hidden = sum(bar.value is None for bar in bars)

    assert len(list_boxes(draw_bars(bars, 50), "band")) == hidden
    assert len(list_boxes(draw_stack(bars, 9), "band")) == 2 * hidden


def test_parts_of_a_stack_differ_in_form() -> None:
    bars = [Bar(str(rank), "100", 100) for rank in range(7)]

    assert (
        len({box.kind for box in list_boxes(draw_stack(bars, 9), *(f"fill-{r}" for r in range(8)))})
        == 7
    )


def test_the_parts_of_a_stack_touch_each_other() -> None:
    drawn = [mark for mark in draw_stack([Bar("а", "", 333)] * 3, 9).marks if isinstance(mark, Box)]
    parts = [box for box in drawn if box.height > 20]

    assert [part.x for part in parts[1:]] == [part.x + part.width for part in parts[:-1]]
