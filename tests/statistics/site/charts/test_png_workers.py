"""Processes that make PNG: the same bytes as without them, and none is left over."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.statistics.site.charts.png import render_png
from portal.statistics.site.charts.png_workers import PngWorker, png_workers

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40" font-family="sans-serif">'
    '<rect width="120" height="40" fill="#fff"/><text x="5" y="25">{text}</text></svg>'
)
LETTERS = "әғқңөұүһі"


def test_pictures_are_those_that_were_asked_for_whoever_asks_at_once() -> None:
    asked = [SVG.format(text=letter) for letter in LETTERS]

    with png_workers() as paint, ThreadPoolExecutor(len(asked)) as threads:
        made = list(threads.map(paint, asked))

    assert made == [render_png(svg) for svg in asked]


def test_what_is_no_picture_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    with png_workers() as paint, pytest.raises(ValueError, match="cannot be drawn"):
        paint("no picture")

    assert "ValueError" in capfd.readouterr().err


def test_no_process_is_left_over() -> None:
    with PngWorker() as painter:
        painter.render(SVG.format(text="Қ"))

    assert painter._process.poll() == 0
