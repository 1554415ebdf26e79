"""Where things stand in a picture: lines of words, scales, axes. Whole numbers only."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from portal.statistics.site.charts.marks import SMALL, Box, Mark, Point, Polyline, TextLine

LETTERS = 40  # of a label across the picture
LINE_HEIGHT = 17
LEFT, TOP, RIGHT, BOTTOM = 46, 26, 308, 190  # of a plot with two axes
TICK_ROOM = 18
LABELLED = 5  # periods named below a line, at most
_ROUND = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)


@dataclass(frozen=True)
class Scale:
    """Places numbers between two ends of a picture; it may run upwards."""

    most: int
    first: int
    last: int

    def locate(self, value: int) -> int:
        """Return where a number stands; what lies beyond an end stands on it."""
        inside = min(self.most, max(0, value))
        return self.first + (self.last - self.first) * inside // self.most


def wrap_label(label: str, letters: int = LETTERS) -> list[str]:
    """Return a label in lines that fit."""
    return textwrap.wrap(label, letters)


def draw_label(
    label: str, x: int, y: int, *, letters: int = LETTERS, size: int = SMALL
) -> list[TextLine]:
    """Return a label in as many lines as it needs, the first one at y."""
    lines = wrap_label(label, letters)
    return [TextLine(x, y + LINE_HEIGHT * row, line, size=size) for row, line in enumerate(lines)]


def round_up(value: int) -> int:
    """Return the next round number, at least 10, that an axis may end at."""
    step = 1
    while 10 * 10 * step < value:
        step *= 10
    return next(size * step for size in (10, *_ROUND) if size * step >= value)


def draw_left_axis(scale: Scale, texts: Sequence[tuple[int, str]]) -> list[Mark]:
    """Return the axis at the left: a line across the plot at each number, with its text."""
    places = [(scale.locate(value), text) for value, text in texts]
    lines = tuple(((LEFT, y), (RIGHT, y)) for y, _ in places)
    named = [TextLine(LEFT - 5, y + 4, text, "end", SMALL) for y, text in places]
    return [Polyline(lines, "grid"), *named]


def draw_ticks(ticks: Sequence[tuple[int, str]], y: int = BOTTOM) -> list[Mark]:
    """Return the texts below a plot: where they stand, what they say."""
    return [
        TextLine(x, y + TICK_ROOM, text, "end" if x > RIGHT - TICK_ROOM else "middle", SMALL)
        for x, text in ticks
    ]


def draw_axes() -> Polyline:
    """Return the two axes of a plot."""
    return Polyline((((LEFT, TOP), (LEFT, BOTTOM), (RIGHT, BOTTOM)),), "axis")


def place_periods(count: int, first: int = LEFT, last: int = RIGHT) -> list[int]:
    """Return where so many quarters stand, the last one at the end."""
    step = (last - first) // max(count - 1, 1)
    return [last - step * rank for rank in reversed(range(count))]


def choose_period_ticks(names: Sequence[str], places: Sequence[int]) -> list[tuple[int, str]]:
    """Return the names of periods, only some of them if they are many; the last always."""
    every = -(-len(names) // LABELLED)
    return list(zip(places, names, strict=True))[::-1][::every][::-1]


def draw_legend(labels: Sequence[tuple[str, str]], y: int) -> tuple[list[Mark], int]:
    """Return names of lines, each beside a piece of it, and where the next thing may begin.

    Args:
        labels: kind of the line and its name.
        y: where the first one stands.
    """
    marks: list[Mark] = []
    for kind, label in labels:
        marks.append(draw_sample(kind, y - 4))
        lines = draw_label(label, 34, y, letters=LETTERS - 4)
        marks += lines
        y = lines[-1].y + LINE_HEIGHT + 2
    return marks, y


def draw_sample(kind: str, y: int) -> Mark:
    """Return a piece of a line or of a likely range, as a legend shows it."""
    if kind in {"likely", "band"}:
        return Box(2, y - 6, 24, 12, kind)
    return Polyline((((2, y), (26, y)),), kind)


def split_strokes(points: Sequence[Point | None]) -> tuple[tuple[Point, ...], ...]:
    """Return a line in pieces: it stops where there is no number."""
    pieces: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    return tuple(tuple(piece) for piece in pieces if piece)


def draw_heading(label: str, y: int) -> tuple[list[Mark], int]:
    """Return a line of bold words, and where the next thing may begin."""
    lines = wrap_label(label, LETTERS - 4)
    marks: list[Mark] = [
        TextLine(0, y + LINE_HEIGHT * row, line, bold=True) for row, line in enumerate(lines)
    ]
    return marks, y + LINE_HEIGHT * len(lines)
