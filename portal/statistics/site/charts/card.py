"""A card for sharing: a place or a nation with a few numbers, each with its likely range."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.statistics.site.charts.grid import LINE_HEIGHT, wrap_label
from portal.statistics.site.charts.marks import SMALL, Box, Drawing, Mark, TextLine

WIDTH, HEIGHT = 600, 315  # the proportions that shared links are shown in
EDGE = 28
COLUMNS = 2
COLUMN = (WIDTH - 2 * EDGE) // COLUMNS
ROW = 82
TOP = 98
LETTERS = 32


@dataclass(frozen=True)
class CardNumber:
    """One number of a card."""

    label: str
    text: str
    likely: str = ""


def draw_card(title: str, subtitle: str, numbers: Sequence[CardNumber], foot: str) -> Drawing:
    """Return a card with at most four numbers."""
    marks: list[Mark] = [
        Box(0, 0, WIDTH, 8, "bar"),
        TextLine(EDGE, 50, title, size=26, bold=True),
        TextLine(EDGE, 74, subtitle, size=15),
    ]
    for rank, number in enumerate(numbers):
        x, y = EDGE + COLUMN * (rank % COLUMNS), TOP + ROW * (rank // COLUMNS)
        lines = wrap_label(number.label, LETTERS)[:2]
        marks += [
            TextLine(x, y + 12 + 15 * row, line, size=SMALL) for row, line in enumerate(lines)
        ]
        y += 12 + 15 * len(lines)
        marks.append(TextLine(x, y + 13, number.text, size=24, bold=True))
        marks.append(TextLine(x, y + 28, number.likely, size=SMALL))
    lines = wrap_label(foot, 80)
    marks += [
        TextLine(EDGE, HEIGHT - 14 - LINE_HEIGHT * rank, line, size=SMALL)
        for rank, line in enumerate(reversed(lines))
    ]
    return Drawing(HEIGHT, tuple(marks), WIDTH)
