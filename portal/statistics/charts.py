"""The shapes of pictures: bars and lines on a whole-number grid; charts.html draws them.

Whole numbers only, so that a picture is the same bytes on every machine.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 360
BAR_WIDTH = 250  # the rest of the line is for the number
BAR_HEIGHT = 12
LINE_HEIGHT = 16
GAP = 12
STACK_HEIGHT = 36
LETTERS = 46  # of a label in one line
PLOT_LEFT, PLOT_TOP, PLOT_RIGHT, PLOT_BOTTOM = 44, 24, 348, 180
PLOT_HEIGHT = 216
THIN = "\u202f"  # between thousands, as all three languages may write it
DAYS = 90  # along the curve of durations
LABELLED = 6  # quarters named below a line, at most


Point = tuple[int, int]


@dataclass(frozen=True)
class Bar:
    """One bar with its label above it; `style` is a fill that differs in form, not colour alone."""

    label: tuple[str, ...]
    text: str
    y: int
    x: int
    width: int
    style: int = 0
    banded: bool = False
    low: int | None = None
    high: int | None = None

    @property
    def lines(self) -> list[tuple[int, str]]:
        """Return the lines of the label, each with its height."""
        return [(self.y + LINE_HEIGHT * row, line) for row, line in enumerate(self.label)]

    @property
    def top(self) -> int:
        """Return where the bar itself begins."""
        return self.y + LINE_HEIGHT * len(self.label) - 9


@dataclass(frozen=True)
class Series:
    """One line through points; `area` is the outline of its likely range, or empty."""

    label: str
    style: int
    points: tuple[Point, ...]
    area: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Tick:
    """A mark of an axis."""

    at: int
    text: str


@dataclass(frozen=True)
class Figure:
    """A picture, and the same numbers as a table of texts."""

    name: str
    shape: str  # bars, stack, lines
    source: str  # the table whose files hold the numbers
    title: str
    summary: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    height: int = PLOT_HEIGHT
    bars: tuple[Bar, ...] = ()
    series: tuple[Series, ...] = ()
    across: tuple[Tick, ...] = ()
    upward: tuple[Tick, ...] = ()
    limit: Tick | None = None


def wrapped(label: str) -> tuple[str, ...]:
    """Return a label in lines that fit the picture."""
    return tuple(textwrap.wrap(label, LETTERS))


def along_bar(value: int, most: int) -> int:
    """Return how far a number reaches along a bar."""
    return BAR_WIDTH * value // most


def nice(value: int) -> int:
    """Return the next round number that an axis may end at."""
    step = 10 ** (len(str(value)) - 1)
    return next(step * size for size in (1, 2, 3, 4, 5, 6, 8, 10) if step * size >= value) or 10


def height_of(value: int, most: int) -> int:
    """Return how high a number stands; the picture counts downwards."""
    return PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * value // most


def place_of_day(day: int) -> int:
    """Return where a number of working days stands."""
    return PLOT_LEFT + (PLOT_RIGHT - PLOT_LEFT) * day // DAYS


def places_of(count: int) -> list[int]:
    """Return where so many quarters stand, the last one at the end."""
    step = (PLOT_RIGHT - PLOT_LEFT) // max(count - 1, 1)
    return [PLOT_RIGHT - step * rank for rank in reversed(range(count))]


def quarter_ticks(quarters: Sequence[str], places: Sequence[int]) -> tuple[Tick, ...]:
    """Return the names of the quarters, only some of them if they are many; the last always."""
    every = -(-len(quarters) // LABELLED)
    named = list(zip(places, quarters, strict=True))[::-1][::every]
    return tuple(Tick(place, f"{name[5:].upper()} {name[2:4]}") for place, name in reversed(named))


def upward_ticks(most: int, unit: str = "") -> tuple[Tick, ...]:
    """Return the axis at the left: nothing, half, all."""
    return tuple(
        Tick(height_of(value, most), f"{value:,}".replace(",", THIN) + unit)
        for value in (0, most // 2, most)
    )


def outline(upper: Iterable[Point], lower: Iterable[Point]) -> tuple[Point, ...]:
    """Return the points around a likely range."""
    return (*upper, *reversed(list(lower)))
