"""A balance: what was open, what came in, what went out, what is open now."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.statistics.site.charts.bars import LONGEST, THICK
from portal.statistics.site.charts.grid import LINE_HEIGHT, Scale, draw_label
from portal.statistics.site.charts.marks import (
    SIZE,
    Box,
    Drawing,
    Mark,
    Polyline,
    TextLine,
    build_whisker,
)

GAP = 14


@dataclass(frozen=True)
class BalanceStep:
    """One row: a level or a change from start to end, with the likely range of its end."""

    label: str
    text: str
    start: int
    end: int
    kind: str  # bar: a level; fill-0: comes in; fill-1: goes out
    likely: tuple[int, int] | None = None  # None if it is exact


def draw_balance(steps: Sequence[BalanceStep]) -> Drawing:
    """Return a row for each step, each beginning where the one before ended."""
    most = max(10, *(max(step.start, step.end) for step in steps))
    scale = Scale(most, 0, LONGEST)
    marks: list[Mark] = []
    y = LINE_HEIGHT - 3
    for step in steps:
        lines = draw_label(step.label, 0, y, size=SIZE)
        top = lines[-1].y + 6
        left, right = sorted((scale.locate(step.start), scale.locate(step.end)))
        marks += [*lines, Box(left, top, right - left, THICK, step.kind)]
        if step.likely:
            ends = scale.locate(step.likely[0]), scale.locate(step.likely[1])
            marks.append(Polyline(build_whisker(ends, top + THICK // 2), "whisker"))
        marks.append(TextLine(LONGEST + 10, top + THICK - 2, step.text))
        y = top + THICK + GAP + LINE_HEIGHT - 3
    return Drawing(y - LINE_HEIGHT + 3, tuple(marks))
