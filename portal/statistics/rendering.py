"""Prints what is published, pages and pictures, from the templates of the portal."""

from collections.abc import Mapping

from flask import render_template

from portal.statistics.site.charts.figure import Figure
from portal.statistics.site.charts.painters import painters
from portal.statistics.site.pages.work import Press
from portal.web.i18n import use_language


def page(template: str, language: str, values: Mapping[str, object]) -> str:
    """Return a page in a language, whoever asks for it."""
    with use_language(language):
        return render_template(template, **values)


def draw(figure: Figure, language: str) -> str:
    """Return a picture as a file of its own."""
    return render_template("statistics/chart.svg", figure=figure, in_language=language)


PRESS = Press(page, draw, painters)
