"""Pages around the releases: the newest figures, every release, and what they mean."""

from datetime import date

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.statistics import archive, catalogue, figures, schedule
from portal.statistics.archive import MANIFEST, Published
from portal.statistics.disclosure import cap, usual_change
from portal.statistics.views.blueprint import SOON, folder, pages
from portal.web.i18n import language

UPCOMING = 4


@pages.get("/<lang:lang>/figures")
def index() -> ResponseReturnValue:
    """Show the newest release, all releases, and when the next ones come."""
    found = archive.releases(folder())
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
    archive.release(folder(), quarter)
    history = [one for one in archive.releases(folder()) if one.quarter <= quarter]
    return _page("statistics/release.html", shown=_shown(history))


@pages.get("/<lang:lang>/figures/about")
def about() -> ResponseReturnValue:
    """Say what the figures mean, how they are made, and what they cannot show."""
    found, known = archive.releases(folder()), catalogue.load()
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
