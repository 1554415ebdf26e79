"""Prints what is published, pages and pictures, from the templates of the portal."""

from collections.abc import Mapping

from flask import render_template

from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.charts.png_workers import png_workers
from portal.statistics.site.pages.page_context import Renderer
from portal.web.i18n import use_language


def render_page(template: str, language: str, values: Mapping[str, object]) -> str:
    """Return a page in a language, whatever the language of the request is."""
    with use_language(language):
        return render_template(template, **values)


def render_figure(figure: ChartFigure, language: str) -> str:
    """Return a picture as a file of its own."""
    return render_template("statistics/chart.svg", figure=figure, in_language=language)


RENDERER = Renderer(render_page, render_figure, png_workers)
