"""Checks that a picture stays within its edges."""

from portal.statistics.site.charts.marks import SIZE as USUAL
from portal.statistics.site.charts.marks import Box, Drawing, Polyline, TextLine

NARROWEST = 0.35  # of its size, the width of a letter that certainly takes so much


def check_inside(drawing: Drawing) -> None:
    """Check that every mark is in whole numbers and lies inside the picture."""
    assert drawing.height > 0
    for mark in drawing.marks:
        for x, y in mark.list_corners():
            assert isinstance(x, int)
            assert isinstance(y, int)
            assert 0 <= x <= drawing.width, mark
            assert 0 <= y <= drawing.height, mark
        if isinstance(mark, Box):
            assert mark.width >= 0
            assert mark.height >= 0
        if isinstance(mark, Polyline):
            assert all(mark.strokes)
        if isinstance(mark, TextLine):
            assert mark.text
            check_text(mark, drawing.width)


def check_text(mark: TextLine, width: int) -> None:
    """Check that a text may fit: a browser's letters differ, so this is the least it needs."""
    needs = round(len(mark.text) * (mark.size or USUAL) * NARROWEST)
    left = {"start": mark.x, "middle": mark.x - needs // 2, "end": mark.x - needs}[mark.anchor]
    assert left >= -2, mark
    assert left + needs <= width + 2, mark
