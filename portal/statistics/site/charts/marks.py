"""What pictures are made of: a few kinds of marks on a grid of whole numbers.

charts.html draws them. Whole numbers only, so that a picture is the same bytes on every machine.
`kind` is the class that charts.css colours; what differs in meaning also differs in form.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

WIDTH = 320  # as a small phone shows it without making letters smaller
SIZE = 13  # of letters
SMALL = 12

Point = tuple[int, int]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class TextLine:
    """One line of words; (x, y) is on the line that letters stand on."""

    form: ClassVar = "text"
    x: int
    y: int
    text: str
    anchor: Anchor = "start"
    size: int = SIZE
    bold: bool = False

    def list_corners(self) -> Iterator[Point]:
        """Yield the points that must lie inside the picture."""
        yield self.x, self.y


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    form: ClassVar = "box"
    x: int
    y: int
    width: int
    height: int
    kind: str

    def list_corners(self) -> Iterator[Point]:
        """Yield the points that must lie inside the picture."""
        yield self.x, self.y
        yield self.x + self.width, self.y + self.height


@dataclass(frozen=True)
class Polyline:
    """One or several lines of one kind, each through its points."""

    form: ClassVar = "line"
    strokes: tuple[tuple[Point, ...], ...]
    kind: str

    def list_corners(self) -> Iterator[Point]:
        """Yield the points that must lie inside the picture."""
        for stroke in self.strokes:
            yield from stroke


@dataclass(frozen=True)
class Area:
    """What lies inside an outline."""

    form: ClassVar = "area"
    points: tuple[Point, ...]
    kind: str

    def list_corners(self) -> Iterator[Point]:
        """Yield the points that must lie inside the picture."""
        yield from self.points


@dataclass(frozen=True)
class Dot:
    """A mark at a point: a circle, a square, a diamond or a ring."""

    form: ClassVar = "dot"
    x: int
    y: int
    kind: str

    def list_corners(self) -> Iterator[Point]:
        """Yield the points that must lie inside the picture."""
        yield self.x, self.y


Mark = TextLine | Box | Polyline | Area | Dot


@dataclass(frozen=True)
class Drawing:
    """Marks in the order in which they are drawn, and how large the picture is."""

    height: int
    marks: tuple[Mark, ...]
    width: int = WIDTH

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of its boxes: fills that have to be defined."""
        return list(dict.fromkeys(mark.kind for mark in self.marks if isinstance(mark, Box)))


def build_whisker(ends: tuple[int, int], y: int, cap: int = 4) -> tuple[tuple[Point, ...], ...]:
    """Return the strokes of a likely range that lies across: a line with two ends."""
    low, high = ends
    return (
        ((low, y), (high, y)),
        ((low, y - cap), (low, y + cap)),
        ((high, y - cap), (high, y + cap)),
    )


def build_outline(upper: Iterable[Point], lower: Iterable[Point]) -> tuple[Point, ...]:
    """Return the points around what lies between two lines."""
    return (*upper, *reversed(list(lower)))
