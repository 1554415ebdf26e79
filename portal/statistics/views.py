"""Pages and files of published figures; all of it comes from releases, none of it from cases."""

from datetime import date
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from portal.core import clock
from portal.core.config import Settings
from portal.core.errors import NotFound
from portal.statistics import archive, catalogue, figures, schedule
from portal.statistics.archive import MANIFEST, Published
from portal.statistics.disclosure import cap, usual_change
from portal.web.assets import A_YEAR
from portal.web.i18n import language

pages = Blueprint("statistics", __name__)

UPCOMING = 4
SOON = "public, max-age=300"
KINDS = {".csv": "text/csv; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml"}
# Anyone may load a file of figures from anywhere: there is nothing in it that is not public.
OPEN_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": A_YEAR,
}


class QuarterConverter(BaseConverter):
    """The part of an address that names a quarter, such as 2026-q3."""

    regex = "[1-9][0-9]{3}-q[1-4]"


@pages.record_once
def add_converter(state: BlueprintSetupState) -> None:
    """Teach the application this part of an address."""
    state.app.url_map.converters["quarter"] = QuarterConverter


@pages.get("/<lang:lang>/figures")
def index() -> ResponseReturnValue:
    """Show the newest release, all releases, and when the next ones come."""
    found = archive.releases(_folder())
    return _page(
        "statistics/index.html",
        shown=_shown(found) if found else None,
        releases=found[::-1],
        upcoming=schedule.upcoming(clock.today(), UPCOMING),
        hour=schedule.HOUR,
    )


@pages.get("/<lang:lang>/figures/<quarter:quarter>")
def release(quarter: str) -> ResponseReturnValue:
    """Show one release with all its tables and files."""
    archive.release(_folder(), quarter)
    history = [one for one in archive.releases(_folder()) if one.quarter <= quarter]
    return _page("statistics/release.html", shown=_shown(history))


@pages.get("/<lang:lang>/figures/about")
def about() -> ResponseReturnValue:
    """Say what the figures mean, how they are made, and what they cannot show."""
    found, known = archive.releases(_folder()), catalogue.load()
    level = found[-1].manifest["level"] if found else catalogue.LEVELS[0]
    tables = known.tables_of(catalogue.LAST_QUARTER, level)
    costs = [(table.label, known.cost(table, level)) for table in tables]
    return _page(
        "statistics/about.html",
        newest=found[-1] if found else None,
        findings=known.dimensions["finding"],
        measures=known.measures,
        changes=[(label, usual_change(cost), cap(cost)) for label, cost in costs],
    )


@pages.get("/figures/<quarter:quarter>/v<int:version>/<string:name>")
def file(quarter: str, version: int, name: str) -> ResponseReturnValue:
    """Send one file of a release, which never changes."""
    try:
        found = archive.release(_folder(), quarter, version)
        content, digest = found.read(name), found.digest_of(name)
    except NotFound:
        return no_file("")
    response = Response(content, content_type=KINDS[Path(name).suffix], headers=OPEN_HEADERS)
    response.set_etag(digest)
    return response.make_conditional(request)


@pages.get("/figures/<path:rest>")
def no_file(rest: str) -> ResponseReturnValue:
    """Say, to a program, that there is no such file."""
    del rest
    headers = {"Access-Control-Allow-Origin": "*"}
    return {"error": "not-found"}, HTTPStatus.NOT_FOUND, headers


def _folder() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.instance / "releases"


def _page(template: str, **values: object) -> Response:
    response = make_response(render_template(template, manifest=MANIFEST, **values))
    response.headers["Cache-Control"] = SOON
    return response


def _shown(history: list[Published]) -> dict[str, object]:
    """Return what a page shows of the last release of a history."""
    last, chosen = history[-1], language()
    documents = [(one.quarter, one.documents()) for one in history]
    tables = documents[-1][1]
    return {
        "release": last,
        "published_on": date.fromisoformat(last.manifest["published_on"]),
        "received": last.total("received"),
        "concluded": last.total("concluded"),
        "in_time": figures.in_time(tables, chosen),
        "rates": figures.headline_rates(tables, chosen),
        "figures": figures.of_release(documents, chosen),
        "tables": tables,
    }
