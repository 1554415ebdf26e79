"""Horizontal bars: counts with their likely range, one stack of parts, steps of a ladder."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.statistics.site.charts.grid import LETTERS, LINE_HEIGHT, Scale, draw_heading, draw_label
from portal.statistics.site.charts.marks import (
    SIZE,
    WIDTH,
    Box,
    Drawing,
    Mark,
    Polyline,
    TextLine,
    build_whisker,
)

LONGEST = 222  # the rest of the line is for the number
THICK = 12
GAP = 14
STACK = 34
STEP = 6  # each step of a ladder begins further in
STYLES = 8


@dataclass(frozen=True)
class Bar:
    """One number with its label; the value of a hidden one is None.

    Attributes:
        label: what is counted.
        text: the number as words.
        value: the number.
        low: lower end of the likely range.
        high: its upper end.
    """

    label: str
    text: str
    value: int | None
    low: int = 0
    high: int = 0


def draw_bars(numbers: Sequence[Bar], least_axis: int, *, step: int = 0) -> Drawing:
    """Return a bar for each number, with its likely range; hidden ones are hatched from 0 to 9.

    Args:
        numbers: the numbers.
        least_axis: the longest bar stands for at least this much.
        step: how much further in each bar begins than the one before.
    """
    most = max(least_axis, *(max(bar.high, bar.value or 0) for bar in numbers))
    marks: list[Mark] = []
    y = LINE_HEIGHT - 3
    for rank, bar in enumerate(numbers):
        lines = draw_label(bar.label, 0, y, size=SIZE)
        top = lines[-1].y + 6
        scale = Scale(most, step * rank, LONGEST)
        marks += [*lines, *_draw_bar(bar, scale, top, least_axis)]
        y = top + THICK + GAP + LINE_HEIGHT - 3
    return Drawing(y - LINE_HEIGHT + 3, tuple(marks))


def draw_ladder(numbers: Sequence[Bar], least_axis: int) -> Drawing:
    """Return the same as steps, the lightest first: each begins further in than the last."""
    return draw_bars(numbers, least_axis, step=STEP)


def draw_stack(parts: Sequence[Bar], hidden: int) -> Drawing:
    """Return one bar made of parts, and its legend with the numbers below.

    Args:
        parts: the parts, in order.
        hidden: how much a hidden part is drawn as.
    """
    marks, y = _draw_stack(parts, hidden, 1)
    return Drawing(y, tuple(marks))


def draw_stacks(groups: Sequence[tuple[str, Sequence[Bar]]], hidden: int) -> Drawing:
    """Return several stacks below each other, each with a heading."""
    marks: list[Mark] = []
    y = LINE_HEIGHT - 3
    for title, parts in groups:
        head, y = draw_heading(title, y)
        drawn, y = _draw_stack(parts, hidden, y - 6)
        marks += [*head, *drawn]
        y += LINE_HEIGHT
    return Drawing(y - LINE_HEIGHT, tuple(marks))


def _draw_bar(bar: Bar, scale: Scale, top: int, least_axis: int) -> list[Mark]:
    start = scale.first
    text = TextLine(LONGEST + 10, top + THICK - 2, bar.text)
    if bar.value is None:
        end, kind = scale.locate(least_axis // 5), "band"
    else:
        end, kind = scale.locate(bar.value), "bar"
    box = Box(start, top, end - start, THICK, kind)
    if bar.high == 0:
        return [box, text]
    ends = scale.locate(bar.low), scale.locate(bar.high)
    return [box, Polyline(build_whisker(ends, top + THICK // 2), "whisker"), text]


def _draw_stack(parts: Sequence[Bar], hidden: int, top: int) -> tuple[list[Mark], int]:
    sizes = [hidden if bar.value is None else bar.value for bar in parts]
    whole = max(1, sum(sizes))
    marks: list[Mark] = []
    x, y = 1, top + STACK + LINE_HEIGHT + 6
    for rank, (bar, size) in enumerate(zip(parts, sizes, strict=True)):
        width = (WIDTH - 2) * size // whole
        kind = "band" if bar.value is None else f"fill-{rank % STYLES}"
        lines = draw_label(bar.label, 26, y, letters=LETTERS - 4, size=SIZE)
        marks += [
            Box(x, top, width, STACK, kind),
            Box(1, y - 12, 16, 16, kind),
            *lines,
            TextLine(26, lines[-1].y + LINE_HEIGHT, bar.text, bold=True),
        ]
        x += width
        y = lines[-1].y + 2 * LINE_HEIGHT + 8
    return marks, y - LINE_HEIGHT
