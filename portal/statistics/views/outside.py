"""Pages around the releases: where the newest figures are, when others come, how all are made."""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from flask import Response, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.statistics.catalogue.release import Publisher
from portal.statistics.releases import archive
from portal.statistics.releases.archive import Published
from portal.statistics.site.pages import around
from portal.statistics.site.pages.frame import Outside
from portal.statistics.site.pages.making import ASSETS
from portal.statistics.views.blueprint import SOON, folder, pages
from portal.web.i18n import get_language
from portal.web.parts import SETTINGS


@pages.get("/<lang:lang>/figures")
def index() -> ResponseReturnValue:
    """Lead to the newest figures, or say that there are none yet."""
    found = archive.releases(folder())
    return _to(found[-1]) if found else _page("figures")


@pages.get("/<lang:lang>/figures/<quarter:quarter>")
def release(quarter: str) -> ResponseReturnValue:
    """Lead to the newest version of the figures of one quarter."""
    return _to(archive.release(folder(), quarter))


@pages.get("/<lang:lang>/figures/calendar")
def calendar() -> ResponseReturnValue:
    """Say when figures come."""
    return _page("figures/calendar")


@pages.get("/<lang:lang>/figures/changes")
def changes() -> ResponseReturnValue:
    """Show all releases, their corrections, and whether they came on the announced day."""
    return _page("figures/changes")


@pages.get("/<lang:lang>/figures/replies")
def said() -> ResponseReturnValue:
    """Show what bodies say to their figures."""
    return _page("figures/replies")


@pages.get("/<lang:lang>/figures/about")
def about() -> ResponseReturnValue:
    """Say what the figures mean, how they are made, and what they cannot show."""
    return _page("figures/about")


@pages.get("/<lang:lang>/figures/official")
def official() -> ResponseReturnValue:
    """Show the numbers of official registers with their sources, apart from ours."""
    return _page("figures/official")


@pages.get("/<lang:lang>/figures/journalists")
def journalists() -> ResponseReturnValue:
    """Show how to use the figures in a text."""
    return _page("figures/journalists")


def _to(found: Published) -> Response:
    name = f"{get_language()}/index.html"
    address = url_for("statistics.file", quarter=found.quarter, version=found.version, name=name)
    response = make_response(redirect(address, HTTPStatus.FOUND))
    response.headers["Cache-Control"] = SOON
    return response


def _page(path: str) -> Response:
    settings = SETTINGS.get()
    asset = cast(Callable[[str], str], current_app.jinja_env.globals["asset"])
    assets = {name.rpartition("/")[2]: asset(name) for name in ASSETS}
    frame = Outside(get_language(), path, "", assets)
    values = around.values(frame, folder(), Publisher.of(settings), clock.get_today())
    response = make_response(render_template(around.TEMPLATES[path], **values))
    response.headers["Cache-Control"] = SOON
    response.headers["X-Robots-Tag"] = "all"
    return response
