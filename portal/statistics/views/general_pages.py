"""Pages around the releases: where the newest figures are, when others come, how all are made."""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from flask import Response, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.calendar import Quarter
from portal.statistics.catalogue.release_facts import Publisher
from portal.statistics.releases import archive
from portal.statistics.releases.archive import PublishedRelease
from portal.statistics.site.pages import general_pages
from portal.statistics.site.pages.page_links import SitePageLinks
from portal.statistics.site.pages.release_pages import ASSETS
from portal.statistics.views.blueprint import SOON, get_folder, pages
from portal.web.i18n import get_language
from portal.web.parts import SETTINGS


@pages.get("/<lang:lang>/figures")
def index() -> ResponseReturnValue:
    """Lead to the newest figures, or say that there are none yet."""
    releases = archive.list_releases(get_folder())
    return _redirect_to(releases[-1]) if releases else _render_page("figures")


@pages.get("/<lang:lang>/figures/<quarter:quarter>")
def release(quarter: Quarter) -> ResponseReturnValue:
    """Lead to the newest version of the figures of one quarter."""
    return _redirect_to(archive.get_release(get_folder(), quarter))


@pages.get("/<lang:lang>/figures/calendar")
def calendar() -> ResponseReturnValue:
    """Say when figures come."""
    return _render_page("figures/calendar")


@pages.get("/<lang:lang>/figures/changes")
def changes() -> ResponseReturnValue:
    """Show all releases, their corrections, and whether they came on the announced day."""
    return _render_page("figures/changes")


@pages.get("/<lang:lang>/figures/replies")
def said() -> ResponseReturnValue:
    """Show what bodies say to their figures."""
    return _render_page("figures/replies")


@pages.get("/<lang:lang>/figures/about")
def about() -> ResponseReturnValue:
    """Say what the figures mean, how they are made, and what they cannot show."""
    return _render_page("figures/about")


@pages.get("/<lang:lang>/figures/official")
def official() -> ResponseReturnValue:
    """Show the numbers of official registers with their sources, apart from ours."""
    return _render_page("figures/official")


@pages.get("/<lang:lang>/figures/journalists")
def journalists() -> ResponseReturnValue:
    """Show how to use the figures in a text."""
    return _render_page("figures/journalists")


def _redirect_to(published: PublishedRelease) -> Response:
    name = f"{get_language()}/index.html"
    address = url_for(
        "statistics.file", quarter=published.quarter, version=published.version, name=name
    )
    response = make_response(redirect(address, HTTPStatus.FOUND))
    response.headers["Cache-Control"] = SOON
    return response


def _render_page(path: str) -> Response:
    settings = SETTINGS.get()
    asset = cast(Callable[[str], str], current_app.jinja_env.globals["asset"])
    assets = {name.rpartition("/")[2]: asset(name) for name in ASSETS}
    frame = SitePageLinks(get_language(), path, "", assets)
    values = general_pages.collect_values(
        frame, get_folder(), Publisher.from_settings(settings), clock.get_today()
    )
    response = make_response(render_template(general_pages.TEMPLATES[path], **values))
    response.headers["Cache-Control"] = SOON
    response.headers["X-Robots-Tag"] = "all"
    return response
