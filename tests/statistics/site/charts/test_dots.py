"""Dots of regions, and small lines."""

from hypothesis import given
from hypothesis.strategies import builds, integers, lists, none, one_of

from portal.statistics.site.charts.dots import (
    SPARK_RIGHT,
    DotRow,
    Sparkline,
    draw_dots,
    draw_sparks,
)
from portal.statistics.site.charts.lines import Value
from portal.statistics.site.charts.marks import Box, Dot, TextLine
from tests.statistics.site.charts.inside import check_inside

TICKS = [(0, "0 %"), (500, "50 %"), (1000, "100 %")]
PLACES = lists(
    builds(
        lambda value, reach: (
            DotRow("Шығыс Қазақстан облысы", "12,5 %", value)
            if value is None
            else DotRow(
                "Восточно-Казахстанская область", "12,5 %", value, value - reach, value + reach
            )
        ),
        one_of(none(), integers(0, 1000)),
        integers(0, 600),
    ),
    min_size=1,
    max_size=21,
)


@given(PLACES, one_of(none(), integers(0, 1500)))
def test_everything_lies_inside(rows: list[DotRow], nation: int | None) -> None:
    reference = None if nation is None else (nation, "Казахстан")

    check_inside(draw_dots(rows, 1000, TICKS, reference))


@given(PLACES)
def test_every_number_has_a_dot_and_places_keep_their_order(rows: list[DotRow]) -> None:
    drawn = draw_dots(rows, 1000, TICKS, (200, "Казахстан"))

    shown = [row.value for row in rows if row.value is not None]
    marks = [mark for mark in drawn.marks if isinstance(mark, Dot)]
    assert len(marks) == len(shown)
    labels = [mark.text for mark in drawn.marks if isinstance(mark, TextLine) and mark.x == 0]
    assert labels == [row.label for row in rows]


SPARKS = lists(
    builds(
        lambda values: Sparkline("Қазақстан: Жыныстық зорлық, кек алу", "1 234", tuple(values)),
        lists(
            one_of(
                builds(lambda middle: Value(middle, middle // 2, middle * 2), integers(0, 9999)),
                builds(lambda: Value(None, banded=True)),
            ),
            min_size=1,
            max_size=8,
        ),
    ),
    min_size=1,
    max_size=30,
)


@given(SPARKS)
def test_small_lines_lie_inside(sparklines: list[Sparkline]) -> None:
    check_inside(draw_sparks(sparklines, 9, "fewer than 10"))


def test_what_is_hidden_is_a_box_and_its_words_stand_beside_the_line() -> None:
    values = (Value(20, 15, 25), Value(None, banded=True), Value(30, 25, 35))
    ends = Sparkline("Ulytau Region", "fewer than 10", (*values, Value(None, banded=True)))

    drawn = draw_sparks([ends], 9, "fewer than 10 (may be zero)")

    boxes = [mark for mark in drawn.marks if isinstance(mark, Box)]
    assert [box.kind for box in boxes] == ["band"] * 3  # the last one in the legend
    said = next(
        mark for mark in drawn.marks if isinstance(mark, TextLine) and mark.text == ends.text
    )
    widest = 0.55 * said.size * len(said.text)
    assert max(box.x + box.width for box in boxes) <= SPARK_RIGHT < said.x - widest
    assert any(isinstance(mark, TextLine) and "zero" in mark.text for mark in drawn.marks)
