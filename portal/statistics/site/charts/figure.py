"""A figure: a picture, the same numbers as a table, and the sheet it is shared on."""

from dataclasses import dataclass

from portal.core.calendar import Quarter
from portal.statistics.site.charts.grid import LINE_HEIGHT, wrap_label
from portal.statistics.site.charts.marks import Drawing, TextLine

CARD = "card"
MARGIN = 16
HEAD_SIZE, HEAD_LETTERS = 15, 34
FOOT_SIZE, FOOT_LETTERS = 11, 50


@dataclass(frozen=True)
class Sheet:
    """White paper around a picture: its size, where the picture lies, the words around it."""

    width: int
    height: int
    left: int
    top: int
    marks: tuple[TextLine, ...]


@dataclass(frozen=True)
class ChartFigure:
    """A picture, and the same numbers as a table of texts.

    Attributes:
        name: part of addresses and files; the same in all languages.
        shape: bars, dots, stack, lines, funnel, sparks, ladder, balance or card.
        source: the document whose files hold the numbers.
        quarter: the release that this document is in; of a yearly table it may be an earlier one.
        title: what is shown, in one line.
        summary: what a reader who does not see the picture has to know of it.
        note: period, and what the likely range holds; stands below the picture.
        header: names of the columns of the table.
        rows: the table.
        drawing: the picture.
        stamp: what a picture that lies alone says before all else; "" says nothing.
    """

    name: str
    shape: str
    source: str
    quarter: Quarter
    title: str
    summary: str
    note: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    drawing: Drawing
    stamp: str = ""

    @property
    def sheet(self) -> Sheet:
        """Return the paper of the picture as a file of its own: title above, note below.

        A card has all of this in itself.
        """
        if self.shape == CARD:
            stamp = TextLine(MARGIN, 24, self.stamp, size=FOOT_SIZE, bold=True)
            marks = (stamp,) if self.stamp else ()
            return Sheet(self.drawing.width, self.drawing.height, 0, 0, marks)
        head = wrap_label(self.title, HEAD_LETTERS)
        foot = [line for text in (self.stamp, self.note) for line in wrap_label(text, FOOT_LETTERS)]
        top = MARGIN + LINE_HEIGHT * len(head) + LINE_HEIGHT
        below = top + self.drawing.height + LINE_HEIGHT
        titles = [
            TextLine(MARGIN, MARGIN + 12 + LINE_HEIGHT * row, line, size=HEAD_SIZE, bold=True)
            for row, line in enumerate(head)
        ]
        notes = [
            TextLine(MARGIN, below + LINE_HEIGHT * row, line, size=FOOT_SIZE)
            for row, line in enumerate(foot)
        ]
        height = below + LINE_HEIGHT * len(foot) + MARGIN // 2
        return Sheet(self.drawing.width + 2 * MARGIN, height, MARGIN, top, (*titles, *notes))
