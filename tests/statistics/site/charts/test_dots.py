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
def test_everything_lies_inside(found: list[DotRow], nation: int | None) -> None:
    reference = None if nation is None else (nation, "Казахстан")

    check_inside(draw_dots(found, 1000, TICKS, reference))


@given(PLACES)
def test_every_number_has_a_dot_and_places_keep_their_order(found: list[DotRow]) -> None:
    drawn = draw_dots(found, 1000, TICKS, (200, "Казахстан"))

    shown = [one.value for one in found if one.value is not None]
    marks = [one for one in drawn.marks if isinstance(one, Dot)]
    assert len(marks) == len(shown)
    labels = [one.text for one in drawn.marks if isinstance(one, TextLine) and one.x == 0]
    assert labels == [one.label for one in found]


SPARKS = lists(
    builds(
        lambda values: Sparkline("Қазақстан: Жыныстық зорлық, кек алу", "1 234", tuple(values)),
        lists(
            one_of(
                builds(lambda one: Value(one, one // 2, one * 2), integers(0, 9999)),
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
def test_small_lines_lie_inside(found: list[Sparkline]) -> None:
    check_inside(draw_sparks(found, 9, "fewer than 10"))


def test_what_is_hidden_is_a_box_and_its_words_stand_beside_the_line() -> None:
    values = (Value(20, 15, 25), Value(None, banded=True), Value(30, 25, 35))
    ends = Sparkline("Ulytau Region", "fewer than 10", (*values, Value(None, banded=True)))

    drawn = draw_sparks([ends], 9, "fewer than 10 (may be zero)")

    boxes = [one for one in drawn.marks if isinstance(one, Box)]
    assert [one.kind for one in boxes] == ["band"] * 3  # the last one in the legend
    said = next(one for one in drawn.marks if isinstance(one, TextLine) and one.text == ends.text)
    widest = 0.55 * said.size * len(said.text)
    assert max(one.x + one.width for one in boxes) <= SPARK_RIGHT < said.x - widest
    assert any(isinstance(one, TextLine) and "zero" in one.text for one in drawn.marks)
